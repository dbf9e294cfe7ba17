"""Makes `small_panel.csv`, the rows on which R computes the reference numbers. Run once; the file is kept.

python tests/reference/make_panel.py && Rscript tests/reference/logit_reference.R
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent


def main() -> None:
    """180 persons with one to five rounds: two indicators, three kinds of covariate, about 25 % events."""
    draw = np.random.default_rng(20260101)
    rounds = draw.integers(1, 6, 180)
    person = np.repeat(np.arange(180), rounds)
    n = len(person)
    rows = pd.DataFrame(
        {"person": [f"p{i:03}" for i in person], "round": np.concatenate([np.arange(k) for k in rounds])}
    )
    for name in ("job_search", "work_belief"):
        rows[f"previous:{name}"] = draw.integers(1, 6, n)
        rows[f"change:{name}"] = draw.integers(1, 6, n) - rows[f"previous:{name}"]
    rows["sex"] = draw.choice(["woman", "man", "unknown"], 180, p=[0.5, 0.4, 0.1])[person]
    rows["region"] = draw.choice(["a", "b", "c", "d"], 180)[person]
    rows["age"] = draw.uniform(20, 64, 180).round(3)[person]
    taste = draw.normal(0, 0.7, 180)[person]
    index = (
        -2.6
        + 0.3 * rows["previous:job_search"]
        + 0.4 * rows["change:job_search"]
        + 0.1 * rows["previous:work_belief"]
    )
    rows["outcome"] = (draw.uniform(size=n) < 1 / (1 + np.exp(-(index + taste)))).astype(int)
    rows.to_csv(HERE / "small_panel.csv", index=False)


if __name__ == "__main__":
    main()

"""Makes `survival_persons.csv`, on which R computes the reference curves. Run once; the file is kept.

python tests/reference/make_survival.py && Rscript tests/reference/survival_reference.R
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent


def main() -> None:
    """120 persons, two causes, many ties, weights that change at days 91, 182 and 273."""
    draw = np.random.default_rng(20260202)
    n = 120
    # Days in fives, so that events, censorings and the edges of periods fall together.
    days = np.minimum(5 * draw.integers(0, 90, n), 400)
    rows = pd.DataFrame({"person": np.arange(n), "days": days, "cause": draw.choice([0, 1, 2], n)})
    rows.loc[rows["days"] == 0, "cause"] = 0
    for period in range(4):
        rows[f"w{period + 1}"] = np.exp(draw.normal(0, 0.3 + 0.1 * period, n)).round(3)
    rows.to_csv(HERE / "survival_persons.csv", index=False)


if __name__ == "__main__":
    main()

"""What is said of many studies is what a count by hand says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.recovery.page import page
from tests.recovery.studies import KEY
from tests.recovery.summary import Row, compare, summarised

STUDIES = 40


def truth() -> pd.DataFrame:
    """Two indicators of one family: one with an effect of 0.5, one without."""
    rows = [
        {"analysis": "job_hazard", "rater": "participant", "indicator": name, "quantity": "change"}
        | {"model": "adjusted", "scale": "ame_pp", "term": None, "horizon_days": None, "group": None}
        | {"truth": value, "mc_error": 0.0}
        for name, value in (("found", 0.5), ("nothing", 0.0))
    ]
    return pd.DataFrame(rows)


def with_error(error: float) -> pd.DataFrame:
    return truth().assign(mc_error=error)


def estimates(bias: float = 0.0, half: float = 0.2) -> pd.DataFrame:
    """In turn 0.1 above and below the truth, so each of two intervals of half width 0.05 misses."""
    made = []
    for seed in range(STUDIES):
        for row in truth().to_dict("records"):
            value = row["truth"] + bias + (0.1 if seed % 2 else -0.1)
            p_value = 0.01 if abs(value) > 0.45 else 0.5
            numbers = {"estimate": value, "std_error": 0.1, "ci_low": value - half, "ci_high": value + half}
            kept = {key: row[key] for key in KEY}
            made.append(kept | numbers | {"p_value": p_value, "p_holm": 2 * p_value, "seed": seed})
    return pd.DataFrame(made)


def row(**changes: float) -> Row:
    (made,) = summarised(compare(estimates(**changes), truth()))
    return made


def test_an_unbiased_estimator_with_wide_intervals() -> None:
    made = row()
    assert (made.estimands, made.studies) == (2, STUDIES)
    assert (made.bias, made.largest, made.relative) == pytest.approx((0.0, 0.0, 0.0), abs=1e-12)
    assert made.largest_error == pytest.approx(np.std([0.1, -0.1] * 20, ddof=1) / np.sqrt(STUDIES))
    assert (made.coverage, made.lowest) == (100.0, 100.0)
    assert (made.false_alone, made.false_family) == (0.0, 0.0)
    # 0.6 is found and 0.4 is not.
    assert (made.power_alone, made.power_holm) == (50.0, 50.0)


def test_an_error_of_the_truth_is_an_error_of_the_bias() -> None:
    (made,) = summarised(compare(estimates(), with_error(0.03)))
    of_studies = np.std([0.1, -0.1] * 20, ddof=1) / np.sqrt(STUDIES)
    assert made.largest_error == pytest.approx(np.hypot(of_studies, 0.03))
    # 0.03 in each of two, of a sum of 0.5.
    assert made.relative_error == pytest.approx(100 * np.hypot(2 * of_studies, 0.06) / 0.5)


def test_a_biased_estimator_shows() -> None:
    made = row(bias=0.05)
    assert (made.bias, made.largest) == pytest.approx((0.05, 0.05))
    assert made.relative == pytest.approx(20.0)


def test_narrow_intervals_show() -> None:
    made = row(half=0.05)
    assert (made.coverage, made.lowest) == (0.0, 0.0)


def test_false_alarms_are_counted_by_test_and_by_study() -> None:
    made = row(bias=0.4)
    # 0.5 and 0.3 for a truth of 0: one study in two has a false finding.
    assert (made.false_alone, made.false_family) == (50.0, 50.0)


def test_what_was_refused_everywhere_cannot_be_summarised() -> None:
    with pytest.raises(ValueError, match="no estimate"):
        compare(estimates().assign(estimate=np.nan), truth())


def test_the_page_has_a_row_a_family_and_says_what_there_is_not() -> None:
    text = page({"published": [row()]})
    assert "## published" in text
    line = next(
        one for one in text.splitlines() if one.startswith("| job_hazard participant adjusted change")
    )
    assert line.count("|") == 13
    assert "| 100.0 ± 0.0 |" in line


@pytest.mark.parametrize(
    ("bias", "verdict"), [(0.0, "met"), (0.05, "within error"), (0.3, "**not met**"), (-0.3, "**not met**")]
)
def test_the_page_says_first_whether_the_goals_were_met(bias: float, verdict: str) -> None:
    text = page({"published": [row(bias=bias)], "drift": [row(bias=1.0)]})
    said = [line for line in text.splitlines() if "largest bias, points" in line]
    assert [line.endswith(f"| {verdict} |") for line in said] == [True]
    assert text.index("## What was meant to hold") < text.index("## published")

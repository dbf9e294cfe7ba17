"""What many studies of one scenario say about the estimators: bias, coverage, false alarms, power."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from tests.recovery.studies import KEY

SIGNIFICANT: Final = 0.05
# A true value below this (in percentage points) is no effect that a study should find.
NO_EFFECT: Final = 0.02
FAMILY: Final = ["analysis", "rater", "model", "quantity", "scale", "horizon_days", "term"]


@dataclass(frozen=True)
class Row:
    """One estimand family of a scenario; biases in percentage points, the rest in per cent.

    `bias` and `largest` are of the mean over studies; `relative` is the sum of biases over the sum of true
    values; `coverage` is the mean, `lowest` that of a single estimand. `false_...`: tests of no true effect
    that reject, and studies in which any does after Holm; `power_...`: tests of a true effect that reject.
    None where there is none of that kind. `..._error` are Monte Carlo errors, over studies; those of biases
    hold that of the true values too, which is the same in all studies and taken as the same in all estimands.
    """

    family: tuple[str, ...]
    estimands: int
    studies: int
    bias: float
    largest: float
    largest_error: float
    relative: float | None
    relative_error: float
    coverage: float
    coverage_error: float
    lowest: float
    false_alone: float | None
    false_error: float
    false_family: float | None
    power_alone: float | None
    power_holm: float | None


def compare(estimates: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Every estimate beside its true value; those without one are left out.

    Raises ValueError where nothing is left.
    """
    compared = estimates.merge(truth, on=KEY, how="inner", validate="many_to_one")
    compared = compared[compared["estimate"].notna()]
    if compared.empty:
        raise ValueError("no estimate has a true value to be held against")
    covered = compared["truth"].between(compared["ci_low"], compared["ci_high"])
    return compared.assign(error=compared["estimate"] - compared["truth"], covered=covered)


def summarised(compared: pd.DataFrame) -> Iterator[Row]:
    """A row for each family of estimands, in the order of their names."""
    named = compared[FAMILY].astype("string").fillna("")
    for family, places in named.groupby(FAMILY, sort=True).groups.items():
        assert isinstance(family, tuple)
        yield _row(tuple(str(part).removesuffix(".0") for part in family), compared.loc[places])


def _row(family: tuple[str, ...], group: pd.DataFrame) -> Row:
    estimands = group.groupby(KEY, dropna=False)
    bias, truth = estimands["error"].mean(), estimands["truth"].first()
    of_truth = estimands["mc_error"].first()
    spread = np.hypot(estimands["error"].std() / np.sqrt(estimands["error"].size()), of_truth)
    worst = int(np.argmax(np.abs(bias.to_numpy())))
    by_study = group.groupby("seed")
    none = np.abs(group["truth"]) < NO_EFFECT
    return Row(
        family=family,
        estimands=len(bias),
        studies=group["seed"].nunique(),
        bias=float(bias.mean()),
        largest=float(bias.iloc[worst]),
        largest_error=float(spread.iloc[worst]),
        relative=100 * float(bias.sum() / truth.sum()) if abs(truth.mean()) > NO_EFFECT else None,
        relative_error=float(np.hypot(_error(by_study["error"].sum()), 100 * of_truth.sum()))
        / abs(truth.sum()),
        coverage=100 * float(group["covered"].mean()),
        coverage_error=_error(by_study["covered"].mean()),
        lowest=100 * float(estimands["covered"].mean().min()),
        false_alone=_share(group[none], "p_value"),
        false_error=_error((group[none]["p_value"] < SIGNIFICANT).groupby(group[none]["seed"]).mean()),
        false_family=_families(group[none]),
        power_alone=_share(group[~none], "p_value"),
        power_holm=_share(group[~none], "p_holm"),
    )


def _error(by_study: pd.Series) -> float:
    """The error of a mean over studies, in hundredths."""
    return 100 * float(by_study.std() / np.sqrt(len(by_study))) if len(by_study) else 0.0


def _share(group: pd.DataFrame, p: str) -> float | None:
    """How often p is below 5 %."""
    tests = group[p].dropna()
    return None if tests.empty else 100 * float((tests < SIGNIFICANT).mean())


def _families(group: pd.DataFrame) -> float | None:
    """How often a study has any false finding after Holm."""
    tests = group.dropna(subset="p_holm")
    if tests.empty:
        return None
    return 100 * float((tests.groupby("seed")["p_holm"].min() < SIGNIFICANT).mean())

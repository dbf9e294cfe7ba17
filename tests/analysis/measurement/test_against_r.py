"""Alpha, omega, ICC, kappa and the error of measurement agree with R (psych) on the same rows."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.estimates.measurement_agreement import limits_of_agreement, weighted_kappa
from analysis.estimates.measurement_change import error_of_measurement
from analysis.estimates.measurement_number import Floats, share
from analysis.estimates.measurement_reliability import alpha, icc, omega, omega_of

REFERENCE = Path(__file__).resolve().parents[2] / "reference"
ITEMS = tuple("abcde")
CLOSED_FORM = 1e-12
# psych's own search for the factor stops this near the minimum.
OMEGA = 1e-6
OMEGA_MINIMUM = 1e-10
# R's limits are taken with 1.96 for the normal quantile.
ROUNDED_QUANTILE = 1e-3
# psych's tail quantiles and scipy's.
INTERVAL = 1e-9


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "measurement_answers.csv")


@pytest.fixture(scope="module")
def wanted() -> dict[tuple[str, str], pd.Series]:
    table = pd.read_csv(REFERENCE / "measurement_reference.csv", keep_default_na=False)
    numbers = ["value", "low", "high", "error"]
    table[numbers] = table[numbers].apply(pd.to_numeric)
    return {(row["what"], row["item"]): row for _, row in table.iterrows()}


def first(rows: pd.DataFrame) -> Floats:
    return rows[[f"first_{item}" for item in ITEMS]].to_numpy(np.float64)


def columns(rows: pd.DataFrame, item: str, *prefixes: str) -> list[Floats]:
    return [rows[f"{prefix}_{item}"].to_numpy(np.float64) for prefix in prefixes]


def test_alpha_and_its_interval(rows: pd.DataFrame, wanted: dict[tuple[str, str], pd.Series]) -> None:
    found, r = alpha(first(rows)), wanted["alpha", ""]
    assert found.value == pytest.approx(r["value"], abs=CLOSED_FORM)
    assert (found.low, found.high) == pytest.approx((r["low"], r["high"]), abs=INTERVAL)


def test_omega(rows: pd.DataFrame, wanted: dict[tuple[str, str], pd.Series]) -> None:
    found = omega(first(rows))
    assert found.value == pytest.approx(wanted["omega_psych", ""]["value"], abs=OMEGA)
    assert found.value == pytest.approx(wanted["omega", ""]["value"], abs=OMEGA_MINIMUM)


@pytest.mark.parametrize("item", ITEMS)
def test_icc(rows: pd.DataFrame, wanted: dict[tuple[str, str], pd.Series], item: str) -> None:
    found, r = icc(np.column_stack(columns(rows, item, "first", "second"))), wanted["icc", item]
    assert found.value == pytest.approx(r["value"], abs=CLOSED_FORM)
    assert (found.low, found.high) == pytest.approx((r["low"], r["high"]), abs=INTERVAL)


@pytest.mark.parametrize("item", ITEMS)
def test_weighted_kappa(rows: pd.DataFrame, wanted: dict[tuple[str, str], pd.Series], item: str) -> None:
    own, other = columns(rows, item, "first", "caseworker")
    found = weighted_kappa(own, other, rows["person"].to_numpy(np.int64))
    r = wanted["kappa", item]
    assert found.value == pytest.approx(r["value"], abs=CLOSED_FORM)
    assert found.std_error == pytest.approx(r["error"] * math.sqrt(80 / 79), abs=CLOSED_FORM)


@pytest.mark.parametrize("item", ITEMS)
def test_error_of_measurement(
    rows: pd.DataFrame, wanted: dict[tuple[str, str], pd.Series], item: str
) -> None:
    before, now = columns(rows, item, "first", "second")
    persons = rows["person"].to_numpy(np.int64)
    found = error_of_measurement(now - before, np.ones(80, dtype=np.int64), persons)
    assert found.value == pytest.approx(wanted["error_of_measurement", item]["value"], abs=CLOSED_FORM)


@pytest.mark.parametrize("item", ITEMS)
def test_limits_of_agreement(rows: pd.DataFrame, wanted: dict[tuple[str, str], pd.Series], item: str) -> None:
    own, other = columns(rows, item, "first", "caseworker")
    mean, low, high = limits_of_agreement(own, other, rows["person"].to_numpy(np.int64))
    r = wanted["mean_difference", item]
    assert mean.value == pytest.approx(r["value"], abs=CLOSED_FORM)
    assert (low.value, high.value) == pytest.approx((r["low"], r["high"]), abs=ROUNDED_QUANTILE)


def test_wilson(wanted: dict[tuple[str, str], pd.Series]) -> None:
    found, r = share(np.arange(80) < 7, np.arange(80)), wanted["wilson", "7 of 80"]
    assert (found.value, found.low, found.high) == pytest.approx(
        (r["value"], r["low"], r["high"]), abs=CLOSED_FORM
    )


def test_omega_of_a_factor_that_is_known() -> None:
    loadings = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    correlations = np.outer(loadings, loadings)
    np.fill_diagonal(correlations, 1.0)
    expected = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())
    assert omega_of(correlations[None])[0] == pytest.approx(expected, abs=1e-12)

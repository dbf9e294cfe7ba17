"""The rows of `tests/reference/small_panel.csv` as a study that analyses can be asked of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from analysis.dataset.open import OpenStudy
from analysis.dataset.study import Study
from analysis.estimates.analysis import Question
from analysis.estimates.results import Estimate
from analysis.panel.build import FlowStep, Indicator, Panel
from analysis.panel.columns import CovariateColumn

REFERENCE = Path(__file__).resolve().parents[2] / "reference"
INDICATORS = ("job_search", "work_belief")
COVARIATES = (
    CovariateColumn("sex", False, "p"),
    CovariateColumn("region", False, "e"),
    CovariateColumn("age", True, "p"),
    CovariateColumn("round", True, "t"),
)
PERSON_COLUMNS = ["person", "organisation", "sex", "origin", "age_band", "language"]


def silent(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def small_rows() -> pd.DataFrame:
    """Person-rounds; what the file does not hold follows from the person's number, as in the R scripts."""
    rows = pd.read_csv(REFERENCE / "small_panel.csv").astype({"outcome": bool})
    number = rows["person"].str[1:].astype(int)
    rows["caseworker"] = (number % 23).map("c{}".format).mask(number % 29 == 3, None)
    rows["organisation"] = (number % 7).map("o{}".format)
    rows["proxy"] = np.arange(1, len(rows) + 1) % 11 == 1
    rows["response"] = [f"r{n}" for n in range(len(rows))]
    rows["previous_response"] = rows.groupby("person")["response"].shift()
    rows["origin"] = np.where(number % 2 == 0, "native", "foreign")
    rows["age_band"] = np.where(rows["age"] < 35, "18-34", np.where(rows["age"] < 50, "35-49", "50-64"))
    rows["language"] = "sv"
    rows["has_previous"] = True
    for key in INDICATORS:
        rows[f"level:{key}"] = rows[f"previous:{key}"] + rows[f"change:{key}"].astype(float)
    return rows


def question(
    rows: pd.DataFrame,
    *,
    people: pd.DataFrame | None = None,
    indicators: Sequence[str] = INDICATORS,
    covariates: Sequence[CovariateColumn] = COVARIATES,
) -> Question:
    """Asks the panel that these rows are; `people` is the table `persons`, by default what the rows say."""
    if people is None:
        people = rows.drop_duplicates("person")[[c for c in PERSON_COLUMNS if c in rows]]
    connection = duckdb.connect(":memory:")
    connection.register("persons", people.astype(object))
    study = OpenStudy(connection, Study("small", "Small", 91, "test", "simulated", "tests"), (), (), {}, None)
    asked = tuple(Indicator(key, False, True) for key in indicators)
    flow = (FlowStep("participant:responses", rows["person"].nunique(), len(rows)),)
    panel = Panel("participant", asked, tuple(covariates), rows, flow)
    return Question(study, (panel,), ("job_regular", "job_subsidised"), "job_next_interval")


def reference(analysis: str) -> pd.DataFrame:
    """What R says, by indicator, quantity, term and group (empty where there is none)."""
    found = pd.read_csv(REFERENCE / "robustness_reference.csv", keep_default_na=False)
    numbers = ["estimate", "std_error", "p_value", "p_holm"]
    found[numbers] = found[numbers].apply(pd.to_numeric)
    found = found[found["analysis"] == analysis]
    return found.set_index(["indicator", "quantity", "term", "group"]).sort_index()


def place(estimate: Estimate) -> tuple[str, str, str, str]:
    """Where `reference` has it."""
    key = estimate.key
    return key.indicator or "", key.quantity, key.term or "", key.group or ""

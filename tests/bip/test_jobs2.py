"""The public JOBS II study, imported by the example's mapping, gives the published example's estimates."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from click.testing import CliRunner

from analysis.dataset.check import check
from analysis.dataset.read import read
from analysis.dataset.study import StudyDataset
from bip.import_command import import_

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "docs" / "examples" / "jobs-2"
TABLE = Path(os.environ.get("BIP_SHARED", ROOT.parent / "shared")) / "data" / "jobs2.csv"
TOLERANCE = 1e-6
# R 4.2: glm(work ~ job_seek + econ_hard + depress1 + sex + age + treat, family = binomial)
PUBLISHED = {
    "job_seek": 0.2373995,
    "econ_hard": -0.0908372,
    "depress1": 0.2295900,
    "sex": -0.4252891,
    "age": -0.0357230,
    "treat": 0.2567411,
}
LOG_LIKELIHOOD = -546.910809

pytestmark = pytest.mark.skipif(
    not TABLE.is_file(),
    reason=f"the JOBS II table is not part of the project, and not at {TABLE} (BIP_SHARED)",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("jobs-2") / "dataset"
    arguments = [str(TABLE), "--mapping", str(EXAMPLE / "mapping.yaml"), str(folder)]
    result = CliRunner().invoke(import_, arguments)
    assert result.exit_code == 0, result.output
    assert "899 placed + 0 not placed = 899 rows read; 899 persons" in result.output
    return folder


@pytest.fixture(scope="module")
def dataset(folder: Path) -> StudyDataset:
    return read(folder)


def test_the_dataset_keeps_the_contract(folder: Path, dataset: StudyDataset) -> None:
    assert check(folder) == []
    assert dataset.tables["events"].num_rows == 293
    assert dataset.tables["answers"].num_rows == 3 * 899


def test_values_are_those_of_the_table(dataset: StudyDataset) -> None:
    source = pd.read_csv(TABLE)
    answers = (
        dataset.tables["answers"].to_pandas().pivot_table(index="response", columns="item", values="value")
    )
    for item in ("job_seek", "econ_hard", "depress1"):
        np.testing.assert_array_equal(answers[item].to_numpy(), source[item].to_numpy())
    persons = dataset.tables["persons"].to_pandas().sort_values("person")
    np.testing.assert_array_equal(persons["age"].to_numpy(), source["age"].to_numpy())
    assert (persons["sex"] == "woman").sum() == source["sex"].sum()


def test_the_published_estimates(dataset: StudyDataset) -> None:
    tables = {name: table.to_pandas() for name, table in dataset.tables.items()}
    answers = tables["answers"].merge(tables["responses"], on="response")
    frame = answers.pivot_table(index="enrolment", columns="item", values="value").reset_index()
    frame = frame.merge(tables["enrolments"], on="enrolment").merge(tables["persons"], on="person")
    frame["sex"] = (frame["sex"] == "woman").astype(float)
    outcome = frame["enrolment"].isin(tables["events"]["enrolment"]).astype(float)
    fit = sm.Logit(outcome, sm.add_constant(frame[list(PUBLISHED)].astype(float))).fit(disp=False, tol=1e-12)
    for name, published in PUBLISHED.items():
        assert fit.params[name] == pytest.approx(published, abs=TOLERANCE)
    assert fit.llf == pytest.approx(LOG_LIKELIHOOD, abs=TOLERANCE)

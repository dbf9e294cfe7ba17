"""`bip analyse` from the outside: what it writes, what it says, how it ends."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis.dataset.instrument import Instrument
from analysis.dataset.read import read
from analysis.dataset.write import write
from analysis.estimates.results import QUANTITIES, SCALES
from analysis.simulate.generate import simulate
from analysis.simulate.scenarios import SCENARIOS
from analysis.simulate.truth import true_values
from bip.cli import main
from surveys.load import load_builtin

ESTIMATE_KEYS = {
    "analysis", "outcome", "rater", "indicator", "quantity", "model", "scale", "estimate", "std_error",
    "ci_low", "ci_high", "p_value", "p_holm", "n_rows", "n_persons", "n_events", "refused", "term",
    "horizon_days", "group", "cluster", "n_clusters", "published", "p_bh", "planned",
    "degrees_of_freedom",
}  # fmt: skip
LEADING = ("job_hazard", "job_hazard_level")
# Those whose large-sample values the simulator knows, on the scales that the others follow from.
WITH_TRUTH = (*LEADING, "change_given_baseline", "change_given_past_mean")
SCALES_WITH_TRUTH = ("log_odds", "ame_pp")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated study of 1,500 persons."""
    folder = tmp_path_factory.mktemp("analyse") / "study"
    instrument = Instrument.model_validate(load_builtin("bip-11").to_json())
    write(simulate(SCENARIOS["published"], persons=1500, rounds=8, seed=5, instrument=instrument), folder)
    return folder


@pytest.fixture(scope="module")
def analysed(study: Path) -> tuple[Path, Result]:
    out = study.parent / "report"
    return out, run("analyse", study, "--out", out)


def test_it_writes_results_and_a_report_and_says_where(analysed: tuple[Path, Result]) -> None:
    out, result = analysed
    assert result.exit_code == 0, result.output
    assert f"Results: {out / 'results.json'}" in result.output
    assert "Estimating" in result.stderr
    # Each leading question once, though it is answered on several scales.
    made = json.loads((out / "results.json").read_text())["estimates"]
    asked = [row for row in made if row["analysis"] in LEADING and row["scale"] == "ame_pp"]
    for what, rows in (("Level and change", asked), ("All analyses, on all scales", made)):
        refused = sum(row["refused"] is not None for row in rows)
        assert f"{what}: {len(rows) - refused:,} estimates, {refused} refused." in result.output
    assert (out / "report.html").stat().st_size > 1_000_000


def test_results_keep_their_contract(analysed: tuple[Path, Result]) -> None:
    results = json.loads((analysed[0] / "results.json").read_text())
    assert set(results) == {"manifest", "flow", "estimates"}
    assert results["manifest"]["instruments"] == ["bip-11@1"]
    assert results["manifest"]["covariates"] == [
        "sex", "origin", "age_band", "education", "organisation", "round"
    ]  # fmt: skip
    assert results["flow"][0] == {"step": "enrolled", "persons": 1500, "rows": None}
    for row in results["estimates"]:
        assert set(row) == ESTIMATE_KEYS
        assert row["quantity"] in QUANTITIES[row["analysis"]]
        assert row["scale"] in SCALES[row["analysis"]]
        assert (row["refused"] is None) == (row["estimate"] is not None)
        assert (row["p_value"] is None) == (row["p_holm"] is None)
        assert row["planned"] is None
        if row["analysis"] in WITH_TRUTH and row["scale"] != "e_value":
            assert (row["refused"] is None) == (row["p_bh"] is not None)
    keys = [
        tuple(row[key] or "" for key in ("analysis", "outcome", "rater", "indicator", "quantity"))
        for row in results["estimates"]
    ]
    assert keys == sorted(keys)


def test_the_simulators_truth_uses_the_same_keys(analysed: tuple[Path, Result]) -> None:
    key = (
        "analysis",
        "outcome",
        "rater",
        "indicator",
        "quantity",
        "model",
        "scale",
        "term",
        "horizon_days",
        "group",
    )
    instrument = Instrument.model_validate(load_builtin("bip-11").to_json())
    truth = true_values(SCENARIOS["small"], instrument=instrument, rounds=3)
    results = json.loads((analysed[0] / "results.json").read_text())
    assert {tuple(row[k] for k in key) for row in truth} == {
        tuple(row[k] for k in key)
        for row in results["estimates"]
        if row["analysis"] in WITH_TRUTH and row["scale"] in SCALES_WITH_TRUTH
    }


def test_nothing_concerns_a_single_person(study: Path, analysed: tuple[Path, Result]) -> None:
    """No pseudonym of a person, an enrolment or a caseworker leaves the dataset, and no intercept."""
    tables = read(study).tables
    ids = {
        value
        for table, column in (
            ("persons", "person"),
            ("enrolments", "enrolment"),
            ("caseworkers", "caseworker"),
        )
        for value in tables[table][column].to_pylist()
    }
    assert len(ids) > 3000
    for name in ("results.json", "page.json", "report.html"):
        assert not ids & set(re.findall(r"\w+", (analysed[0] / name).read_text())), name
    assert "ntercept" not in (analysed[0] / "results.json").read_text()


def test_a_second_run_gives_the_same_bytes(study: Path, analysed: tuple[Path, Result]) -> None:
    again = study.parent / "again"
    assert run("analyse", study, "--out", again).exit_code == 0
    for name in ("results.json", "page.json", "report.html"):
        assert (again / name).read_bytes() == (analysed[0] / name).read_bytes()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--covariates", "sex,shoe_size"), "--covariates: the dataset has no shoe_size; it has age_band"),
        (("--outcome", "lottery"), "--outcome: no event is called lottery; there are job_regular"),
        (("--outcome", " , "), "--outcome: no event is called (nothing)"),
    ],
)
def test_a_wrong_question_names_the_option(study: Path, options: tuple[str, str], message: str) -> None:
    result = run("analyse", study, "--out", study.parent / "wrong", *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (study.parent / "wrong").exists()


def test_another_outcome_is_named_in_the_results(study: Path) -> None:
    out = study.parent / "study_outcome"
    result = run("analyse", study, "--out", out, "--outcome", "study", "--covariates", "sex")
    assert result.exit_code == 0, result.output
    results = json.loads((out / "results.json").read_text())
    assert {row["outcome"] for row in results["estimates"] if row["analysis"] in LEADING} == {
        "study_next_interval"
    }
    assert results["manifest"]["outcome_kinds"] == ["study"]
    assert results["manifest"]["covariates"] == ["sex"]


def test_a_dataset_that_does_not_check_is_not_analysed(study: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(study, broken)
    (broken / "answers.parquet").write_bytes(b"PAR1 not really")
    result = run("analyse", broken, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "answers" in result.stderr
    assert "remedy:" in result.stderr
    assert not (tmp_path / "out").exists()


def test_no_such_dataset(tmp_path: Path) -> None:
    result = run("analyse", tmp_path / "nothing", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "is not a folder" in result.stderr


def test_an_out_that_is_a_file_is_refused(study: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    result = run("analyse", study, "--out", tmp_path / "file")
    assert result.exit_code == 2
    assert (tmp_path / "file").read_text() == "mine"


def test_an_out_that_cannot_be_made_is_found_before_the_work(study: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    result = run("analyse", study, "--out", tmp_path / "file" / "below")
    assert result.exit_code == 2
    assert "--out: " in result.stderr
    assert "Checking" not in result.stderr


def test_the_dataset_s_own_folder_is_no_out(study: Path) -> None:
    before = sorted(path.name for path in study.iterdir())
    result = run("analyse", study, "--out", study / ".." / study.name)
    assert result.exit_code == 2
    assert "is the folder of the dataset" in result.stderr
    assert sorted(path.name for path in study.iterdir()) == before


@pytest.mark.parametrize(("persons", "rounds"), [(1, 1), (30, 1), (30, 4)])
def test_small_studies_end_in_reasons_not_in_tracebacks(tmp_path: Path, persons: int, rounds: int) -> None:
    instrument = Instrument.model_validate(load_builtin("bip-11").to_json())
    dataset = simulate(SCENARIOS["published"], persons=persons, rounds=rounds, seed=2, instrument=instrument)
    write(dataset, tmp_path / "study")
    result = run("analyse", tmp_path / "study", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert results["estimates"]
    leading = [row for row in results["estimates"] if row["analysis"] in LEADING]
    assert all(row["refused"] or row["n_events"] >= 4 for row in leading)

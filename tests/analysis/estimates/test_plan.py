"""`plan.yaml`: what it may hold, what is said of a bad one, and what follows from a good one."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis.dataset.instrument import Instrument
from analysis.dataset.write import write
from analysis.estimates import run as run_module
from analysis.estimates.not_offered import NOT_OFFERED
from analysis.estimates.plan import Plan, PlanError
from analysis.estimates.results import to_json
from analysis.estimates.run import ANALYSES, Wanted, analyse
from analysis.panel.columns import DEFAULT_COVARIATES
from analysis.report import write as write_module
from analysis.simulate.generate import simulate
from analysis.simulate.scenarios import SCENARIOS
from bip.cli import main
from surveys.load import load_builtin

DOCUMENTATION = Path(__file__).resolve().parents[3] / "docs" / "estimating.md"
GOOD = """\
title: Does work belief go with a job?
written: 2026-01-15
outcome: [job_regular]
covariates: [sex, age_band]
analyses: [job_hazard]
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def plan_file(folder: Path, text: str | bytes = GOOD) -> Path:
    path = folder / "plan.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def without(field: str) -> str:
    return "".join(line for line in GOOD.splitlines(keepends=True) if not line.startswith(f"{field}:"))


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan") / "study"
    instrument = Instrument.model_validate(load_builtin("bip-11").to_json())
    write(simulate(SCENARIOS["published"], persons=80, rounds=2, seed=5, instrument=instrument), folder)
    return folder


def test_a_good_plan_is_read(tmp_path: Path) -> None:
    plan = Plan.read(plan_file(tmp_path))
    assert plan.title == "Does work belief go with a job?"
    assert plan.written == date(2026, 1, 15)
    assert (plan.outcome, plan.covariates, plan.analyses) == (
        ("job_regular",),
        ("sex", "age_band"),
        ("job_hazard",),
    )
    assert plan.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()


def test_what_is_left_out_is_the_usual(tmp_path: Path) -> None:
    short = Plan.read(plan_file(tmp_path, without("outcome").replace("covariates: [sex, age_band]\n", "")))
    assert short.outcome == Wanted().outcome_kinds == ("job_regular", "job_subsidised")
    assert short.covariates is Wanted().covariates is None
    assert Plan.read(plan_file(tmp_path, without("covariates") + "covariates: []\n")).covariates == ()


AHEAD = datetime.now(UTC).date() + timedelta(days=2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: [unclosed", "line 1: not YAML: "),
        ("title: a\ntitle: b\n", "line 2: not YAML: found duplicate key"),
        ("- a list\n", "the file holds no fields; write the plan as docs/estimating.md shows"),
        ("", "the file holds no fields; write the plan as docs/estimating.md shows"),
        (b"title: \xff\xfe", "the plan is not UTF-8 text; save it as UTF-8"),
        ("title: \x00", "not YAML: "),
        (GOOD.replace("2026-01-15", "2026-02-30"), "a value cannot be read: day is out of range"),
        (GOOD + "hypothesis: yes\n", "hypothesis: there is no such field; docs/estimating.md lists the"),
        (without("title"), "title: the field is missing; docs/estimating.md lists the fields"),
        (without("written"), "written: the field is missing"),
        (without("analyses"), "analyses: the field is missing"),
        (without("analyses") + "analyses: []\n", "analyses: is empty"),
        (without("analyses") + "analyses: job_hazard\n", "analyses: should be a list"),
        (without("analyses") + "analyses: [job_hazard, 7]\n", "analyses.1: should be a text"),
        (without("outcome") + "outcome: []\n", "outcome: is empty"),
        (GOOD.replace("2026-01-15", "soon"), "written: should be a valid date"),
        (GOOD.replace("2026-01-15", str(AHEAD)), f"written: {AHEAD} lies ahead; give the day on which"),
        (GOOD.replace("Does work belief go with a job?", "''"), "title: the text is empty"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else None,
)  # fmt: skip
def test_a_bad_plan_names_file_field_and_remedy(tmp_path: Path, text: str | bytes, said: str) -> None:
    path = plan_file(tmp_path, text)
    with pytest.raises(PlanError) as refused:
        Plan.read(path)
    assert str(refused.value).startswith(f"{path}: {said}")
    # The command says the same, before it looks at anything else.
    result = run("analyse", tmp_path / "nothing", "--out", tmp_path / "out", "--plan", path)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"--plan: {path}: {said}")
    assert not (tmp_path / "out").exists()


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as refused:
        Plan.read(plan_file(tmp_path, "title: a\nextra: b\n"))
    fields = [line.split(": ")[1] for line in str(refused.value).splitlines()]
    assert sorted(fields) == ["analyses", "extra", "written"]


def test_no_such_plan(tmp_path: Path) -> None:
    result = run("analyse", tmp_path, "--out", tmp_path / "out", "--plan", tmp_path / "none.yaml")
    assert result.exit_code == 2
    assert "the plan cannot be read: No such file or directory; name its file" in result.stderr
    folder = run("analyse", tmp_path, "--out", tmp_path / "out", "--plan", tmp_path)
    assert folder.exit_code == 2
    assert "is a directory" in folder.stderr


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("[job_hazard]", "[job_hazzard]"), "analyses: there is no job_hazzard; there are job_hazard, "),
        (("[job_regular]", "[lottery]"), "outcome: no event is called lottery; there are job_regular, "),
        (("[sex, age_band]", "[shoe_size]"), "covariates: the dataset has no shoe_size; it has age_band, "),
    ],
)
def test_a_plan_that_the_dataset_cannot_follow(
    study: Path, tmp_path: Path, changed: tuple[str, str], said: str
) -> None:
    path = plan_file(tmp_path, GOOD.replace(*changed))
    result = run("analyse", study, "--out", tmp_path / "out", "--plan", path)
    assert result.exit_code == 2
    assert f"{path}: {said}" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["--covariates", "--outcome"])
def test_options_that_the_plan_decides_are_refused_beside_it(
    study: Path, tmp_path: Path, option: str
) -> None:
    out = tmp_path / "out"
    result = run("analyse", study, "--out", out, "--plan", plan_file(tmp_path), option, "sex")
    assert result.exit_code == 2
    assert result.stderr == (
        f"{option}: the plan says it already; leave the option out, or change the plan\n"
    )
    assert not out.exists()


def test_the_plan_is_followed_and_the_rest_is_marked_as_added(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {name: ANALYSES[name] for name in ("job_hazard_level", "job_hazard", "linearity")}
    monkeypatch.setattr(run_module, "ANALYSES", few)
    # The report has tests of its own.
    monkeypatch.setattr(write_module, "write_report", lambda *given, **named: None)
    path = plan_file(tmp_path)
    result = run("analyse", study, "--out", tmp_path / "out", "--plan", path)
    assert result.exit_code == 0, result.output
    text = (tmp_path / "out" / "results.json").read_text()
    results = json.loads(text)
    assert results["manifest"]["plan"] == hashlib.sha256(GOOD.encode()).hexdigest()
    assert results["manifest"]["outcome_kinds"] == ["job_regular"]
    assert set(results["manifest"]["covariates"]) <= {"sex", "age_band"}
    marked = {(row["analysis"], row["planned"]) for row in results["estimates"]}
    assert marked == {("job_hazard", True), ("job_hazard_level", False), ("linearity", False)}
    # The same input gives the same bytes.
    assert to_json(analyse(study, Wanted.planned(Plan.read(path))).results) == text


def test_without_a_plan_nothing_is_planned_or_added(study: Path) -> None:
    results = analyse(study, Wanted(analyses=("job_hazard",))).results
    assert {estimate.planned for estimate in results.estimates} == {None}
    assert results.manifest.plan is None


def test_a_plan_may_name_what_is_not_offered_and_gets_the_reason(study: Path, tmp_path: Path) -> None:
    plan = Plan.read(plan_file(tmp_path, GOOD.replace("[job_hazard]", "[fixed_effects_logit]")))
    wanted = Wanted.planned(plan)
    assert wanted.analyses == ("fixed_effects_logit", *ANALYSES)
    asked = Wanted(plan.covariates, plan.outcome, plan.analyses, plan)
    made = analyse(study, asked).results.estimates
    assert {(e.key.analysis, e.planned) for e in made} == {("fixed_effects_logit", True)}
    assert all("not offered: " in str(e.refused) for e in made)


def test_the_documentation_s_plan_can_be_followed(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", DOCUMENTATION.read_text(), flags=re.DOTALL)
    plan = Plan.read(plan_file(tmp_path, example))
    assert set(plan.analyses) <= set(ANALYSES)
    assert plan.outcome == Wanted().outcome_kinds
    assert plan.covariates == DEFAULT_COVARIATES


def test_the_documentation_lists_every_field_analysis_and_estimator_not_offered() -> None:
    text = DOCUMENTATION.read_text()
    sections = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", text, flags=re.DOTALL | re.MULTILINE))

    def listed(section: str) -> list[str]:
        first = re.findall(r"^\| (`.*?) ?(?:\||:)", sections[section], flags=re.MULTILINE)
        return [name for cell in first for name in re.findall(r"`(\w+)`", cell)]

    assert listed("A plan written before") == list(Plan.model_fields)
    assert listed("The analyses") == list(ANALYSES)
    assert listed("What is not offered") == list(NOT_OFFERED)

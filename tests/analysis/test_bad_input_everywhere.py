"""Bad input through every analysis and the report: refused with a reason, or handled by a stated rule.

Small studies, each odd in one or two ways. Whatever comes, there is no traceback and no warning, and no
number without what it rests on.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from analysis.dataset.check import check_study
from analysis.dataset.instrument import Instrument, Item
from analysis.dataset.open import open_study
from analysis.dataset.study import Study, StudyDataset, build_tables
from analysis.estimates.reasons import REFUSALS, SMALLEST_GROUP
from analysis.estimates.results import QUANTITIES, SCALES, estimate_row, to_json
from analysis.estimates.run import Analysed, Wanted, analyse
from analysis.report.write import write_report

Rows = dict[str, list[dict[str, Any]]]
_TABLES: Final = ("steps", "followups", "activities", "exits", "events", "answers", "responses", "rounds")
_PEOPLE: Final = ("organisations", "persons", "enrolments", "caseworkers", "assignments")
_LAST_DAY: Final = 500
# Showing takes as long as estimating: the report is written of those that leave most of it out.
_REPORTED: Final = ("nothing", "all_on_one_day", "raters_alike")
# Too small to be told apart from rounding.
_CLOSE: Final = 1e-9


@dataclass
class Case:
    """A study to be spoilt: its rows and its instrument."""

    rows: Rows
    instrument: Instrument

    def values(self, item: str) -> list[dict[str, Any]]:
        """The answers to an item that have a value."""
        return [a for a in self.rows["answers"] if a["item"] == item and a["value"] > 0]

    def rescale(self, change: Callable[[Item], dict[str, Any]]) -> None:
        """Give every item another scale."""
        items = [
            i.model_copy(update={"scale": i.scale.model_copy(update=change(i))})
            for i in self.instrument.items
        ]
        self.instrument = self.instrument.model_copy(update={"items": items})


def whole(instrument: Instrument, persons: int, rounds: int = 2) -> Case:
    """A sound study in which about a third get a job, and some answers are missing."""
    draw = random.Random(3)  # noqa: S311 - a fixed stream for a test
    rows: Rows = {name: [] for name in (*_PEOPLE, *_TABLES)}
    rows["organisations"].append({"organisation": "north", "country": "SE"})
    rows["caseworkers"] += [
        {"caseworker": f"c{number}", "organisation": "north", "unit": "u"} for number in range(4)
    ]
    for number in range(persons):
        _add(rows, number, draw)
        job = draw.choice([30, 130, 200, None, None, None, None, None])
        if job is not None:
            rows["events"].append(
                {"enrolment": f"e{number}", "kind": "job_regular", "day": job, "source": "register"}
            )
        for k in range(rounds):
            _add_round(rows, number, k, instrument, draw)
    return Case(rows, instrument)


def _add(rows: Rows, number: int, draw: random.Random) -> None:
    person, enrolment = f"p{number:03}", f"e{number}"
    at = {"person": person, "organisation": "north"}
    rows["persons"].append(
        {**at, "sex": draw.choice(["woman", "man"]), "origin": "native", "age_band": "30-39"}
        | {"education": "compulsory", "language": "sv"}
    )
    rows["enrolments"].append(
        {**at, "enrolment": enrolment, "unit": "u", "enrolled_quarter": "2026Q1"}
        | {"observed_to_day": draw.choice([250, *[_LAST_DAY] * 5]), "observed_by": "register"}
    )
    rows["assignments"].append({"enrolment": enrolment, "caseworker": f"c{number % 4}", "start_day": 0})


def _add_round(rows: Rows, number: int, k: int, instrument: Instrument, draw: random.Random) -> None:
    enrolment, opens = f"e{number}", 91 * k
    due = {"enrolment": enrolment, "round": k, "due_day": opens, "opens_day": opens, "closes_day": opens + 21}
    for rater in ("participant", "caseworker"):
        response = f"{enrolment}-{k}-{rater}"
        values = {item.key: float(draw.choice([-9, *range(1, 6)] * 2 + [3])) for item in instrument.items}
        due[f"{rater}_status"] = "partly" if -9.0 in values.values() else "answered"
        rows["responses"].append(
            {"response": response, "enrolment": enrolment, "round": k, "rater": rater}
            | {"caseworker": f"c{number % 4}" if rater == "caseworker" else None, "instrument": "tiny"}
            | {"instrument_version": "1", "language": draw.choice(["en", "sv"]), "mode": "own_device"}
            | {"assistance": "none", "proxy": False, "independent": True, "submitted_day": opens}
            | {"duration_s": draw.randint(60, 600)}
        )
        rows["answers"] += [{"response": response, "item": key, "value": v} for key, v in values.items()]
    rows["rounds"].append(due)


def nothing(case: Case) -> None:
    """No person at all."""
    case.rows = {name: [] for name in case.rows}


def no_event(case: Case) -> None:
    """Nobody gets a job, and everybody leaves for another reason."""
    case.rows["events"].clear()
    case.rows["exits"] += [
        {"enrolment": e["enrolment"], "day": 200, "reason": "ill"} for e in case.rows["enrolments"]
    ]


def one_event(case: Case) -> None:
    """One job, of somebody with two on the same day, and one caseworker for all."""
    del case.rows["events"][1:]
    case.rows["events"].append({**case.rows["events"][0], "kind": "job_subsidised"})
    for row in (*case.rows["assignments"], *case.rows["responses"]):
        row["caseworker"] = row["caseworker"] and "c0"


def all_on_one_day(case: Case) -> None:
    """Everybody has a job exactly on the day of the first horizon."""
    case.rows["events"] = [
        {"enrolment": e["enrolment"], "kind": "job_regular", "day": 91, "source": "register"}
        for e in case.rows["enrolments"]
    ]


def constant_and_separating(case: Case) -> None:
    """One indicator is the same for everybody, and another tells who will have a job."""
    jobs = {event["enrolment"] for event in case.rows["events"]}
    for answer in case.values("job_search"):
        answer["value"] = 3.0
    for answer in case.values("work_belief"):
        answer["value"] = 5.0 if answer["response"].split("-")[0] in jobs else 1.0


def one_round(case: Case) -> None:
    """No change can be told; a region has nobody in it."""
    for name in ("rounds", "responses"):
        case.rows[name] = [row for row in case.rows[name] if row["round"] == 0]
    _drop_answers(case)
    case.rows["organisations"].append({"organisation": "empty", "country": "SE"})


def one_rater_says_nothing(case: Case) -> None:
    """Caseworkers skip every question, participants answer by proxy."""
    for answer in case.rows["answers"]:
        if answer["response"].endswith("caseworker"):
            answer["value"] = -9.0
    for response in case.rows["responses"]:
        response["proxy"] = True
    for due in case.rows["rounds"]:
        due["caseworker_status"] = "partly"


def keys_that_sql_takes_for_one(case: Case) -> None:
    """Two items differ in capitals only; a scale has millions of steps."""
    names = {"job_search": "Job", "work_belief": "job", "job_belief": "job_belief"}
    items = [i.model_copy(update={"key": names[i.key]}) for i in case.instrument.items]
    case.instrument = case.instrument.model_copy(update={"items": items})
    case.rescale(lambda item: {"highest": 10**7 if item.key == "Job" else 5})
    for answer in case.rows["answers"]:
        answer["item"] = names[answer["item"]]


def values_close_together(case: Case) -> None:
    """A continuous scale of which the answers take up the least part."""
    case.rescale(lambda item: {"kind": "continuous", "lowest": 0})
    for item in case.instrument.items:
        for answer in case.values(item.key):
            answer["value"] *= 1e-12


def raters_alike(case: Case) -> None:
    """Caseworkers say what participants say; organisation, unit and languages have hostile names."""
    said = {(a["response"].removesuffix("-participant"), a["item"]): a["value"] for a in case.rows["answers"]}
    for answer in case.rows["answers"]:
        answer["value"] = said.get(
            (answer["response"].removesuffix("-caseworker"), answer["item"]), answer["value"]
        )
    for due in case.rows["rounds"]:
        due["caseworker_status"] = due["participant_status"]
    hostile = "Å%s{x}\"'<b>&" + "ö" * 300
    for name in ("organisations", "persons", "enrolments", "caseworkers"):
        for row in case.rows[name]:
            row["organisation"] = hostile
    for response in case.rows["responses"]:
        response["language"] = hostile if response["language"] == "sv" else "en"


def _drop_answers(case: Case) -> None:
    kept = {response["response"] for response in case.rows["responses"]}
    case.rows["answers"] = [a for a in case.rows["answers"] if a["response"] in kept]


CASES: Final = (
    nothing,
    no_event,
    one_event,
    all_on_one_day,
    constant_and_separating,
    one_rater_says_nothing,
    keys_that_sql_takes_for_one,
    raters_alike,
)


def dataset_of(case: Case, study: Study) -> StudyDataset:
    return StudyDataset(study, (case.instrument,), build_tables(case.rows))


@pytest.mark.parametrize("spoil", CASES, ids=lambda spoil: spoil.__name__)
def test_every_analysis_takes_it_and_so_does_the_report(
    spoil: Callable[[Case], None], instrument: Instrument, study: Study, tmp_path: Path
) -> None:
    case = whole(instrument, persons=20)
    spoil(case)
    dataset = dataset_of(case, study)
    with open_study(dataset) as opened:
        assert check_study(opened) == []
    analysed = analyse(dataset)
    assert_sound(analysed)
    if spoil.__name__ in _REPORTED:
        write_report(dataset, analysed.results, analysed.fits, tmp_path / "r.html", page=tmp_path / "p.json")
        pages = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
        assert pages.keys() == {"sv", "en"}
        assert not re.search(r">[^<]*\b(nan|inf|NaN|Infinity)\b", pages["en"]["body"])


def test_the_same_study_gives_the_same_bytes(instrument: Instrument, study: Study) -> None:
    case = whole(instrument, persons=24)
    one_round(case)
    dataset = dataset_of(case, study)
    # Those that draw at random.
    wanted = Wanted(analyses=("measurement", "missing"))
    first, again = (analyse(dataset, wanted) for _ in range(2))
    assert_sound(first)
    assert to_json(first.results) == to_json(again.results)
    assert any(one.estimate is not None for one in first.results.estimates)


@pytest.mark.parametrize(
    ("place", "value", "rule"),
    [
        (("answers", "value"), -7.0, "value-on-scale"),
        (("answers", "value"), float("nan"), "finite"),
        (("responses", "submitted_day"), 200, "response-order"),
        (("events", "day"), 10_000, "event-observed"),
    ],
)
def test_what_breaks_the_contract_is_named_before_anything_is_estimated(
    place: tuple[str, str], value: float, rule: str, instrument: Instrument, study: Study
) -> None:
    case = whole(instrument, persons=5)
    case.rows["events"].append({"enrolment": "e0", "kind": "study", "day": 10, "source": "register"})
    table, column = place
    case.rows[table][0][column] = value
    with open_study(dataset_of(case, study)) as opened:
        assert rule in {finding.rule for finding in check_study(opened)}


def test_a_ratio_that_no_number_can_hold_is_refused(instrument: Instrument, study: Study) -> None:
    case = whole(instrument, persons=250, rounds=3)
    values_close_together(case)
    wanted = Wanted((), analyses=("job_hazard_level", "sensitivity"))
    analysed = analyse(dataset_of(case, study), wanted)
    assert_sound(analysed)
    keys = {(e.key.scale, e.refused.key) for e in analysed.results.estimates if e.refused}
    assert {("odds_ratio", "ratio_beyond"), ("hazard_ratio", "ratio_beyond")} <= keys


def assert_sound(analysed: Analysed) -> None:
    """Strict JSON, each key once and of the closed lists, a number with its n or a reason of the list."""
    json.loads(to_json(analysed.results), parse_constant=pytest.fail)
    estimates = analysed.results.estimates
    assert estimates
    assert len({one.key for one in estimates}) == len(estimates)
    for one in estimates:
        row = estimate_row(one)
        assert row["quantity"] in QUANTITIES[row["analysis"]], row
        assert row["scale"] in SCALES[row["analysis"]], row
        if one.refused is not None:
            assert one.refused.key in REFUSALS, row
        else:
            assert_number(row)


def assert_number(row: dict[str, Any]) -> None:
    """A number of at least five persons, inside its interval; shares and chances where they belong."""
    value, low, high = row["estimate"], row["ci_low"], row["ci_high"]
    assert value is not None, row
    assert row["n_persons"] is not None, row
    assert row["n_persons"] >= SMALLEST_GROUP, row
    slack = _CLOSE * max(1.0, abs(value))
    if low is not None and high is not None:
        assert low - slack <= value <= high + slack, row
    if row["std_error"] is not None:
        assert row["std_error"] > 0, row
    for chance in (row["p_value"], row["p_holm"], row["p_bh"]):
        assert chance is None or 0 <= chance <= 1, row
    if row["scale"] == "percent":
        assert all(-_CLOSE <= part <= 100 + _CLOSE for part in (value, low, high) if part is not None), row

"""The panel equals a plain reading of the contract, row by row, on studies full of odd cases."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from analysis.dataset.open import open_study
from analysis.dataset.schema import MISSING_CODES, OUTCOME_KINDS
from analysis.dataset.study import StudyDataset
from analysis.panel.build import build_panel

ITEMS = ("job_search", "work_belief", "job_belief")
INTERVAL = 91


def random_rows(rows: dict[str, list[dict[str, Any]]], seed: int) -> dict[str, list[dict[str, Any]]]:
    """The tiny study's people, with rounds, answers, events, exits and withdrawals drawn at random."""
    draw = random.Random(seed)  # noqa: S311 - a fixed stream for a test
    made = {name: [] for name in rows} | {
        name: rows[name] for name in ("organisations", "persons", "caseworkers")
    }
    for number in range(80):
        person = draw.choice(rows["persons"])
        enrolment = f"e{number:02}"
        observed = draw.choice([0, 100, 150, 250, 400])
        withdrawn = draw.choice([None, None, None, observed, observed + draw.randint(0, 200)])
        made["enrolments"].append(
            {**rows["enrolments"][0], "enrolment": enrolment, "person": person["person"]}
            | {
                "organisation": person["organisation"],
                "observed_to_day": observed,
                "withdrawn_day": withdrawn,
            }
        )
        if draw.random() < 0.3:
            made["exits"].append({"enrolment": enrolment, "day": draw.randint(0, 400), "reason": "ill"})
        for _ in range(draw.choice([0, 1, 2, 3])):
            kind = draw.choice(["job_regular", "job_subsidised", "study", "placement"])
            made["events"].append({"enrolment": enrolment, "kind": kind, "day": draw.randint(0, 400)})
        _add_rounds(made, enrolment, draw)
    return made


def _add_rounds(made: dict[str, list[dict[str, Any]]], enrolment: str, draw: random.Random) -> None:
    day = draw.randint(0, 10)
    for k in range(5):
        for rater in ("participant", "caseworker"):
            if draw.random() < 0.25:
                continue
            response = f"{enrolment}-{k}-{rater}"
            made["responses"].append(
                {
                    "response": response,
                    "enrolment": enrolment,
                    "round": k,
                    "rater": rater,
                    "instrument": "tiny",
                }
                | {"instrument_version": "1", "independent": draw.random() < 0.85, "submitted_day": day}
            )
            for item in ITEMS:
                value = draw.choice([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, *MISSING_CODES])
                made["answers"].append({"response": response, "item": item, "value": float(value)})
        day += draw.choice([0, 30, 70, 91, 91, 100, 180])


def expected(
    rows: dict[str, list[dict[str, Any]]], rater: str, kinds: tuple[str, ...]
) -> list[dict[str, Any]]:
    value = {
        (a["response"], a["item"]): a["value"] for a in rows["answers"] if a["value"] not in MISSING_CODES
    }
    found = []
    for enrolment in sorted(rows["enrolments"], key=lambda e: e["enrolment"]):
        name = enrolment["enrolment"]
        own = [r for r in rows["responses"] if r["enrolment"] == name and r["rater"] == rater]
        own = sorted((r for r in own if r["independent"]), key=lambda r: r["round"])
        events = [e for e in rows["events"] if e["enrolment"] == name]
        jobs = [e["day"] for e in events if e["kind"] in kinds]
        stops = jobs + [x["day"] for x in rows["exits"] if x["enrolment"] == name]
        if "study" not in kinds:
            stops += [e["day"] for e in events if e["kind"] == "study"]
        if enrolment["withdrawn_day"] is not None:
            stops.append(enrolment["withdrawn_day"])
        for place, now in enumerate(own):
            day = now["submitted_day"]
            end = day + INTERVAL
            if place + 1 < len(own):
                end = min(end, own[place + 1]["submitted_day"])
            if any(stop <= day for stop in stops) or end > enrolment["observed_to_day"]:
                continue
            before = [r for r in own if r["round"] == now["round"] - 1]
            row = {"enrolment": name, "round": now["round"], "day": day, "end_day": end}
            row |= {"outcome": any(day < j <= end for j in jobs), "has_previous": bool(before)}
            for item in ITEMS:
                level = value.get((now["response"], item))
                previous = value.get((before[0]["response"], item)) if before else None
                change = None if level is None or previous is None else level - previous
                row |= {f"level:{item}": level, f"previous:{item}": previous, f"change:{item}": change}
            found.append(row)
    return found


@pytest.mark.parametrize("kinds", [OUTCOME_KINDS, ("study",), ("job_regular", "study")])
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rater", ["participant", "caseworker"])
def test_panel_equals_a_plain_reading_of_the_contract(
    make_dataset: Callable[..., StudyDataset], rows: dict, seed: int, rater: str, kinds: tuple[str, ...]
) -> None:
    made = random_rows(rows, seed)
    with open_study(make_dataset(made)) as study:
        panel = build_panel(study, rater, (), kinds)
    wanted = expected(made, rater, kinds)
    got = panel.rows.drop(columns="person").astype(object).where(panel.rows.notna(), None).to_dict("records")
    assert len(wanted) > 20
    assert any(row["outcome"] for row in wanted)
    assert got == wanted

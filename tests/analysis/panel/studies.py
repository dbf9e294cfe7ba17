"""Studies full of odd cases for the panel to read: what a generator seeded by hypothesis fills in."""

from __future__ import annotations

import random
from typing import Any

from analysis.dataset.instrument import Instrument
from analysis.dataset.schema import MISSING_CODES

Rows = dict[str, list[dict[str, Any]]]
ITEMS = ("job_search", "work_belief", "job_belief")
# The one of them that `with_continuous_item` gives a continuous scale.
CONTINUOUS = "work_belief"
_LAST_ROUND = 5
_KINDS = ("job_oriented", "job_oriented", "skills", "health", "social")
_EVENTS = ("job_regular", "job_subsidised", "study", "placement")
_REASONS = ("work", "study", "ill", "unknown")


def with_continuous_item(instrument: Instrument) -> Instrument:
    """The tiny instrument, its second item on any number from 0 to 5."""
    items = [
        item.model_copy(
            update={"scale": item.scale.model_copy(update={"kind": "continuous", "lowest": 0})}
            if item.key == CONTINUOUS
            else {}
        )
        for item in instrument.items
    ]
    return instrument.model_copy(update={"items": items})


def odd_study(rows: Rows, seed: int, enrolments: int) -> Rows:
    """The tiny study's people with everything else drawn at random, some of it against the contract.

    Days repeat and run backwards, rounds are left out, spells overlap, touch, are empty or end before they
    start, exits come twice, events lie before the start and after all observation.
    """
    draw = random.Random(seed)  # noqa: S311 - a fixed stream for a test
    made: Rows = {name: [] for name in rows} | {
        name: rows[name] for name in ("organisations", "persons", "caseworkers")
    }
    for number in range(enrolments):
        name = f"e{number:02}"
        observed = draw.choice([0, 150, 250, 400, 800, 800])
        withdrawn = draw.choice([None, None, None, observed, observed + draw.randint(0, 200)])
        person = draw.choice(rows["persons"])
        made["enrolments"].append(
            {**rows["enrolments"][0], "enrolment": name, "person": person["person"]}
            | {"organisation": person["organisation"]}
            | {"observed_to_day": observed, "withdrawn_day": withdrawn}
        )
        add_responses(made, name, draw)
        add_happenings(made, name, draw)
        add_spells(made, name, draw, from_day=0)
    return made


def add_responses(made: Rows, enrolment: str, draw: random.Random) -> None:
    day = draw.randint(0, 10)
    for k in range(draw.choice([1, 3, _LAST_ROUND, _LAST_ROUND])):
        for rater in ("participant", "caseworker"):
            if draw.random() < 0.8:
                add_response(made, enrolment, k, rater, day=day, draw=draw)
        day = max(0, day + draw.choice([0, 1, 30, 70, 91, 91, 91, 91, 91, 100, 180, -40]))


def add_response(made: Rows, enrolment: str, k: int, rater: str, *, day: int, draw: random.Random) -> None:
    response = f"{enrolment}-{k}-{rater}"
    made["responses"].append(
        {"response": response, "enrolment": enrolment, "round": k, "rater": rater, "submitted_day": day}
        | {"instrument": "tiny", "instrument_version": "1"}
        | {"independent": draw.random() < 0.85, "proxy": draw.random() < 0.2}
    )
    for item in ITEMS:
        value = draw.choice([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, *MISSING_CODES])
        if value > 0 and item == CONTINUOUS:
            value = draw.randint(0, 500) / 100
        made["answers"].append({"response": response, "item": item, "value": float(value)})


def add_happenings(made: Rows, enrolment: str, draw: random.Random, after: int = -10) -> None:
    """Events and exits on days after `after`."""
    for _ in range(draw.choice([0, 0, 0, 1, 2])):
        day = after + draw.randint(1, 600)
        made["events"].append({"enrolment": enrolment, "kind": draw.choice(_EVENTS), "day": day})
    for _ in range(draw.choice([0, 0, 0, 0, 1, 2])):
        day = after + draw.randint(1, 600)
        made["exits"].append({"enrolment": enrolment, "day": day, "reason": draw.choice(_REASONS)})


def add_spells(made: Rows, enrolment: str, draw: random.Random, from_day: int) -> None:
    """Activities and assignments that start on `from_day` or later."""
    for _ in range(draw.choice([0, 0, 1, 2, 4])):
        start = from_day + draw.randint(0, 300)
        end = draw.choice([None, start, start + draw.randint(0, 120), start + 40, start - 5])
        made["activities"].append(
            {"enrolment": enrolment, "kind": draw.choice(_KINDS), "start_day": start, "end_day": end}
        )
    start = from_day + draw.choice([0, 0, 60])
    for _ in range(draw.choice([0, 2, 3, 4])):
        end = draw.choice([None, start, start + draw.randint(0, 120), start + 91, start - 5])
        made["assignments"].append(
            {"enrolment": enrolment, "caseworker": draw.choice(["c1", "c2"])}
            | {"start_day": start, "end_day": end}
        )
        start = (
            start + 30 if end is None or draw.random() < 0.1 else max(end, start) + draw.choice([0, 0, 20])
        )

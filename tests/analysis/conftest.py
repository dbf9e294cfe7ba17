"""A small study made by hand, valid as it stands, for the tests of `analysis` to take apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from analysis.dataset.instrument import Instrument
from analysis.dataset.study import Covariate, Study, StudyDataset, build_tables

Rows = dict[str, list[dict[str, Any]]]
MISSING = {
    "-1": {"key": "dont_know", "label": {"en": "Don't know"}, "raters": ["participant"]},
    "-2": {"key": "prefer_not_to_answer", "label": {"en": "Prefer not"}, "raters": ["participant"]},
    "-3": {"key": "could_not_observe", "label": {"en": "Could not observe"}, "raters": ["caseworker"]},
    "-8": {"key": "not_asked", "label": {"en": "Not asked"}, "raters": ["participant", "caseworker"]},
    "-9": {"key": "skipped", "label": {"en": "Skipped"}, "raters": ["participant", "caseworker"]},
}


def _item(key: str, number: int, *, caseworker: dict[str, Any] | None = None) -> dict[str, Any]:
    form = {
        "question": {"en": f"How is {key}?"},
        "steps": {str(step): {"en": f"{key} step {step}"} for step in range(1, 6)},
    }
    return {
        "key": key,
        "number": number,
        "label": {"en": key.replace("_", " ").capitalize()},
        "scale": {"kind": "steps", "lowest": 1, "highest": 5, "direction": "higher_is_closer"},
        "raters": {"participant": form, "caseworker": {**form, **(caseworker or {})}},
        "sensitive": False,
    }


@pytest.fixture
def instrument() -> Instrument:
    """Three items; the last is the caseworker's private belief."""
    return Instrument.model_validate(
        {
            "key": "tiny",
            "version": "1",
            "status": "provisional",
            "first_language": "en",
            "languages": ["en"],
            "title": {"en": "Tiny"},
            "description": {"en": "Three items"},
            "references": [],
            "missing_codes": MISSING,
            "items": [
                _item("job_search", 1),
                _item("work_belief", 2),
                _item("job_belief", 3, caseworker={"private": True, "alone": True}),
            ],
        }
    )


@pytest.fixture
def study() -> Study:
    return Study("tiny", "A tiny study", 91, "test", "simulated", "tests")


@pytest.fixture
def rows() -> Rows:
    """Two persons in two organisations, two rounds, both raters; the first gets a job on day 150."""
    made: Rows = {
        "organisations": [
            {"organisation": "north", "country": "SE"},
            {"organisation": "south", "country": "SE"},
        ],
        "persons": [],
        "enrolments": [],
        "caseworkers": [],
        "assignments": [],
        "rounds": [],
        "responses": [],
        "answers": [],
        "activities": [],
        "steps": [],
        "events": [],
        "exits": [],
        "followups": [],
    }
    for number, organisation in ((1, "north"), (2, "south")):
        _add_person(made, number, organisation)
    made["activities"].append(
        {"enrolment": "e1", "kind": "job_oriented", "start_day": 10, "end_day": 60, "hours_per_week": 10.0}
    )
    made["steps"].append({"enrolment": "e1", "kind": "visited_workplace", "day": 40})
    made["events"].append({"enrolment": "e1", "kind": "job_regular", "day": 150, "source": "register"})
    made["exits"].append({"enrolment": "e1", "day": 151, "reason": "work"})
    made["followups"].append({"enrolment": "e1", "months_after_exit": 6, "day": 333, "status": "work"})
    return made


def _add_person(made: Rows, number: int, organisation: str) -> None:
    enrolment, caseworker = f"e{number}", f"c{number}"
    made["persons"].append(
        {
            "person": f"p{number}",
            "organisation": organisation,
            "sex": "woman" if number == 1 else "man",
            "origin": "native",
            "age_band": "30-39",
            "education": "compulsory",
            "language": "sv",
        }
    )
    made["enrolments"].append(
        {
            "enrolment": enrolment,
            "person": f"p{number}",
            "organisation": organisation,
            "unit": "u1",
            "enrolled_quarter": "2026Q1",
            "observed_to_day": 400,
            "observed_by": "register",
        }
    )
    made["caseworkers"].append({"caseworker": caseworker, "organisation": organisation, "unit": "u1"})
    made["assignments"].append({"enrolment": enrolment, "caseworker": caseworker, "start_day": 0})
    for k in (0, 1):
        due = 91 * k
        made["rounds"].append(
            {
                "enrolment": enrolment,
                "round": k,
                "due_day": due,
                "opens_day": due,
                "closes_day": due + 21,
                "participant_status": "answered",
                "caseworker_status": "answered",
            }
        )
        for rater in ("participant", "caseworker"):
            _add_response(made, enrolment, k, rater, caseworker)


def _add_response(made: Rows, enrolment: str, k: int, rater: str, caseworker: str) -> None:
    response = f"{enrolment}-{k}-{rater[0]}"
    made["responses"].append(
        {
            "response": response,
            "enrolment": enrolment,
            "round": k,
            "rater": rater,
            "caseworker": caseworker if rater == "caseworker" else None,
            "instrument": "tiny",
            "instrument_version": "1",
            "language": "en",
            "mode": "own_device",
            "assistance": "none",
            "proxy": False,
            "independent": True,
            "submitted_day": 91 * k + 5,
            "duration_s": 240,
        }
    )
    for index, item in enumerate(("job_search", "work_belief", "job_belief")):
        made["answers"].append({"response": response, "item": item, "value": float(2 + (k + index) % 3)})


@pytest.fixture
def make_dataset(instrument: Instrument, study: Study) -> Callable[..., StudyDataset]:
    """Builds a dataset from rows, with the tiny instrument unless another is given."""

    def make(
        rows: Rows,
        *,
        covariates: tuple[Covariate, ...] = (),
        instruments: tuple[Instrument, ...] | None = None,
    ) -> StudyDataset:
        used = (instrument,) if instruments is None else instruments
        return StudyDataset(study, used, build_tables(rows, covariates), covariates)

    return make

"""A study made by hand whose answers share one latent level, for looking at its measurement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from analysis.dataset.instrument import Instrument
from analysis.dataset.open import open_study
from analysis.dataset.study import Study, StudyDataset, build_tables
from analysis.estimates.analysis import Found, Question
from analysis.estimates.measurement import measurement
from analysis.estimates.results import Estimate

Rows = dict[str, list[dict[str, Any]]]
Edit = Callable[[Rows], None]
ITEMS = ("one", "two", "three", "four", "belief")
RATERS = ("participant", "caseworker")


def instrument(version: str = "1", **scales: dict[str, Any]) -> Instrument:
    """Five items of five steps, the last one `alone` for the caseworker; `scales` replace those of items."""
    items = []
    for number, key in enumerate(ITEMS, 1):
        scale = {"kind": "steps", "lowest": 1, "highest": 5, **scales.get(key, {})}
        form = {"question": {"en": f"How is {key}?"}, "steps": {}}
        raters = {"participant": form, "caseworker": {**form, "alone": key == "belief"}}
        label = {"en": key.capitalize(), "sv": f"Fråga {key}"}
        items.append({"key": key, "number": number, "label": label, "scale": scale, "raters": raters})
    codes = {
        "-1": ("dont_know", ["participant"]),
        "-2": ("prefer_not_to_answer", ["participant"]),
        "-3": ("could_not_observe", ["caseworker"]),
        "-9": ("skipped", list(RATERS)),
    }
    return Instrument.model_validate(
        {
            "key": "five",
            "version": version,
            "status": "provisional",
            "first_language": "en",
            "languages": ["en", "sv"],
            "title": {"en": "Five"},
            "description": {"en": "Five items"},
            "references": [],
            "missing_codes": {c: {"key": k, "label": {"en": k}, "raters": r} for c, (k, r) in codes.items()},
            "items": items,
        }
    )


def rows_of(persons: int = 80, rounds: int = 3, seed: int = 20260101) -> Rows:
    """Everybody answers every round; three quarters in Swedish, two thirds on their own device."""
    rng = np.random.default_rng(seed)
    rows: Rows = {name: [] for name in ("persons", "enrolments", "responses", "answers")}
    rows["organisations"] = [{"organisation": "north", "country": "SE"}]
    for number in range(persons):
        person, latent = f"p{number:05}", rng.normal()
        rows["persons"].append({"person": person, "organisation": "north", "language": "sv"})
        rows["enrolments"].append(
            {"enrolment": f"e{number:05}", "person": person, "enrolled_quarter": "2026Q1"}
        )
        for k in range(rounds):
            now = latent + 0.3 * k + 0.3 * rng.normal()
            for rater in RATERS:
                _respond(rows, (number, k, rater), now, rng)
    return rows


def _respond(rows: Rows, who: tuple[int, int, str], latent: float, rng: np.random.Generator) -> None:
    number, k, rater = who
    response = f"r{number:05}-{k}-{rater[0]}"
    rows["responses"].append(
        {
            "response": response,
            "enrolment": f"e{number:05}",
            "round": k,
            "rater": rater,
            "instrument": "five",
            "instrument_version": "1",
            "language": "sv" if number % 4 else "ar",
            "mode": "own_device" if number % 3 else "interview",
            "assistance": "none",
            "proxy": False,
            "independent": True,
            "submitted_day": 91 * k + 3,
            "duration_s": int(rng.lognormal(6, 0.3)),
        }
    )
    for key in ITEMS:
        value = float(np.clip(np.round(3 + 0.8 * latent + 0.7 * rng.normal()), 1, 5))
        rows["answers"].append({"response": response, "item": key, "value": value})


def dataset(rows: Rows, *instruments: Instrument) -> StudyDataset:
    """The rows as a study, with the plain instrument unless others are given."""
    about = Study("five", "Five", 91, "one", "simulated", "tests")
    return StudyDataset(about, instruments or (instrument(),), build_tables(rows))


def measured(rows: Rows, *instruments: Instrument) -> Found:
    """What `measurement` says of the rows."""
    with open_study(dataset(rows, *instruments)) as study:
        return measurement(Question(study, (), (), ""), lambda what, done, total: None)


def pick(found: Found, quantity: str, **parts: str | None) -> list[Estimate]:
    """The estimates of a quantity whose key has these parts."""
    return [
        one
        for one in found.estimates
        if one.key.quantity == quantity
        and all(getattr(one.key, name) == value for name, value in parts.items())
    ]


def one(found: Found, quantity: str, **parts: str | None) -> Estimate:
    """The only estimate of a quantity whose key has these parts."""
    (estimate,) = pick(found, quantity, **parts)
    return estimate


def why(found: Found, quantity: str, **parts: str | None) -> set[str | None]:
    """The reasons for which such estimates are refused; None for those that are not."""
    return {e.refused.key if e.refused else None for e in pick(found, quantity, **parts)}

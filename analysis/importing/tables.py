"""The tables of the study dataset from what was placed; foreign ids end here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.dataset.instrument import Instrument
from analysis.dataset.schema import RATERS, SKIPPED
from analysis.dataset.study import Covariate, Study, StudyDataset, build_tables
from analysis.importing.mapping import Mapping as StudyMapping
from analysis.importing.placement import PlacedPerson, Placement
from analysis.importing.rows import NO_EVENT, Response, Slot

_Row = dict[str, Any]


def dataset_of(placement: Placement, mapping: StudyMapping, instrument: Instrument) -> StudyDataset:
    """The study dataset of everything placed, persons and caseworkers numbered in the order of the file."""
    part = mapping.study
    study = Study(
        part.key, part.title, part.interval_days, part.release, part.disclosure, created_by="bip import"
    )
    covariates = tuple(Covariate(name, c.type, c.label) for name, c in mapping.covariates.items())
    maker = _Maker(placement, mapping, instrument, _numbered("c", placement.caseworkers), _asked(placement))
    return StudyDataset(study, (instrument,), build_tables(maker.tables(), covariates), covariates)


def _numbered(letter: str, foreign: Mapping[str, object]) -> dict[str, str]:
    return {key: f"{letter}{number:06d}" for number, key in enumerate(foreign, start=1)}


def _asked(placement: Placement) -> set[Slot]:
    return {slot for person in placement.persons.values() for slot in person.rounds}


@dataclass(frozen=True)
class _Maker:
    placement: Placement
    mapping: StudyMapping
    instrument: Instrument
    caseworkers: dict[str, str]
    asked: set[Slot]

    def tables(self) -> dict[str, list[_Row]]:
        made: dict[str, list[_Row]] = {
            "organisations": [
                {"organisation": name, "country": country.value}
                for name, (_, country) in self.placement.organisations.items()
            ],
            "caseworkers": [
                {
                    "caseworker": self.caseworkers[key],
                    "organisation": c.organisation.value,
                    "unit": c.unit.value,
                }
                for key, c in self.placement.caseworkers.items()
            ],
            **{n: [] for n in ("persons", "enrolments", "rounds", "responses", "answers", "events")},
        }
        numbers = _numbered("", self.placement.persons)
        for key, person in self.placement.persons.items():
            self._add(made, key, person, numbers[key])
        return made

    def _add(self, made: dict[str, list[_Row]], key: str, person: PlacedPerson, number: str) -> None:
        enrolment = f"e{number}"
        made["persons"].append({"person": f"p{number}", **_of(person, "persons")})
        made["enrolments"].append(
            {
                "enrolment": enrolment,
                "person": f"p{number}",
                "organisation": person.facts["persons.organisation"].value,
                **_of(person, "enrolments"),
                "observed_to_day": _observed_to(person),
            }
        )
        made["events"].extend(self._events(person, enrolment))
        made["rounds"].extend(self._rounds(key, person, enrolment))
        for (round_number, rater), response in person.rounds.items():
            if response is not None:
                row = self._response(enrolment, round_number, rater, response)
                made["responses"].append(row)
                made["answers"].extend(
                    {"response": row["response"], "item": item, "value": value}
                    for item, value in response.values.items()
                )

    def _events(self, person: PlacedPerson, enrolment: str) -> Iterator[_Row]:
        outcome = self.mapping.outcome
        if outcome is not None and person.facts["events.kind"].value not in NO_EVENT:
            yield {"enrolment": enrolment, **_of(person, "events"), "source": outcome.source}

    def _response(self, enrolment: str, number: int, rater: str, response: Response) -> _Row:
        caseworker = self.caseworkers[response.caseworker] if response.caseworker is not None else None
        return {
            "response": f"{enrolment}-{number}-{rater}",
            "enrolment": enrolment,
            "round": number,
            "rater": rater,
            "caseworker": caseworker,
            "instrument": self.instrument.key,
            "instrument_version": self.instrument.version,
            "submitted_day": response.day.value,
            **{name: fact.value for name, fact in response.facts.items()},
        }

    def _rounds(self, key: str, person: PlacedPerson, enrolment: str) -> Iterator[_Row]:
        for number in sorted({slot[0] for slot in self.asked}):
            due = number * self.mapping.study.interval_days
            given = [person.rounds.get((number, rater)) for rater in RATERS]
            # The real window is not known: it is the due day, widened to the days of the answers there are.
            days = [due] + [int(str(response.day.value)) for response in given if response]
            lost = any((key, (number, rater)) in self.placement.lost for rater in RATERS)
            yield {
                "enrolment": enrolment,
                "round": number,
                "due_day": due,
                "opens_day": min(days),
                "closes_day": max(days),
                **{f"{rater}_status": self._status(person, (number, rater)) for rater in RATERS},
                "missed_reason": "row not placed by the import" if lost and not any(given) else None,
            }

    def _status(self, person: PlacedPerson, slot: Slot) -> str:
        if slot not in self.asked:
            return "not_due"
        response = person.rounds.get(slot)
        if response is None:
            return "missed"
        return "partly" if SKIPPED in response.values.values() else "answered"


def _of(person: PlacedPerson, table: str) -> _Row:
    return {key.split(".")[1]: fact.value for key, fact in person.facts.items() if key.split(".")[0] == table}


def _observed_to(person: PlacedPerson) -> int:
    event = person.facts.get("events.kind")
    if event is not None and event.value == "unknown":
        return 0
    return int(str(person.facts["enrolments.observed_to_day"].value))

"""Tables of what was answered: rounds, responses, answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from analysis.dataset.instrument import Instrument
from analysis.dataset.schema import SKIPPED
from analysis.simulate.answering import ASSISTANCE, MODES, RaterAnswers
from analysis.simulate.arrays import INTERVAL_DAYS, WINDOW_DAYS, Bools, Floats, Ints
from analysis.simulate.columns import coded, maybe, numbered, same, table
from analysis.simulate.simulated import Simulated

_ANSWERED, _PARTLY, _MISSED, _DECLINED, _NOT_DUE = range(5)
_STATUS: Final = ("answered", "partly", "missed", "declined", "not_due")
_REASONS: Final = ("no_contact", "ill", "away", "technical_fault")
_REASON_SHARES: Final = (0.50, 0.27, 0.15, 0.08)
_DECLINED_SHARE: Final = 0.2
_TYPICAL_SECONDS: Final = {"participant": 480.0, "caseworker": 300.0}
_PAPER: Final = MODES.index("paper")


@dataclass(frozen=True)
class _Given:
    """One rater's responses, in the order of persons and rounds: `values` (responses, items)."""

    rater: str
    person: Ints
    round: Ints
    values: Floats
    answers: RaterAnswers

    def __len__(self) -> int:
        return len(self.person)


def rounds_tables(study: Simulated, rng: np.random.Generator) -> dict[str, pa.Table]:
    """Rounds, responses and answers."""
    given = [part for part in _both(study) if study.instrument.items_of(part.rater)]
    responses = [_responses(study, part, rng) for part in given]
    answers = [_answers(part, rows, study.instrument) for part, rows in zip(given, responses, strict=True)]
    return {
        "rounds": _rounds(study, given, rng),
        "responses": pa.concat_tables(responses).combine_chunks(),
        "answers": pa.concat_tables(answers).combine_chunks(),
    }


def _both(study: Simulated) -> list[_Given]:
    course, ratings, answering = study.course, study.paths.ratings, study.paths.answering
    return [
        _given("participant", course.participant, ratings.participant, answering.participant),
        _given("caseworker", course.caseworker, ratings.caseworker, answering.caseworker),
    ]


def _given(rater: str, given: Bools, values: Floats, answers: RaterAnswers) -> _Given:
    person, k = np.nonzero(given)
    return _Given(rater, person, k, values[person, k], answers)


def _responses(study: Simulated, part: _Given, rng: np.random.Generator) -> pa.Table:
    size, where = len(part), (part.person, part.round)
    seconds = rng.lognormal(np.log(_TYPICAL_SECONDS[part.rater]), 0.4, size).astype(np.int64)
    return table(
        "responses",
        {
            "response": pa.array(numbered(f"r{part.rater[0]}", 6, np.arange(1, size + 1))),
            "enrolment": coded(study.names.enrolments, part.person),
            "round": pa.array(part.round),
            "rater": same(part.rater, size),
            "instrument": same(study.instrument.key, size),
            "instrument_version": same(study.instrument.version, size),
            "independent": pa.array(part.answers.independent[where]),
            "submitted_day": pa.array(part.answers.day[where]),
            **(_by_participant if part.rater == "participant" else _by_caseworker)(study, part, seconds),
        },
    )


def _by_participant(study: Simulated, part: _Given, seconds: Ints) -> dict[str, pa.Array]:
    answering, where = study.paths.answering, (part.person, part.round)
    mode = answering.mode[where]
    return {
        "caseworker": same(None, len(part)),
        "language": coded(study.languages.questionnaire, study.languages.first[part.person]),
        "mode": coded(MODES, mode),
        "assistance": coded(ASSISTANCE, answering.assistance[where]),
        "proxy": pa.array(answering.proxy[where]),
        "duration_s": maybe(seconds, mode == _PAPER),
    }


def _by_caseworker(study: Simulated, part: _Given, seconds: Ints) -> dict[str, pa.Array]:
    rated_by = study.paths.casework.caseworker[part.person, part.round]
    return {
        "caseworker": coded(study.names.caseworkers, rated_by),
        "language": same(study.languages.questionnaire[0], len(part)),
        "mode": same("own_device", len(part)),
        "assistance": same("none", len(part)),
        "proxy": pa.array(np.zeros(len(part), dtype=bool)),
        "duration_s": pa.array(seconds),
    }


def _answers(part: _Given, responses: pa.Table, instrument: Instrument) -> pa.Table:
    keys = [item.key for item in instrument.items_of(part.rater)]
    repeated = pa.array(np.repeat(np.arange(len(part)), len(keys)))
    return table(
        "answers",
        {
            "response": responses["response"].combine_chunks().take(repeated),
            "item": coded(keys, np.tile(np.arange(len(keys)), len(part))),
            "value": pa.array(part.values.ravel()),
        },
    )


def _rounds(study: Simulated, given: Sequence[_Given], rng: np.random.Generator) -> pa.Table:
    """Every round that came due before the person left and the study stopped collecting."""
    course = study.course
    due = INTERVAL_DAYS * np.arange(course.participant.shape[1])
    held: Bools = np.arange(len(due)) <= study.paths.people.last_round[:, None]
    held &= due <= course.last_day[:, None]
    person, k = np.nonzero(held)
    statuses = {rater: np.full(held.shape, _NOT_DUE) for rater in ("participant", "caseworker")}
    for part in given:
        statuses[part.rater] = _status(part, held.shape, rng)
    participant, caseworker = (status[person, k] for status in statuses.values())
    reasons = rng.choice(len(_REASONS), len(person), p=_REASON_SHARES)
    return table(
        "rounds",
        {
            "enrolment": coded(study.names.enrolments, person),
            "round": pa.array(k),
            "due_day": pa.array(due[k]),
            "opens_day": pa.array(due[k]),
            "closes_day": pa.array(due[k] + WINDOW_DAYS),
            "participant_status": coded(_STATUS, participant),
            "caseworker_status": coded(_STATUS, caseworker),
            "missed_reason": coded(_REASONS, reasons, participant != _MISSED),
        },
    )


def _status(part: _Given, shape: tuple[int, ...], rng: np.random.Generator) -> Ints:
    """Only participants decline; caseworkers miss."""
    declines = (rng.random(shape) < _DECLINED_SHARE) & (part.rater == "participant")
    status = np.where(declines, _DECLINED, _MISSED)
    skipped = (part.values == SKIPPED).any(axis=1)
    status[part.person, part.round] = np.where(skipped, _PARTLY, _ANSWERED)
    return status

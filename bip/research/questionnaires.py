"""Rounds, responses and answers of an export; a round whose seal is closed is not even a row."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import pyarrow as pa
from sqlalchemy.orm import Session

from analysis.dataset.instrument import Instrument
from analysis.dataset.schema import SKIPPED, TABLES
from bip.research.account import Reason
from bip.research.enrolled import Enrolled, Sieve
from bip.research.form_times import read_form_times
from bip.research.noted import read_missed
from bip.rounds.sealed_rows import (
    StudyRound,
    readable_answers,
    readable_responses,
    study_rounds,
)
from bip.store.lists import MissReason, Mode, Rater
from bip.store.rounds import Response

_Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Given:
    """A response that is exported, with a value or a missing code for every item its rater is asked."""

    row: Response
    enrolled: Enrolled
    round: StudyRound
    instrument: Instrument
    ended_on: date
    independent: bool
    answers: Mapping[str, int]

    @property
    def name(self) -> str:
        """The response's pseudonym."""
        return f"{self.enrolled.name}-{self.round.number}-{self.row.rater[0]}"

    @property
    def status(self) -> str:
        """What became of the rater's response in this round."""
        if self.ended_on > self.round.closes_on:
            return "missed"
        return "partly" if SKIPPED in self.answers.values() else "answered"


@dataclass(frozen=True, slots=True)
class Questionnaires:
    """The rounds that may be told of, what was given in them, and what is noted beside.

    `missed`: the reason by round. `form_times`: seconds at the form by response, where they are known.
    """

    rounds: list[tuple[Enrolled, StudyRound]]
    given: list[Given]
    missed: Mapping[UUID, MissReason]
    form_times: Mapping[UUID, int]


def read_questionnaires(
    session: Session,
    study_id: UUID,
    enrolled: Mapping[UUID, Enrolled],
    instruments: Mapping[int, Instrument],
    sieve: Sieve,
) -> Questionnaires:
    """Everything of a study that is unsealed on the sieve's day."""
    rounds = {
        row.id: row for row in study_rounds(session, study_id, sieve.as_of) if row.enrolment_id in enrolled
    }
    responses = [
        (one.response, sieve.day_of(one.ended_at))
        for one in readable_responses(session, study_id, sieve.as_of)
        if one.response.round_id in rounds
    ]
    answers = readable_answers(session, study_id, sieve.as_of)
    skipped = _skipped(instruments)
    rounds = _as_of(rounds, responses, sieve.as_of)
    given = []
    for row, ended_on in responses:
        round_ = rounds[row.round_id]
        person = enrolled[round_.enrolment_id]
        if round_.is_open and _keeps(person, ended_on, sieve):
            asked = instruments[row.instrument_id]
            complete = skipped[row.instrument_id, row.rater] | answers.get(row.id, {})
            given.append(Given(row, person, round_, asked, ended_on, row.independent, complete))
    told = _told(rounds.values(), enrolled, {one.round.id for one in given}, sieve)
    return Questionnaires(
        told,
        _in_order(given, sieve),
        read_missed(session, study_id, sieve),
        read_form_times(session, study_id),
    )


def _skipped(instruments: Mapping[int, Instrument]) -> dict[tuple[int, Rater], dict[str, int]]:
    """A response of each rater to each instrument before the first answer."""
    return {
        (key, rater): dict.fromkeys((item.key for item in instrument.items_of(rater)), SKIPPED)
        for key, instrument in instruments.items()
        for rater in Rater
    }


def _as_of(
    rounds: dict[UUID, StudyRound], responses: Iterable[tuple[Response, date]], as_of: date
) -> dict[UUID, StudyRound]:
    """The rounds as they were at the end of `as_of`: one that the second rater opened later was sealed."""
    later = {
        row.round_id
        for row, ended_on in responses
        if ended_on > as_of and rounds[row.round_id].closes_on >= as_of
    }
    return rounds | {key: replace(rounds[key], is_open=False) for key in later}


def _keeps(enrolled: Enrolled, ended_on: date, sieve: Sieve) -> bool:
    reason = sieve.objection(enrolled.withdrawn_on, ended_on)
    if ended_on < enrolled.enrolled_on:
        reason = Reason.BEFORE_ENROLMENT
    elif reason is None and ended_on > enrolled.last_on:
        reason = Reason.AFTER_EXIT
    if reason:
        sieve.count("responses", reason)
    return reason is None


def _told(
    rounds: Iterable[StudyRound], enrolled: Mapping[UUID, Enrolled], answered: set[UUID], sieve: Sieve
) -> list[tuple[Enrolled, StudyRound]]:
    """Opened rounds of those who still took part when they began; a sealed one that has begun is counted."""
    told = []
    for row in rounds:
        person = enrolled[row.enrolment_id]
        has_begun = row.opens_on <= min(sieve.as_of, person.last_on)
        if row.id in answered or (row.is_open and has_begun):
            told.append((person, row))
        elif has_begun:
            sieve.count("rounds", Reason.SEALED)
    return told


def _in_order(given: Iterable[Given], sieve: Sieve) -> list[Given]:
    """Independent responses of a rater follow the order of the rounds; a later one looks back at more."""
    by_rater: dict[tuple[str, Rater], list[Given]] = defaultdict(list)
    for one in given:
        by_rater[one.enrolled.name, one.row.rater].append(one)
    return [one for line in by_rater.values() for one in _line_in_order(line, sieve)]


def _line_in_order(line: list[Given], sieve: Sieve) -> Iterable[Given]:
    earliest = date.max
    for one in sorted(line, key=lambda given: given.round.number, reverse=True):
        if not one.independent:
            yield one
        elif one.ended_on > earliest:
            sieve.count("responses", Reason.OUT_OF_ORDER)
            yield replace(one, independent=False)
        else:
            earliest = one.ended_on
            yield one


def rounds_rows(found: Questionnaires, asked: Instrument) -> Iterable[_Row]:
    """The table of rounds; who the study's instrument asks nothing is never late."""
    statuses: dict[tuple[UUID, Rater], str] = {
        (one.id, Rater.PARTICIPANT): "declined"
        for _, one in found.rounds
        if found.missed.get(one.id) is MissReason.DECLINED
    }
    statuses |= {(one.round.id, one.row.rater): one.status for one in found.given}
    unanswered = {rater: "missed" if asked.items_of(rater) else "not_due" for rater in Rater}
    given = {(one.round.id, one.row.rater) for one in found.given}
    for person, row in found.rounds:
        yield {
            "enrolment": person.name,
            "round": row.number,
            "due_day": person.day(row.due_on),
            "opens_day": person.day(row.opens_on),
            "closes_day": person.day(row.closes_on),
            **{f"{rater}_status": statuses.get((row.id, rater), unanswered[rater]) for rater in Rater},
            "missed_reason": found.missed.get(row.id) if (row.id, Rater.PARTICIPANT) not in given else None,
        }


def responses_rows(found: Questionnaires, caseworkers: Mapping[UUID, str]) -> Iterable[_Row]:
    """The table of responses."""
    for one in found.given:
        row = one.row
        yield {
            "response": one.name,
            "enrolment": one.enrolled.name,
            "round": one.round.number,
            "rater": row.rater,
            "caseworker": caseworkers[row.rated_by_id] if row.rated_by_id else None,
            "instrument": one.instrument.key,
            "instrument_version": one.instrument.version,
            "language": row.language,
            "mode": row.mode,
            "assistance": row.assistance,
            "proxy": row.proxy,
            "independent": one.independent,
            "submitted_day": one.enrolled.day(one.ended_on),
            "duration_s": _duration_s(row, found.form_times),
        }


def _duration_s(row: Response, form_times: Mapping[UUID, int]) -> int | None:
    """Of paper nobody knows how long it took: the screen saw only the typing.

    Where the visits to the form are not known, there is only when the response was begun and submitted.
    """
    if row.submitted_at is None or row.mode is Mode.PAPER:
        return None
    wall = int((row.submitted_at - row.started_at).total_seconds())
    return form_times.get(row.id, wall)


def answers_table(given: Iterable[Given]) -> pa.Table:
    """The table of answers, column by column: it is by far the longest."""
    responses: list[str] = []
    items: list[str] = []
    values: list[float] = []
    for one in given:
        responses += [one.name] * len(one.answers)
        items += one.answers
        values += map(float, one.answers.values())
    return pa.table([responses, items, values], schema=TABLES["answers"].arrow)

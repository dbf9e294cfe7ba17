"""Participants by rounds at a glance: who has answered, who is late, and the rates of units and intakes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from bip.auth.staff import Staff
from bip.participants.facts import earlier
from bip.participants.identity import open_contact
from bip.participants.visible import enrolments_of
from bip.rounds.state import Phase, RoundState, rounds_of
from bip.rounds.upkeep import keep_planned
from bip.services import Services
from bip.store.audit import record
from bip.store.followup import Exit
from bip.store.organisations import Unit
from bip.store.people import Enrolment, Identity


@dataclass(frozen=True, slots=True)
class Line:
    """One enrolment with its rounds by number, those that have begun before it ended and the next."""

    enrolment_id: UUID
    participant_id: UUID
    name: str | None
    unit: str
    intake: str | None
    referral: str | None
    rounds: Mapping[int, RoundState]


@dataclass(frozen=True, slots=True)
class Rate:
    """Of the rounds of a group whose window has closed: how many each rater has answered.

    `group`: the intake or the referral route; None in the line of the whole unit.
    """

    unit: str
    group: str | None
    people: int
    closed: int
    answered: int
    rated: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Everything the page shows; `numbers` are the columns."""

    lines: tuple[Line, ...]
    numbers: tuple[int, ...]
    rates: tuple[Rate, ...]
    referrals: tuple[Rate, ...]


def read_matrix(at: Services, staff: Staff) -> Matrix:
    """Those whom this member of staff may see, by name; noted in the trail."""
    today = at.clock.today()
    visible = enrolments_of(staff, today)
    keep_planned(at.store, today, visible)
    # A session of its own: the request's reader may have begun before the rounds were planned.
    with at.store.reading() as session:
        rows = session.execute(
            select(Enrolment, Identity, Unit.name, Exit.left_on)
            .join(Unit, Unit.id == Enrolment.unit_id)
            .outerjoin(Identity, Identity.participant_id == Enrolment.participant_id)
            .outerjoin(Exit, Exit.enrolment_id == Enrolment.id)
            .where(visible)
        ).all()
        rounds = rounds_of(session, [enrolment.id for enrolment, *_ in rows], today)
    lines = []
    for enrolment, identity, unit, left_on in rows:
        ended = earlier(left_on, enrolment.withdrawn_on)
        kept = {
            one.number: one for one in rounds.get(enrolment.id, []) if ended is None or one.opens_on <= ended
        }
        name = open_contact(at.cipher, identity).name if identity else None
        lines.append(
            Line(
                enrolment.id, enrolment.participant_id, name, unit, enrolment.intake, enrolment.referral, kept
            )
        )
    _note(at, staff, lines)
    lines.sort(key=lambda line: ((line.name or "").casefold(), str(line.enrolment_id)))
    numbers = sorted({number for line in lines for number in line.rounds})
    rates = response_rates(lines, lambda line: line.intake)
    # The units' own lines stand among the intakes.
    referrals = [one for one in response_rates(lines, lambda line: line.referral) if one.group]
    return Matrix(tuple(lines), tuple(numbers), tuple(rates), tuple(referrals))


def _note(at: Services, staff: Staff, lines: Iterable[Line]) -> None:
    people = sorted({str(line.participant_id) for line in lines})
    if people:
        with at.store.writing() as session:
            record(session, staff.actor, at.clock.now(), "participants_listed", participants=people)


def response_rates(lines: Iterable[Line], group_of: Callable[[Line], str | None]) -> list[Rate]:
    """Of each unit, and within it of each group that has a name. Rounds still open count for nobody."""
    groups: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.unit, ""].append(line)
        if name := group_of(line):
            groups[line.unit, name].append(line)
    return [_rate(unit, name or None, groups[unit, name]) for unit, name in sorted(groups)]


def _rate(unit: str, group: str | None, lines: list[Line]) -> Rate:
    closed = [one for line in lines for one in line.rounds.values() if one.phase is Phase.CLOSED]
    return Rate(
        unit,
        group,
        len({line.participant_id for line in lines}),
        len(closed),
        sum(one.answered for one in closed),
        sum(one.rated for one in closed),
    )

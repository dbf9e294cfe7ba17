"""What the spells of a participant's caseworkers come to: changes, and days with nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Spell:
    """Which caseworker, from which day until the day before `end_on`."""

    caseworker_id: UUID
    caseworker: str
    start_on: date
    end_on: date | None


def changes_of(spells: Sequence[Spell]) -> int:
    """How often somebody else took over; the same again after a gap is no change. `spells` in order."""
    return sum(one.caseworker_id != other.caseworker_id for one, other in pairwise(spells))


def days_without(spells: Sequence[Spell], first: date, last: date) -> int:
    """The days from `first` to `last`, both included, on which nobody had the participant.

    `spells` in order, never two at once.
    """
    if last < first:
        return 0
    covered = sum(
        max(0, (min(_last(spell, last), last) - max(spell.start_on, first)).days + 1) for spell in spells
    )
    return (last - first).days + 1 - covered


def _last(spell: Spell, otherwise: date) -> date:
    return otherwise if spell.end_on is None else date.fromordinal(spell.end_on.toordinal() - 1)

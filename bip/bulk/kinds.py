"""What is done with a file of each kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import LazyString, lazy_gettext
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.bulk.activities_file import apply_activity, plan_activities
from bip.bulk.assignments_file import apply_assignment, plan_assignments
from bip.bulk.ledger import Ledger
from bip.bulk.outcomes_file import apply_outcome, plan_outcomes
from bip.bulk.participants_file import apply_participant, plan_participants
from bip.bulk.plan import Line
from bip.bulk.sheet import Sheet
from bip.services import Services
from bip.store.lists import ImportKind

# Each kind's lines carry what that kind does; `apply` takes only lines of its own `plan`.
AnyLine = Line[Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """The name of a kind, what its lines say, what they would do, and the doing."""

    label: LazyString
    about: LazyString
    plan: Callable[[Session, Services, Staff, Sheet], list[AnyLine]]
    apply: Callable[[Session, Services, Staff, AnyLine, Ledger], None]


KINDS: Final[Mapping[ImportKind, Kind]] = {
    ImportKind.PARTICIPANTS: Kind(
        lazy_gettext("Participants"),
        lazy_gettext("One line a person to enrol."),
        plan_participants,
        apply_participant,
    ),
    ImportKind.ASSIGNMENTS: Kind(
        lazy_gettext("Changes of caseworker"),
        lazy_gettext("One line a participant who gets another caseworker."),
        plan_assignments,
        apply_assignment,
    ),
    ImportKind.ACTIVITIES: Kind(
        lazy_gettext("Activities"),
        lazy_gettext("One line an activity of a participant."),
        plan_activities,
        apply_activity,
    ),
    ImportKind.OUTCOMES: Kind(
        lazy_gettext("Outcomes from a register"),
        lazy_gettext("One line an event, or one that says until when nothing has happened."),
        plan_outcomes,
        apply_outcome,
    ),
}

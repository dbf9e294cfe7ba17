"""The closed lists of this concern in words."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString, lazy_gettext

from bip.conversation.words import STEPS
from bip.followup.exposure import Mix
from bip.store.lists import ActivityKind, EventKind, EventSource, ExitReason, FollowUpStatus, StepKind

ACTIVITIES: Final[Mapping[ActivityKind, LazyString]] = {
    ActivityKind.JOB_ORIENTED: lazy_gettext("Job-oriented"),
    ActivityKind.SKILLS: lazy_gettext("Skills"),
    ActivityKind.HEALTH: lazy_gettext("Health"),
    ActivityKind.SOCIAL: lazy_gettext("Social life"),
}
EVENTS: Final[Mapping[EventKind, LazyString]] = {
    EventKind.JOB_REGULAR: lazy_gettext("Regular job"),
    EventKind.JOB_SUBSIDISED: lazy_gettext("Subsidised job"),
    EventKind.STUDY: lazy_gettext("Regular education"),
    EventKind.LABOUR_MARKET_TRAINING: lazy_gettext("Labour-market training"),
    EventKind.PLACEMENT: lazy_gettext("Work placement"),
    EventKind.RETURN_TO_SUPPORT: lazy_gettext("Return to income support"),
}
SOURCES: Final[Mapping[EventSource, LazyString]] = {
    EventSource.CASEWORKER: lazy_gettext("Caseworker"),
    EventSource.PARTICIPANT: lazy_gettext("Participant"),
    EventSource.REGISTER: lazy_gettext("Register"),
}
EXIT_REASONS: Final[Mapping[ExitReason, LazyString]] = {
    ExitReason.WORK: lazy_gettext("Began to work"),
    ExitReason.STUDY: lazy_gettext("Began an education"),
    ExitReason.GOAL_MET: lazy_gettext("The goal is met"),
    ExitReason.GOAL_NOT_MET: lazy_gettext("The goal is not met"),
    ExitReason.ILL: lazy_gettext("Ill"),
    ExitReason.MOVED: lazy_gettext("Moved away"),
    ExitReason.INTERRUPTED: lazy_gettext("Interrupted"),
    ExitReason.UNKNOWN: lazy_gettext("Not known"),
}
FOLLOW_UPS: Final[Mapping[FollowUpStatus, LazyString]] = {
    FollowUpStatus.WORK: lazy_gettext("Works"),
    FollowUpStatus.STUDY: lazy_gettext("Is in education"),
    FollowUpStatus.SEEKING: lazy_gettext("Looks for work"),
    FollowUpStatus.ILL: lazy_gettext("Ill"),
    FollowUpStatus.UNKNOWN: lazy_gettext("Not known"),
}
MIXES: Final[Mapping[Mix, LazyString]] = {
    Mix.JOB_ALONE: lazy_gettext("Job-oriented alone"),
    Mix.JOB_WITH_OTHERS: lazy_gettext("Job-oriented together with others"),
    Mix.OTHERS_ALONE: lazy_gettext("Others alone"),
    Mix.NONE: lazy_gettext("No activity"),
}


# Worded so that they fit what was done and what is agreed to be done next.
def step_name(kind: str) -> str:
    """A step in words; a kind that came with data from elsewhere is shown as it is written there."""
    return str(STEPS[StepKind(kind)]) if kind in set(StepKind) else kind

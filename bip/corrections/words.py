"""Why something is put right, why it cannot be, and what the lines of the trail are called."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from flask_babel import LazyString, lazy_gettext


class Reason(StrEnum):
    """Why something is put right."""

    WRONG_PERSON = "wrong_person"
    ENTERED_TWICE = "entered_twice"
    INCOMPLETE = "incomplete"
    MISTAKE = "mistake"


REASONS: Final[Mapping[Reason, LazyString]] = {
    Reason.WRONG_PERSON: lazy_gettext("Entered on the wrong person"),
    Reason.ENTERED_TWICE: lazy_gettext("Entered twice"),
    Reason.INCOMPLETE: lazy_gettext("Submitted before it was complete"),
    Reason.MISTAKE: lazy_gettext("A mistake in what was entered"),
}
# The lines that concern one participant. The others are about accounts, studies and files.
EVENTS: Final[Mapping[str, LazyString]] = {
    "participant_enrolled": lazy_gettext("Enrolled the participant"),
    "participant_viewed": lazy_gettext("Looked at the participant"),
    "participant_changed": lazy_gettext("Changed contact or background"),
    "participant_withdrawn": lazy_gettext("Ended the participation"),
    "caseworker_assigned": lazy_gettext("Assigned a caseworker"),
    "code_issued": lazy_gettext("Printed a letter with a code"),
    "code_used": lazy_gettext("The code was used"),
    "response_started": lazy_gettext("Began to answer"),
    "response_submitted": lazy_gettext("Submitted the answers"),
    "own_answers_viewed": lazy_gettext("Looked at the own answers"),
    "fault_reported": lazy_gettext("Reported that something did not work"),
    "entry_opened": lazy_gettext("Opened the questions to enter the answers"),
    "rating_taken_over": lazy_gettext("Took over a rating that another had begun"),
    "comparison_viewed": lazy_gettext("Looked at the comparison"),
    "activity_saved": lazy_gettext("Saved an activity"),
    "activity_removed": lazy_gettext("Removed an activity"),
    "step_added": lazy_gettext("Added a step"),
    "step_removed": lazy_gettext("Removed a step"),
    "event_saved": lazy_gettext("Saved an event"),
    "event_removed": lazy_gettext("Removed an event"),
    "exit_saved": lazy_gettext("Saved the exit"),
    "exit_removed": lazy_gettext("Removed the exit"),
    "follow_up_saved": lazy_gettext("Saved a follow-up"),
    "conversation_viewed": lazy_gettext("Looked at the conversation"),
    "conversation_printed": lazy_gettext("Printed the conversation"),
    "step_agreed": lazy_gettext("Agreed on a next step"),
    "agreed_step_changed": lazy_gettext("Changed an agreed step"),
    "round_moved": lazy_gettext("Moved a round"),
    "round_missed": lazy_gettext("Noted why a round was missed"),
    "persons_merged": lazy_gettext("Merged two persons"),
    "response_moved": lazy_gettext("Moved a response to another person"),
    "rating_reopened": lazy_gettext("Reopened a rating"),
    "trail_viewed": lazy_gettext("Looked at this trail"),
}

"""Why something is put right, why it cannot be, and what the lines of the trail are called."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from flask_babel import LazyString, lazy_gettext

from bip.store.lists import Rater


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
# The same lines from the side of the other person, and those of a merge.
RECEIVED: Final = lazy_gettext("Got a response that had been entered on another person")
FILLED_IN: Final = lazy_gettext("Filled in what was not known, from the double")
DIFFERED: Final = lazy_gettext("Left out what differed on the double")
OF_THE_DOUBLE: Final = lazy_gettext("On the double, before the merge")
RESPONSES: Final[Mapping[Rater, LazyString]] = {
    Rater.PARTICIPANT: lazy_gettext("Round %(number)s, the participant's answers"),
    Rater.CASEWORKER: lazy_gettext("Round %(number)s, the caseworker's rating"),
}
FIELDS: Final[Mapping[str, LazyString]] = {
    "name": lazy_gettext("Name"),
    "email": lazy_gettext("E-mail"),
    "phone": lazy_gettext("Phone"),
    "sex": lazy_gettext("Sex"),
    "origin": lazy_gettext("Origin"),
    "education": lazy_gettext("Highest completed education"),
    "birth_year": lazy_gettext("Year of birth"),
    "language": lazy_gettext("Language"),
    "unit_id": lazy_gettext("Unit"),
    "intake": lazy_gettext("Intake"),
    "referral": lazy_gettext("Referred by"),
}

"""The steps of the closed list in words; they also stand on the page that the participant takes home."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString, lazy_gettext

from bip.store.lists import StepKind

# Worded so that they fit what was done and what is agreed to be done next.
STEPS: Final[Mapping[StepKind, LazyString]] = {
    StepKind.KEPT_APPOINTMENT: lazy_gettext("Keeping an appointment"),
    StepKind.DAILY_ROUTINE: lazy_gettext("A daily routine"),
    StepKind.TOOK_PART_IN_GROUP: lazy_gettext("Taking part in a group"),
    StepKind.ASKED_FOR_HELP: lazy_gettext("Asking for help"),
    StepKind.LANGUAGE_PRACTICE: lazy_gettext("Practising the language"),
    StepKind.DIGITAL_SKILLS: lazy_gettext("Digital skills"),
    StepKind.BEGAN_COURSE: lazy_gettext("Beginning a course"),
    StepKind.FINISHED_COURSE: lazy_gettext("Finishing a course"),
    StepKind.STUDY_VISIT: lazy_gettext("Visiting a workplace or a school"),
    StepKind.WROTE_CV: lazy_gettext("Writing a CV"),
    StepKind.TALKED_TO_EMPLOYER: lazy_gettext("Talking to an employer"),
    StepKind.APPLIED_FOR_JOB: lazy_gettext("Applying for a job"),
    StepKind.JOB_INTERVIEW: lazy_gettext("A job interview"),
    StepKind.BEGAN_PLACEMENT: lazy_gettext("Beginning a work placement"),
    StepKind.MORE_HOURS: lazy_gettext("More hours than before"),
    StepKind.CONTACT_WITH_AUTHORITY: lazy_gettext("Contact with an authority"),
}

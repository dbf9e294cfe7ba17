"""What the researcher's pages call things."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from bip.research.progress import Stage
from bip.research.service import ReleaseView
from bip.store.lists import ReleaseStatus

STAGES: Mapping[Stage, LazyString] = {
    Stage.READING: lazy_gettext("Read what is known and not sealed"),
    Stage.WRITING: lazy_gettext("Check and write the study dataset"),
    Stage.ESTIMATING: lazy_gettext("Estimate how the indicators go with getting a job"),
    Stage.REPORTING: lazy_gettext("Write the report"),
}
STATES: Mapping[str, LazyString] = {
    "done": lazy_gettext("done"),
    "now": lazy_gettext("at work"),
    "later": lazy_gettext("to come"),
}
TABLES: Mapping[str, LazyString] = {
    "organisations": lazy_gettext("Organisations"),
    "persons": lazy_gettext("Persons"),
    "enrolments": lazy_gettext("Enrolments"),
    "caseworkers": lazy_gettext("Caseworkers"),
    "assignments": lazy_gettext("Caseworkers' spells"),
    "rounds": lazy_gettext("Rounds"),
    "responses": lazy_gettext("Responses"),
    "answers": lazy_gettext("Answers"),
    "activities": lazy_gettext("Activities"),
    "steps": lazy_gettext("Steps"),
    "events": lazy_gettext("Events"),
    "exits": lazy_gettext("Exits"),
    "followups": lazy_gettext("Follow-ups"),
}


def status(release: ReleaseView) -> str:
    """How far a release has come."""
    if release.interrupted:
        return str(_("Interrupted"))
    if release.status is ReleaseStatus.READY:
        return str(_("Ready"))
    if release.status is ReleaseStatus.FAILED:
        return str(_("Failed"))
    return str(_("Waiting") if release.status is ReleaseStatus.WAITING else _("At work"))

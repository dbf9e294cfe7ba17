"""The page that caseworkers and coordinators begin with."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from bip.auth.staff import requires, staff
from bip.services import services
from bip.store.lists import ReminderTask, Role
from bip.worklist.listing import Line, open_worklist

worklist = Blueprint("worklist", __name__)


@worklist.get("/worklist")
@requires(Role.CASEWORKER, Role.COORDINATOR)
def index() -> ResponseReturnValue:
    """What is to be done, each with the way to its form."""
    groups = open_worklist(services(), staff())
    return render_template("worklist/index.html", groups=groups, address=_address)


def _address(line: Line) -> str:
    """Where it is done."""
    task, enrolment_id = line.task, line.task.case.enrolment_id
    if task.kind is ReminderTask.RATE:
        return url_for("casework.rate", round_id=task.subject_id)
    if task.kind is ReminderTask.COMPARE:
        return url_for("casework.comparison", enrolment_id=enrolment_id)
    if task.round is None:
        return url_for("followup.course", enrolment_id=enrolment_id)
    if line.to_excuse:
        return url_for("rounds.missed", round_id=task.subject_id)
    return url_for("participants.show", enrolment_id=enrolment_id)

"""Making a tablet a shared one, the list of those in use, and leaving with the PIN."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_security import logout_user

from bip.auth.forms import Form
from bip.auth.staff import requires, staff
from bip.collect.visits import leave_visit
from bip.kiosk import service
from bip.kiosk.device import mark, this_kiosk, unmark
from bip.kiosk.forms import LeaveForm, StartForm
from bip.limits import PINS
from bip.services import reader, services
from bip.store.kiosks import Kiosk
from bip.store.lists import Role

kiosk = Blueprint("kiosk", __name__)


@kiosk.route("/kiosk", methods=["GET", "POST"])
@requires(Role.CASEWORKER, Role.COORDINATOR)
def index() -> ResponseReturnValue:
    """Make this browser a shared tablet, or end one from elsewhere."""
    form = StartForm()
    if form.validate_on_submit():
        return _hand_over(service.start(services(), staff(), form.pin.data))
    return render_template(
        "kiosk/index.html",
        form=form,
        end_form=Form(formdata=None),
        tablets=service.shared_tablets(reader(), staff().organisation_id),
        timezone=ZoneInfo(services().settings.timezone),
    )


def _hand_over(kiosk_id: UUID) -> Response:
    """The tablet goes to participants: who started it is signed out in the same answer that marks it."""
    session.clear()
    # Last, for it leaves word in the session where a cookie is to be taken away too.
    logout_user()
    response = make_response(redirect(url_for("collect.enter")))
    mark(response, kiosk_id)
    return response


@kiosk.post("/kiosk/<uuid:kiosk_id>/end")
@requires(Role.CASEWORKER, Role.COORDINATOR)
def end(kiosk_id: UUID) -> ResponseReturnValue:
    """For a tablet whose PIN is forgotten, or that is gone."""
    service.require_own(reader(), staff(), kiosk_id)
    form = Form()
    if form.validate_on_submit():
        service.end(services(), staff().actor, kiosk_id)
        flash(
            gettext("Ended. Open “Leave the shared tablet” on the tablet: it asks for no PIN any more."),
            "done",
        )
    else:
        flash(str(form.csrf_token.errors[0]), "problem")
    return redirect(url_for(".index"))


@kiosk.route("/kiosk/leave", methods=["GET", "POST"])
def leave() -> ResponseReturnValue:
    """Make the tablet an ordinary one again."""
    kiosk_id = this_kiosk()
    if kiosk_id is None:
        return redirect(url_for("security.login"))
    tablet = service.running(reader(), kiosk_id)
    if tablet is None:
        return _ordinary(make_response(render_template("kiosk/ended.html")))
    form = LeaveForm()
    if form.validate_on_submit() and _left(tablet, form):
        flash(gettext("This tablet is not shared any more."), "done")
        return _ordinary(make_response(redirect(url_for("security.login"))))
    return render_template("kiosk/leave.html", form=form)


def _left(tablet: Kiosk, form: LeaveForm) -> bool:
    """Whether the PIN was the right one; if not, the form says so. A right one ends the counting too."""
    tries, what = services().tries, f"kiosk {tablet.id}"
    tries.require_left(PINS, what, whoever=True)
    tries.count(PINS, what, whoever=True)
    if service.leave(services(), tablet, form.pin.data):
        return True
    form.pin.errors = [gettext("This is not the PIN that the tablet was started with. Try again.")]
    return False


def _ordinary(response: Response) -> Response:
    """Whoever answered last is shown no more; the browser opens every page again."""
    leave_visit()
    unmark(response)
    return response

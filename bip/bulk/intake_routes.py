"""Pages for whole intakes and their pauses."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from bip.auth.forms import Form
from bip.auth.staff import requires, staff
from bip.bulk.blueprint import bulk
from bip.bulk.forms import PauseForm
from bip.bulk.intake import enrol_group, was_enrolled
from bip.bulk.intake_form import IntakeForm
from bip.bulk.participants_file import ground_of
from bip.bulk.pauses import add_pause, end_pause, pauses_of
from bip.services import reader, services
from bip.store.lists import Role


@bulk.route("/intake", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def intake() -> ResponseReturnValue:
    """Enrol a whole group."""
    sent = request.method == "POST"
    form = IntakeForm(ground_of(reader(), services(), staff()), sent=sent)
    if sent:
        ids = form.ids(staff())
        if was_enrolled(reader(), ids.values()):
            return _enrolled(len(ids))
        if form.validate_on_submit():
            group = {ids[place]: form.wanted(line) for place, line in form.filled()}
            enrol_group(services(), staff(), group)
            return _enrolled(len(group))
    return _page(form, PauseForm(form.ground.options.units, sent=False))


def _enrolled(number: int) -> ResponseReturnValue:
    words = ngettext("%(num)s participant is enrolled.", "%(num)s participants are enrolled.", number)
    further = gettext("You can print the letters for the group now.")
    flash(f"{words} {further}", "done")
    return redirect(url_for(".letters"))


def _page(form: IntakeForm, pause: PauseForm) -> ResponseReturnValue:
    today = services().clock.today()
    return render_template(
        "bulk/intake.html",
        form=form,
        pause=pause,
        pauses=[one for one in form.ground.pauses if one.end_on is None or one.end_on >= today],
        plain=Form(),
    )


@bulk.post("/intake/pauses")
@requires(Role.COORDINATOR)
def new_pause() -> ResponseReturnValue:
    """Let a unit take nobody in for some days."""
    ground = ground_of(reader(), services(), staff())
    form = PauseForm(ground.options.units, sent=True)
    if not form.validate_on_submit():
        return _page(IntakeForm(ground, sent=False), form)
    add_pause(services(), staff(), UUID(form.unit.data), form.start_on.data, form.end_on.data)
    flash(gettext("The pause is saved."), "done")
    return redirect(url_for(".intake"))


@bulk.post("/intake/pauses/<uuid:pause_id>/end")
@requires(Role.COORDINATOR)
def pause_ended(pause_id: UUID) -> ResponseReturnValue:
    """Let the unit take people in again from today."""
    if pause_id not in {one.id for one in pauses_of(reader(), staff())}:
        abort(404)
    form = Form()
    if form.validate_on_submit():
        end_pause(services(), staff(), pause_id)
        flash(gettext("The pause is ended. From today the unit takes people in."), "done")
    else:
        flash(str(form.csrf_token.errors[0]), "problem")
    return redirect(url_for(".intake"))

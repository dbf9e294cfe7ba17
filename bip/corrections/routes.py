"""Pages of corrections, for coordinators."""

from collections.abc import Callable
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from bip.auth.staff import requires, staff
from bip.corrections.forms import CorrectionForm, OtherForm
from bip.corrections.merging import merge
from bip.corrections.service import (
    CorrectionError,
    Other,
    Refusal,
    move_response,
    others,
    record_listed,
    reopen_rating,
    response_of,
)
from bip.corrections.trail import read_trail
from bip.participants.detail import record_look
from bip.participants.facts import contact_of
from bip.participants.visible import enrolment_or_404, round_or_404
from bip.services import reader, services
from bip.store.lists import Rater, Role
from bip.store.people import Enrolment

corrections = Blueprint("corrections", __name__)

REFUSALS = {
    Refusal.SAME_PERSON: lazy_gettext("These are the same person already."),
    Refusal.NOT_ALL_YOURS: lazy_gettext(
        "One of the two takes part in another unit as well. Ask a coordinator of the whole organisation."
    ),
    Refusal.SAME_DAY: lazy_gettext(
        "Both were enrolled in the same study on the same day, and both enrolments hold something. "
        "Move the responses first, and remove what was entered twice."
    ),
    Refusal.TAKEN: lazy_gettext("The other participant has a response in that round already."),
    Refusal.OTHER_STUDY: lazy_gettext("The other participant is not in the same study."),
    Refusal.NO_ROUND: lazy_gettext(
        "The other participant had no round open on the day on which this was begun."
    ),
    Refusal.ENDED: lazy_gettext("The participant has left, so the rating could not be submitted again."),
    Refusal.OTHER_CASEWORKER: lazy_gettext(
        "Whoever rated no longer has the participant, so the rating stays as it is."
    ),
    Refusal.NOT_SUBMITTED: lazy_gettext("There is no submitted rating in this round."),
}


@corrections.get("/enrolments/<uuid:enrolment_id>/trail")
@requires(Role.COORDINATOR)
def trail(enrolment_id: UUID) -> ResponseReturnValue:
    """Who did or saw what of a participant."""
    page = request.args.get("page", 1, type=int)
    found = read_trail(services(), staff(), enrolment_id, page)
    zone = ZoneInfo(services().settings.timezone)
    return _page("trail", _enrolment(enrolment_id), trail=found, timezone=zone)


@corrections.route("/enrolments/<uuid:enrolment_id>/merge", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def merge_persons(enrolment_id: UUID) -> ResponseReturnValue:
    """This participant is the same person as another."""
    enrolment = _enrolment(enrolment_id)
    found = others(reader(), services(), staff(), enrolment)
    form = OtherForm(found)
    if form.validate_on_submit():
        kept = UUID(form.other.data)
        try:
            shown = merge(services(), staff(), enrolment_id, kept, form.why)
        except CorrectionError as error:
            form.other.errors = [str(REFUSALS[error.reason])]
        else:
            flash(gettext("The two are one person now. The trail shows it."), "done")
            return redirect(url_for("participants.show", enrolment_id=shown))
    record_listed(services(), staff(), found)
    return _page("merge", enrolment, form=form)


@corrections.route("/rounds/<uuid:round_id>/responses/<rater>/move", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def move(round_id: UUID, rater: str) -> ResponseReturnValue:
    """A response was entered on the wrong person."""
    window, enrolment = round_or_404(reader(), staff(), round_id, services().clock.today())
    whose = Rater(rater) if rater in set(Rater) else abort(404)
    if response_of(reader(), round_id, whose) is None:
        abort(404)
    found = _in_study(others(reader(), services(), staff(), enrolment), enrolment)
    form = OtherForm(found)
    if form.validate_on_submit():
        moving = partial(
            move_response, services(), staff(), (round_id, whose), UUID(form.other.data), form.why
        )
        if _done(form, moving):
            flash(gettext("The response is moved. The trail shows it."), "done")
            return _back(enrolment)
    record_listed(services(), staff(), found)
    return _page("move", enrolment, form=form, window=window, rater=whose)


@corrections.route("/rounds/<uuid:round_id>/reopen", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def reopen(round_id: UUID) -> ResponseReturnValue:
    """Let a submitted rating be changed by its rater."""
    window, enrolment = round_or_404(reader(), staff(), round_id, services().clock.today())
    form = CorrectionForm()
    if form.validate_on_submit() and _done(
        form, partial(reopen_rating, services(), staff(), round_id, form.why)
    ):
        flash(gettext("The rating is open again, for its rater to change and submit."), "done")
        return _back(enrolment)
    return _page("reopen", enrolment, form=form, window=window)


def _in_study(found: list[Other], enrolment: Enrolment) -> list[Other]:
    return [one for one in found if one.study_id == enrolment.study_id]


def _done(form: CorrectionForm, correct: Callable[[], None]) -> bool:
    """Whether it could be done; if not, the form says why."""
    try:
        correct()
    except CorrectionError as error:
        (form.other if isinstance(form, OtherForm) else form.reason).errors = [str(REFUSALS[error.reason])]
        return False
    return True


def _enrolment(enrolment_id: UUID) -> Enrolment:
    return enrolment_or_404(reader(), staff(), enrolment_id, services().clock.today())


def _page(template: str, enrolment: Enrolment, **more: object) -> str:
    record_look(services(), staff(), enrolment.participant_id)
    contact = contact_of(reader(), services().cipher, enrolment.participant_id)
    name = contact.name if contact else None
    return render_template(f"corrections/{template}.html", enrolment_id=enrolment.id, name=name, **more)


def _back(enrolment: Enrolment) -> ResponseReturnValue:
    return redirect(url_for("participants.show", enrolment_id=enrolment.id))

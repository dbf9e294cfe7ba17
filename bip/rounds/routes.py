"""Pages about rounds: the matrix, another day for a round, and the reason why one was missed."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, gettext, lazy_gettext

from bip.auth.staff import requires, staff
from bip.participants.detail import record_look
from bip.participants.facts import contact_of
from bip.participants.visible import round_or_404
from bip.rounds.forms import MissedForm, MoveForm
from bip.rounds.matrix import read_matrix
from bip.rounds.moving import (
    MoveError,
    Refusal,
    RoundChangeError,
    move_round,
    note_missed,
    read_room,
    require_missable,
)
from bip.rounds.words import MISS_REASONS, MOVE_REASONS
from bip.services import reader, services
from bip.store.casework import MissedRound
from bip.store.lists import Role
from bip.store.people import Enrolment
from bip.store.rounds import Round

rounds = Blueprint("rounds", __name__)

REFUSALS = {
    Refusal.ANSWERED: lazy_gettext("This round has been answered, so it stays as it is."),
    Refusal.CLOSED: lazy_gettext("The window of this round has closed. Note why it was missed instead."),
    Refusal.ENDED: lazy_gettext("The participant has left the study, so nothing is moved."),
    Refusal.EARLY: lazy_gettext("This round has not begun. Move it instead."),
}


@rounds.get("/matrix")
@requires(Role.CASEWORKER, Role.COORDINATOR)
def matrix() -> ResponseReturnValue:
    """Participants by rounds."""
    return render_template(
        "rounds/matrix.html",
        matrix=read_matrix(services(), staff()),
        with_rates=staff().has(Role.COORDINATOR),
        miss_reasons=MISS_REASONS,
    )


@rounds.route("/rounds/<uuid:round_id>/move", methods=["GET", "POST"])
@requires(Role.CASEWORKER, Role.COORDINATOR)
def move(round_id: UUID) -> ResponseReturnValue:
    """Hold a round on another day."""
    window, enrolment = round_or_404(reader(), staff(), round_id, services().clock.today())
    try:
        room = read_room(reader(), services(), window)
        form = MoveForm(window.due_on)
        if form.validate_on_submit():
            move_round(services(), staff(), round_id, form.due_on.data, form.why)
            flash(gettext("The round is moved. Letters that are out still work."), "done")
            return _back(enrolment)
    except RoundChangeError as error:
        return _refused(error, enrolment)
    except MoveError as error:
        form.due_on.errors = [_in_words(error)]
    return _page("rounds/move.html", form, window, enrolment, room=room, reasons=MOVE_REASONS)


@rounds.route("/rounds/<uuid:round_id>/missed", methods=["GET", "POST"])
@requires(Role.CASEWORKER, Role.COORDINATOR)
def missed(round_id: UUID) -> ResponseReturnValue:
    """Note why a participant does not answer."""
    today = services().clock.today()
    window, enrolment = round_or_404(reader(), staff(), round_id, today)
    kept = reader().get(MissedRound, round_id)
    form = MissedForm(data={"reason": kept.reason if kept else None})
    try:
        require_missable(reader(), window, today)
        if form.validate_on_submit():
            note_missed(services(), staff(), round_id, form.why)
            flash(gettext("The reason is kept."), "done")
            return _back(enrolment)
    except RoundChangeError as error:
        return _refused(error, enrolment)
    return _page("rounds/missed.html", form, window, enrolment)


def _in_words(error: MoveError) -> str:
    days = {"first": format_date(error.first), "last": format_date(error.last)}
    if error.ends_on is None:
        return str(
            gettext("Choose a day from %(first)s to %(last)s: then the window meets no other round.", **days)
        )
    return str(
        gettext(
            "The study ends on %(end)s, so the round cannot be moved that far. "
            "Choose a day from %(first)s to %(last)s.",
            end=format_date(error.ends_on),
            **days,
        )
    )


def _page(
    template: str, form: MoveForm | MissedForm, window: Round, enrolment: Enrolment, **more: object
) -> str:
    contact = contact_of(reader(), services().cipher, enrolment.participant_id)
    record_look(services(), staff(), enrolment.participant_id)
    name = contact.name if contact else None
    return render_template(template, form=form, window=window, enrolment_id=enrolment.id, name=name, **more)


def _refused(error: RoundChangeError, enrolment: Enrolment) -> ResponseReturnValue:
    flash(str(REFUSALS[error.reason]), "problem")
    return _back(enrolment)


def _back(enrolment: Enrolment) -> ResponseReturnValue:
    return redirect(url_for("participants.show", enrolment_id=enrolment.id))

"""The caseworker's pages of a round: rating, entering for the participant, and looking at both together."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time, gettext

from bip.auth.forms import Form
from bip.auth.staff import requires, staff
from bip.casework.comparison_page import comparison_page, own_page
from bip.casework.entry import EntryError, open_entry, read_occasion
from bip.casework.forms import EntryForm, rating_form
from bip.casework.paradata import FIELD, opened_now
from bip.casework.rating import Rated, Rating, RatingError, read_rating, save_rating
from bip.collect.tokens import token_of
from bip.collect.visits import begin_visit
from bip.localisation import page_language
from bip.participants.detail import record_look
from bip.participants.facts import contact_of
from bip.participants.visible import is_caseworker_of, round_or_404
from bip.services import reader, services
from bip.store.lists import Role
from bip.store.people import Enrolment
from bip.store.rounds import Round
from surveys.forms import chosen, field_name

casework = Blueprint("casework", __name__)


@dataclass(frozen=True, slots=True)
class About:
    """Whose round a page is about; `name` is None where none is kept or none is needed."""

    enrolment_id: UUID
    round_id: UUID
    number: int
    opens_on: date
    name: str | None = None


@casework.route("/rounds/<uuid:round_id>/rate", methods=["GET", "POST"])
@requires(Role.CASEWORKER)
def rate(round_id: UUID) -> ResponseReturnValue:
    """The caseworker's own rating of a round: a draft, then submitted."""
    at = services()
    window, enrolment = round_or_404(reader(), staff(), round_id, at.clock.today())
    if not is_caseworker_of(reader(), staff(), enrolment.id, at.clock.today()):
        abort(403)
    try:
        rating = read_rating(reader(), at, staff().account_id, window)
        language = _language(rating)
        form = _rating_form(rating, language)
        if form.validate_on_submit():
            return _save(window, rating, form, language)
    except RatingError as error:
        return _refused("casework/unratable.html", error.reason, window)
    carried = request.form.get(FIELD) or opened_now(at, round_id, staff().account_id)
    return render_template(
        "casework/rate.html",
        form=form,
        rating=rating,
        sitting=carried,
        questions=[
            (item, form[field_name(item.key)]) for item in rating.questionnaire.items_for("caseworker")
        ],
        about=_about(window, enrolment),
    )


@casework.post("/rounds/<uuid:round_id>/rate/draft")
@requires(Role.CASEWORKER)
def draft(round_id: UUID) -> ResponseReturnValue:
    """What the form sends while it is filled in; answered with the time, and nothing of what is saved."""
    at = services()
    window, enrolment = round_or_404(reader(), staff(), round_id, at.clock.today())
    if not is_caseworker_of(reader(), staff(), enrolment.id, at.clock.today()):
        abort(403)
    try:
        rating = read_rating(reader(), at, staff().account_id, window)
        language = _language(rating)
        form = _rating_form(rating, language)
        if not form.validate_on_submit():
            return jsonify(result="refused"), 400
        save_rating(at, staff().actor, round_id, _rated(rating, form, language), submit=False)
    except RatingError:
        return jsonify(result="late"), 409
    here = at.clock.now().astimezone(ZoneInfo(at.settings.timezone))
    return jsonify(result="saved", time=format_time(here.time(), "short"))


def _language(rating: Rating) -> str:
    """The page's language if the questions are written in it, else the one they were written in first."""
    spoken = {language.tag for language in rating.questionnaire.languages}
    return page_language() if page_language() in spoken else rating.questionnaire.first_language


def _rating_form(rating: Rating, language: str) -> Form:
    asked = rating.questionnaire
    made = rating_form(asked.key, asked.version, language)
    return made(data={field_name(item): value for item, value in rating.draft.items()})


def _save(window: Round, rating: Rating, form: Form, language: str) -> ResponseReturnValue:
    submit = "submit" in request.form
    save_rating(services(), staff().actor, window.id, _rated(rating, form, language), submit=submit)
    if submit:
        flash(gettext("Your rating is submitted. It is locked now."), "done")
    else:
        flash(gettext("Your rating is saved as a draft. Submit it when it is complete."), "done")
    return redirect(url_for("participants.show", enrolment_id=window.enrolment_id))


def _rated(rating: Rating, form: Form, language: str) -> Rated:
    values = chosen(form, rating.questionnaire.items_for("caseworker"))
    return Rated(values, language, request.form.get(FIELD, ""))


def _refused(template: str, reason: str, window: Round) -> ResponseReturnValue:
    """A page that says why not; a form that came too late is told that nothing was changed."""
    late = request.method == "POST"
    about = About(window.enrolment_id, window.id, window.number, window.opens_on)
    return render_template(template, reason=reason, late=late, about=about), 409 if late else 200


def _about(window: Round, enrolment: Enrolment) -> About:
    """With the name of the participant, which is noted in the trail."""
    contact = contact_of(reader(), services().cipher, enrolment.participant_id)
    record_look(services(), staff(), enrolment.participant_id)
    name = contact.name if contact else None
    return About(enrolment.id, window.id, window.number, window.opens_on, name)


@casework.route("/rounds/<uuid:round_id>/entry", methods=["GET", "POST"])
@requires(Role.CASEWORKER, Role.COORDINATOR)
def entry(round_id: UUID) -> ResponseReturnValue:
    """Open an interview or a paper form for the participant."""
    at = services()
    window, enrolment = round_or_404(reader(), staff(), round_id, at.clock.today())
    try:
        occasion = read_occasion(reader(), at, staff(), window)
        form = EntryForm(occasion.languages, occasion.language)
        if form.validate_on_submit():
            response_id = open_entry(at, staff(), round_id, form.manner)
            begin_visit(response_id)
            return redirect(url_for("collect.begin", token=token_of(at, response_id)))
    except EntryError as error:
        return _refused("casework/no_entry.html", error.reason, window)
    return render_template(
        "casework/entry.html", form=form, occasion=occasion, about=_about(window, enrolment)
    )


@casework.get("/enrolments/<uuid:enrolment_id>/comparison")
@requires(Role.CASEWORKER, Role.COORDINATOR)
def comparison(enrolment_id: UUID) -> ResponseReturnValue:
    """Both raters' answers of the opened rounds."""
    return comparison_page(enrolment_id)


@casework.get("/enrolments/<uuid:enrolment_id>/own")
@requires(Role.CASEWORKER)
def own(enrolment_id: UUID) -> ResponseReturnValue:
    """What a caseworker has rated for nobody else to see."""
    return own_page(enrolment_id)

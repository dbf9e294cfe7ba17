"""Staff pages about participants: the list, enrolling, one enrolment, its caseworker and its letters."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, gettext, lazy_gettext
from markupsafe import Markup

from bip.auth.forms import Form
from bip.auth.staff import requires, staff
from bip.collect.assistance import HELPERS
from bip.localisation import direction, own_name, speaking
from bip.participants.assignment import AssignmentError, Refusal, assign, caseworkers
from bip.participants.caseworkers import changes_of
from bip.participants.change import change_person, enrol
from bip.participants.detail import background_of, open_detail, record_look, spells_of
from bip.participants.facts import contact_of
from bip.participants.forms import AssignForm, EnrolForm, PersonForm, SearchForm, WithdrawForm
from bip.participants.listing import list_participants
from bip.participants.options import options_for
from bip.participants.visible import enrolment_or_404, round_or_404
from bip.participants.withdrawal import WithdrawalError, withdraw
from bip.participants.words import EDUCATIONS, ORIGINS, SEXES, language_name
from bip.rounds.letter import LetterError, issue_letter
from bip.rounds.paper import paper_form
from bip.rounds.words import MISS_REASONS
from bip.services import reader, services
from bip.store.lists import Role
from bip.store.people import Enrolment, Participant

participants = Blueprint("participants", __name__)

REFUSALS = {
    "answered": lazy_gettext("The participant has answered this round already, so no letter is needed."),
    "closed": lazy_gettext("This round is closed. Print the letter for the next one."),
    "ended": lazy_gettext("The participant has left the study, so no letter is printed."),
}


@participants.route("/participants", methods=["GET", "POST"])
@requires(Role.CASEWORKER, Role.COORDINATOR)
def index() -> ResponseReturnValue:
    """The participants in one's care, all or those whose name was searched."""
    form = SearchForm()
    search = (form.name.data or "") if form.validate_on_submit() else ""
    return render_template(
        "participants/index.html",
        form=form,
        search=search,
        lines=list_participants(services(), staff(), search),
        may_enrol=staff().has(Role.COORDINATOR),
        miss_reasons=MISS_REASONS,
    )


@participants.route("/participants/new", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def new() -> ResponseReturnValue:
    """Enrol somebody."""
    today = services().clock.today()
    form = EnrolForm(today, options_for(reader(), staff(), today))
    if form.validate_on_submit():
        enrolment_id = form.enrolment_id(staff())
        enrol(services(), staff(), enrolment_id, form.wanted)
        flash(gettext("The participant is enrolled. The rounds are planned."), "done")
        return redirect(url_for(".show", enrolment_id=enrolment_id))
    return render_template("participants/new.html", form=form)


@participants.get("/participants/<uuid:enrolment_id>")
@requires(Role.CASEWORKER, Role.COORDINATOR)
def show(enrolment_id: UUID) -> ResponseReturnValue:
    """One enrolment."""
    return render_template(
        "participants/show.html",
        detail=open_detail(services(), staff(), enrolment_id),
        form=Form(),
        sexes=SEXES,
        origins=ORIGINS,
        educations=EDUCATIONS,
        language_name=language_name,
        miss_reasons=MISS_REASONS,
        timezone=ZoneInfo(services().settings.timezone),
    )


@participants.route("/participants/<uuid:enrolment_id>/edit", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def edit(enrolment_id: UUID) -> ResponseReturnValue:
    """Change contact and background."""
    participant = reader().get_one(Participant, _enrolment(enrolment_id).participant_id)
    contact = contact_of(reader(), services().cipher, participant.id)
    form = PersonForm(services().clock.today(), contact, background_of(participant))
    if form.validate_on_submit():
        change_person(services(), staff(), enrolment_id, form.contact, form.background)
        flash(gettext("The changes are saved."), "done")
        return redirect(url_for(".show", enrolment_id=enrolment_id))
    name = _name_shown(participant.id)
    return render_template("participants/edit.html", form=form, enrolment_id=enrolment_id, name=name)


@participants.route("/enrolments/<uuid:enrolment_id>/assign", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def assignment(enrolment_id: UUID) -> ResponseReturnValue:
    """Give the participant to a caseworker."""
    enrolment = _enrolment(enrolment_id)
    choices = caseworkers(reader(), enrolment.organisation_id, enrolment.unit_id)
    form = AssignForm(services().clock.today(), choices)
    if form.validate_on_submit() and _assigned(form, enrolment_id):
        flash(gettext("The caseworker is assigned."), "done")
        return redirect(url_for(".show", enrolment_id=enrolment_id))
    name, spells = _name_shown(enrolment.participant_id), spells_of(reader(), enrolment_id)
    # The first caseworker is no change.
    changes = changes_of(spells) if spells else None
    return render_template(
        "participants/assign.html", form=form, enrolment_id=enrolment_id, name=name, changes=changes
    )


def _assigned(form: AssignForm, enrolment_id: UUID) -> bool:
    """Whether it could be done; if not, the form says why."""
    try:
        assign(services(), staff(), enrolment_id, UUID(form.caseworker.data), form.start_on.data)
    except AssignmentError as error:
        if error.reason is Refusal.SAME:
            said = gettext("This is the participant's caseworker already. Choose somebody else.")
            form.caseworker.errors = [said]
        else:
            said = gettext(
                "The day must not be before %(day)s, the first on which a change is possible.",
                day=format_date(error.day),
            )
            form.start_on.errors = [said]
        return False
    return True


@participants.route("/enrolments/<uuid:enrolment_id>/withdraw", methods=["GET", "POST"])
@requires(Role.COORDINATOR)
def withdrawal(enrolment_id: UUID) -> ResponseReturnValue:
    """The participant stops taking part."""
    enrolment = _enrolment(enrolment_id)
    form = WithdrawForm(services().clock.today(), enrolment.withdrawn_on)
    if form.validate_on_submit():
        try:
            withdraw(services(), staff(), enrolment_id, form.last_day.data)
        except WithdrawalError as error:
            said = gettext("The day must not be before %(day)s.", day=format_date(error.first_day))
            form.last_day.errors = [said]
        else:
            flash(gettext("Saved. Nothing is asked of the participant after that day."), "done")
            return redirect(url_for(".show", enrolment_id=enrolment_id))
    name = _name_shown(enrolment.participant_id)
    return render_template("participants/withdraw.html", form=form, enrolment_id=enrolment_id, name=name)


@participants.post("/rounds/<uuid:round_id>/letter")
@requires(Role.CASEWORKER, Role.COORDINATOR)
def letter(round_id: UUID) -> ResponseReturnValue:
    """Print a letter with a new code; the page is the only place where the code ever stands."""
    today = services().clock.today()
    _, enrolment = round_or_404(reader(), staff(), round_id, today)
    back = redirect(url_for(".show", enrolment_id=enrolment.id))
    form = Form()
    if not form.validate_on_submit():
        flash(str(form.csrf_token.errors[0]), "problem")
        return back
    try:
        issued = issue_letter(services(), staff(), round_id)
    except LetterError as error:
        flash(str(REFUSALS[error.reason]), "problem")
        return back
    with speaking(issued.language):
        sheet = render_template(
            "rounds/sheet.html", letter=issued, letter_direction=direction(issued.language)
        )
    early = today < issued.opens_on
    return render_template("rounds/letter.html", letter=issued, sheet=Markup(sheet), early=early)  # noqa: S704  # rendered above


@participants.get("/rounds/<uuid:round_id>/paper")
@requires(Role.CASEWORKER, Role.COORDINATOR)
def paper(round_id: UUID) -> ResponseReturnValue:
    """Print the questions of a round, in any of the study's languages."""
    window, enrolment = round_or_404(reader(), staff(), round_id, services().clock.today())
    form = paper_form(reader(), services(), window, enrolment, request.args.get("language"))
    with speaking(form.language, form.languages[0]):
        sheet = render_template("rounds/paper_sheet.html", form=form, helpers=HELPERS.values())
    return render_template(
        "rounds/paper.html",
        form=form,
        sheet=Markup(sheet),  # noqa: S704  # rendered above
        name=_name_shown(enrolment.participant_id),
        own_name=own_name,
    )


def _enrolment(enrolment_id: UUID) -> Enrolment:
    return enrolment_or_404(reader(), staff(), enrolment_id, services().clock.today())


def _name_shown(participant_id: UUID) -> str | None:
    """The name that a form tells whom it is about with; the trail keeps that it was shown."""
    record_look(services(), staff(), participant_id)
    contact = contact_of(reader(), services().cipher, participant_id)
    return contact.name if contact else None

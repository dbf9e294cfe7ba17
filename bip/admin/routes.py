"""The administrator's pages: organisation, units, staff, studies."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bip.admin import organisation as house
from bip.admin import people as crew
from bip.admin import studies as studying
from bip.admin.forms import InviteForm, OrganisationForm, PersonForm, UnitForm
from bip.admin.organisation import NameTakenError
from bip.admin.people import LastAdministratorError
from bip.admin.studies import UnderWayError
from bip.admin.study_form import StudyForm, languages_of, new_study_form, study_form
from bip.admin.wording import roles_in_words
from bip.auth.forms import Form
from bip.auth.invitations import EmailTakenError
from bip.auth.staff import requires, staff
from bip.instruments import available
from bip.localisation import page_language
from bip.services import reader, services
from bip.store.lists import Role
from surveys.load import load_builtin
from surveys.model import Instrument as Questionnaire

admin = Blueprint("admin", __name__)


@admin.route("/organisation", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def organisation() -> ResponseReturnValue:
    """What the organisation is called and where it is."""
    found = house.organisation_of(reader(), staff())
    form = OrganisationForm(found.name, found.country)
    if form.validate_on_submit():
        house.change_organisation(services(), staff(), form.name.data, form.country.data)
        flash(_("Saved."), "done")
        return redirect(url_for("admin.organisation"))
    return render_template("admin/organisation.html", form=form)


@admin.route("/units", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def units() -> ResponseReturnValue:
    """The units, and a new one."""
    form = UnitForm()
    if form.validate_on_submit():
        try:
            house.add_unit(services(), staff(), form.name.data, form.ceiling.data)
        except NameTakenError:
            form.name.errors = [_unit_name_taken()]
        else:
            flash(_("%(unit)s is added.", unit=form.name.data), "done")
            return redirect(url_for("admin.units"))
    return render_template("admin/units.html", form=form, units=house.units_of(reader(), staff()))


@admin.route("/units/<uuid:unit_id>", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def unit(unit_id: UUID) -> ResponseReturnValue:
    """A unit gets another name or ceiling."""
    found = house.unit_or_404(reader(), staff(), unit_id)
    form = UnitForm(data={"name": found.name, "ceiling": found.ceiling})
    if form.validate_on_submit():
        try:
            house.change_unit(services(), staff(), unit_id, form.name.data, form.ceiling.data)
        except NameTakenError:
            form.name.errors = [_unit_name_taken()]
        else:
            flash(_("Saved."), "done")
            return redirect(url_for("admin.units"))
    return render_template("admin/unit.html", form=form, unit=found)


def _unit_name_taken() -> str:
    return str(_("There is a unit with this name. Choose another one."))


@admin.get("/staff")
@requires(Role.ADMINISTRATOR)
def people() -> ResponseReturnValue:
    """Who works here and who is invited."""
    return render_template(
        "admin/people.html",
        people=crew.people_of(reader(), staff()),
        invited=crew.invited_to(reader(), services(), staff()),
        words=roles_in_words,
        form=Form(),
    )


@admin.route("/staff/invite", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def invite() -> ResponseReturnValue:
    """Somebody new; the link is shown once, on the answer."""
    form = InviteForm(house.units_of(reader(), staff()))
    if form.validate_on_submit():
        try:
            link = crew.invite_person(services(), staff(), form.email.data, form.position())
        except EmailTakenError:
            form.email.errors = [_("There is already an account with this e-mail address.")]
        else:
            return render_template("admin/link.html", link=link, email=form.email.data, new=True)
    return render_template("admin/invite.html", form=form)


@admin.post("/staff/invitations/<uuid:invitation_id>/withdraw")
@requires(Role.ADMINISTRATOR)
def withdraw(invitation_id: UUID) -> ResponseReturnValue:
    """The link leads nowhere from now on."""
    crew.invitation_or_404(reader(), services(), staff(), invitation_id)
    if _sent():
        crew.withdraw_invitation(services(), staff(), invitation_id)
        flash(_("The invitation is withdrawn. Its link leads nowhere now."), "done")
    return redirect(url_for("admin.people"))


@admin.route("/staff/<uuid:account_id>", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def person(account_id: UUID) -> ResponseReturnValue:
    """What a member of staff may do."""
    found = crew.person_or_404(reader(), staff(), account_id)
    form = PersonForm(found, house.units_of(reader(), staff()))
    if form.validate_on_submit():
        try:
            crew.change_person(services(), staff(), account_id, form.decision())
        except LastAdministratorError:
            message = _("This is the only administrator. Make somebody else administrator first.")
            (form.roles if form.active.data else form.active).errors = [message]
        else:
            flash(_("Saved."), "done")
            return redirect(url_for("admin.people" if account_id != staff().account_id else "auth.start"))
    return render_template("admin/person.html", form=form, person=found, plain=Form())


@admin.post("/staff/<uuid:account_id>/link")
@requires(Role.ADMINISTRATOR)
def password_link(account_id: UUID) -> ResponseReturnValue:
    """A link to a new password, shown once, on the answer."""
    found = crew.person_or_404(reader(), staff(), account_id)
    if not found.active:
        flash(_("%(name)s may not sign in, so there is no link.", name=found.name), "problem")
    elif _sent():
        link = crew.new_password_link(services(), staff(), found)
        return render_template("admin/link.html", link=link, email=found.email, new=False)
    return redirect(url_for("admin.person", account_id=account_id))


def _sent() -> bool:
    """Whether a form of one button was sent from a page of this session; else it is to be pressed again."""
    form = Form()
    if not form.validate_on_submit():
        flash(_("This page had been open for a long time. Press the button again."), "problem")
        return False
    return True


@admin.get("/studies")
@requires(Role.ADMINISTRATOR)
def studies() -> ResponseReturnValue:
    """The studies of the organisation."""
    found = studying.studies_of(reader(), staff())
    return render_template("admin/studies.html", studies=found, spoken=page_language())


@admin.route("/studies/new", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def new_study() -> ResponseReturnValue:
    """What is to be measured, how often and on what ground."""
    form = new_study_form(_instruments(), _drafts())
    if form.validate_on_submit() and (plan := form.plan()):
        try:
            studying.create_study(services(), staff(), plan, form.terms())
        except NameTakenError:
            form.name.errors = [_study_name_taken()]
        else:
            flash(_("%(study)s is created.", study=form.name.data), "done")
            return redirect(url_for("admin.studies"))
    return render_template("admin/new_study.html", form=form)


@admin.route("/studies/<uuid:study_id>", methods=["GET", "POST"])
@requires(Role.ADMINISTRATOR)
def study(study_id: UUID) -> ResponseReturnValue:
    """A study; what is settled since somebody is enrolled is shown and cannot change."""
    found = studying.study_or_404(reader(), staff(), study_id)
    asked = load_builtin(found.plan.instrument.key, found.plan.instrument.version)
    form = study_form(found, [asked] if found.under_way else _instruments(), _drafts())
    if form.validate_on_submit() and _changed(study_id, form):
        flash(_("Saved."), "done")
        return redirect(url_for("admin.studies"))
    title = asked.title.in_language(page_language())
    return render_template("admin/study.html", form=form, study=found, instrument=title)


def _changed(study_id: UUID, form: StudyForm) -> bool:
    """Whether the study was saved; else the form says why not."""
    try:
        studying.change_study(services(), staff(), study_id, form.plan(), form.terms())
    except NameTakenError:
        form.name.errors = [_study_name_taken()]
        return False
    except UnderWayError:
        form.refuse_plan()
        form.settle()
        return False
    return True


def _instruments() -> list[Questionnaire]:
    return [load_builtin(known.key, known.version) for known in available()]


def _drafts() -> dict[str, str]:
    name = house.organisation_of(reader(), staff()).name
    return studying.drafts(name, languages_of(_instruments()))


def _study_name_taken() -> str:
    return str(_("There is a study with this name. Choose another one."))

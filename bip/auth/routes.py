"""One-time links, changing one's password, signing out, and where a member of staff begins."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import login_user, logout_user

from bip.auth import invitations, passwords
from bip.auth.countries import likely_country
from bip.auth.forms import BeginForm, ChangePasswordForm, Form, JoinForm, NewPasswordForm
from bip.auth.invitations import Credentials, EmailTakenError, Link, LinkError, Purpose
from bip.auth.security import hashed
from bip.auth.staff import requires, staff
from bip.collect.visits import end_visit
from bip.navigation import first_page
from bip.services import close_reader, reader, services
from bip.store.organisations import Account

auth = Blueprint("auth", __name__)


@auth.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session."""
    if Form().validate_on_submit():
        logout_user()
        end_visit()
    return redirect(url_for("security.login"))


@auth.get("/start")
@requires()
def start() -> ResponseReturnValue:
    """To the first page of one's role."""
    return redirect(url_for(first_page(staff())))


@auth.route("/welcome/<token>", methods=["GET", "POST"])
def welcome(token: str) -> ResponseReturnValue:
    """Where a one-time link leads."""
    try:
        link = invitations.find(reader(), services(), token)
        form = _form(link.purpose)
        if form.validate_on_submit() and (account_id := _taken(link, form)):
            return _enter(account_id)
    except LinkError as error:
        status = 404 if error.reason == "unknown" else 410
        return render_template("auth/dead_link.html", reason=error.reason), status
    return render_template("auth/welcome.html", link=link, form=form)


def _form(purpose: Purpose) -> NewPasswordForm:
    if purpose is Purpose.BEGIN:
        return BeginForm(likely_country())
    return JoinForm() if purpose is Purpose.JOIN else NewPasswordForm()


def _taken(link: Link, form: NewPasswordForm) -> UUID | None:
    """The account that the link has made or renewed; None, and the form says why, where it could not."""
    password_hash = hashed(form.password.data)
    try:
        if isinstance(form, BeginForm):
            chosen = Credentials(form.name.data, form.email.data, password_hash)
            return invitations.begin(
                services(), link.invitation_id, chosen, form.organisation.data, form.country.data
            )
        if isinstance(form, JoinForm):
            chosen = Credentials(form.name.data, link.email, password_hash)
            return invitations.join(services(), link.invitation_id, chosen)
        return invitations.renew(services(), link.invitation_id, password_hash)
    except EmailTakenError:
        taken = _("There is already an account with this e-mail address. Sign in with it instead.")
        errors = form.email.errors if isinstance(form, BeginForm) else form.form_errors
        errors.append(taken)
        return None


def _enter(account_id: UUID) -> ResponseReturnValue:
    """Sign the account in and begin at its first page."""
    # The reader's view of the database is older than the account.
    close_reader(None)
    login_user(reader().get_one(Account, account_id), authn_via=["link"])
    return redirect(url_for("auth.start"))


@auth.route("/account/password", methods=["GET", "POST"])
@requires()
def password() -> ResponseReturnValue:
    """Choose a new password; every other session of the account ends."""
    form = ChangePasswordForm()
    account = reader().get_one(Account, staff().account_id)
    if form.validate_on_submit():
        if passwords.change(services(), account, form.current.data, form.password.data):
            flash(_("Your password is changed. Other devices are signed out."), "done")
            return _enter(account.id)
        form.current.errors = [_("This is not your password now.")]
    return render_template("auth/change_password.html", form=form, email=account.email)

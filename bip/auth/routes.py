"""Signing out, and where a member of staff begins."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_security import logout_user
from flask_wtf import FlaskForm

from bip.auth.staff import requires, staff
from bip.navigation import first_page

auth = Blueprint("auth", __name__)


@auth.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session."""
    if FlaskForm().validate_on_submit():
        logout_user()
    return redirect(url_for("security.login"))


@auth.get("/start")
@requires()
def start() -> ResponseReturnValue:
    """To the first page of one's role."""
    return redirect(url_for(first_page(staff())))

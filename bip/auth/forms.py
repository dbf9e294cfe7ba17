"""The form every form of the house is made from, and those of accounts: signing in, a link, a password."""

from flask_babel import lazy_gettext
from flask_security.forms import EmailValidation, LoginForm
from flask_wtf import FlaskForm
from flask_wtf.csrf import _FlaskFormCSRF
from wtforms import EmailField, Field, PasswordField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, EqualTo, Length

from bip.auth.countries import countries

PASSWORD_MIN = 12
NAME_MAX = 200


class _Token(_FlaskFormCSRF):
    """Says in the page's language what to do about a form that was sent with an old token."""

    def validate_csrf_token(self, form: FlaskForm, field: Field) -> None:
        try:
            super().validate_csrf_token(form, field)
        except ValidationError:
            raise ValidationError(
                lazy_gettext("This page had been open for a long time. Look it through and send it again.")
            ) from None


class Form(FlaskForm):
    """A form that comes back filled in when its token is old."""

    class Meta(FlaskForm.Meta):
        """How the token is checked."""

        csrf_class = _Token


def stripped(text: str | None) -> str | None:
    """Without the white space that a keyboard leaves at the ends."""
    return text.strip() if text else text


def _as_kept(address: str | None) -> str | None:
    return address.strip().lower() if address else address


def name_field(label: str, missing: str) -> StringField:
    """A name that must be given; it fits its column."""
    too_long = lazy_gettext("Write at most %(max)s characters.", max=NAME_MAX)
    return StringField(
        label, filters=[stripped], validators=[DataRequired(missing), Length(max=NAME_MAX, message=too_long)]
    )


def email_field() -> EmailField:
    """An address, made the one that accounts are kept under."""
    missing = lazy_gettext("Write the e-mail address.")
    return EmailField(
        lazy_gettext("E-mail address"),
        filters=[_as_kept],
        validators=[DataRequired(missing), EmailValidation()],
    )


class SignInForm(LoginForm):
    """The library's form with our words."""

    class Meta(Form.Meta):
        """As every form of the house."""

    email = email_field()
    password = PasswordField(lazy_gettext("Password"), validators=[DataRequired()])

    def validate(self, **more: object) -> bool:
        """One message for both fields, which is the library's answer to whatever was wrong."""
        valid = bool(super().validate(**more))
        if self.email.errors:
            self.password.errors = []
        return valid

    def validate_next(self, field: Field) -> None:
        """Where it leads is checked when it is followed; a foreign address leads to the first page."""


def _new_password_field() -> PasswordField:
    too_short = lazy_gettext(
        "The password is too short. It needs at least %(min)s characters.", min=PASSWORD_MIN
    )
    return PasswordField(
        lazy_gettext("New password"),
        description=lazy_gettext("At least %(min)s characters. Several words are good.", min=PASSWORD_MIN),
        validators=[
            DataRequired(lazy_gettext("Choose a password.")),
            Length(PASSWORD_MIN, message=too_short),
        ],
    )


def _again_field() -> PasswordField:
    different = lazy_gettext("The two passwords are not the same. Write both again.")
    return PasswordField(lazy_gettext("The same password again"), validators=[EqualTo("password", different)])


# Each form declares its fields in the order of its page, which is also the order of the errors above it.


class NewPasswordForm(Form):
    """A password of one's own choice, twice."""

    password = _new_password_field()
    again = _again_field()


class JoinForm(NewPasswordForm):
    """What invited staff tell."""

    name = name_field(lazy_gettext("Your name"), lazy_gettext("Write your name."))
    password = _new_password_field()
    again = _again_field()


class BeginForm(JoinForm):
    """What the first administrator of an organisation tells."""

    organisation = name_field(
        lazy_gettext("Name of the organisation"), lazy_gettext("Write the name of the organisation.")
    )
    country = SelectField(lazy_gettext("Country"))
    name = name_field(lazy_gettext("Your name"), lazy_gettext("Write your name."))
    email = email_field()
    password = _new_password_field()
    again = _again_field()

    def __init__(self, country: str) -> None:
        super().__init__(data={"country": country})
        self.country.choices = countries()


class ChangePasswordForm(NewPasswordForm):
    """A new password for who knows the old one."""

    current = PasswordField(
        lazy_gettext("Password now"),
        validators=[DataRequired(lazy_gettext("Write the password you have now."))],
    )
    password = _new_password_field()
    again = _again_field()

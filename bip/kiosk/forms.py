"""The forms of shared tablets: a PIN chosen, and the PIN written again to leave."""

from flask_babel import lazy_gettext
from wtforms import PasswordField
from wtforms.validators import DataRequired, EqualTo, Regexp

from bip.auth.forms import Form


class StartForm(Form):
    """A new PIN, twice."""

    pin = PasswordField(
        lazy_gettext("PIN"),
        description=lazy_gettext("4 to 8 digits. Choose one that your colleagues know too."),
        validators=[
            DataRequired(lazy_gettext("Choose a PIN.")),
            Regexp(r"[0-9]{4,8}\Z", message=lazy_gettext("Write 4 to 8 digits, and nothing else.")),
        ],
    )
    again = PasswordField(
        lazy_gettext("The same PIN again"),
        validators=[EqualTo("pin", lazy_gettext("The two PINs are not the same. Write both again."))],
    )


class LeaveForm(Form):
    """The PIN that the tablet was started with."""

    pin = PasswordField(lazy_gettext("PIN"), [DataRequired(lazy_gettext("Write the PIN."))])

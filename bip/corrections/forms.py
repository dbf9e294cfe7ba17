"""The forms of corrections: each asks for the reason, and two for another participant."""

from collections.abc import Iterable

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired

from bip.auth.forms import Form
from bip.corrections.service import Other
from bip.corrections.words import REASONS, Reason

A_REASON = lazy_gettext("Choose one of these reasons.")
SOMEBODY = lazy_gettext("Choose a participant from the list.")


class CorrectionForm(Form):
    """Why it is put right."""

    reason = RadioField(
        lazy_gettext("Why is it put right?"),
        [DataRequired(A_REASON)],
        choices=[SelectChoice(code, words) for code, words in REASONS.items()],
        invalid_choice_message=A_REASON,
    )

    @property
    def why(self) -> Reason:
        """What was chosen, once the form is valid."""
        return Reason(self.reason.data)


class OtherForm(CorrectionForm):
    """And whom it concerns besides."""

    other = SelectField(
        lazy_gettext("The other participant"), [DataRequired(SOMEBODY)], invalid_choice_message=SOMEBODY
    )

    def __init__(self, others: Iterable[Other]) -> None:
        super().__init__()
        self.other.choices = [
            SelectChoice("", gettext("Choose …")),
            *(SelectChoice(str(one.enrolment_id), one.name or gettext("No name kept")) for one in others),
        ]

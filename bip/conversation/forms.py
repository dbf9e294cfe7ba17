"""The form of this concern: a step from the list, and by when."""

from datetime import date, timedelta
from typing import Final

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, Field, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, ValidationError

from bip.auth.forms import Form
from bip.conversation.words import STEPS
from bip.participants.forms import A_DAY, CHOOSE
from bip.store.lists import StepKind

LATEST: Final = timedelta(days=366)


class AgreeForm(Form):
    """A next step."""

    kind = SelectField(lazy_gettext("Next step"), [InputRequired(CHOOSE)], invalid_choice_message=CHOOSE)
    by_on = DateField(lazy_gettext("By when"), [DataRequired(A_DAY)], invalid_value_message=A_DAY)

    def __init__(self, today: date) -> None:
        super().__init__()
        self.today = today
        self.kind.choices = [
            SelectChoice("", gettext("Choose")),
            *(SelectChoice(kind.value, str(words)) for kind, words in STEPS.items()),
        ]

    def validate_by_on(self, field: Field) -> None:
        """A day ahead, near enough to be a next step."""
        if not self.today <= field.data <= self.today + LATEST:
            raise ValidationError(gettext("Choose a day from today until a year from now."))

    @property
    def step(self) -> StepKind:
        """What was chosen, once the form is valid."""
        return StepKind(self.kind.data)

"""The forms about a round: another day, or the reason why it was missed."""

from datetime import date

from flask_babel import lazy_gettext
from wtforms import DateField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired

from bip.auth.forms import Form
from bip.participants.forms import A_DAY
from bip.rounds.words import MISS_REASONS, MOVE_REASONS
from bip.store.lists import MissReason, MoveReason

A_REASON = lazy_gettext("Choose one of these reasons.")


class MoveForm(Form):
    """The new day and the reason."""

    due_on = DateField(lazy_gettext("New day"), [DataRequired(A_DAY)], invalid_value_message=A_DAY)
    reason = RadioField(
        lazy_gettext("Why is it moved?"),
        [DataRequired(A_REASON)],
        choices=[SelectChoice(code, words) for code, words in MOVE_REASONS.items()],
        invalid_choice_message=A_REASON,
    )

    def __init__(self, due_on: date) -> None:
        super().__init__(data={"due_on": due_on})

    @property
    def why(self) -> MoveReason:
        """What was chosen, once the form is valid."""
        return MoveReason(self.reason.data)


class MissedForm(Form):
    """Why the participant does not answer."""

    reason = RadioField(
        lazy_gettext("Why did the participant not answer?"),
        [DataRequired(A_REASON)],
        choices=[SelectChoice(code, words) for code, words in MISS_REASONS.items()],
        invalid_choice_message=A_REASON,
    )

    @property
    def why(self) -> MissReason:
        """What was chosen, once the form is valid."""
        return MissReason(self.reason.data)

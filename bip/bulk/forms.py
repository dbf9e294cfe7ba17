"""The forms of this concern: a file, what a dry run is answered with, pauses and letters for a group."""

from collections.abc import Iterable

from flask_babel import LazyString, gettext, lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, Field, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from bip.auth.forms import Form
from bip.bulk.kinds import KINDS
from bip.participants.options import UnitOption
from bip.store.lists import ImportKind

CHOOSE = lazy_gettext("Choose one from the list.")
A_DAY = lazy_gettext("Write a day as year-month-day, such as 2026-03-02.")


def select_field(label: LazyString, description: LazyString | str = "") -> SelectField:
    """A choice that must be made."""
    return SelectField(label, [InputRequired(CHOOSE)], description=description, invalid_choice_message=CHOOSE)


def choices(options: Iterable[tuple[object, object]]) -> list[SelectChoice]:
    """The options behind an empty one, so that what is chosen was chosen by somebody."""
    begin = SelectChoice("", gettext("Choose"))
    return [begin, *(SelectChoice(str(value), str(label)) for value, label in options)]


class FileForm(Form):
    """A file to look through."""

    kind = RadioField(
        lazy_gettext("What the file holds"),
        [InputRequired(lazy_gettext("Choose what the file holds."))],
        choices=[SelectChoice(kind.value, told.label) for kind, told in KINDS.items()],
    )
    file = FileField(
        lazy_gettext("File"),
        [FileRequired(lazy_gettext("Choose a file."))],
        description=lazy_gettext(
            "CSV or Excel (.xlsx), at most 1 MB and 5,000 lines, or 1,000 participants."
        ),
    )

    @property
    def chosen(self) -> ImportKind:
        """The kind."""
        return ImportKind(self.kind.data)


class PauseForm(Form):
    """Days on which a unit takes nobody in."""

    unit = select_field(lazy_gettext("Unit"))
    start_on = DateField(lazy_gettext("First day"), [DataRequired(A_DAY)], invalid_value_message=A_DAY)
    end_on = DateField(
        lazy_gettext("Last day"),
        [Optional()],
        description=lazy_gettext("Leave it empty until you know."),
        invalid_value_message=A_DAY,
    )

    def __init__(self, units: tuple[UnitOption, ...], *, sent: bool) -> None:
        """`sent`: whether it was this form of its page that was sent."""
        super().__init__(**{} if sent else {"formdata": None}, prefix="pause-")
        self.unit.choices = choices((one.id, one.name) for one in units)
        if len(units) == 1 and not sent:
            self.unit.data = str(units[0].id)

    def validate_end_on(self, field: Field) -> None:
        """Not before the first."""
        if field.data and self.start_on.data and field.data < self.start_on.data:
            raise ValidationError(gettext("The last day must not be before the first."))


class LettersForm(Form):
    """Whom letters are printed for."""

    group = select_field(lazy_gettext("For whom"))

    def __init__(self, groups: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self.group.choices = choices(groups)

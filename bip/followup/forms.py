"""The forms of this concern; errors name the field and the remedy."""

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID, uuid4, uuid5

from flask_babel import LazyString, format_date, gettext, lazy_gettext
from wtforms import DateField, Field, FloatField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import NumberInput

from bip.auth.forms import Form
from bip.auth.staff import Staff
from bip.conversation.words import STEPS
from bip.followup.activities import Activity
from bip.followup.course import ExitLine
from bip.followup.days import DayError, Refusal
from bip.followup.events import Happening
from bip.followup.exits import Found
from bip.followup.words import ACTIVITIES, EVENTS, EXIT_REASONS, FOLLOW_UPS, SOURCES
from bip.participants.forms import A_DAY, CHOOSE
from bip.store.lists import (
    ActivityKind,
    EventKind,
    EventSource,
    ExitReason,
    FollowUpStatus,
    StepKind,
)

HOURS_IN_A_WEEK: Final = 168
PLACE_MAX: Final = 100
HOURS = lazy_gettext("Write a number from 0 to 168, such as 20 or 37.5, or leave it empty.")
STILL_GOING_ON = lazy_gettext("Leave it empty while it goes on.")
NOT_KNOWN, YES, NO = "", "yes", "no"
_COMPLETED: Final = {None: NOT_KNOWN, True: YES, False: NO}

REFUSALS: Final = {
    Refusal.BEFORE_ENROLMENT: lazy_gettext(
        "The participant was enrolled on %(day)s. Write that day or a later one."
    ),
    Refusal.BEFORE_START: lazy_gettext("It began on %(day)s. Write that day or a later one."),
    Refusal.BEFORE_ACTIVITY: lazy_gettext(
        "There is an activity on %(day)s. Write that day or a later one, or change the activity first."
    ),
    Refusal.BEFORE_STEP: lazy_gettext("A step was taken on %(day)s. Write that day or a later one."),
    Refusal.BEFORE_NOTICE: lazy_gettext(
        "This follow-up can be made from %(day)s. Write that day or a later one."
    ),
    Refusal.AFTER_TODAY: lazy_gettext(
        "Today is %(day)s. Write that day or an earlier one; what lies ahead is written down once it is here."
    ),
    Refusal.AFTER_END: lazy_gettext("The participation ended on %(day)s. Write that day or an earlier one."),
    Refusal.AFTER_WITHDRAWAL: lazy_gettext(
        "Nothing is kept after %(day)s, the participant's last day. Write that day or an earlier one."
    ),
    Refusal.AFTER_FOLLOW_UP: lazy_gettext(
        "A follow-up was made on %(day)s. The exit stays, on that day or an earlier one."
    ),
}


def in_words(error: DayError) -> str:
    """Why the day cannot be, and which can."""
    return str(REFUSALS[error.reason]) % {"day": format_date(error.day)}


def _line(text: str | None) -> str | None:
    """One line without needless space; no NUL, which PostgreSQL takes in no text."""
    return " ".join(text.replace("\0", " ").split()) if text else text


def _choices(options: Iterable[tuple[str, LazyString]]) -> list[SelectChoice]:
    return [SelectChoice(str(value), label) for value, label in options]


def _one_of(label: LazyString, options: Iterable[tuple[str, LazyString]]) -> RadioField:
    return RadioField(
        label, [InputRequired(CHOOSE)], choices=_choices(options), invalid_choice_message=CHOOSE
    )


def _day(label: LazyString) -> DateField:
    return DateField(label, [DataRequired(A_DAY)], invalid_value_message=A_DAY)


def _last_day() -> DateField:
    return DateField(
        lazy_gettext("Last day"), [Optional()], description=STILL_GOING_ON, invalid_value_message=A_DAY
    )


class _Hours(FloatField):
    """A number with a point or a comma."""

    widget = NumberInput(step="any")

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([value.replace(",", ".") for value in valuelist])


def _hours() -> _Hours:
    return _Hours(
        lazy_gettext("Hours a week"),
        [Optional(), NumberRange(0, HOURS_IN_A_WEEK, HOURS)],
        invalid_value_message=HOURS,
    )


class NewForm(Form):
    """A form that adds a row once, however often it is sent."""

    key = HiddenField()

    def __init__(self, data: dict[str, object] | None = None) -> None:
        super().__init__(data=data)
        if not self.is_submitted():
            self.key.data = str(uuid4())

    def new_id(self, staff: Staff) -> UUID:
        """The same for a form that is sent twice as it is, and no other account's whatever was sent.

        With something else in it, as after going back in the browser, it is another.
        """
        told = [(field.name, str(field.data)) for field in self if field.name != "csrf_token"]
        return uuid5(staff.account_id, repr(told))


class StepForm(NewForm):
    """A step that was taken today; one button a kind."""

    kind = RadioField(
        lazy_gettext("Step"),
        [InputRequired(CHOOSE)],
        choices=_choices(STEPS.items()),
        invalid_choice_message=CHOOSE,
    )

    @property
    def chosen(self) -> StepKind:
        """The step, once the form is valid."""
        return StepKind(self.kind.data)


class ActivityForm(NewForm):
    """An activity spell."""

    kind = _one_of(lazy_gettext("Kind of activity"), ACTIVITIES.items())
    start_on = _day(lazy_gettext("First day"))
    end_on = _last_day()
    hours_per_week = _hours()
    place = StringField(
        lazy_gettext("Place"),
        [
            Optional(),
            Length(max=PLACE_MAX, message=lazy_gettext("Write at most %(max)s characters.", max=PLACE_MAX)),
        ],
        description=lazy_gettext("The workplace or the organiser. Write no names of persons."),
        filters=[_line],
    )
    completed = RadioField(
        lazy_gettext("Completed as planned?"),
        choices=[
            SelectChoice(NOT_KNOWN, lazy_gettext("It goes on, or not known")),
            SelectChoice(YES, lazy_gettext("Yes")),
            SelectChoice(NO, lazy_gettext("No, it ended before")),
        ],
        default=NOT_KNOWN,
        invalid_choice_message=CHOOSE,
    )

    def __init__(self, today: date, known: Activity | None = None) -> None:
        super().__init__({"start_on": today} if known is None else _told(known))

    def validate_completed(self, field: Field) -> None:
        """Whether it was completed is known when it has ended."""
        if field.data != NOT_KNOWN and self.end_on.raw_data == [""]:
            raise ValidationError(gettext("Write the last day too, or choose that it goes on."))

    @property
    def written(self) -> Activity:
        """What was written, once the form is valid."""
        return Activity(
            ActivityKind(self.kind.data),
            self.start_on.data,
            self.end_on.data,
            self.hours_per_week.data,
            self.place.data or None,
            {value: known for known, value in _COMPLETED.items()}[self.completed.data],
        )


def _told(known: Activity) -> dict[str, object]:
    told = {name: getattr(known, name) for name in Activity.__slots__}
    return {**told, "completed": _COMPLETED[known.completed]}


class EventForm(NewForm):
    """An event."""

    kind = _one_of(lazy_gettext("What happened?"), EVENTS.items())
    happened_on = _day(lazy_gettext("First day"))
    end_on = _last_day()
    hours_per_week = _hours()
    source = _one_of(
        lazy_gettext("Who told of it?"),
        ((source, SOURCES[source]) for source in (EventSource.CASEWORKER, EventSource.PARTICIPANT)),
    )

    def __init__(self, today: date, known: Happening | None = None) -> None:
        first = {"happened_on": today, "source": EventSource.CASEWORKER}
        super().__init__(
            first if known is None else {name: getattr(known, name) for name in Happening.__slots__}
        )

    @property
    def written(self) -> Happening:
        """What was written, once the form is valid."""
        return Happening(
            EventKind(self.kind.data),
            self.happened_on.data,
            self.end_on.data,
            self.hours_per_week.data,
            EventSource(self.source.data),
        )


class ExitForm(Form):
    """The end of an enrolment."""

    left_on = _day(lazy_gettext("Last day"))
    reason = _one_of(lazy_gettext("Reason"), EXIT_REASONS.items())

    def __init__(self, today: date, known: ExitLine | None) -> None:
        super().__init__(
            data={"left_on": known.left_on, "reason": known.reason} if known else {"left_on": today}
        )

    @property
    def chosen(self) -> ExitReason:
        """The reason, once the form is valid."""
        return ExitReason(self.reason.data)


class FollowUpForm(Form):
    """What was found some months after the exit."""

    asked_on = _day(lazy_gettext("Day of the follow-up"))
    status = _one_of(lazy_gettext("What does the person do now?"), FOLLOW_UPS.items())

    def __init__(self, today: date, known: Found | None) -> None:
        super().__init__(
            data={"asked_on": known.asked_on, "status": known.status} if known else {"asked_on": today}
        )

    @property
    def found(self) -> Found:
        """What was found, once the form is valid."""
        return Found(self.asked_on.data, FollowUpStatus(self.status.data))

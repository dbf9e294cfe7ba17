"""The forms of this concern: what staff write about a participant, with errors that name the remedy."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID, uuid4, uuid5

from flask_babel import LazyString, format_date, gettext, lazy_gettext
from wtforms import (
    DateField,
    EmailField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TelField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional, Regexp, ValidationError

from bip.auth.forms import Form
from bip.auth.staff import Staff
from bip.participants.assignment import Caseworker
from bip.participants.change import NewEnrolment
from bip.participants.detail import Background
from bip.participants.identity import Contact
from bip.participants.options import Options, StudyOption
from bip.participants.words import EDUCATIONS, ORIGINS, SEXES, SPOKEN, language_name, with_wording
from bip.store.lists import Education, Origin, Sex

EARLIEST_BIRTH_YEAR = 1900
CHOOSE = lazy_gettext("Choose one from the list.")
A_DAY = lazy_gettext("Write a day as year-month-day, such as 2026-03-02.")


def _line(text: str | None) -> str | None:
    """One line without needless space; no NUL, which PostgreSQL takes in no text."""
    return " ".join(text.replace("\0", " ").split()) if text else text


def _at_most(length: int) -> Length:
    return Length(max=length, message=lazy_gettext("Write at most %(max)s characters.", max=length))


def _select(label: LazyString, description: LazyString | None = None) -> SelectField:
    return SelectField(
        label,
        [InputRequired(CHOOSE)],
        description=description or "",
        invalid_choice_message=CHOOSE,
    )


def _choices(options: Iterable[tuple[object, object]]) -> list[SelectChoice]:
    """The options behind an empty one, so that what is chosen was chosen by somebody."""
    begin = SelectChoice("", gettext("Choose"))
    return [begin, *(SelectChoice(str(value), str(label)) for value, label in options)]


class SearchForm(Form):
    """Finding a participant; sent as a form, because an address with a name in it would stay in logs."""

    name = StringField(lazy_gettext("Name"), [_at_most(200)], filters=[_line])


class PersonForm(Form):
    """Who a participant is, and the background."""

    name = StringField(
        lazy_gettext("Name"),
        [DataRequired(lazy_gettext("Write the participant's name.")), _at_most(200)],
        filters=[_line],
    )
    email = EmailField(
        lazy_gettext("E-mail"),
        [
            Optional(),
            _at_most(254),
            Email(lazy_gettext("Write an address such as name@example.org, or leave it empty.")),
        ],
        filters=[_line],
    )
    phone = TelField(
        lazy_gettext("Phone"),
        [
            Optional(),
            Regexp(
                r"[+0-9 ()/.-]{3,40}\Z",
                message=lazy_gettext("Write the number with digits, such as +46 70 123 45 67."),
            ),
        ],
        filters=[_line],
    )
    sex = _select(lazy_gettext("Sex"))
    origin = _select(lazy_gettext("Origin"))
    education = _select(lazy_gettext("Highest completed education"))
    birth_year = IntegerField(
        lazy_gettext("Year of birth"),
        [Optional()],
        invalid_value_message=lazy_gettext("Write the year with four digits, such as 1984."),
    )
    language = _select(
        lazy_gettext("Language"),
        lazy_gettext("The one in which the person reads best. The letter is in it where it can be."),
    )

    def __init__(
        self, today: date, contact: Contact | None = None, background: Background | None = None
    ) -> None:
        super().__init__(data=_told(contact) | _told(background))
        self.today = today
        self.sex.choices = _choices(SEXES.items())
        self.origin.choices = _choices(ORIGINS.items())
        self.education.choices = _choices(EDUCATIONS.items())
        self.language.choices = _choices(
            (tag, with_wording(tag, language_name(tag))) for tag in self._languages()
        )

    def _languages(self) -> tuple[str, ...]:
        """The closed list, and what is already written, so that nobody has to change it unasked."""
        known = self.language.object_data
        return SPOKEN if known is None or known in SPOKEN else (known, *SPOKEN)

    def validate_birth_year(self, field: Field) -> None:
        """A year in which somebody alive may have been born."""
        if field.data is not None and not EARLIEST_BIRTH_YEAR <= field.data <= self.today.year:
            raise ValidationError(
                gettext(
                    "Write a year from %(first)s to %(last)s.",
                    first=EARLIEST_BIRTH_YEAR,
                    last=self.today.year,
                )
            )

    @property
    def contact(self) -> Contact:
        """Name and contact as written."""
        return Contact(self.name.data, self.email.data or None, self.phone.data or None)

    @property
    def background(self) -> Background:
        """The background as written."""
        return Background(
            Sex(self.sex.data),
            Origin(self.origin.data),
            Education(self.education.data),
            self.birth_year.data,
            self.language.data,
        )


def _told(known: Contact | Background | None) -> dict[str, object]:
    return {} if known is None else {name: getattr(known, name) for name in known.__slots__}


class EnrolForm(PersonForm):
    """A person and the enrolment in a study."""

    key = HiddenField()
    study = _select(lazy_gettext("Study"))
    unit = _select(lazy_gettext("Unit"))
    caseworker = _select(lazy_gettext("Caseworker"))
    enrolled_on = DateField(
        lazy_gettext("Enrolled on"),
        [DataRequired(A_DAY)],
        description=lazy_gettext("Day 0: every round is counted from here."),
        invalid_value_message=A_DAY,
    )
    intake = StringField(
        lazy_gettext("Intake"),
        [Optional(), _at_most(100)],
        description=lazy_gettext("The group that began together, if there is one."),
        filters=[_line],
    )
    referral = StringField(
        lazy_gettext("Referred by"),
        [Optional(), _at_most(100)],
        description=lazy_gettext("The authority or the way that led here. Write no names of persons."),
        filters=[_line],
    )

    def __init__(self, today: date, options: Options) -> None:
        super().__init__(today)
        self.options = options
        if not self.is_submitted():
            self._suggest()
        self.study.choices = _choices((one.id, one.name) for one in options.studies)
        self.caseworker.choices = _choices((one.id, _with_unit(one)) for one in options.caseworkers)
        self.unit.choices = _choices((one.id, one.name) for one in options.units)

    def _suggest(self) -> None:
        """What there is no choice about, and today."""
        self.key.data = str(uuid4())
        self.enrolled_on.data = self.today
        fields = (
            (self.study, self.options.studies),
            (self.unit, self.options.units),
            (self.caseworker, self.options.caseworkers),
        )
        for field, choices in fields:
            if len(choices) == 1:
                field.data = str(choices[0].id)

    def validate_enrolled_on(self, field: Field) -> None:
        """Not in the future, and not so long ago that more than a round would have gone by."""
        if field.data > self.today:
            raise ValidationError(gettext("The day must not be after today."))
        study = self._chosen_study()
        if study is None:
            return
        first = self.today - timedelta(days=study.interval_days)
        if field.data < first:
            raise ValidationError(gettext("The day must not be before %(day)s.", day=format_date(first)))

    def validate_caseworker(self, field: Field) -> None:
        """One who works in the chosen unit, or in all."""
        chosen = next((one for one in self.options.caseworkers if str(one.id) == field.data), None)
        if chosen and chosen.unit_id and self.unit.data and str(chosen.unit_id) != self.unit.data:
            raise ValidationError(
                gettext("%(name)s works in another unit. Choose somebody of the same unit.", name=chosen.name)
            )

    def _chosen_study(self) -> StudyOption | None:
        return next((one for one in self.options.studies if str(one.id) == self.study.data), None)

    def enrolment_id(self, staff: Staff) -> UUID:
        """The same for a form that is sent twice, and no other account's whatever key was sent."""
        return uuid5(staff.account_id, self.key.data or "")

    @property
    def wanted(self) -> NewEnrolment:
        """What was decided."""
        return NewEnrolment(
            self.contact,
            self.background,
            UUID(self.study.data),
            UUID(self.unit.data),
            UUID(self.caseworker.data),
            self.enrolled_on.data,
            self.intake.data or None,
            self.referral.data or None,
        )


def _with_unit(caseworker: Caseworker) -> str:
    return f"{caseworker.name} ({caseworker.unit})" if caseworker.unit else caseworker.name


class AssignForm(Form):
    """A caseworker from a day on."""

    caseworker = _select(lazy_gettext("Caseworker"))
    start_on = DateField(lazy_gettext("From"), [DataRequired(A_DAY)], invalid_value_message=A_DAY)

    def __init__(self, today: date, caseworkers: list[Caseworker]) -> None:
        super().__init__(data={"start_on": today})
        self.today = today
        self.caseworker.choices = _choices((one.id, _with_unit(one)) for one in caseworkers)

    def validate_start_on(self, field: Field) -> None:
        """Not in the future: until then the page would show a caseworker who has nothing to see."""
        if field.data > self.today:
            raise ValidationError(gettext("The day must not be after today."))


class WithdrawForm(Form):
    """The last day on which somebody takes part."""

    last_day = DateField(lazy_gettext("Last day"), [DataRequired(A_DAY)], invalid_value_message=A_DAY)

    def __init__(self, today: date, decided: date | None) -> None:
        super().__init__(data={"last_day": decided or today})
        self.today = today

    def validate_last_day(self, field: Field) -> None:
        """Not in the future: the person may still change the decision."""
        if field.data > self.today:
            raise ValidationError(gettext("The day must not be after today."))

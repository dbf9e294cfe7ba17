"""A whole intake on one page: what is the same for all, then a line a person."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4, uuid5

from flask_babel import format_date, gettext, lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    StringField,
    TelField,
)
from wtforms import (
    Form as PlainForm,
)
from wtforms.validators import DataRequired, Length, Optional, Regexp, ValidationError

from bip.auth.forms import Form
from bip.auth.staff import Staff
from bip.bulk.forms import A_DAY, choices, select_field
from bip.bulk.participants_file import Ground, pause_on
from bip.participants.change import NewEnrolment
from bip.participants.detail import Background
from bip.participants.forms import EARLIEST_BIRTH_YEAR
from bip.participants.identity import Contact
from bip.participants.words import SPOKEN, language_name, with_wording
from bip.store.lists import Education, Origin, Sex

LINES: Final = 20


def _line(text: str | None) -> str | None:
    """One line without needless space; no NUL, which PostgreSQL takes in no text."""
    return " ".join(text.replace("\0", " ").split()) if text else text


def _at_most(length: int) -> Length:
    return Length(max=length, message=lazy_gettext("Write at most %(max)s characters.", max=length))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field; `field_id`: where it stands, `person`: in whose line, from 1."""

    field_id: str | None
    label: str
    person: int | None
    remedy: str


class PersonLine(PlainForm):
    """One person of the group; an empty line is nobody."""

    name = StringField(lazy_gettext("Name"), [_at_most(200)], filters=[_line])
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
    birth_year = IntegerField(
        lazy_gettext("Year of birth"),
        [Optional()],
        invalid_value_message=lazy_gettext("Write the year with four digits, such as 1984."),
    )


class IntakeForm(Form):
    """The group, and who is in it."""

    key = HiddenField()
    study = select_field(lazy_gettext("Study"))
    unit = select_field(lazy_gettext("Unit"))
    caseworker = select_field(lazy_gettext("Caseworker"))
    enrolled_on = DateField(lazy_gettext("Enrolled on"), [DataRequired(A_DAY)], invalid_value_message=A_DAY)
    intake = StringField(
        lazy_gettext("Name of the intake"),
        [DataRequired(lazy_gettext("Write a name for the group, such as March 2026.")), _at_most(100)],
        filters=[_line],
    )
    referral = StringField(
        lazy_gettext("Referred by"),
        [Optional(), _at_most(100)],
        description=lazy_gettext("The authority or the way that led here. Write no names of persons."),
        filters=[_line],
    )
    language = select_field(
        lazy_gettext("Language"),
        lazy_gettext("The one that most of the group read best. Change it for others on their own pages."),
    )
    lines = FieldList(FormField(PersonLine), min_entries=LINES, max_entries=LINES)
    anyway = BooleanField(lazy_gettext("These are other persons with the same name"))

    def __init__(self, ground: Ground, *, sent: bool) -> None:
        """`sent`: whether it was this form of its page that was sent."""
        super().__init__(**{} if sent else {"formdata": None})
        self.ground = ground
        self.has_namesakes = False
        if not sent:
            self._suggest()
        there = ground.options
        self.study.choices = choices((one.id, one.name) for one in there.studies)
        self.unit.choices = choices((one.id, one.name) for one in there.units)
        self.caseworker.choices = choices((one.id, one.name) for one in there.caseworkers)
        self.language.choices = choices((tag, with_wording(tag, language_name(tag))) for tag in SPOKEN)

    def _suggest(self) -> None:
        """What there is no choice about, and today."""
        there = self.ground.options
        self.key.data, self.enrolled_on.data = str(uuid4()), self.ground.today
        for field, options in (
            (self.study, there.studies),
            (self.unit, there.units),
            (self.caseworker, there.caseworkers),
        ):
            if len(options) == 1:
                field.data = str(options[0].id)

    def validate_enrolled_on(self, field: Field) -> None:
        """Not in the future, not more than a round ago, not in a pause of the unit."""
        if field.data > self.ground.today:
            raise ValidationError(gettext("The day must not be after today."))
        study = next((one for one in self.ground.options.studies if str(one.id) == self.study.data), None)
        first = self.ground.today - timedelta(days=study.interval_days) if study else field.data
        if field.data < first:
            raise ValidationError(gettext("The day must not be before %(day)s.", day=format_date(first)))
        unit = next((one for one in self.ground.options.units if str(one.id) == self.unit.data), None)
        pause = pause_on(self.ground.pauses, unit.id, field.data) if unit else None
        if pause is not None:
            raise ValidationError(
                gettext(
                    "The unit takes nobody in on this day: a pause began on %(day)s. Choose another day, "
                    "or end the pause further down.",
                    day=format_date(pause.start_on),
                )
            )

    def validate_caseworker(self, field: Field) -> None:
        """One who works in the chosen unit, or in all."""
        chosen = next((one for one in self.ground.options.caseworkers if str(one.id) == field.data), None)
        if chosen and chosen.unit_id and self.unit.data and str(chosen.unit_id) != self.unit.data:
            raise ValidationError(
                gettext("%(name)s works in another unit. Choose somebody of the same unit.", name=chosen.name)
            )

    def validate(self, extra_validators: dict[str, list[object]] | None = None) -> bool:
        """The fields, then the lines against one another and against who is enrolled."""
        valid = bool(super().validate(extra_validators))
        filled = [line for _, line in self.filled()]
        if not filled:
            _wrong(self.lines[0].form.name, gettext("Write at least one name."))
        for line in filled:
            self._check(line)
        return valid and not any(line.errors for line in filled) and bool(filled)

    def _check(self, line: PersonLine) -> None:
        if not line.name.data:
            _wrong(line.name, gettext("Write the participant's name."))
        year = line.birth_year.data
        if year is not None and not EARLIEST_BIRTH_YEAR <= year <= self.ground.today.year:
            _wrong(
                line.birth_year,
                gettext(
                    "Write a year from %(first)s to %(last)s.",
                    first=EARLIEST_BIRTH_YEAR,
                    last=self.ground.today.year,
                ),
            )
        self._check_name(line)

    def _check_name(self, line: PersonLine) -> None:
        if not (re.fullmatch(r"[0-9a-f-]{36}", f"{self.study.data}") and self.unit.data and line.name.data):
            return
        namesake = (UUID(self.study.data), UUID(self.unit.data), line.name.data.casefold())
        if namesake in self.ground.names and not self.anyway.data:
            self.has_namesakes = True
            _wrong(line.name, gettext("Somebody with this name is in the study or on this page already."))
        self.ground.names.add(namesake)

    def filled(self) -> Iterator[tuple[int, PersonLine]]:
        """The lines in which something is written, with their places."""
        for place, entry in enumerate(self.lines):
            line: PersonLine = entry.form
            if any(field.raw_data and field.raw_data[0].strip() for field in line):
                yield place, line

    def problems(self) -> Iterator[Problem]:
        """Everything that is wrong, in the order of the page."""
        for field in self:
            if field is self.lines:
                continue
            place = None if isinstance(field, HiddenField) else field.id
            yield from (Problem(place, str(field.label.text), None, str(one)) for one in field.errors)
        for person, entry in enumerate(self.lines, 1):
            for field in entry.form:
                label = str(field.label.text)
                yield from (Problem(field.id, label, person, str(one)) for one in field.errors)

    def ids(self, staff: Staff) -> dict[int, UUID]:
        """The same for a form that is sent twice, and no other account's whatever key was sent."""
        return {
            place: uuid5(staff.account_id, f"{self.key.data or ''} {place}") for place, _ in self.filled()
        }

    def wanted(self, line: PersonLine) -> NewEnrolment:
        """What was decided about one person."""
        return NewEnrolment(
            Contact(line.name.data, None, line.phone.data or None),
            Background(
                Sex.UNKNOWN, Origin.UNKNOWN, Education.UNKNOWN, line.birth_year.data, self.language.data
            ),
            UUID(self.study.data),
            UUID(self.unit.data),
            UUID(self.caseworker.data),
            self.enrolled_on.data,
            self.intake.data,
            self.referral.data or None,
        )


def _wrong(field: Field, remedy: str) -> None:
    field.errors = [*field.errors, str(remedy)]

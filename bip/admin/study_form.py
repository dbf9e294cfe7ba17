"""The form of a study: its fields follow from the instruments and their languages."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import DateField, IntegerField, SelectChoice, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from bip.admin.studies import Plan, StudyDetails, Terms
from bip.admin.wording import LEGAL_BASES
from bip.auth.forms import Form, name_field, stripped
from bip.localisation import own_name, page_language
from bip.participants.words import with_wording
from bip.store.lists import LegalBasis
from surveys.model import Instrument

INTERVAL: Final = 91
TOLERANCE: Final = 14
LONGEST: Final = 1000
TEXT_MAX: Final = 10_000


class WholeNumber(IntegerField):
    """Whole numbers; what is none gets a message in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """As the library, but for the message."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write a whole number.")) from None


def _days(label: str, hint: str) -> WholeNumber:
    between = lazy_gettext("Write a number of days from 1 to %(max)s.", max=LONGEST)
    return WholeNumber(label, description=hint, validators=[NumberRange(1, LONGEST, between)])


class StudyForm(Form):
    """A study; each language of its questionnaire has a text field beside these."""

    name = name_field(lazy_gettext("Name of the study"), lazy_gettext("Write the name of the study."))
    instrument = SelectField(lazy_gettext("Questionnaire"))
    interval_days = _days(
        lazy_gettext("Days from one round to the next"), lazy_gettext("91 days are three months.")
    )
    tolerance_days = _days(
        lazy_gettext("Days before and after in which a round can be answered"),
        lazy_gettext("With 14 a round is open for two weeks before its day and two weeks after."),
    )
    legal_basis = SelectField(
        lazy_gettext("Legal basis"),
        choices=[SelectChoice(str(basis), label) for basis, label in LEGAL_BASES.items()],
    )
    ends_on = DateField(
        lazy_gettext("Last day of the study"),
        [Optional()],
        description=lazy_gettext("No round opens after it, and nobody is enrolled."),
        invalid_value_message=lazy_gettext("Write a day as year-month-day, such as 2026-03-02."),
    )
    languages = SelectMultipleField(
        lazy_gettext("Languages of the participants"),
        validators=[DataRequired(lazy_gettext("Choose at least one language."))],
    )
    first_language = SelectField(
        lazy_gettext("The study's own language"),
        description=lazy_gettext("For those who have not chosen a language."),
    )

    def __init__(self, instruments: Sequence[Instrument], data: Mapping[str, object]) -> None:
        super().__init__(data=data)
        self.instruments = {str(known.id): known for known in instruments}
        spoken, tags = page_language(), languages_of(instruments)
        self.instrument.choices = [
            SelectChoice(str(one.id), one.title.in_language(spoken)) for one in instruments
        ]
        self.languages.choices = [SelectChoice(tag, with_wording(tag, own_name(tag))) for tag in tags]
        self.first_language.choices = [SelectChoice(tag, own_name(tag)) for tag in tags]

    def settle(self) -> None:
        """Leave out what cannot change once somebody is enrolled."""
        del self.instrument
        del self.interval_days
        del self.tolerance_days

    @property
    def texts(self) -> dict[str, TextAreaField]:
        """The field of each language's text."""
        return {tag: self[_text(tag)] for tag in languages_of(self.instruments.values())}

    def plan(self) -> Plan | None:
        """What is settled with the first enrolment; None where it is settled already."""
        if self.instrument is None:
            return None
        asked = self.instruments[self.instrument.data].id
        return Plan(asked, self.interval_days.data, self.tolerance_days.data)

    def terms(self) -> Terms:
        """The rest, the study's own language first."""
        own = self.first_language.data
        chosen = (own, *(tag for tag in self.languages.data if tag != own))
        information = {tag: self.texts[tag].data for tag in chosen}
        return Terms(
            self.name.data, chosen, LegalBasis(self.legal_basis.data), information, self.ends_on.data
        )

    def refuse_plan(self) -> None:
        """Say that what was to change is settled by now."""
        self.form_errors.append(
            _("Somebody was enrolled meanwhile: questionnaire and days are settled now. Save the rest again.")
        )

    def validate(self, **more: object) -> bool:
        """What fields must be to each other, each error with the field that can mend it."""
        if not super().validate(**more):
            return False
        if self.instrument is None and "instrument" in request.form:
            self.refuse_plan()
        self._check_languages()
        self._check_texts()
        if self.interval_days is not None:
            self._check_windows()
        return not self.errors

    def _check_windows(self) -> None:
        if self.interval_days.data <= 2 * self.tolerance_days.data:
            self.tolerance_days.errors = [
                _("Two rounds would be open at once. Choose fewer than half the days between two rounds.")
            ]

    def _check_languages(self) -> None:
        if self.first_language.data not in self.languages.data:
            self.first_language.errors = [_("Choose one of the languages that are ticked above.")]
        asked = [self.instruments[self.instrument.data]] if self.instrument else self.instruments.values()
        missing = set(self.languages.data) - set(languages_of(asked))
        if missing:
            names = ", ".join(sorted(map(own_name, missing)))
            self.languages.errors = [
                _("The questionnaire is not there in %(languages)s. Take the tick away.", languages=names)
            ]

    def _check_texts(self) -> None:
        for tag in self.languages.data:
            if not self.texts[tag].data:
                self.texts[tag].errors = [_("Write what participants are told in this language.")]


def languages_of(instruments: Iterable[Instrument]) -> list[str]:
    """The languages that any of the instruments has, each once."""
    return list(dict.fromkeys(language.tag for one in instruments for language in one.languages))


def new_study_form(instruments: Sequence[Instrument], drafts: Mapping[str, str]) -> StudyForm:
    """A form with what most studies take."""
    spoken = page_language()
    data = {
        "interval_days": INTERVAL,
        "tolerance_days": TOLERANCE,
        "languages": [spoken],
        "first_language": spoken,
    }
    return _with_texts(instruments, data, drafts)


def study_form(
    study: StudyDetails, instruments: Sequence[Instrument], drafts: Mapping[str, str]
) -> StudyForm:
    """The form of a study that there is; what is settled is left out."""
    plan, terms = study.plan, study.terms
    data = {
        "name": terms.name,
        "instrument": str(plan.instrument),
        "interval_days": plan.interval_days,
        "tolerance_days": plan.tolerance_days,
        "languages": terms.languages,
        "first_language": terms.languages[0],
        "legal_basis": str(terms.legal_basis),
        "ends_on": terms.ends_on,
    }
    form = _with_texts(instruments, data, {**drafts, **terms.information})
    if study.under_way:
        form.settle()
    return form


def _with_texts(
    instruments: Sequence[Instrument], data: Mapping[str, object], texts: Mapping[str, str]
) -> StudyForm:
    fields = {_text(tag): _text_field(tag) for tag in languages_of(instruments)}
    with_texts = type("StudyFormWithTexts", (StudyForm,), fields)
    written = {_text(tag): text for tag, text in texts.items()}
    form: StudyForm = with_texts(instruments, {**data, **written})
    return form


def _text(tag: str) -> str:
    return f"text_{tag}"


def _text_field(tag: str) -> TextAreaField:
    too_long = _("Write at most %(max)s characters.", max=TEXT_MAX)
    return TextAreaField(
        _("What participants read first: %(language)s", language=own_name(tag)),
        filters=[_one_kind_of_line_end],
        validators=[Length(max=TEXT_MAX, message=too_long)],
        render_kw={"rows": 14, "lang": tag},
    )


def _one_kind_of_line_end(text: str | None) -> str | None:
    """Browsers send carriage returns; a text that nobody touched must not look changed."""
    return stripped(text.replace("\r\n", "\n")) if text else text

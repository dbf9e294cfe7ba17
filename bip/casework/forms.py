"""The forms of this concern: rating a round, and opening an interview or a paper form."""

from collections.abc import Iterable, Mapping
from functools import cache

from flask_babel import LazyString, lazy_gettext
from wtforms import BooleanField, RadioField
from wtforms.fields import SelectChoice

from bip.auth.forms import Form
from bip.casework.entry import Manner
from bip.localisation import own_name
from bip.participants.words import with_wording
from bip.store.lists import Assistance, Mode
from surveys.forms import answers_form
from surveys.load import load_builtin

OFF_SCALE = lazy_gettext("This is not one of the answers. Choose one of those below.")
CHOOSE = lazy_gettext("Choose one of these.")

MODES: Mapping[Mode, LazyString] = {
    Mode.INTERVIEW: lazy_gettext("Interview: I read the questions aloud"),
    Mode.PAPER: lazy_gettext("Paper: I type in a form that was filled in on paper"),
}
ASSISTANCES: Mapping[Assistance, LazyString] = {
    Assistance.NONE: lazy_gettext("Nobody"),
    Assistance.INTERPRETER: lazy_gettext("An interpreter"),
    Assistance.CASEWORKER: lazy_gettext("The caseworker"),
    Assistance.OTHER: lazy_gettext("Somebody else"),
}


@cache
def rating_form(key: str, version: str, language: str) -> type[Form]:
    """The form with everything an instrument asks the caseworker."""
    made = answers_form(Form, load_builtin(key, version), "caseworker", language, OFF_SCALE)
    assert issubclass(made, Form)  # noqa: S101  # it was made on Form
    return made


def _choices(options: Iterable[tuple[str, LazyString]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in options]


class EntryForm(Form):
    """How the participant's answers are entered."""

    mode = RadioField(
        lazy_gettext("How do you enter the answers?"),
        choices=_choices(MODES.items()),
        invalid_choice_message=CHOOSE,
    )
    assistance = RadioField(
        lazy_gettext("Who helps the participant with answering?"),
        choices=_choices(ASSISTANCES.items()),
        default=Assistance.NONE,
        invalid_choice_message=CHOOSE,
    )
    proxy = BooleanField(lazy_gettext("Somebody else answers in the participant's place"))
    language = RadioField(lazy_gettext("Language of the questions"), invalid_choice_message=CHOOSE)

    def __init__(self, languages: Iterable[str], language: str) -> None:
        super().__init__(data={"assistance": Assistance.NONE, "language": language})
        self.language.choices = [SelectChoice(tag, with_wording(tag, own_name(tag))) for tag in languages]

    @property
    def manner(self) -> Manner:
        """What was chosen, once the form is valid."""
        return Manner(
            Mode(self.mode.data), Assistance(self.assistance.data), self.proxy.data, self.language.data
        )

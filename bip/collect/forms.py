"""The forms of somebody who answers.

They are plain WTForms, with no CSRF token, because the right to send them is not in a cookie that a browser
adds by itself: it is the code in the field, or the token in the address. Where cookies are refused, answers
are saved all the same.
"""

from functools import cache, lru_cache

from flask import get_template_attribute
from flask_babel import lazy_gettext
from markupsafe import Markup
from wtforms import Field, Form, StringField
from wtforms.validators import DataRequired

from surveys.forms import answer_field
from surveys.load import load_builtin
from surveys.model import InstrumentId, Item

OFF_SCALE = lazy_gettext("This is not one of the answers. Choose one of those below.")
# All questions of some instruments in some languages, each as it looks with each answer chosen.
DRAWN = 2048


class CodeForm(Form):
    """The code of a letter."""

    code = StringField(
        lazy_gettext("Code"),
        [DataRequired(lazy_gettext("Write the code that is on your letter."))],
        description=lazy_gettext("Eight letters and numbers. Capital or small letters are both fine."),
    )


@cache
def question_form(instrument: InstrumentId, number: int, language: str) -> type[Form]:
    """The form of one question of an instrument, its only field called `answer`."""
    asked = load_builtin(instrument.key, instrument.version)
    field = answer_field(asked, _item(instrument, number), "participant", language, OFF_SCALE)
    return type("QuestionForm", (Form,), {"answer": field})


@lru_cache(maxsize=DRAWN)
def drawn_once(instrument: InstrumentId, number: int, language: str, own: int | None) -> Markup:
    """A question with its answers, `own` chosen: the same for everybody, so that it is drawn once."""
    form = question_form(instrument, number, language)(data={"answer": own})
    return draw(form.answer, _item(instrument, number))


def draw(field: Field, item: Item) -> Markup:
    """A question as cards, the answers that are no step of its scale set apart."""
    cards = get_template_attribute("parts/forms.html", "choice_cards")
    return Markup(cards(field, quiet_from=len(item.scale.steps), heading=True))  # noqa: S704  # a template's


def _item(instrument: InstrumentId, number: int) -> Item:
    return load_builtin(instrument.key, instrument.version).items_for("participant")[number - 1]

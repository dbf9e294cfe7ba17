"""The forms of somebody who answers.

They are plain WTForms, with no CSRF token, because the right to send them is not in a cookie that a browser
adds by itself: it is the code in the field, or the token in the address. Where cookies are refused, answers
are saved all the same.
"""

from functools import cache

from flask import get_template_attribute
from flask_babel import lazy_gettext
from markupsafe import Markup
from wtforms import Field, Form, StringField
from wtforms.validators import DataRequired

from surveys.forms import answer_field
from surveys.load import load_builtin
from surveys.model import InstrumentId, Item

OFF_SCALE = lazy_gettext("This is not one of the answers. Choose one of those below.")


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
    field = answer_field(asked, item_of(instrument, number), "participant", language, OFF_SCALE)
    return type("QuestionForm", (Form,), {"answer": field})


def draw(field: Field, item: Item) -> Markup:
    """A question as cards, the answers that are no step of its scale set apart."""
    cards = get_template_attribute("parts/forms.html", "choice_cards")
    return Markup(cards(field, quiet_from=len(item.scale.steps), heading=True))  # noqa: S704  # a template's


def item_of(instrument: InstrumentId, number: int) -> Item:
    """The item behind a question's number."""
    return load_builtin(instrument.key, instrument.version).items_for("participant")[number - 1]

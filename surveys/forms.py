"""Forms made from an instrument: one field an item, with the words of the instrument in one language.

Nothing is compulsory, so that an empty field is no error; what lies off the scale is. Studies that are
collected here answer in steps (continuous scales come in with imported data), so a field is a choice.
"""

from collections.abc import Iterable
from typing import Any, Final

from wtforms.fields import RadioField, SelectChoice
from wtforms.form import BaseForm

from surveys.model import Instrument, Item
from surveys.schema import Rater

# What nobody chooses: it is written where a question was passed over or never put.
UNCHOSEN: Final = frozenset({"not_asked", "skipped"})


class AnswerField(RadioField):
    """A step of the item's scale, another answer of this rater's, or nothing."""

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what lies off the scale; the library's own field refuses nothing as well."""
        if self.raw_data:
            super().pre_validate(form)


def answer_field(instrument: Instrument, item: Item, rater: Rater, language: str, off_scale: object) -> Any:  # noqa: ANN401  # WTForms is untyped
    """One question with its steps in order, then the other answers this rater can give.

    `off_scale` is the message for any other value, possibly a lazy text. Raises ValueError where the item has
    no steps or this rater is not asked.
    """
    form = item.form(rater)
    if form is None or not item.scale.steps:
        raise ValueError(f"{instrument.id}: {item.key} asks the {rater} for no step")
    words = {step: text.in_language(language) for step, text in form.steps}
    others = [code for code in instrument.codes_for(rater) if code.key not in UNCHOSEN]
    return AnswerField(
        form.question.in_language(language),
        coerce=int,
        choices=[
            *(SelectChoice(str(step), words[step]) for step in item.scale.steps),
            *(SelectChoice(str(code.code), code.label.in_language(language)) for code in others),
        ],
        invalid_value_message=off_scale,
        invalid_choice_message=off_scale,
    )


def field_name(item_key: str) -> str:
    """The name of an item's field: a prefix, for a form has attributes that an item could be called like."""
    return f"answer_{item_key}"


def answers_form(
    base: type[BaseForm], instrument: Instrument, rater: Rater, language: str, off_scale: object
) -> type[BaseForm]:
    """A form on `base` with every item that this rater is asked."""
    fields = {
        field_name(item.key): answer_field(instrument, item, rater, language, off_scale)
        for item in instrument.items_for(rater)
    }
    return type("AnswersForm", (base,), fields)


def chosen(form: BaseForm, items: Iterable[Item]) -> dict[str, int]:
    """What was chosen in a form of `answers_form`, by item; items without a choice are left out."""
    found = {item.key: form[field_name(item.key)].data for item in items}
    return {key: value for key, value in found.items() if value is not None}

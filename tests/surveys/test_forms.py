"""Forms made from an instrument: the words of its steps, nothing compulsory, nothing off the scale."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.form import BaseForm

from surveys.forms import answer_field, answers_form, chosen, field_name
from surveys.load import load, load_builtin
from surveys.schema import RATERS, Rater

OFF_SCALE = "off the scale"
INSTRUMENT = load_builtin("bip-11")
SHORTER = load_builtin("bip-9-11")
OTHERS = {"participant": {-1, -2}, "caseworker": {-3}}


def form_of(rater: Rater, sent: dict[str, str] | None = None, language: str = "en") -> BaseForm:
    made = answers_form(Form, INSTRUMENT, rater, language, OFF_SCALE)
    return made(MultiDict(sent or {}))


@pytest.mark.parametrize("rater", RATERS)
@pytest.mark.parametrize("language", ["sv", "da", "en"])
def test_every_item_has_its_question_and_the_words_of_its_steps(rater: Rater, language: str) -> None:
    form = form_of(rater, language=language)
    for item in INSTRUMENT.items_for(rater):
        asked = item.form(rater)
        assert asked is not None
        field = form[field_name(item.key)]
        assert field.label.text == asked.question.in_language(language)
        labels = [choice.label for choice in field.choices]
        assert labels[:5] == [words.in_language(language) for _, words in asked.steps]


@pytest.mark.parametrize("rater", RATERS)
def test_the_other_answers_are_those_the_rater_can_choose(rater: Rater) -> None:
    for field in form_of(rater):
        values = [int(choice.value) for choice in field.choices]
        assert values[:5] == [1, 2, 3, 4, 5]
        assert set(values[5:]) == OTHERS[rater]


def test_a_rater_is_asked_the_own_items_only() -> None:
    made = answers_form(Form, SHORTER, "participant", "en", OFF_SCALE)()
    assert len(list(made)) == 9
    with pytest.raises(ValueError, match="job_belief asks the participant for no step"):
        answer_field(SHORTER, SHORTER.items[10], "participant", "en", OFF_SCALE)


def test_a_continuous_scale_has_no_steps_to_choose(sample: Callable[[str], Path]) -> None:
    path = next(sample("continuous_scale").glob("1.yaml"))
    instrument = load(path)
    item = next(item for item in instrument.items if item.scale.kind == "continuous")
    with pytest.raises(ValueError, match="for no step"):
        answer_field(instrument, item, item.forms[0].rater, instrument.first_language, OFF_SCALE)


def test_nothing_is_compulsory() -> None:
    form = form_of("participant", {"something": "else"})
    assert form.validate()
    assert chosen(form, INSTRUMENT.items) == {}


@given(
    st.dictionaries(
        st.sampled_from([item.key for item in INSTRUMENT.items]),
        st.one_of(st.integers(-10, 10).map(str), st.text(max_size=5)),
    ),
    st.sampled_from(RATERS),
)
def test_what_is_on_the_scale_is_chosen_and_all_else_refused(sent: dict[str, str], rater: Rater) -> None:
    form = form_of(rater, {field_name(key): value for key, value in sent.items()})
    allowed = {str(value) for value in {1, 2, 3, 4, 5} | OTHERS[rater]}
    wrong = {key for key, value in sent.items() if _number(value) not in allowed}
    assert form.validate() is not bool(wrong)
    assert form.errors == {field_name(key): [OFF_SCALE] for key in wrong}
    right = {key: int(value) for key, value in sent.items() if key not in wrong}
    assert chosen(form, INSTRUMENT.items).items() >= right.items()


def _number(text: str) -> str | None:
    """A whole number as it is written shortest; other signs for digits and spaces around it count too."""
    try:
        return str(int(text))
    except ValueError:
        return None


@pytest.mark.parametrize("key", ["data", "errors", "validate", "meta"])
def test_an_item_may_be_called_like_something_that_forms_have(key: str) -> None:
    assert not hasattr(Form, field_name(key))

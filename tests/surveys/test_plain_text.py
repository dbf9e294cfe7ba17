"""An instrument in a terminal: all there, and no line too long."""

from collections.abc import Callable
from pathlib import Path

import pytest

from surveys.load import load, load_builtin
from surveys.plain_text import WIDTH, outline, summary
from surveys.schema import RATERS, Rater

Sample = Callable[[str], Path]


@pytest.mark.parametrize("key", ["bip-11", "bip-9-11"])
@pytest.mark.parametrize("rater", RATERS)
@pytest.mark.parametrize("language", ["sv", "en", "da"])
def test_an_outline_fits_the_terminal_and_holds_every_word(key: str, rater: Rater, language: str) -> None:
    instrument = load_builtin(key)
    text = outline(instrument, rater, language)
    assert max(map(len, text.splitlines())) <= WIDTH
    unwrapped = " ".join(text.split())
    for item in instrument.items_for(rater):
        form = item.form(rater)
        assert form is not None
        assert form.question.in_language(language) in unwrapped
        for step, words in form.steps:
            assert f"{step} {words.in_language(language)}" in unwrapped


def test_marks_and_codes_are_shown() -> None:
    text = outline(load_builtin("bip-11"), "caseworker", "en")
    assert "(health_coping)  [sensitive]" in text
    assert "(job_belief)  [private, alone]" in text
    assert " -3  I have not been able to see this" in text
    assert "\n -1  " not in text
    assert "Status: provisional wording; texts in en: provisional" in text


def test_a_text_that_is_not_translated_is_marked(sample: Sample) -> None:
    text = outline(load(sample("missing_translation") / "1.yaml"), "participant", "sv")
    assert "Mood [not in sv] (mood)" in text
    assert "I feel so-so. [not in sv]" in text
    assert "Hur mår du?\n" in text


def test_a_continuous_scale_shows_its_bounds_and_the_words_of_its_ends(sample: Sample) -> None:
    text = outline(load(sample("continuous_scale") / "1.yaml"), "participant", "en")
    assert "Any number from 0.5 to 10." in text
    assert " 10  As good as can be." in text


def test_a_scale_that_runs_the_other_way_says_so(sample: Sample) -> None:
    text = outline(load(sample("lower_is_closer") / "1.yaml"), "participant", "en")
    assert "The lowest answer is closest to work." in text


def test_a_summary_names_status_size_and_languages() -> None:
    text = summary(load_builtin("bip-9-11"))
    assert "bip-9-11@1  provisional wording" in text
    assert "participant 9, caseworker 11" in text
    assert "sv (provisional), ar (provisional), da (provisional)" in text
    assert max(map(len, text.splitlines())) <= WIDTH

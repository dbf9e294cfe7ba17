from __future__ import annotations

from string import Formatter

import pytest

from analysis.estimates.reasons import REFUSALS, WARNINGS
from analysis.report.words import LANGUAGES, Text, Words, catalogue, reasons


def placeholders(text: Text) -> list[set[str]]:
    """The placeholders of each part of a text; plural forms in the order of their names."""
    parts = [text] if isinstance(text, str) else list(text.values() if isinstance(text, dict) else text)
    return [{field for _, field, _, _ in Formatter().parse(part) if field} for part in parts]


def test_languages_have_the_same_keys() -> None:
    assert set(catalogue("sv")) == set(catalogue("en"))


@pytest.mark.parametrize("key", sorted(catalogue("sv")))
def test_languages_have_the_same_placeholders(key: str) -> None:
    assert placeholders(catalogue("sv")[key]) == placeholders(catalogue("en")[key])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_says_something(language: str) -> None:
    for text in catalogue(language).values():
        parts = [text] if isinstance(text, str) else list(text.values() if isinstance(text, dict) else text)
        assert parts
        assert all(isinstance(part, str) and part.strip() for part in parts)


def test_numbers_are_written_as_the_language_writes_them() -> None:
    sv, en = Words("sv"), Words("en")
    assert sv.whole(15818) == "15\N{NO-BREAK SPACE}818"
    assert en.whole(15818) == "15,818"
    assert sv.signed(0.314, 2) == "+0,31"
    assert en.signed(-0.314, 2) == "\N{MINUS SIGN}0.31"
    assert sv.percent(74, 213, 2) == "34,74\N{NO-BREAK SPACE}%"
    assert en.percent(74, 213, 2) == "34.74%"
    assert sv.interval(-0.1, 0.2, 2) == "\N{MINUS SIGN}0,10 till 0,20".replace(" ", "\N{NO-BREAK SPACE}")


def test_an_interval_stands_in_brackets_where_there_is_one() -> None:
    en = Words("en")
    assert en.with_interval("0.10", -0.1, 0.2, 2) == f"0.10 ({en.interval(-0.1, 0.2, 2)})"
    assert en.with_interval("0.10", None, 0.2, 2) == "0.10"


def test_a_statistic_carries_its_degrees_of_freedom() -> None:
    space = "\N{NO-BREAK SPACE}"
    assert Words("en").chi_square(7.26, 4) == f"χ²(4){space}={space}7.3"
    assert Words("sv").chi_square(7.26, 4) == f"χ²(4){space}={space}7,3"


def test_nothing_is_a_negative_zero() -> None:
    assert Words("sv").decimal(-0.001, 2) == "0,00"
    assert Words("en").signed(-0.0, 1) == "0.0"


def test_small_p_values_are_not_written_as_zero() -> None:
    assert Words("sv").p_value(0.00001) == "<\N{NO-BREAK SPACE}0,001"
    assert Words("en").p_value(0.04) == "0.040"
    assert Words("en").p_value(None) == "–"


def test_one_and_many() -> None:
    sv = Words("sv")
    assert sv.count("answer.persons", 1) == "1 person"
    assert sv.count("answer.persons", 0) == "0 personer"
    assert sv.count("answer.persons", 4, guarded=True) == "färre än 5 personer"
    assert sv.count("answer.persons", 5, guarded=True) == "5 personer"


def test_lists() -> None:
    en = Words("en")
    assert en.listed([]) == ""
    assert en.listed(["a"]) == "a"
    assert en.listed(["a", "b", "c"]) == "a, b and c"
    assert en.listed(["a", "b"], "or") == "a or b"


def test_wrong_kind_of_text_is_named() -> None:
    with pytest.raises(TypeError, match=r"answer\.persons"):
        Words("sv")("answer.persons")
    with pytest.raises(TypeError, match="title"):
        Words("sv").paragraphs("title")
    with pytest.raises(TypeError, match="title"):
        Words("sv").count("title", 1)


def test_every_reason_has_its_words_in_swedish_with_the_same_values() -> None:
    assert set(reasons("sv")) == set(REFUSALS | WARNINGS)
    for key, english in (REFUSALS | WARNINGS).items():
        assert placeholders(reasons("sv")[key]) == placeholders(english), key

"""Would it have come out the same: tests with degrees of freedom, numbers beside each other, n below."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from analysis.estimates.reasons import reason
from analysis.estimates.results import Estimate, Key
from analysis.report.closer import closer
from analysis.report.names import Names
from analysis.report.parts import Part, Table
from analysis.report.words import LANGUAGES, Words
from tests.analysis.report.examples import INDICATORS, eleven, estimates

ORDER = {key: place for place, key in enumerate(INDICATORS)}
FIRST, SECOND = INDICATORS[:2]


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> Words:
    return Words(request.param)


def one(analysis: str, quantity: str, scale: str, indicator: str = FIRST, **numbers: object) -> Estimate:
    parts = {name: numbers.pop(name) for name in ("term", "group", "model") if name in numbers}
    key = Key(analysis, "job", "participant", indicator, quantity, "alone", scale)
    return replace(
        Estimate(replace(key, **parts), 900, 300, 40, "person", 300),  # type: ignore[arg-type]
        **numbers,  # type: ignore[arg-type]
    )


def parts_of(words: Words, made: list[Estimate]) -> dict[str, Part]:
    return {part.name: part for part in closer(words, Names(words, (eleven(),)), ORDER, made)}


def table(part: Part, name: str) -> Table:
    return next(one for one in part.tables if one.name == f"closer-{name}-participant")


def wald(quantity: str, *, df: int, term: str | None = None, analysis: str = "subgroups") -> Estimate:
    numbers: dict[str, Any] = {"estimate": 7.26, "p_value": 0.04, "p_holm": 0.2, "degrees_of_freedom": df}
    return one(analysis, quantity, "wald_chi2", term=term, **numbers)


def test_a_test_of_groups_is_shown_with_its_degrees_of_freedom_and_its_n(words: Words) -> None:
    found = [wald("level", df=4, term="sex_origin"), wald("change", df=3, term="age_band")]
    refused = replace(one("subgroups", "level", "wald_chi2", term="language"), refused=reason("few_groups"))
    part = parts_of(words, [*found, refused])["groups"]
    [row] = table(part, "groups-sex_origin").rows
    assert row[2:] == (words.chi_square(7.26, 4), words.p_value(0.04), words.p_value(0.2), "300", "40")
    [row] = table(part, "groups-age_band").rows
    assert row[2] == words.chi_square(7.26, 3)
    [row] = table(part, "groups-language").rows
    assert row[2] == words("number.none")
    assert words.reason(reason("few_groups")) in part.sentences[-1]


def test_tests_of_the_line_are_shown_with_their_degrees_of_freedom(words: Words) -> None:
    step = one("linearity", "level", "difference_pp", term="step:2", estimate=0.5, ci_low=0.1, ci_high=0.9)
    found = [
        wald("categories", df=3, analysis="linearity"),
        wald("spline", df=1, analysis="linearity"),
        step,
    ]
    part = parts_of(words, found)["bends"]
    [row] = table(part, "bends").rows
    assert (row[1], row[4]) == (words.chi_square(7.26, 3), words.chi_square(7.26, 1))
    [row] = table(part, "steps").rows
    assert row[1] == words.with_interval(words.decimal(0.5, 2), 0.1, 0.9, 2)
    for shown in part.tables:
        [note] = shown.notes
        assert "900" in note
        assert "300" in note


def test_decisions_stand_beside_the_estimate_level_first(words: Words) -> None:
    made = estimates((FIRST, SECOND), raters=("participant",))
    others = [
        replace(e, key=replace(e.key, analysis=analysis, scale=scale, term=term), n_rows=e.n_rows - 1000)
        for e in made
        if (e.key.model, e.key.scale) == ("adjusted", "ame_pp")
        for analysis, scale, term in (
            ("job_hazard_sensitivity", "ame_pp", "without_proxy"),
            ("job_hazard_cloglog", "hazard_ratio", None),
        )
    ]
    part = parts_of(words, [*made, *others])["decisions"]
    for name, columns in (("decisions", 6), ("scales", 5)):
        shown = table(part, name)
        assert [row[1] for row in shown.rows] == [words(f"quantity.{q}") for q in ("level", "change")] * 2
        assert {len(row) for row in shown.rows} == {len(shown.columns)} == {columns}
        [note] = shown.notes
        assert words.whole(9650) in note
        assert words.whole(8650) in note


def test_a_range_of_sizes_is_told_from_least_to_largest(words: Words) -> None:
    small = one("change_given_baseline", "change", "ame_pp", estimate=1.0)
    large = replace(one("change_given_baseline", "change", "ame_pp", SECOND, estimate=1.0), n_rows=1200)
    few = replace(one("change_given_past_mean", "change", "ame_pp", estimate=1.0), n_events=3)
    [note] = table(parts_of(words, [small, large, few])["past"], "past").notes
    assert words("number.range", low="900", high=words.whole(1200)) in note
    assert words.guarded(3) in note


def test_without_estimates_there_is_nothing(words: Words) -> None:
    assert parts_of(words, []) == {}


@pytest.mark.parametrize(
    ("low", "high", "clear"), [(0.1, 0.9, 2), (-0.1, 0.9, 1), (-0.9, -0.1, 1), (None, None, 1)]
)
def test_what_stands_is_held_against_every_other_way(
    words: Words, low: float | None, high: float | None, clear: int
) -> None:
    """Two changes stand; the first baseline estimate has this interval, everything else is clear of zero."""
    keys: dict[str, Any] = {"model": "adjusted", "estimate": 0.5, "ci_low": 0.2, "ci_high": 0.8}
    analyses = ("job_hazard", "change_given_baseline", "change_given_past_mean")
    made = [
        one(analysis, "change", "ame_pp", indicator, **keys, p_holm=0.01)
        for analysis in analyses
        for indicator in (FIRST, SECOND)
    ]
    made[2] = replace(made[2], ci_low=low, ci_high=high)
    # By itself a change is another question, and one that does not stand is none.
    made += [replace(made[0], key=replace(made[0].key, indicator=INDICATORS[2]), p_holm=0.2)]
    made += [replace(e, key=replace(e.key, model="alone")) for e in made]
    rater = words("rater.participant")
    told = parts_of(words, made)["past"].lead
    assert told == (words.count("closer.past.lead", 2, rater=rater, clear=words.whole(clear)),)


def test_a_ratio_is_clear_of_one_and_not_of_zero(words: Words) -> None:
    keys: dict[str, Any] = {"model": "adjusted", "estimate": 1.1, "p_holm": 0.01}
    first = one("job_hazard", "level", "ame_pp", ci_low=0.2, ci_high=1.8, **keys)
    others = [
        one(analysis, "level", "ame_pp", ci_low=0.1, ci_high=1.9, **keys, term=term)
        for analysis, term in (
            *(
                ("job_hazard_sensitivity", t)
                for t in ("without_proxy", "same_caseworker", "same_organisation")
            ),
            ("job_hazard_linear", None),
        )
    ]
    rater = words("rater.participant")
    for low, clear in ((0.9, 0), (1.02, 1)):
        ratio = one("job_hazard_cloglog", "level", "hazard_ratio", ci_low=low, ci_high=1.3, **keys)
        told = parts_of(words, [first, *others, ratio])["decisions"].lead
        assert told == (words.count("closer.decisions.lead", 1, rater=rater, clear=words.whole(clear)),)

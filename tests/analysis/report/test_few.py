"""The fit made for few jobs stands beside the usual one, and how far it lies from that is said first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.estimates.reasons import reason
from analysis.estimates.results import Estimate
from analysis.report.words import LANGUAGES, Words
from tests.analysis.report.test_closer import FIRST, SECOND, one, parts_of, table


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> Words:
    return Words(request.param)


def beside(usual: float, few: float, indicator: str = FIRST, model: str = "alone") -> list[Estimate]:
    return [
        one(analysis, "level", "ame_pp", indicator, model=model, estimate=size)
        for analysis, size in (("job_hazard", usual), ("job_hazard_penalised", few))
    ]


@pytest.mark.parametrize(("few", "side"), [(0.5, "smaller"), (0.7, "larger")])
def test_all_sizes_together_tell_how_much_smaller_they_are(words: Words, few: float, side: str) -> None:
    """0.6 and -0.2 before, 0.1 more or less now; what only one has does not count, nor the adjusted."""
    made = [*beside(0.6, few), *beside(-0.2, -0.2, SECOND), *beside(9.0, 1.0, model="adjusted")]
    made += [one("job_hazard", "change", "ame_pp", estimate=5.0)]
    told = parts_of(words, made)["few"].lead
    size = words.decimal(12.5, 1)
    assert told == (words(f"closer.few.{side}", rater=words("rater.participant"), size=size),)


def test_each_model_has_its_table_with_both_numbers(words: Words) -> None:
    made = [*beside(0.6, 0.5), *beside(0.3, 0.2, model="adjusted")]
    part = parts_of(words, made)["few"]
    for name, sizes in (("few_alone", (0.6, 0.5)), ("few", (0.3, 0.2))):
        [row] = table(part, name).rows
        assert row[2:] == tuple(words.decimal(size, 2) for size in sizes)


def test_where_nothing_could_be_fitted_nothing_is_said_first(words: Words) -> None:
    refused = [replace(e, estimate=None, refused=reason("no_event")) for e in beside(0.6, 0.5)]
    part = parts_of(words, refused)["few"]
    assert part.lead == ()
    [row] = table(part, "few_alone").rows
    assert row[2:] == (words("number.none"),) * 2

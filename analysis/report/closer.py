"""Would it have come out the same? Other ways to ask, other decisions, bends, groups, the unmeasured.

Made from the estimates alone; each part is a few sentences with tables behind them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from analysis.dataset.schema import RATERS
from analysis.estimates.results import Estimate
from analysis.report.beside import Column, beside_each_other
from analysis.report.evidence import SIGNIFICANT
from analysis.report.few import few
from analysis.report.look import Asked, Look, Told, tell
from analysis.report.names import Names
from analysis.report.parts import Part, Table
from analysis.report.unmeasured import unmeasured
from analysis.report.words import Words

# The columns of the table of decisions, and of that of scales: title, analysis, scale, term.
_DECISIONS: Final = (
    ("as_planned", "job_hazard", "ame_pp", None),
    ("without_proxy", "job_hazard_sensitivity", "ame_pp", "without_proxy"),
    ("same_caseworker", "job_hazard_sensitivity", "ame_pp", "same_caseworker"),
    ("same_organisation", "job_hazard_sensitivity", "ame_pp", "same_organisation"),
)
_SCALES: Final = (
    ("as_planned", "job_hazard", "ame_pp", None),
    ("linear", "job_hazard_linear", "ame_pp", None),
    ("ratio", "job_hazard_cloglog", "hazard_ratio", None),
)
_BENDS: Final = ("categories", "spline")
_GROUPINGS: Final = ("sex_origin", "age_band", "language")
# The columns of the table of changes: title, analysis.
_CHANGES: Final = (
    ("since_previous", "job_hazard"),
    ("baseline", "change_given_baseline"),
    ("mean", "change_given_past_mean"),
)

_PAST: Final = ("change_given_baseline", "change_given_past_mean")
_OTHERWISE: Final = ("job_hazard_sensitivity", "job_hazard_linear", "job_hazard_cloglog")
# What the section rests on beside `job_hazard`.
ANALYSES: Final = (*_PAST, *_OTHERWISE, "job_hazard_penalised", "linearity", "subgroups")


def closer(
    words: Words, names: Names, order: dict[str, int], estimates: Sequence[Estimate]
) -> tuple[Part, ...]:
    """Every part of which there are estimates; `order` gives the indicators' places."""
    asked = (
        Asked("past", _PAST, _past),
        Asked("decisions", _OTHERWISE, _decisions),
        Asked("few", ("job_hazard_penalised",), few),
        Asked("bends", ("linearity",), _bends),
        Asked("groups", ("subgroups",), _groups),
        Asked("unmeasured", ("job_hazard",), unmeasured),
    )
    return tell(Look(words, names, order, estimates), "closer", asked)


def _past(look: Look) -> Told:
    by_rater = {rater: _changes(look, rater) for rater in RATERS}
    tables = (beside_each_other(look, "past", rater, "model", found) for rater, found in by_rater.items())
    lead = (line for rater, found in by_rater.items() for line in _clear(look, "past", rater, found))
    return Told((look.words("closer.past.text"),), tables, lead=tuple(lead))


def _changes(look: Look, rater: str) -> dict[str, Column]:
    """A change by ways to ask, by question and model."""
    return {
        title: {
            (one.key.indicator or "", f"model.{one.key.model}"): one
            for one in look.of(analysis, rater, quantity="change", scale="ame_pp")
        }
        for title, analysis in _CHANGES
    }


def _clear(look: Look, name: str, rater: str, columns: Mapping[str, Column]) -> Iterator[str]:
    """Of what stands after Holm in the first column, adjusted: how much keeps its side in all the others."""
    first, *others = columns.values()
    asked = {place: one for place, one in first.items() if any(place in column for column in others)}
    standing = {
        place: one
        for place, one in asked.items()
        if one.key.model == "adjusted" and one.p_holm is not None and one.p_holm < SIGNIFICANT
    }
    if standing:
        clear = [
            place
            for place, one in standing.items()
            if all(_side(column.get(place)) == _side(one) for column in others)
        ]
        rater, kept = look.names.rater(rater), look.words.whole(len(clear))
        yield look.words.count(f"closer.{name}.lead", len(standing), rater=rater, clear=kept)


def _side(one: Estimate | None) -> int:
    """On which side of no association the whole interval lies, 0 where on none."""
    if one is None or one.ci_low is None or one.ci_high is None:
        return 0
    none = 1.0 if one.key.scale == "hazard_ratio" else 0.0
    return int(one.ci_low > none) - int(one.ci_high < none)


def _decisions(look: Look) -> Told:
    by_rater = {
        (rater, name): {title: _decided(look, rater, *one) for title, *one in asked}
        for rater in RATERS
        for name, asked in (("decisions", _DECISIONS), ("scales", _SCALES))
    }
    tables = (
        beside_each_other(look, name, rater, "quantity", columns)
        for (rater, name), columns in by_rater.items()
    )
    lead = (
        line
        for rater in RATERS
        for line in _clear(look, "decisions", rater, by_rater[rater, "decisions"] | by_rater[rater, "scales"])
    )
    return Told(look.words.paragraphs("closer.decisions.text"), tables, lead=tuple(lead))


def _decided(look: Look, rater: str, analysis: str, scale: str, term: str | None) -> Column:
    found = look.of(analysis, rater, term=term, model="adjusted", scale=scale)
    return {(one.key.indicator or "", f"quantity.{one.key.quantity}"): one for one in found}


def _bends(look: Look) -> Told:
    words = look.words
    tests = [one for one in look.of("linearity", scale="wald_chi2") if one.p_holm is not None]
    bent = sum(one.p_holm is not None and one.p_holm < SIGNIFICANT for one in tests)
    sentence = words.count("closer.bends.found", len(tests), bent=words.whole(bent))
    tables = (of(look, rater) for rater in RATERS for of in (_bend_tests, _step_table))
    return Told((words("closer.bends.text"),), tables, lead=(sentence,) if tests else ())


def _bend_tests(look: Look, rater: str) -> Table:
    """A row a question, with both tests."""
    words = look.words
    found = look.of("linearity", rater, scale="wald_chi2")
    tests = {(one.key.indicator, one.key.quantity): one for one in found}
    rows = (
        [
            look.names.indicator(indicator or ""),
            *(cell for test in _BENDS for cell in _test_cells(words, tests.get((indicator, test)))),
        ]
        for indicator in dict.fromkeys(indicator for indicator, _ in tests)
    )
    heads = [
        words(key) for test in _BENDS for key in (f"closer.bends.{test}", "estimates.p", "estimates.holm")
    ]
    caption = words("closer.bends.caption", rater=look.rater(rater))
    base = look.base("closer.base", found, what=words("closer.bends.base"))
    return look.table(f"closer-bends-{rater}", caption, ([words("closer.question")], heads), rows, (base,))


def _step_table(look: Look, rater: str) -> Table:
    """A row a question, a column a step against the lowest."""
    words = look.words
    steps = {
        (one.key.indicator, (one.key.term or "").removeprefix("step:")): one
        for one in look.of("linearity", rater, scale="difference_pp")
    }
    names = sorted({step for _, step in steps}, key=float)
    rows = (
        [look.names.indicator(indicator or ""), *(look.number(steps.get((indicator, s))) for s in names)]
        for indicator in dict.fromkeys(indicator for indicator, _ in steps)
    )
    heads = [words("closer.bends.step", step=step) for step in names]
    caption = words("closer.bends.steps", rater=look.rater(rater))
    base = look.base("closer.base", steps.values(), what=words("closer.bends.base"))
    return look.table(f"closer-steps-{rater}", caption, ([words("closer.question")], heads), rows, (base,))


def _test_cells(words: Words, test: Estimate | None) -> tuple[str, str, str]:
    """The statistic with its degrees of freedom, p, and p after Holm."""
    if test is None or test.estimate is None or test.degrees_of_freedom is None:
        return (words("number.none"),) * 3
    statistic = words.chi_square(test.estimate, test.degrees_of_freedom)
    return statistic, words.p_value(test.p_value), words.p_value(test.p_holm)


def _groups(look: Look) -> Told:
    words = look.words
    tests = [one for one in look.of("subgroups", scale="wald_chi2") if one.p_holm is not None]
    standing = [one for one in tests if one.p_holm is not None and one.p_holm < SIGNIFICANT]
    sentence = words.count("closer.groups.found", len(tests), standing=words.whole(len(standing)))

    def tables() -> Iterator[Table]:
        for rater in RATERS:
            yield from (_group_tests(look, rater, grouping) for grouping in _GROUPINGS)
            yield _group_sizes(look, rater)

    lead = (sentence,) if tests else ()
    return Told((words("closer.groups.text"), *_not_tested(look)), tables(), lead=lead)


def _not_tested(look: Look) -> Iterator[str]:
    """Once for each grouping and reason."""
    found = [one for one in look.of("subgroups", scale="wald_chi2") if one.refused is not None]
    for grouping, why in dict.fromkeys((one.key.term, one.refused) for one in found):
        if why is not None:
            by = look.words(f"closer.{grouping}")
            yield look.words("closer.groups.not_tested", by=by, why=look.words.reason(why))


def _group_tests(look: Look, rater: str, grouping: str) -> Table:
    """A row a question and measure."""
    words = look.words
    rows = (
        [
            look.names.indicator(one.key.indicator or ""),
            words(f"quantity.{one.key.quantity}"),
            *_test_cells(words, one),
            words.guarded(one.n_persons),
            words.guarded(one.n_events),
        ]
        for one in look.of("subgroups", rater, scale="wald_chi2", term=grouping)
    )
    named = [words(f"closer.{title}") for title in ("question", "quantity")]
    numbers = [words(f"estimates.{title}") for title in ("p", "holm", "persons", "events")]
    heads = (named, [words("closer.difference"), *numbers])
    caption = words("closer.groups.caption", by=words(f"closer.{grouping}"), rater=look.rater(rater))
    return look.table(f"closer-groups-{grouping}-{rater}", caption, heads, rows)


def _group_sizes(look: Look, rater: str) -> Table:
    """A row a question, measure and group, where a test stands."""
    words = look.words
    rows = (
        [
            look.names.indicator(one.key.indicator or ""),
            words(f"quantity.{one.key.quantity}"),
            _group_name(words, one.key.group),
            look.number(one),
            words.guarded(one.n_persons),
            words.guarded(one.n_events),
        ]
        for one in look.of("subgroups", rater, scale="ame_pp")
        if one.estimate is not None
    )
    named = [words(f"closer.{title}") for title in ("question", "quantity", "group")]
    heads = (named, [words("closer.size"), words("estimates.persons"), words("estimates.events")])
    caption = words("closer.group_sizes.caption", rater=look.rater(rater))
    return look.table(f"closer-group_sizes-{rater}", caption, heads, rows)


def _group_name(words: Words, group: str | None) -> str:
    """Categories in words where the contract knows them, as they are where not (ages, languages)."""
    named = (group or "").partition(":")[2]
    return ", ".join(words.name("value", part) for part in named.split("/"))

"""What missing answers may do: E1 with them made up for, and bounds of the share with a job."""

from __future__ import annotations

from typing import Final

from analysis.dataset.schema import RATERS
from analysis.estimates.results import Estimate
from analysis.report.look import Look, Told
from analysis.report.parts import Table

# Columns of E1 made up for in different ways: title, analysis, scale.
_WAYS: Final = (
    ("as_planned", "job_hazard", "ame_pp"),
    ("weighted", "job_hazard_weighted", "ame_pp"),
    ("imputed", "job_hazard_imputed", "ame_pp"),
    ("information", "job_hazard_imputed", "missing_information_percent"),
    ("as_no_job", "job_hazard_bounds", "ame_pp"),
)
_COMPARED: Final = ("job_hazard_weighted", "job_hazard_imputed", "job_hazard_bounds")


def ways(look: Look) -> Told:
    """How far the ways to make up for missing answers lie apart, and a table a rater."""
    words = look.words
    lead, said = [], []
    for rater in RATERS:
        apart = [
            words(f"missing.ways.apart.{analysis}", distance=words.decimal(one.estimate or 0.0, 2))
            for analysis in _COMPARED
            if (one := look.one("missing_compared", rater, term=analysis)) is not None
        ]
        if apart:
            lead.append(words("missing.ways.said", rater=look.names.rater(rater), parts=words.listed(apart)))
        cut = {
            term: look.one("missing_next_round", rater, quantity="weight", term=term)
            for term in ("lowest", "highest")
        }
        limits = {term: words.decimal(one.estimate or 0.0, 2) for term, one in cut.items() if one}
        if len(limits) == len(cut):
            said.append(words("missing.ways.cut", rater=look.names.rater(rater), **limits))
    tables = (_way_table(look, rater) for rater in RATERS)
    return Told((*words.paragraphs("missing.ways.text"), *said), tables, lead=tuple(lead))


def _way_table(look: Look, rater: str) -> Table:
    """A row a question and measure, a column a way."""
    words = look.words
    columns = {
        title: {
            (one.key.indicator, one.key.quantity): one
            for one in look.of(analysis, rater, model="adjusted", scale=scale)
        }
        for title, analysis, scale in _WAYS
    }
    made_up = [column for title, column in columns.items() if title != "as_planned"]
    places = dict.fromkeys(
        place for column in made_up for place, one in column.items() if one.estimate is not None
    )
    rows = (
        [look.names.indicator(indicator or ""), words(f"quantity.{quantity}")]
        + [_cell(look, column.get((indicator, quantity))) for column in columns.values()]
        for indicator, quantity in places
    )
    return look.table(
        f"missing-ways-{rater}",
        words("missing.ways.caption", rater=look.rater(rater)),
        (
            [words("missing.question"), words("missing.quantity")],
            [words(f"missing.{one}") for one in columns],
        ),
        rows,
        (
            look.base("closer.base", column.values(), what=words(f"missing.{title}"))
            for title, column in columns.items()
            if title != "information"
        ),
    )


def _cell(look: Look, one: Estimate | None) -> str:
    """An effect with its interval; a share of information as it is."""
    if one is not None and one.estimate is not None and one.key.scale == "missing_information_percent":
        return look.percent(one)
    return look.number(one)


def bounds(look: Look) -> Told:
    """How far the share with a job could lie from what is known."""
    words = look.words
    terms = ("known", "lowest", "highest")
    found = {rater: [look.one("job_share_bounds", rater, term=term) for term in terms] for rater in RATERS}
    rows = [
        [look.names.rater(rater), *(_bound(look, one) for one in told if one is not None)]
        for rater, told in found.items()
        if all(told)
    ]
    heads = ([words("missing.rater")], [words(f"missing.bounds.{term}") for term in terms])
    known = {rater: look.one("job_share_bounds", rater, term="known") for rater in RATERS}
    notes = (
        look.base("missing.bounds.base", [one], rater=look.names.rater(rater)) for rater, one in known.items()
    )
    table = look.table("missing-bounds", words("missing.bounds.caption"), heads, rows, notes)
    return Told((words("missing.bounds.text"),), (table,))


def _bound(look: Look, one: Estimate) -> str:
    """The share, with its interval where it has one."""
    return look.words.with_interval(look.percent(one), one.ci_low, one.ci_high, 1)

"""How well the questions measure, as a folded part of the page: sentences first, then the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from babel import Locale, UnknownLocaleError

from analysis.dataset.schema import RATERS
from analysis.estimates.results import Estimate
from analysis.report.measured_numbers import At, Numbers, numbers
from analysis.report.measured_sentences import sentences
from analysis.report.names import Names
from analysis.report.parts import Column, Table
from analysis.report.words import Words

_ENDS: Final = ("floor", "ceiling", "dont_know", "prefer_not", "could_not_observe")
_TIMES: Final = ("duration_lower_quartile", "duration_median", "duration_upper_quartile")
_LIMITS: Final = ("limit_low", "limit_high")
# Columns that hold words; the others hold numbers.
_WORDS: Final = frozenset({"question", "rater", "rounds", "group", "way", "contrast"})

Rows = Iterator[tuple[str, ...]]


@dataclass(frozen=True)
class Measured:
    """What the page says of the measurement: plain sentences, and tables to fold away."""

    sentences: tuple[str, ...]
    tables: tuple[Table, ...]


def measured(words: Words, names: Names, estimates: Iterable[Estimate]) -> Measured | None:
    """The part on measurement, made from all estimates of a study; None where it was not looked at."""
    found = numbers(words, names, estimates)
    if not (found.by_place or found.checks):
        return None
    raters = [rater for rater in RATERS if any(at.rater == rater for at in found.by_place)]
    tables = (
        _together(found, raters),
        *(_noise(found, rater) for rater in raters),
        *(_ends(found, rater) for rater in raters),
        _retest(found, raters),
        _agreement(found),
        _agreement_by(found),
        _times(found, raters),
        _same(found),
        _refused(found),
    )
    return Measured(sentences(found, raters), tuple(table for table in tables if table.rows))


def _table(found: Numbers, name: str, titles: Sequence[str], rows: Rows, rater: str | None = None) -> Table:
    """A table whose titles and caption stand under `measured`; with a rater it is about that rater alone."""
    words = found.words
    columns = tuple(Column(words(f"measured.{title}"), number=title not in _WORDS) for title in titles)
    about = {} if rater is None else {"rater": found.names.rater(rater).lower()}
    caption = words(f"measured.caption.{name}", **about)
    return Table(f"measured-{name}" + (f"-{rater}" if rater else ""), caption, columns, tuple(rows))


def _together(found: Numbers, raters: Sequence[str]) -> Table:
    def rows() -> Rows:
        for rater in raters:
            alpha, omega = At(rater, "alpha"), At(rater, "omega")
            cells = (part(at) for at in (alpha, omega) for part in (found.cell, found.interval))
            yield found.names.rater(rater), *cells, found.persons(alpha)

    titles = ("rater", "alpha", "interval", "omega", "interval", "persons")
    return _table(found, "together", titles, rows())


def _noise(found: Numbers, rater: str) -> Table:
    def rows() -> Rows:
        for indicator in (*found.indicators, None):
            error = At(rater, "measurement_error", indicator)
            bound = At(rater, "reliable_change", indicator)
            if found.value(error) is not None:
                yield (
                    found.name(indicator),
                    found.cell(error),
                    found.cell(bound),
                    found.interval(bound),
                    found.cell(At(rater, "whole_steps", indicator), 0),
                    found.percent(At(rater, "beyond_reliable_change", indicator)),
                    found.percent(At(rater, "any_change", indicator)),
                    found.rows(error),
                    found.persons(error),
                )

    titles = ("measurement_error", "reliable_change", "interval", "whole_steps", "beyond_reliable_change")
    return _table(found, "noise", ("question", *titles, "any_change", "changes", "persons"), rows(), rater)


def _ends(found: Numbers, rater: str) -> Table:
    asked = [i for i in found.indicators if any(At(rater, end, i) in found.by_place for end in _ENDS)]
    used = [end for end in _ENDS if any(At(rater, end, i) in found.by_place for i in asked)]

    def rows() -> Rows:
        for indicator in asked:
            cells = (found.percent_between(At(rater, end, indicator)) for end in used)
            yield found.name(indicator), *cells, found.persons(At(rater, "floor", indicator))

    return _table(found, "ends", ("question", *used, "base"), rows(), rater)


def _retest(found: Numbers, raters: Sequence[str]) -> Table:
    """Each question between the first two rounds, and the mean between all."""

    def rows() -> Rows:
        for rater in raters:
            groups = found.groups(rater, "retest", "round")
            places = [At(rater, "retest", i, group) for i in found.indicators for group in groups[:1]]
            for at in (*places, *(At(rater, "retest", None, group) for group in groups)):
                if found.value(at) is not None:
                    cells = (found.cell(at), found.interval(at), found.persons(at))
                    yield (
                        found.name(at.indicator),
                        found.names.rater(rater),
                        _pair(found.words, at.group),
                        *cells,
                    )

    return _table(found, "retest", ("question", "rater", "rounds", "icc", "interval", "persons"), rows())


def _pair(words: Words, group: str | None) -> str:
    number = int((group or "round:0").split(":")[1])
    return words("measured.pair", before=words.whole(number - 1), now=words.whole(number))


def _agreement(found: Numbers) -> Table:
    def rows() -> Rows:
        for indicator in (*found.indicators, None):
            kappa, difference = (At("both", name, indicator) for name in ("agreement", "mean_difference"))
            if found.value(kappa) is not None or found.value(difference) is not None:
                yield (
                    found.name(indicator),
                    found.cell(kappa),
                    found.interval(kappa),
                    found.signed_between(difference),
                    *(found.signed_between(At("both", limit, indicator)) for limit in _LIMITS),
                    found.rows(difference),
                    found.persons(difference),
                )

    titles = ("question", "kappa", "interval", "mean_difference", *_LIMITS, "occasions", "persons")
    return _table(found, "agreement", titles, rows())


def _agreement_by(found: Numbers) -> Table:
    """A row a round and a language: the kappas from the least to the largest, and limits of the mean."""

    def rows() -> Rows:
        for kind in ("round", "language"):
            for group in found.groups("both", "agreement", kind):
                difference = At("both", "mean_difference", None, group)
                yield (
                    group_name(found.words, group),
                    found.words.range_of(found.values("both", "agreement", group)),
                    found.signed_between(difference),
                    *(found.signed_between(At("both", limit, None, group)) for limit in _LIMITS),
                    found.persons(difference),
                )

    return _table(found, "groups", ("group", "kappas", "mean_difference", *_LIMITS, "persons"), rows())


def _times(found: Numbers, raters: Sequence[str]) -> Table:
    def rows() -> Rows:
        for rater in raters:
            for group in (None, *found.groups(rater, "duration_median", "mode")):
                median = At(rater, "duration_median", None, group)
                if found.value(median) is not None:
                    way = (
                        found.words("measured.all_ways") if group is None else group_name(found.words, group)
                    )
                    cells = (found.minutes(At(rater, quantity, None, group)) for quantity in _TIMES)
                    yield found.names.rater(rater), way, *cells, found.persons(median)

    return _table(found, "times", ("rater", "way", *_TIMES, "persons"), rows())


def _same(found: Numbers) -> Table:
    words = found.words

    def rows() -> Rows:
        for one in found.checks:
            if one.estimate is not None and one.key.term:
                kind = one.key.quantity.removeprefix("dif_")
                parts = (group_name(words, f"{kind}:{part}") for part in one.key.term.split(" against "))
                other, reference = parts
                yield (
                    found.name(one.key.indicator),
                    found.names.rater(one.key.rater or ""),
                    words("measured.against", other=other, reference=reference),
                    words.signed(one.estimate, 2),
                    found.between(one),
                    words.p_value(one.p_value),
                    words.p_value(one.p_holm),
                    words.guarded(one.n_persons),
                )

    titles = ("question", "rater", "contrast", "log_odds", "interval", "p", "holm", "persons")
    return _table(found, "same", titles, rows())


def _refused(found: Numbers) -> Table:
    """What was refused, by reason, rater and measure; how many numbers that is."""
    words = found.words
    grouped: dict[tuple[str, str, str], int] = {}
    for one in found.refused:
        if one.refused is not None:
            who = found.names.rater(one.key.rater or "both")
            row = (words.reason(one.refused), who, words(f"measured.{one.key.quantity}"))
            grouped[row] = grouped.get(row, 0) + 1
    columns = (
        Column(words("measured.why"), wide=True),
        Column(words("measured.rater")),
        Column(words("measured.measure")),
        Column(words("measured.number"), number=True),
    )
    rows = tuple((*row, words.whole(size)) for row, size in grouped.items())
    return Table("measured-refused", words("measured.caption.refused"), columns, rows)


def group_name(words: Words, group: str) -> str:
    """A round, a way of answering or a language by its name; "language:ar" is "Arabic"."""
    kind, value = group.split(":", 1)
    if kind == "round":
        return words("distributions.round_value", n=words.whole(int(value)))
    if kind == "mode":
        return words.name("measured.mode", value)
    try:
        name = Locale.parse(value, sep="-").get_display_name(words.language) or value
    except (UnknownLocaleError, ValueError):
        return value
    return name[:1].upper() + name[1:]

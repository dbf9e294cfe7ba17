"""The estimates of one report looked up by their keys, written as the page writes them, put into parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from analysis.estimates.results import Estimate
from analysis.report.evidence import MODELS, QUANTITIES
from analysis.report.names import Names
from analysis.report.parts import Column, Figure, Part, Table
from analysis.report.planned import mark
from analysis.report.words import Words


@dataclass(frozen=True)
class Look:
    """The estimates of one report and the words for them; `order` gives the indicators' places."""

    words: Words
    names: Names
    order: dict[str, int]
    estimates: Sequence[Estimate]

    def of(self, analysis: str, rater: str | None = None, **parts: str | None) -> list[Estimate]:
        """Those of an analysis (and rater) whose keys have these parts, in the order of the questionnaire."""
        found = [
            one
            for one in self.estimates
            if one.key.analysis == analysis
            and rater in (None, one.key.rater)
            and all(getattr(one.key, name) == part for name, part in parts.items())
        ]
        return sorted(found, key=self._place)

    def one(self, analysis: str, rater: str, **parts: str | None) -> Estimate | None:
        """The only one there is, if it has a number."""
        found = self.of(analysis, rater, **parts)
        return found[0] if found and found[0].estimate is not None else None

    def rater(self, rater: str) -> str:
        """The rater within a caption or after a colon."""
        return self.names.rater(rater).lower()

    def number(self, one: Estimate | None) -> str:
        """The estimate with its interval, if it has one."""
        if one is None or one.estimate is None:
            return self.words("number.none")
        return self.words.with_interval(self.words.decimal(one.estimate, 2), one.ci_low, one.ci_high, 2)

    def percent(self, one: Estimate) -> str:
        """A share alone."""
        return self.words("number.percent", value=self.words.decimal(one.estimate or 0.0, 1))

    def base(self, key: str, shown: Iterable[Estimate | None], **values: str) -> str:
        """How much numbers rest on, in the words of `key`; from least to largest where they differ."""
        told = [one for one in shown if one is not None and one.estimate is not None]
        if not told:
            return ""
        return self.words(
            key,
            rows=self._reach([one.n_rows for one in told]),
            persons=self._reach([one.n_persons for one in told]),
            events=self._reach([one.n_events for one in told]),
            **values,
        )

    def table(
        self,
        name: str,
        caption: str,
        heads: tuple[Sequence[str], Sequence[str]],
        rows: Iterable[Sequence[str]],
        notes: Iterable[str] = (),
    ) -> Table:
        """`heads` are texts already: of the columns that hold words, and of those that hold numbers.

        `notes` make one paragraph; empty ones are left out.
        """
        named, numbers = heads
        columns = (*map(Column, named), *(Column(head, number=True) for head in numbers))
        note = " ".join(filter(None, notes))
        return Table(name, caption, columns, tuple(map(tuple, rows)), (note,) if note else ())

    def _reach(self, counts: Sequence[int]) -> str:
        low, high = self.words.guarded(min(counts)), self.words.guarded(max(counts))
        return low if low == high else self.words("number.range", low=low, high=high)

    def _place(self, one: Estimate) -> tuple[int, int, int, tuple[str | int, ...]]:
        key = one.key
        return (
            self.order.get(key.indicator or "", 0),
            _rank(QUANTITIES, key.quantity),
            _rank(MODELS, key.model),
            key.order,
        )


def _rank(known: Sequence[str], name: str | None) -> int:
    return known.index(name) if name in known else len(known)


@dataclass(frozen=True)
class Told:
    """What a part comes to in `lead`, how to read it in `sentences`, and what it rests on."""

    sentences: tuple[str, ...]
    tables: Iterable[Table]
    figures: tuple[Figure, ...] = ()
    lead: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A part of a section: its name, the analyses that it rests on, and what tells it."""

    name: str
    analyses: tuple[str, ...]
    of: Callable[[Look], Told]


def tell(look: Look, section: str, asked: Iterable[Asked]) -> tuple[Part, ...]:
    """Every part of a section of which there are numbers."""
    parts = []
    for one in asked:
        told = one.of(look)
        kept = tuple(table for table in told.tables if table.rows)
        if kept:
            heading = look.words(f"{section}.{one.name}.heading")
            marked = mark(look.words, look.estimates, one.analyses)
            parts.append(Part(one.name, heading, told.sentences, kept, told.figures, told.lead, marked))
    return tuple(parts)

"""What a page is made of: tables, figures, flows. Their texts are not yet escaped."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A table's column; `language` where its cells are in another language than the page.

    `wide`: it holds sentences and must not be squeezed to a word a line.
    """

    title: str
    number: bool = False
    wide: bool = False
    language: str | None = None


@dataclass(frozen=True)
class Table:
    """A table whose first column names the row; `name` is unique within a language's article."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A picture with its text alternative and its table."""

    name: str
    caption: str
    alternative: str
    plotly: str
    table: Table
    notes: tuple[str, ...] = ()
    folded: tuple[Table, ...] = ()
    key: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class FlowBox:
    """A step of the flow: what is left, and what was lost on the way to it with the reason."""

    title: str
    counts: tuple[str, ...]
    lost: str | None


@dataclass(frozen=True)
class Flow:
    """One rater's way from enrolled to used."""

    caption: str
    boxes: tuple[FlowBox, ...]
    table: Table


@dataclass(frozen=True)
class Group:
    """Figures under one heading; `folded` where they stand behind a summary, `note` what has no figure.

    `mark` as of `Part`, where it may differ from the section's.
    """

    name: str
    heading: str
    figures: tuple[Figure, ...]
    folded: bool = False
    note: str | None = None
    mark: str | None = None


@dataclass(frozen=True)
class Part:
    """A folded part of a section: how to read it, and the pictures and tables that it rests on.

    `lead`: what it comes to, told before the folds. `mark`: whether it was planned, in words; None where
    there was no plan.
    """

    name: str
    heading: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...] = ()
    lead: tuple[str, ...] = ()
    mark: str | None = None

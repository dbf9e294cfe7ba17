"""The regressors of a model: indicator terms, then covariates, coded by stated rules.

Numeric covariates enter linearly, the others as dummies against their most frequent category. A category
with fewer persons than may be shown, or with no event or no non-event in the fitted rows, is merged into the
most frequent one; constants drop out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.estimates.reasons import SMALLEST_GROUP, Reason, reason
from analysis.panel.columns import CovariateColumn

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Term:
    """One column of the design. `covariate` is None for an indicator's term."""

    name: str
    covariate: str | None = None


@dataclass(frozen=True)
class Design:
    """Rows x columns, the constant first (it has no term and is never shown).

    `matrix` is n x (1 + len(terms)); `terms[i]` names column i + 1; `constant` are indicator terms left
    out because they do not vary; `warnings` say what was merged or left out.
    """

    matrix: FloatArray
    terms: tuple[Term, ...]
    constant: tuple[str, ...]
    warnings: tuple[Reason, ...]


def build_design(
    rows: pd.DataFrame, indicator_terms: Sequence[str], covariates: Sequence[CovariateColumn]
) -> Design:
    """The design of the rows, which are complete in the terms and have `outcome` (bool)."""
    numbers = {name: rows[name].to_numpy(np.float64) for name in indicator_terms}
    varying = [name for name, values in numbers.items() if len(values) and np.ptp(values) > 0.0]
    columns = [numbers[name] for name in varying]
    persons = numbered(rows["person"])[0]
    terms = [Term(name) for name in varying]
    warnings: list[Reason] = []
    for covariate in covariates:
        coded = (
            _numeric(rows, covariate) if covariate.numeric else _dummies(rows, persons, covariate, warnings)
        )
        for term, values in coded:
            terms.append(term)
            columns.append(values)
    matrix = np.column_stack([np.ones(len(rows)), *columns])
    constant = tuple(name for name in indicator_terms if name not in varying)
    return Design(matrix, tuple(terms), constant, tuple(warnings))


def _numeric(rows: pd.DataFrame, covariate: CovariateColumn) -> list[tuple[Term, FloatArray]]:
    values = rows[covariate.name].to_numpy(np.float64)
    return [(Term(covariate.name, covariate.name), values)] if np.ptp(values) > 0 else []


def _dummies(
    rows: pd.DataFrame, persons: NDArray[np.int64], covariate: CovariateColumn, warnings: list[Reason]
) -> list[tuple[Term, FloatArray]]:
    codes, found = numbered(rows[covariate.name])
    names = found.tolist()
    target = merged_into(codes, rows["outcome"].to_numpy(bool), _persons(persons, codes, len(names)))
    warnings += [
        reason("merged", covariate=covariate.name, category=names[code], into=names[into])
        for code, into in enumerate(target)
        if code != into
    ]
    codes = target[codes]
    reference, *others = _by_frequency(codes, len(names))
    return [
        (
            Term(f"{names[code]} against {names[reference]}", covariate.name),
            (codes == code).astype(np.float64),
        )
        for code in sorted(set(others) & set(target.tolist()))
    ]


def numbered(values: pd.Series) -> tuple[NDArray[np.int64], pd.Index]:
    """The number (n) of each row's category among those that occur, and these in the order of their names.

    A panel's texts are categories already, sorted.
    """
    if not isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(str).astype("category")
    held = cast("pd.Categorical", values.array)
    codes, categories = held.codes.astype(np.int64), held.categories
    occurs = np.bincount(codes, minlength=len(categories)) > 0
    if occurs.all():
        return codes, categories
    return (np.cumsum(occurs) - 1).take(codes), categories[occurs]


def _persons(persons: NDArray[np.int64], codes: NDArray[np.int64], categories: int) -> NDArray[np.int64]:
    """How many persons have a row in each category."""
    seen = np.zeros((categories, persons.max(initial=-1) + 1), bool)
    seen[codes, persons] = True
    found: NDArray[np.int64] = np.count_nonzero(seen, axis=1)
    return found


def merged_into(
    codes: NDArray[np.int64], outcome: NDArray[np.bool_], persons: NDArray[np.int64]
) -> NDArray[np.int64]:
    """For each category the one that stands for it: itself, or the most frequent one.

    `codes` (n) number the categories of the rows, `persons` how many persons each has. A category with
    fewer persons than may be shown, with no event or with nothing but events is merged. Where the most
    frequent category is such a one, it and the others of its kind join the most frequent one that is not,
    since nothing could be estimated against it either.
    """
    categories = len(persons)
    order = _by_frequency(codes, categories)
    sizes = np.bincount(codes, minlength=categories)
    events = np.bincount(codes[outcome], minlength=categories)
    sound = (events > 0) & (events < sizes) & (persons >= SMALLEST_GROUP)
    into = next((code for code in order if sound[code]), order[0])
    return np.where(sound, np.arange(categories), into)


def _by_frequency(codes: NDArray[np.int64], categories: int) -> list[int]:
    """Categories, the most frequent first; where two are equally frequent, in alphabetical order."""
    sizes = np.bincount(codes, minlength=categories)
    return [int(code) for code in np.lexsort((np.arange(categories), -sizes))]

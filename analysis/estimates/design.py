"""The regressors of a model: indicator terms, then covariates, coded by stated rules.

Numeric covariates enter linearly, the others as dummies against their most frequent category. A category
with no event or no non-event in the fitted rows is merged into the most frequent one; constants drop out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
    warnings: tuple[str, ...]


def build_design(
    rows: pd.DataFrame, indicator_terms: Sequence[str], covariates: Sequence[CovariateColumn]
) -> Design:
    """The design of the rows, which are complete in the terms and have `outcome` (bool)."""
    varying = [name for name in indicator_terms if rows[name].nunique() > 1]
    columns = [rows[name].to_numpy(np.float64) for name in varying]
    terms = [Term(name) for name in varying]
    warnings: list[str] = []
    for covariate in covariates:
        coded = _numeric(rows, covariate) if covariate.numeric else _dummies(rows, covariate, warnings)
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
    rows: pd.DataFrame, covariate: CovariateColumn, warnings: list[str]
) -> list[tuple[Term, FloatArray]]:
    values, merged, into = merge_categories(
        rows[covariate.name].astype(str).to_numpy(object), rows["outcome"].to_numpy(bool)
    )
    warnings += [
        f"{covariate.name}: the category '{category}' has no event, or nothing but events, in the rows of a "
        f"model and is merged into '{into}'"
        for category in merged
    ]
    reference, *others = _by_frequency(values)
    return [
        (Term(f"{category} against {reference}", covariate.name), (values == category).astype(np.float64))
        for category in sorted(others)
    ]


def merge_categories(
    values: NDArray[np.object_], outcome: NDArray[np.bool_]
) -> tuple[NDArray[np.object_], list[str], str]:
    """Merge categories without events, or with nothing else, into the most frequent one.

    Returns the values (n), the categories merged, and what they were merged into. Where the most frequent
    category itself has no event, it and the others of its kind join the most frequent one that has both,
    since nothing could be estimated against it either.
    """
    order = _by_frequency(values)
    sound = [category for category in order if 0 < outcome[values == category].mean() < 1]
    into = order[0] if order[0] in sound or not sound else sound[0]
    merged = [category for category in order if category not in sound and category != into]
    return np.where(np.isin(values, merged), into, values), merged, into


def _by_frequency(values: NDArray[np.object_]) -> list[str]:
    categories, counts = np.unique(values, return_counts=True)
    return [str(categories[index]) for index in np.lexsort((categories, -counts))]

"""Every round that came due for one rater: answered or not, and what was known of the enrolment before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from analysis.dataset.open import OpenStudy
from analysis.panel.columns import ROUND, CovariateColumn
from analysis.panel.enrolled import in_order
from analysis.panel.given import Given, read_given
from analysis.panel.values import Indicator, indicators_of, read_values

_QUERY = """
    SELECT enrolment, "round", due_day, {rater}_status IN ('answered', 'partly') AS answered
    FROM rounds WHERE {rater}_status <> 'not_due' ORDER BY enrolment, "round" """


@dataclass(frozen=True)
class DueRounds:
    """Rounds due for `rater`, sorted by enrolment and round.

    `rows` has `person`, `enrolment`, `round`, `answered` (bool: answered or partly), `at_risk` (bool: due
    before an outcome event, studies, exit or withdrawal), a column a covariate, and of the earlier rounds:
    `last:<key>` (the last independent answer, NaN where there is none), `has_last` (bool: any), and
    `rounds_missed` (how many due rounds in a row were missed up to this one). Nothing in a row but `answered`
    looks at its own round or a later one. `middles` are the middles of the indicators' scales.
    """

    rater: str
    indicators: tuple[Indicator, ...]
    covariates: tuple[CovariateColumn, ...]
    rows: pd.DataFrame
    middles: Mapping[str, float]


def due_rounds(
    study: OpenStudy, rater: str, covariates: Sequence[CovariateColumn], outcome_kinds: Sequence[str]
) -> DueRounds:
    """The rounds due for `rater` ("participant" or "caseworker"); `round` is always there."""
    used = tuple(c for c in covariates if c.name != ROUND)
    indicators = tuple(i for i in indicators_of(study, rater) if i.comparable)
    enrolled, given = read_given(study, rater, used, outcome_kinds)
    due = study.connection.sql(_QUERY.format(rater=rater)).to_arrow_table()
    place = enrolled.place(due["enrolment"])
    at = pa.array(place)
    columns = {
        "person": enrolled.person.take(at),
        "enrolment": due["enrolment"],
        "round": due["round"],
        "answered": due["answered"],
        "at_risk": pa.array(enrolled.last_day[place] > due["due_day"].to_numpy()),
        **{name: values.take(at) for name, values in enrolled.covariates.items()},
    }
    rows = pa.table(columns).to_pandas()
    values = _values(study, indicators, given, in_order(place, due["round"].to_numpy()))
    last = last_before(values, place)
    rows = rows.assign(
        **{f"last:{one.key}": last[:, number] for number, one in enumerate(indicators)},
        has_last=(np.isfinite(last).sum(axis=1) > 0),
        rounds_missed=missed_in_a_row(rows["answered"].to_numpy(bool), place),
    )
    return DueRounds(rater, indicators, used, rows, _middles(study, rater))


def _values(
    study: OpenStudy, indicators: Sequence[Indicator], given: Given, due: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The independent answers to rounds that are numbered by enrolment and round (n x items), else NaN."""
    ids = np.flatnonzero(given.independent).astype(np.int32)
    number = in_order(given.place[ids], given.round[ids])
    found = np.searchsorted(number, due)
    there = np.append(number, -1)[found] == due
    values = np.full((len(due), len(indicators)), np.nan)
    values[there] = read_values(study, indicators, given).of(ids[found[there]]).T
    return values


def _middles(study: OpenStudy, rater: str) -> dict[str, float]:
    scales = {item.key: item.scale for one in study.instruments for item in one.items_of(rater)}
    return {key: (float(scale.lowest) + float(scale.highest)) / 2 for key, scale in scales.items()}


def last_before(given: NDArray[np.float64], place: NDArray[np.int32]) -> NDArray[np.float64]:
    """The last number of each column (n x items) in earlier rows of the same enrolment; NaN without one."""
    known = pd.DataFrame(given).groupby(place, sort=False)
    filled = known.ffill().groupby(place, sort=False).shift(1)
    return filled.to_numpy(np.float64)


def missed_in_a_row(answered: NDArray[np.bool_], place: NDArray[np.int32]) -> NDArray[np.float64]:
    """For each row (n) how many rows of the same enrolment just before it were not answered."""
    number = np.arange(len(answered))
    starts = np.ones(len(answered), dtype=bool)
    starts[1:] = place[1:] != place[:-1]
    # A row's own answer counts from the next row on.
    reset = np.where(starts, number, 0)
    reset[1:] = np.where(answered[:-1] & ~starts[1:], number[1:], reset[1:])
    return (number - np.maximum.accumulate(reset)).astype(np.float64)

"""Every round that came due for one rater: answered or not, and what was known of the enrolment before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.dataset.open import OpenStudy
from analysis.panel.columns import ROUND, CovariateColumn, quote
from analysis.panel.given import make_given
from analysis.panel.values import Indicator, indicators_of, read_values

_QUERY = """
    SELECT n.person, n.place, d.enrolment, d."round",
           d.{rater}_status IN ('answered', 'partly') AS answered,
           coalesce(d.due_day < n.last_day, true) AS at_risk,
           coalesce(g.id, -1) AS id{covariates}
    FROM rounds d JOIN enrolled n USING (enrolment)
    JOIN enrolments e USING (enrolment) JOIN persons p ON p.person = n.person
    LEFT JOIN (FROM given WHERE independent) g ON g.place = n.place AND g."round" = d."round"
    WHERE d.{rater}_status <> 'not_due'
    ORDER BY n.place, d."round" """


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
    make_given(study, rater, outcome_kinds)
    named = "".join(f", {c.sql} AS {quote(c.name)}" for c in used)
    rows = study.connection.execute(_QUERY.format(rater=rater, covariates=named)).df()
    ids, place = rows.pop("id").to_numpy(np.int64), rows.pop("place").to_numpy(np.int64)
    values = read_values(study, indicators)
    given = np.full((len(rows), len(indicators)), np.nan)
    for number in range(len(indicators)):
        given[ids >= 0, number] = values.of(number, ids[ids >= 0])
    last = last_before(given, place)
    rows = rows.assign(
        **{f"last:{one.key}": last[:, number] for number, one in enumerate(indicators)},
        has_last=(np.isfinite(last).sum(axis=1) > 0),
        rounds_missed=missed_in_a_row(rows["answered"].to_numpy(bool), place),
    )
    return DueRounds(rater, indicators, used, rows, _middles(study, rater))


def _middles(study: OpenStudy, rater: str) -> dict[str, float]:
    scales = {item.key: item.scale for one in study.instruments for item in one.items_of(rater)}
    return {key: (float(scale.lowest) + float(scale.highest)) / 2 for key, scale in scales.items()}


def last_before(given: NDArray[np.float64], place: NDArray[np.int64]) -> NDArray[np.float64]:
    """The last number of each column (n x items) in earlier rows of the same enrolment; NaN without one."""
    known = pd.DataFrame(given).groupby(place, sort=False)
    filled = known.ffill().groupby(place, sort=False).shift(1)
    return filled.to_numpy(np.float64)


def missed_in_a_row(answered: NDArray[np.bool_], place: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each row (n) how many rows of the same enrolment just before it were not answered."""
    number = np.arange(len(answered))
    starts = np.ones(len(answered), dtype=bool)
    starts[1:] = place[1:] != place[:-1]
    # A row's own answer counts from the next row on.
    reset = np.where(starts, number, 0)
    reset[1:] = np.where(answered[:-1] & ~starts[1:], number[1:], reset[1:])
    return (number - np.maximum.accumulate(reset)).astype(np.float64)

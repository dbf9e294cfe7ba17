"""The panel: one row for every person-round of one rater that is at risk and whose interval is observed.

The rules of time are those of the study dataset's contract: level at k is the answer at round k, change
at k the answer at k minus the answer at the round numbered k-1, both independent; the interval runs from
the day after d(k) to d(k) + interval_days or, where sooner, to the same rater's next independent answer.
Nothing in a row of round k looks at an answer given after round k.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.dataset.open import OpenStudy
from analysis.dataset.schema import OUTCOME_KINDS, TABLES
from analysis.panel.columns import ROUND, CovariateColumn, quote


class UnknownOutcomeError(ValueError):
    """An outcome was asked for that the contract does not know."""


@dataclass(frozen=True)
class FlowStep:
    """How many persons and rows are left after a step; `rows` is null where rows do not exist yet."""

    step: str
    persons: int
    rows: int | None


@dataclass(frozen=True)
class Indicator:
    """An item of the rater, as models use it.

    `alone`: never beside other indicators. `comparable` is false where versions of the instrument give
    the item different scales, so that its values cannot be pooled.
    """

    key: str
    alone: bool
    comparable: bool


@dataclass(frozen=True)
class Panel:
    """Person-rounds of one rater, at risk and observed, sorted by enrolment and round.

    `rows` has `person`, `enrolment`, `round`, `day`, `end_day` (whole days since the start of the
    enrolment, the interval's last day included), `outcome` (bool), `has_previous` (bool: an independent
    answer at the round before), one column a covariate, and for every indicator `level:<key>` (at k),
    `previous:<key>` (at k-1) and `change:<key>`, NaN where there is no number.
    """

    rater: str
    indicators: tuple[Indicator, ...]
    covariates: tuple[CovariateColumn, ...]
    rows: pd.DataFrame
    flow: tuple[FlowStep, ...]


def enrolled(study: OpenStudy) -> FlowStep:
    """The first step of every flow: persons with an enrolment."""
    return FlowStep("enrolled", _count(study, "SELECT count(DISTINCT person) FROM enrolments")[0], None)


def build_panel(
    study: OpenStudy,
    rater: str,
    covariates: Sequence[CovariateColumn] = (),
    outcome_kinds: Sequence[str] = OUTCOME_KINDS,
) -> Panel:
    """The panel of `rater` ("participant" or "caseworker").

    Raises UnknownOutcomeError where an outcome kind is not one of the contract's.
    """
    _check_kinds(outcome_kinds)
    indicators = _indicators(study, rater)
    _make_given(study, rater, outcome_kinds)
    _make_values(study, indicators)
    rows = study.connection.execute(_panel_query(indicators, covariates)).df()
    return Panel(rater, indicators, tuple(covariates), rows, _flow(study, rater))


def _check_kinds(kinds: Sequence[str]) -> None:
    known = TABLES["events"].column("kind").values or {}
    unknown = [kind for kind in kinds if kind not in known]
    if unknown or not kinds:
        named = ", ".join(unknown) or "(nothing)"
        raise UnknownOutcomeError(f"outcome: no event is called {named}; there are {', '.join(known)}")


def _indicators(study: OpenStudy, rater: str) -> tuple[Indicator, ...]:
    """Every item that some instrument of the study asks this rater, in the instruments' order."""
    scales: dict[str, set[tuple[str, float, float, str]]] = {}
    alone: set[str] = set()
    for instrument in study.instruments:
        for item in instrument.items_of(rater):
            bounds = (float(item.scale.lowest), float(item.scale.highest))
            scales.setdefault(item.key, set()).add((item.scale.kind, *bounds, item.scale.direction))
            if item.form(rater).alone:
                alone.add(item.key)
    return tuple(Indicator(key, key in alone, len(found) == 1) for key, found in scales.items())


def _make_given(study: OpenStudy, rater: str, kinds: Sequence[str]) -> None:
    """Table `given`: every response of the rater, with its interval and what happened when."""
    study_competes = "study" not in kinds
    study.connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE given AS
        WITH happened AS (
            SELECT enrolment,
                   min(day) FILTER (list_contains($kinds, kind)) AS outcome_day,
                   min(day) FILTER (kind = 'study' AND $study_competes) AS study_day
            FROM events GROUP BY enrolment),
        of_rater AS (
            SELECT row_number() OVER () AS id, * FROM responses WHERE rater = $rater),
        independent AS (
            SELECT id,
                   lead(submitted_day) OVER w AS next_day,
                   lag(id) OVER w AS before,
                   lag("round") OVER w AS round_before
            FROM of_rater WHERE independent
            WINDOW w AS (PARTITION BY enrolment ORDER BY "round"))
        SELECT r.id, r.response, r.enrolment, e.person, r."round", r.submitted_day AS day, r.independent,
               -- least() and greatest() pass over nulls here
               least(r.submitted_day + $interval, i.next_day) AS end_day,
               CASE WHEN i.round_before = r."round" - 1 THEN i.before END AS previous,
               coalesce(least(h.outcome_day, h.study_day, x.day, e.withdrawn_day) > r.submitted_day, true)
                   AS at_risk,
               e.observed_to_day, h.outcome_day
        FROM of_rater r
        JOIN enrolments e USING (enrolment)
        LEFT JOIN exits x USING (enrolment)
        LEFT JOIN happened h USING (enrolment)
        LEFT JOIN independent i USING (id)""",
        {
            "kinds": list(kinds),
            "study_competes": study_competes,
            "rater": rater,
            "interval": study.study.interval_days,
        },
    )


def _make_values(study: OpenStudy, indicators: Sequence[Indicator]) -> None:
    """Table `wide`: one row a response, a column an indicator, null for every missing code.

    Responses and items are numbered first: grouping and comparing numbers takes a third of the time.
    """
    columns = "".join(
        f", max(value) FILTER (item = {number}) AS {quote(indicator.key)}"
        for number, indicator in enumerate(indicators, start=1)
    )
    study.connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE wide AS
        WITH numbered AS (
            SELECT g.id, list_position($keys::VARCHAR[], a.item) AS item, a.value
            FROM answers a JOIN given g USING (response)
            WHERE a.value NOT IN (SELECT code FROM missing_codes))
        SELECT id{columns} FROM numbered GROUP BY id""",
        {"keys": [indicator.key for indicator in indicators]},
    )


def _panel_query(indicators: Sequence[Indicator], covariates: Sequence[CovariateColumn]) -> str:
    answers = "".join(
        f", now.{quote(i.key)} AS {quote('level:' + i.key)}"
        f", before.{quote(i.key)} AS {quote('previous:' + i.key)}"
        f", now.{quote(i.key)} - before.{quote(i.key)} AS {quote('change:' + i.key)}"
        for i in indicators
    )
    others = "".join(f", {c.sql} AS {quote(c.name)}" for c in covariates if c.name != ROUND)
    return (
        'SELECT t.person, t.enrolment, t."round", t.day, t.end_day, '
        "coalesce(t.outcome_day <= t.end_day, false) AS outcome, "
        f"t.previous IS NOT NULL AS has_previous{others}{answers} "
        f"FROM (FROM given WHERE {_OBSERVED}) t "
        "JOIN enrolments e USING (enrolment) JOIN persons p ON p.person = t.person "
        "LEFT JOIN wide now ON now.id = t.id "
        "LEFT JOIN wide before ON before.id = t.previous "
        'ORDER BY t.enrolment, t."round"'
    )


_OBSERVED = "independent AND at_risk AND end_day <= observed_to_day"
_STEPS = {
    "responses": "true",
    "independent": "independent",
    "at_risk": "independent AND at_risk",
    "observed": _OBSERVED,
    "previous_round": f"{_OBSERVED} AND previous IS NOT NULL",
}


def _flow(study: OpenStudy, rater: str) -> tuple[FlowStep, ...]:
    steps = []
    for name, condition in _STEPS.items():
        persons, rows = _count(study, f"SELECT count(DISTINCT person), count(*) FROM given WHERE {condition}")
        steps.append(FlowStep(f"{rater}:{name}", persons, rows))
    return tuple(steps)


def _count(study: OpenStudy, query: str) -> tuple[int, ...]:
    found = study.connection.execute(query).fetchone()
    return tuple(int(number) for number in found) if found else ()

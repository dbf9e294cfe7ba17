"""How the answers to each indicator are spread, by rater and round, small groups hidden.

Counted over independent responses; a person with several enrolments counts once in a round, by the
latest of them, so that counts are persons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.dataset.instrument import Instrument, Item
from analysis.dataset.open import OpenStudy
from analysis.dataset.schema import RATERS
from analysis.report.suppression import LIMIT, Suppressed, suppress

# A scale with more steps than this is shown in bins, as a continuous one.
MOST_STEPS = 11
BINS = 5

_COUNTS = """
WITH one_each AS (
  SELECT r.response, r.rater, r.round, r.instrument, r.instrument_version
  FROM responses r JOIN enrolments e USING (enrolment)
  WHERE r.independent
  QUALIFY row_number() OVER (
    PARTITION BY e.person, r.rater, r.round ORDER BY e.enrolled_quarter DESC, e.enrolment DESC) = 1
), scaled AS (
  SELECT *,
    kind = 'steps' AND highest - lowest < $most_steps AS stepwise,
    CASE WHEN stepwise THEN 1 ELSE (highest - lowest) / $bins END AS width,
    CASE WHEN stepwise THEN highest - lowest ELSE $bins - 1 END AS last
  FROM items
)
SELECT o.rater, a.item, o.instrument, o.instrument_version, o.round,
  CASE WHEN a.value IN (SELECT code FROM missing_codes) THEN -1
       ELSE least(floor((a.value - s.lowest) / s.width), s.last) END::INTEGER AS cell,
  count(*) AS persons
FROM answers a JOIN one_each o USING (response)
JOIN scaled s ON s.instrument = o.instrument AND s.instrument_version = o.instrument_version
  AND s.rater = o.rater AND s.item = a.item
GROUP BY ALL ORDER BY ALL
"""

_Scale = tuple[str, str, str, float, float, str]


@dataclass(frozen=True)
class Bin:
    """One step of a scale (`low` equals `high`), or the part of it from `low` to `high`.

    `closed`: `high` itself belongs to it, and not to the next part.
    """

    low: float
    high: float
    closed: bool = True


@dataclass(frozen=True)
class RoundRow:
    """Persons by answer in one round: a cell for each bin, and last one for no answer.

    `mean` (steps only) is over those who gave a value; None where anything is hidden.
    """

    round: int
    persons: Suppressed
    mean: float | None


@dataclass(frozen=True)
class Distribution:
    """The answers of one rater to one indicator on one scale, round by round.

    `left_out` counts the rounds that are not shown because too few answered in them.
    """

    rater: str
    instrument: Instrument
    item: Item
    bins: tuple[Bin, ...]
    rows: tuple[RoundRow, ...]
    left_out: int


def distributions(study: OpenStudy, limit: int = LIMIT) -> tuple[Distribution, ...]:
    """Every indicator that a rater is asked, in the instrument's order, participants first."""
    counts = _counts(study)
    found: dict[_Scale, Distribution] = {}
    for rater in RATERS:
        for instrument in study.instruments:
            for item in instrument.items_of(rater):
                scale = _scale_key(rater, item)
                if scale not in found:
                    found[scale] = _distribution(rater, instrument, item, counts[scale], limit)
    return tuple(found.values())


def _scale_key(rater: str, item: Item) -> _Scale:
    scale = item.scale
    return rater, item.key, scale.kind, float(scale.lowest), float(scale.highest), scale.direction


def _counts(study: OpenStudy) -> Mapping[_Scale, dict[int, dict[int, int]]]:
    """Persons by scale, round and cell; versions with the same scale, turned the same way, are added."""
    items = {(i.key, i.version, item.key): item for i in study.instruments for item in i.items}
    counts: defaultdict[_Scale, dict[int, dict[int, int]]] = defaultdict(dict)
    parameters = {"most_steps": MOST_STEPS, "bins": BINS}
    found = study.connection.execute(_COUNTS, parameters).fetchall()
    for rater, key, instrument, version, number, cell, persons in found:
        cells = counts[_scale_key(rater, items[instrument, version, key])].setdefault(number, {})
        cells[cell] = cells.get(cell, 0) + persons
    return counts


def _distribution(
    rater: str, instrument: Instrument, item: Item, by_round: dict[int, dict[int, int]], limit: int
) -> Distribution:
    bins = _bins(item)
    shown = _shown_rounds({number: sum(cells.values()) for number, cells in by_round.items()}, limit)
    rows = tuple(_row(number, by_round[number], bins, limit) for number in shown)
    return Distribution(rater, instrument, item, bins, rows, len(by_round) - len(shown))


def _bins(item: Item) -> tuple[Bin, ...]:
    low, high = float(item.scale.lowest), float(item.scale.highest)
    if item.scale.kind == "steps" and high - low < MOST_STEPS:
        return tuple(Bin(low + step, low + step) for step in range(int(high - low) + 1))
    width = (high - low) / BINS
    return tuple(Bin(low + width * k, low + width * (k + 1), k == BINS - 1) for k in range(BINS))


def _shown_rounds(totals: dict[int, int], limit: int) -> list[int]:
    """Rounds with enough persons; one more is left out where the others would betray a small one."""
    shown = {number for number, total in totals.items() if total >= limit}
    left_out = sum(total for number, total in totals.items() if number not in shown)
    if 0 < left_out < limit and len(shown) > 1:
        shown.remove(min(shown, key=lambda number: (totals[number], -number)))
    return sorted(shown)


def _row(number: int, cells: dict[int, int], bins: tuple[Bin, ...], limit: int) -> RoundRow:
    counts = [cells.get(index, 0) for index in (*range(len(bins)), -1)]
    persons = suppress(counts, limit)
    stepwise = all(part.low == part.high for part in bins)
    answered = sum(counts[:-1])
    if persons.hidden or not stepwise or answered == 0:
        return RoundRow(number, persons, None)
    mean = sum(part.low * count for part, count in zip(bins, counts, strict=False)) / answered
    return RoundRow(number, persons, mean)

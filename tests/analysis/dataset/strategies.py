"""Valid datasets of arbitrary small shape, for property tests.

Hypothesis draws the shape, the ids and the scales, which it can shrink; what fills the cells comes from a
generator seeded by a drawn number, so that an example costs milliseconds.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from analysis.dataset.instrument import Instrument
from analysis.dataset.schema import MISSING_CODES, RATERS, TABLES, ColumnType
from analysis.dataset.study import Covariate, Study, StudyDataset, build_tables
from tests.analysis.dataset.support import Rows

ODD_IDS = [
    "1",
    "007",
    "1e3",
    "a/b",
    "../x",
    "100%",
    "%2F",
    "it's",
    'x"y',
    "a\nb",
    "\x00",
    "å 🧭",
    "null",
    "*",
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
IDS = st.one_of(st.sampled_from(ODD_IDS), TEXTS).filter(lambda text: text.strip(" ") != "")
COVARIATES = [
    Covariate("treat", "boolean", "Treatment"),
    Covariate("kids", "integer", "Children"),
    Covariate("Baseline", "number", "Score before"),
    Covariate("region", "string", "Region\n'quoted'"),
]
VALUES: dict[ColumnType, list[Any]] = {
    "boolean": [True, False, None],
    "integer": [0, -5, 10**15, None],
    "number": [0.1 + 0.2, 5e-324, -1e15, 1 / 3, None],
    "string": ["", "x", "007", "å\n", None],
}
LAST_DAY = 400


@st.composite
def studies(draw: st.DrawFn) -> Study:
    return Study(draw(IDS), draw(TEXTS), draw(st.integers(1, 400)), "r1", draw(TEXTS), "tests")


@st.composite
def scales(draw: st.DrawFn) -> dict[str, Any]:
    if draw(st.booleans()):
        lowest = draw(st.integers(0, 3))
        return {"kind": "steps", "lowest": lowest, "highest": lowest + draw(st.integers(0, 9))}
    lowest_bound = draw(st.floats(0, 1e6))
    return {"kind": "continuous", "lowest": lowest_bound, "highest": lowest_bound + draw(st.floats(0, 1e6))}


@st.composite
def instruments(draw: st.DrawFn) -> tuple[Instrument, ...]:
    """One instrument in one or two versions; items differ by version and by rater."""
    key = draw(st.sampled_from(["tiny", "Big 9-11", "mätning"]))
    versions = draw(st.lists(st.sampled_from(["1", "1.1", "2026-01"]), min_size=1, max_size=2, unique=True))
    return tuple(draw(_instrument(key, version)) for version in versions)


@st.composite
def _instrument(draw: st.DrawFn, key: str, version: str) -> Instrument:
    few = draw(st.sampled_from([1, 2, 3, 0]))
    keys = draw(st.lists(st.sampled_from(["a", "b", "c d"]), min_size=few, max_size=3, unique=True))
    form = {"question": {"en": "?"}, "steps": {}, "audio": "of a later version"}
    asked = st.sampled_from([("participant",), ("caseworker",), RATERS])
    return Instrument.model_validate(
        {
            "key": key,
            "version": version,
            "status": "provisional",
            "first_language": "sv",
            "languages": ["sv"],
            "title": {"sv": draw(TEXTS)},
            "description": {},
            "references": [],
            "missing_codes": {},
            "further": {"kept": [1, 2.5, None]},
            "items": [
                {
                    "key": item,
                    "number": number,
                    "label": {"sv": item},
                    "scale": draw(scales()),
                    "raters": dict.fromkeys(draw(asked), form),
                }
                for number, item in enumerate(keys)
            ],
        }
    )


@st.composite
def datasets(draw: st.DrawFn) -> StudyDataset:
    """A dataset that keeps the contract."""
    used = draw(instruments())
    covariates = tuple(draw(st.lists(st.sampled_from(COVARIATES), unique=True, max_size=4)))
    # Left to itself, Hypothesis makes half of all lists empty.
    organisations = draw(st.lists(IDS, min_size=draw(st.sampled_from([1, 2, 3, 0])), max_size=3, unique=True))
    size = (
        {"min_size": draw(st.sampled_from([2, 3, 4, 0])), "max_size": 4} if organisations else {"max_size": 0}
    )
    names = draw(st.lists(IDS, unique=True, **size))
    filler = _Filler(random.Random(draw(st.integers(0, 2**32))), used, covariates)  # noqa: S311
    rows = filler.fill(organisations, names)
    return StudyDataset(draw(studies()), used, build_tables(rows, covariates), covariates)


@dataclass(frozen=True)
class _Filler:
    rng: random.Random
    instruments: tuple[Instrument, ...]
    covariates: tuple[Covariate, ...]

    def fill(self, organisations: list[str], names: list[str]) -> Rows:
        rows: Rows = {name: [] for name in TABLES}
        for number, organisation in enumerate(organisations):
            self._add(rows, "organisations", organisation=organisation, country="SE")
            self._add(rows, "caseworkers", caseworker=f"c{number}", organisation=organisation)
        for name in names:
            at = self.rng.randrange(len(organisations))
            self._person(rows, name, organisations[at], f"c{at}")
        return rows

    def _add(self, rows: Rows, table: str, **given: object) -> None:
        """A row with `given`, and with anything that its column allows where the row is free."""
        row = {c.name: self._anything(table, c.name) for c in TABLES[table].columns if c.name not in given}
        rows[table].append({**row, **given})

    def _anything(self, table: str, name: str) -> object:
        column = TABLES[table].column(name)
        if column.nullable and self.rng.random() < 0.4:
            return None
        if column.values:
            return self.rng.choice(list(column.values))
        if column.pattern:
            return f"{self.rng.randrange(10_000):04}Q{self.rng.randrange(1, 5)}"
        free: dict[ColumnType, object] = {
            "string": self.rng.choice([*ODD_IDS, "sv"]),
            "integer": self.rng.randrange(1_000),
            "number": self.rng.random() * 40,
            "boolean": self.rng.random() < 0.5,
        }
        return free[column.type]

    def _person(self, rows: Rows, name: str, organisation: str, caseworker: str) -> None:
        own = {c.name: self.rng.choice(VALUES[c.type]) for c in self.covariates}
        self._add(rows, "persons", person=name, organisation=organisation, **own)
        for number in range(self.rng.randrange(3)):
            enrolment = f"{name}/{number}"
            withdrawn = self.rng.choice([None, self.rng.randrange(LAST_DAY)])
            end = LAST_DAY if withdrawn is None else withdrawn
            self._add(
                rows,
                "enrolments",
                enrolment=enrolment,
                person=name,
                organisation=organisation,
                observed_to_day=self.rng.randint(0, end),
                withdrawn_day=withdrawn,
            )
            self._spells(rows, enrolment, caseworker, end)
            exit_day = self._happenings(rows, enrolment, end, rows["enrolments"][-1]["observed_to_day"])
            for k in range(self.rng.randrange(3)):
                self._round(rows, enrolment, k, caseworker, exit_day)

    def _spells(self, rows: Rows, enrolment: str, caseworker: str, end: int) -> None:
        bounds = sorted(self.rng.randint(-5, end) for _ in range(self.rng.randrange(4)))
        for start, stop in zip(bounds, [*bounds[1:], self.rng.choice([None, end + 1])], strict=False):
            given = {"enrolment": enrolment, "caseworker": caseworker}
            self._add(rows, "assignments", **given, start_day=start, end_day=stop)

    def _happenings(self, rows: Rows, enrolment: str, end: int, observed: int) -> int:
        """Activities, steps, events and perhaps an exit; the last day on which a response may come."""
        for _ in range(self.rng.randrange(3)):
            start = self.rng.randint(-5, end)
            stop = self.rng.choice([None, self.rng.randint(start, end)])
            self._add(rows, "activities", enrolment=enrolment, start_day=start, end_day=stop)
            self._add(rows, "steps", enrolment=enrolment, day=start)
            day = self.rng.randint(-5, observed)
            stop = self.rng.choice([None, self.rng.randint(day, end)])
            self._add(rows, "events", enrolment=enrolment, day=day, end_day=stop)
        if self.rng.random() < 0.6:
            return end
        exit_day = self.rng.randint(0, end)
        self._add(rows, "exits", enrolment=enrolment, day=exit_day)
        self._add(rows, "followups", enrolment=enrolment, day=self.rng.randint(exit_day, end))
        return exit_day

    def _round(self, rows: Rows, enrolment: str, k: int, caseworker: str, last: int) -> None:
        statuses = {}
        for rater in RATERS:
            if self.rng.random() < 0.7:
                statuses[f"{rater}_status"] = self._response(rows, (enrolment, k), rater, caseworker, last)
            else:
                statuses[f"{rater}_status"] = self.rng.choice(["missed", "declined", "not_due"])
        opens = self.rng.randint(-10, 10) + 91 * k
        self._add(rows, "rounds", enrolment=enrolment, round=k, opens_day=opens, closes_day=opens, **statuses)

    def _response(self, rows: Rows, at: tuple[str, int], rater: str, caseworker: str, last: int) -> str:
        """A response with its answers; the status that they give the round."""
        enrolment, k = at
        instrument = self.rng.choice(self.instruments)
        response = f"{enrolment}-{k}-{rater}"
        self._add(
            rows,
            "responses",
            response=response,
            enrolment=enrolment,
            round=k,
            rater=rater,
            caseworker=self.rng.choice([caseworker, None]) if rater == "caseworker" else None,
            instrument=instrument.key,
            instrument_version=instrument.version,
            submitted_day=self.rng.randint(0, last),
        )
        values = []
        for item in instrument.items_of(rater):
            values.append(self._value(item.scale.kind, item.scale.lowest, item.scale.highest))
            rows["answers"].append({"response": response, "item": item.key, "value": values[-1]})
        return "partly" if -9.0 in values else "answered"

    def _value(self, kind: str, lowest: float, highest: float) -> float:
        if self.rng.random() < 0.3:
            return float(self.rng.choice(list(MISSING_CODES)))
        if kind == "steps":
            return float(self.rng.randint(int(lowest), int(highest)))
        return self.rng.choice([float(lowest), float(highest), self.rng.uniform(lowest, highest)])

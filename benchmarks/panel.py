"""Person-rounds from long answers: DuckDB over the dataset's tables against a pandas pivot."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.dataset.instrument import Instrument
from analysis.dataset.open import open_study
from analysis.dataset.study import Study, StudyDataset, build_tables
from analysis.panel.build import build_panel
from benchmarks.pairing import Benchmark

_PERSONS, _ROUNDS, _ITEMS = 20_000, 6, 11


def benchmark() -> Benchmark:
    """1.3 million answers of one rater, everybody observed for two years, nobody with a job."""
    dataset = _dataset()
    answers = dataset.tables["answers"].to_pandas()
    responses = dataset.tables["responses"].to_pandas()

    def with_duckdb() -> pd.DataFrame:
        with open_study(dataset) as study:
            return build_panel(study, "participant").rows

    def with_pandas() -> object:
        seen = answers[answers["value"] > 0].merge(responses[["response", "enrolment", "round"]])
        wide = seen.pivot_table(index=["enrolment", "round"], columns="item", values="value")
        before = wide.groupby("enrolment").shift()
        return wide.join(before, rsuffix=":previous").join(wide - before, rsuffix=":change")

    name = f"panel from {_PERSONS * _ROUNDS * _ITEMS / 1e6:.1f} million answers"
    return Benchmark(name, "pandas pivot_table, shift, subtract", with_duckdb, with_pandas)


def _dataset() -> StudyDataset:
    tables = build_tables({})
    person = np.repeat(np.arange(_PERSONS), _ROUNDS)
    k = np.tile(np.arange(_ROUNDS), _PERSONS)
    enrolment = pa.array([f"e{number:06}" for number in person])
    response = pa.array([f"e{number:06}-{each}" for number, each in zip(person, k, strict=True)])
    values = np.random.default_rng(1).choice([1.0, 2.0, 3.0, 4.0, 5.0, -1.0], len(person) * _ITEMS)
    people = pa.array([f"e{number:06}" for number in range(_PERSONS)])
    tables["persons"] = _filled(tables["persons"], {"person": people})
    tables["enrolments"] = _filled(
        tables["enrolments"],
        {"enrolment": people, "person": people, "observed_to_day": pa.array([730] * _PERSONS)},
    )
    tables["responses"] = _filled(
        tables["responses"],
        {
            "response": response,
            "enrolment": enrolment,
            "round": pa.array(k),
            "rater": pa.array(["participant"] * len(k)),
            "independent": pa.array([True] * len(k)),
            "submitted_day": pa.array(91 * k),
        },
    )
    tables["answers"] = pa.table(
        {
            "response": response.take(pa.array(np.repeat(np.arange(len(k)), _ITEMS))),
            "item": pa.array([f"item{i}" for i in range(_ITEMS)] * len(k)),
            "value": pa.array(values),
        }
    )
    return StudyDataset(Study("bench", "Benchmark", 91, "1", "", ""), (_instrument(),), tables)


def _filled(table: pa.Table, columns: dict[str, pa.Array]) -> pa.Table:
    """A table with these columns and nulls in all the others."""
    size = len(next(iter(columns.values())))
    return pa.table(
        {field.name: columns.get(field.name, pa.nulls(size, field.type)) for field in table.schema}
    )


def _instrument() -> Instrument:
    scale = {"kind": "steps", "lowest": 1, "highest": 5}
    form = {"question": {"en": "?"}, "steps": {}}
    items = [
        {
            "key": f"item{i}",
            "number": i + 1,
            "label": {"en": "?"},
            "scale": scale,
            "raters": {"participant": form},
        }
        for i in range(_ITEMS)
    ]
    return Instrument.model_validate(
        {
            "key": "bench",
            "version": "1",
            "status": "provisional",
            "first_language": "en",
            "languages": ["en"],
            "title": {"en": "Benchmark"},
            "description": {"en": ""},
            "references": [],
            "missing_codes": {},
            "items": items,
        }
    )

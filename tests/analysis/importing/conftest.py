"""A small instrument, a mapping that is valid as it stands, and helpers that go through real files."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from analysis.dataset.instrument import Instrument
from analysis.importing.importer import ImportResult, import_table
from analysis.importing.load import load_mapping
from analysis.importing.mapping import Mapping

Parts = dict[str, Any]
HEADER = "id,sex,age,energy,search,job"


def _item(key: str, number: int, scale: Parts, raters: tuple[str, ...]) -> Parts:
    ends = {str(scale["lowest"]): {"en": "low"}, str(scale["highest"]): {"en": "high"}}
    form = {"question": {"en": f"How is {key}?"}, "steps": ends}
    return {
        "key": key,
        "number": number,
        "label": {"en": key},
        "scale": {"direction": "higher_is_closer", **scale},
        "raters": dict.fromkeys(raters, form),
    }


@pytest.fixture(scope="session")
def scales() -> Instrument:
    """`energy` (continuous, 0-10) for the participant, `search` (steps, 1-5) for both raters."""
    return Instrument.model_validate(
        {
            "key": "scales",
            "version": "1",
            "status": "provisional",
            "first_language": "en",
            "languages": ["en"],
            "title": {"en": "Scales"},
            "description": {"en": "Two items"},
            "references": [],
            "missing_codes": {},
            "items": [
                _item("energy", 1, {"kind": "continuous", "lowest": 0, "highest": 10}, ("participant",)),
                _item(
                    "search",
                    2,
                    {"kind": "steps", "lowest": 1, "highest": 5},
                    ("participant", "caseworker"),
                ),
            ],
        }
    )


@pytest.fixture
def parts() -> Parts:
    """One row a person, with the columns of HEADER."""
    return copy.deepcopy(
        {
            "study": {"key": "foreign", "title": "A foreign study", "interval_days": 91},
            "instrument": "scales/1.yaml",
            "person": {
                "id": "id",
                "organisation": {"constant": "north"},
                "country": {"constant": "SE"},
                "unit": {"constant": "u1"},
                "enrolled_quarter": {"constant": "2024Q1"},
                "observed_to_day": {"constant": 365},
                "observed_by": {"constant": "contact"},
                "language": {"constant": "sv"},
                "sex": {"column": "sex", "codes": {1: "man", 2: "woman"}},
                "age_band": {"column": "age", "bands": [18, 30, 50]},
            },
            "covariates": {"age": {"column": "age", "type": "number", "label": "Age"}},
            "indicators": {"energy": {"column": "energy"}, "search": {"column": "search"}},
            "missing": {"": -9, "99": -1},
            "rounds": {"shape": "single"},
            "responses": {"mode": {"constant": "paper"}, "language": {"constant": "sv"}},
            "outcome": {
                "column": "job",
                "events": {"yes": "job_regular", "no": "none"},
                "day": {"constant": 180},
                "source": "participant",
            },
        }
    )


@pytest.fixture
def make_mapping(tmp_path: Path) -> Callable[[Parts], Mapping]:
    """A mapping by way of its YAML file, `mapping.yaml` in the test's folder."""

    def make(parts: Parts) -> Mapping:
        path = tmp_path / "mapping.yaml"
        with path.open("w", encoding="utf-8") as file:
            YAML(typ="safe", pure=True).dump(parts, file)
        return load_mapping(path)

    return make


@pytest.fixture
def run(
    tmp_path: Path, scales: Instrument, make_mapping: Callable[[Parts], Mapping]
) -> Callable[..., ImportResult]:
    """Import a table given as text (or bytes) by a mapping given as parts."""

    def run(
        table: str | bytes,
        parts: Parts,
        *,
        name: str = "table.csv",
        encoding: str = "utf-8",
        instrument: Instrument | None = None,
    ) -> ImportResult:
        path = tmp_path / name
        path.write_bytes(table.encode(encoding) if isinstance(table, str) else table)
        return import_table(path, make_mapping(parts), instrument or scales)

    return run

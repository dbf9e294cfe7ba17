"""Person-rounds from long answers in Parquet files: the panel against a pandas pivot of the same files.

With 24 million answers each way has a process of its own whenever it is done, and the peak of its memory is
told: `python -m benchmarks.panel --large`, which `make bench` does too. There pandas is timed on the study's
own files and on the same rows sorted by the ids of responses, which its pivot need not sort again.
"""

from __future__ import annotations

import argparse
import atexit
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.dataset.instrument import Instrument
from analysis.dataset.open import open_study
from analysis.dataset.study import Study, StudyDataset, build_tables
from analysis.dataset.write import write
from analysis.panel.build import build_panel, panel_batches
from benchmarks.memory import peak_mb
from benchmarks.pairing import REPETITIONS, Benchmark, ratio_line

_ROUNDS, _ITEMS = 6, 11
_PERSONS, _PERSONS_LARGE = 20_000, 364_000
_VALUES = ("level", "previous", "change")
# Below the study: the files that pandas reads, sorted as suits it best.
_BY_ID = "by_id"
_KEYS = [f"item{i:02}" for i in range(_ITEMS)]


def benchmark() -> Benchmark:
    """1.3 million answers of one rater, everybody observed for two years, nobody with a job."""
    temporary = tempfile.TemporaryDirectory()
    atexit.register(temporary.cleanup)
    folder = Path(temporary.name) / "study"
    write(_dataset(_PERSONS), folder)
    ours, theirs = as_a_frame(folder), with_pandas(folder)
    pd.testing.assert_frame_equal(ours[theirs.columns], theirs, check_column_type=False)
    return Benchmark(
        f"panel from {_PERSONS * _ROUNDS * _ITEMS / 1e6:.1f} million answers",
        "pandas pivot, shift, subtract",
        lambda: as_a_frame(folder),
        lambda: with_pandas(folder),
    )


def as_a_frame(folder: Path) -> pd.DataFrame:
    """The panel as a frame, of the indicators' columns those that pandas makes too."""
    with open_study(folder) as study:
        return build_panel(study, "participant", values=_VALUES).rows


def in_pieces(folder: Path) -> int:
    """The same piece by piece, as one reads it who cannot hold it; returns its number of rows."""
    with open_study(folder) as study:
        return sum(len(piece) for piece in panel_batches(study, "participant", values=_VALUES))


def with_pandas(folder: Path) -> pd.DataFrame:
    """Level, previous and change of the same rows from the same files."""
    wanted = ["response", "enrolment", "round", "submitted_day"]
    given = pd.read_parquet(
        folder / "responses.parquet",
        columns=wanted,
        filters=[("rater", "==", "participant"), ("independent", "==", True)],
    )
    answers = pd.read_parquet(folder / "answers.parquet", filters=[("value", ">", 0.0)])
    level = answers.pivot(index="response", columns="item", values="value")[_KEYS]
    rows = given.join(level, on="response").sort_values(["enrolment", "round"], ignore_index=True)
    by_enrolment = rows.groupby("enrolment", sort=False)
    consecutive = by_enrolment["round"].shift() == rows["round"] - 1
    previous = by_enrolment[_KEYS].shift().where(consecutive)
    change = rows[_KEYS] - previous
    named = {"level": rows[_KEYS], "previous": previous, "change": change}
    return pd.concat(
        [rows[["enrolment", "round"]], *(part.add_prefix(f"{name}:") for name, part in named.items())],
        axis="columns",
    )


def large_lines() -> Iterator[str]:
    """The ratios (medians of interleaved repetitions) and our peak, what Python itself takes included."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "study"
        # By a process of its own too, so that what that takes is given back.
        _apart("write", folder)
        timed = [
            (_apart("pieces", folder), _apart("pandas", folder), _apart("pandas", folder / _BY_ID))
            for _ in range(REPETITIONS)
        ]
    seconds, peak = (statistics.median(ours[what] for ours, _, _ in timed) for what in (0, 1))
    name = f"panel from {_PERSONS_LARGE * _ROUNDS * _ITEMS / 1e6:.0f} million answers, in pieces"
    for which, files in ((1, "the same files"), (2, "its files sorted by id")):
        ratio = statistics.median(one[which][0] / one[0][0] for one in timed)
        against = f"against pandas pivot, shift, subtract, {files}, goal 5x,"
        yield f"{name:<44} {ratio:6.1f}x  {against} (ours {1000 * seconds:.0f} ms)"
    yield f"{'peak memory of it':<44} {peak:6.0f} MB in all (goal: at most 500 MB)"


def _apart(way: str, folder: Path) -> tuple[float, float]:
    """Seconds and peak (MB) of a way in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.panel", "--way", way, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # our own module
    seconds, peak = map(float, done.stdout.split())
    return seconds, peak


def _once(way: str, folder: Path) -> None:
    start = time.perf_counter()
    _WAYS[way](folder)
    seconds = time.perf_counter() - start
    print(seconds, peak_mb())


def _write_large(folder: Path) -> None:
    write(_dataset(_PERSONS_LARGE), folder)
    (folder / _BY_ID).mkdir()
    for name in ("responses.parquet", "answers.parquet"):
        rows = pq.read_table(folder / name).sort_by("response")
        pq.write_table(rows, folder / _BY_ID / name, compression="zstd")


_WAYS: dict[str, Callable[[Path], object]] = {
    "write": _write_large,
    "pieces": in_pieces,
    "pandas": with_pandas,
}


def _dataset(persons: int) -> StudyDataset:
    """A study that `check` finds sound: all rounds answered by the participant, answers drawn at random."""
    person = np.repeat(np.arange(persons), _ROUNDS)
    k = np.tile(np.arange(_ROUNDS), persons)
    people, day = _ids("e", np.arange(persons)), 91 * k
    response = _ids("r", np.random.default_rng(2).permutation(len(k)))
    values = np.random.default_rng(1).choice([1.0, 2.0, 3.0, 4.0, 5.0, -1.0], len(k) * _ITEMS)
    columns: dict[str, dict[str, object]] = {
        "organisations": {"organisation": _ids("o", np.zeros(1, int)), "country": "SE"},
        "persons": {"person": people, "language": "sv", "age_band": "30-39", "education": "unknown"}
        | {"organisation": "o0000000", "sex": "woman", "origin": "native"},
        "enrolments": {"enrolment": people, "person": people, "organisation": "o0000000", "unit": "u"}
        | {"enrolled_quarter": "2026Q1", "observed_by": "register", "observed_to_day": 730},
        "rounds": {"enrolment": people.take(pa.array(person)), "round": pa.array(k)}
        | {"due_day": pa.array(day), "opens_day": pa.array(day), "closes_day": pa.array(day + 21)}
        | {"participant_status": "answered", "caseworker_status": "not_due"},
        "responses": {"response": response, "enrolment": people.take(pa.array(person))}
        | {"round": pa.array(k), "submitted_day": pa.array(day), "proxy": False, "independent": True}
        | {"rater": "participant", "instrument": "bench", "instrument_version": "1", "language": "en"}
        | {"mode": "own_device", "assistance": "none"},
        "answers": {"response": response.take(pa.array(np.repeat(np.arange(len(k)), _ITEMS)))}
        | {"item": pa.array(_KEYS).take(pa.array(np.tile(np.arange(_ITEMS), len(k)))), "value": values},
    }
    tables = {name: _table(table.schema, columns.get(name)) for name, table in build_tables({}).items()}
    return StudyDataset(Study("bench", "Benchmark", 91, "1", "", ""), (_instrument(),), tables)


def _ids(prefix: str, numbers: np.ndarray) -> pa.Array:
    return pa.array([f"{prefix}{number:07}" for number in numbers])


def _table(schema: pa.Schema, columns: dict[str, object] | None) -> pa.Table:
    """A table with these columns, one value standing for all rows, and nulls in all the others."""
    if columns is None:
        return schema.empty_table()
    size = max(len(column) for column in columns.values() if isinstance(column, pa.Array))
    return pa.table(
        [_column(columns.get(field.name), size, field.type) for field in schema], names=schema.names
    )


def _column(given: object, size: int, kind: pa.DataType) -> pa.Array:
    if isinstance(given, pa.Array):
        return given
    return pa.array(given, kind) if isinstance(given, np.ndarray) else pa.repeat(pa.scalar(given, kind), size)


def _instrument() -> Instrument:
    raters = ["participant"]
    item = {
        "label": {"en": "?"},
        "scale": {"kind": "steps", "lowest": 1, "highest": 5},
        "raters": {"participant": {"question": {"en": "?"}, "steps": {}}},
    }
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
            "missing_codes": {"-1": {"key": "dont_know", "label": {"en": "?"}, "raters": raters}},
            "items": [{"key": key, "number": i, **item} for i, key in enumerate(_KEYS, start=1)],
        }
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="24 million answers, with peaks of memory")
    parser.add_argument("--way", choices=_WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        _once(asked.way, asked.folder)
    elif asked.large:
        for line in large_lines():
            print(line)
    else:
        print(ratio_line(benchmark()))

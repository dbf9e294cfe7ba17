"""Datasets partitioned by organisation: every row lies in its own organisation's file."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pyarrow as pa

from analysis.dataset.description import read_description
from analysis.dataset.findings import Finding
from analysis.dataset.open import OpenStudy, parquet_paths
from analysis.dataset.schema import TABLES

_PREFIX = "organisation="
# How a row of `t` comes to its organisation, and what that is called then.
_HOME = {
    **dict.fromkeys(TABLES, ("JOIN enrolments h ON h.enrolment = t.enrolment", "h.organisation")),
    **dict.fromkeys(("organisations", "persons", "enrolments", "caseworkers"), ("", "t.organisation")),
    "answers": (
        "JOIN responses r ON r.response = t.response JOIN enrolments h ON h.enrolment = r.enrolment",
        "h.organisation",
    ),
}


def partition_findings(folder: Path, study: OpenStudy) -> list[Finding]:
    """Files of a partitioned table that hold rows of another organisation than their folder names."""
    findings = []
    description = read_description(folder)
    for name in TABLES:
        paths = description.files(name)
        named = {path: _organisation(path) for path in paths}
        if len(paths) == 1 and named[paths[0]] is None:
            continue
        for path, organisation in named.items():
            if organisation is None:
                findings.append(_finding(name, f"{path} does not lie in a folder {_PREFIX}<id>"))
        for path, strays in _strays(folder, study, name, named):
            findings.append(_finding(name, f"{path} holds rows of another organisation", strays))
    return findings


def _finding(table: str, message: str, count: int = 1) -> Finding:
    remedy = "write the dataset again with the program that made it"
    return Finding("partition", table, message, remedy, count=count)


def _organisation(path: str) -> str | None:
    named = [part.removeprefix(_PREFIX) for part in PurePosixPath(path).parts if part.startswith(_PREFIX)]
    return unquote(named[0]) if named else None


def _strays(
    folder: Path, study: OpenStudy, table: str, named: dict[str, str | None]
) -> list[tuple[str, int]]:
    """Files with the number of their rows that belong elsewhere."""
    files = [
        {"file": str(folder / path), "path": path, "organisation": organisation}
        for path, organisation in named.items()
        if organisation is not None
    ]
    schema = pa.schema([("file", pa.string()), ("path", pa.string()), ("organisation", pa.string())])
    study.connection.register("partition_files", pa.Table.from_pylist(files, schema=schema))
    joins, own = _HOME[table]
    # A covariate cannot be called "the file": it holds a space.
    found = study.connection.execute(
        f"SELECT f.path, count(*) FROM read_parquet(?, filename='the file', hive_partitioning=false) t "
        f'JOIN partition_files f ON f.file = t."the file" {joins} '
        f"WHERE {own} <> f.organisation GROUP BY 1 ORDER BY 1",
        [parquet_paths(folder, tuple(named))],
    ).fetchall()
    return [(str(path), int(count)) for path, count in found]

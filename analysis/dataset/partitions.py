"""Datasets partitioned by organisation: every row lies in its own organisation's file."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import duckdb

from analysis.dataset.findings import Finding
from analysis.dataset.open import OpenStudy
from analysis.dataset.package import read_description
from analysis.dataset.schema import TABLES

_PREFIX = "organisation="


def partition_findings(folder: Path, study: OpenStudy) -> list[Finding]:
    """Files of a partitioned table that hold rows of another organisation than their folder names."""
    findings = []
    for resource in read_description(folder).resources:
        if resource.name not in TABLES or len(resource.paths) == 1:
            continue
        for path in resource.paths:
            organisation = _organisation(path)
            strays = _strays(study.connection, resource.name, folder / path, organisation)
            if strays:
                message = f"{path} holds rows of another organisation"
                remedy = "write the dataset again with the program that made it"
                findings.append(Finding("organisation-stays", resource.name, message, remedy, count=strays))
    return findings


def _organisation(path: str) -> str | None:
    named = [part.removeprefix(_PREFIX) for part in Path(path).parts if part.startswith(_PREFIX)]
    return unquote(named[0]) if named else None


def _strays(connection: duckdb.DuckDBPyConnection, table: str, path: Path, organisation: str | None) -> int:
    columns = {column.name for column in TABLES[table].columns}
    if "organisation" in columns:
        own = "t.organisation"
    elif "enrolment" in columns:
        own = "(SELECT organisation FROM enrolments e WHERE e.enrolment = t.enrolment)"
    else:
        own = (
            "(SELECT organisation FROM responses r JOIN enrolments e USING (enrolment)"
            " WHERE r.response = t.response)"
        )
    found = connection.execute(
        f"SELECT count(*) FROM read_parquet(?, hive_partitioning=false) t WHERE {own} IS DISTINCT FROM ?",  # noqa: S608
        [str(path), organisation],
    ).fetchone()
    return int(found[0]) if found else 0

"""The files of a dataset: there, inside the folder, as described, and readable."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from analysis.dataset.declared import declared_findings
from analysis.dataset.description import Description, Resource, read_description
from analysis.dataset.findings import DatasetError, Finding
from analysis.dataset.instrument import Instrument
from analysis.dataset.package import INSTRUMENTS, PACKAGE_FILE, hash_text, read_into
from analysis.dataset.plain_words import in_plain_words
from analysis.dataset.schema import TABLES
from analysis.dataset.shape import shape_findings

_AGAIN = "take the folder again from where it was made; do not change files by hand"


def verified(folder: Path) -> tuple[Description, tuple[Instrument, ...]]:
    """The description and the instruments of a folder whose files are all in order.

    Raises DatasetError where a file is missing, lies outside the folder, is not the one described, cannot
    be read, or where a table has other columns than the contract's. Rows are not looked at.
    """
    description = read_description(folder)
    _raise_if(_file_findings(folder, description))
    instruments = _read_instruments(folder, description)
    _raise_if(
        declared_findings(description.study, description.covariates, instruments)
        or list(_table_findings(folder, description))
    )
    return description, instruments


def _raise_if(findings: list[Finding]) -> None:
    if findings:
        raise DatasetError(findings)


def _file_findings(folder: Path, description: Description) -> list[Finding]:
    # Two at a time: digests of large files let go of the interpreter.
    with ThreadPoolExecutor(2) as threads:
        found = threads.map(partial(_resource_findings, folder), description.resources)
        return [finding for findings in found for finding in findings]


def _resource_findings(folder: Path, resource: Resource) -> list[Finding]:
    found = [f for path in resource.paths if (f := _place_finding(folder, resource.name, path))]
    return found or _hash_findings(folder, resource)


def _place_finding(folder: Path, name: str, path: str) -> Finding | None:
    plain = PurePosixPath(path)
    if plain.is_absolute() or ".." in plain.parts:
        return Finding("file-path", name, f"{path} is not a path within the dataset's folder", _AGAIN)
    try:
        inside = (folder / path).resolve().is_relative_to(folder.resolve())
        there = (folder / path).is_file()
    # A loop of links is a RuntimeError, a zero byte a ValueError, a name that is too long an OSError.
    except (OSError, RuntimeError, ValueError):
        return Finding("file-missing", name, f"the file {path} cannot be found", _AGAIN)
    if not inside:
        return Finding("file-path", name, f"{path} is a link that leaves the dataset's folder", _AGAIN)
    return None if there else Finding("file-missing", name, f"the file {path} is missing", _AGAIN)


def _hash_findings(folder: Path, resource: Resource) -> list[Finding]:
    """Files whose SHA-256 differs; where only their joint one is wrong, the resource as a whole."""
    joint = hashlib.sha256()
    expected_hashes: Sequence[str | None] = resource.hashes or [None] * len(resource.paths)
    findings = []
    for path, expected in zip(resource.paths, expected_hashes, strict=True):
        own = hashlib.sha256()
        try:
            read_into((joint, own) if expected else (joint,), folder / path)
        except OSError as error:
            return [Finding("file-unreadable", resource.name, f"{path}: {error.strerror}", _AGAIN)]
        if expected and expected.lower() != hash_text(own):
            findings.append(_changed(resource.name, path))
    if not findings and resource.hash.lower() != hash_text(joint):
        findings.append(_changed(resource.name, ", ".join(resource.paths)))
    return findings


def _changed(name: str, path: str) -> Finding:
    message = f"{path} is not what {PACKAGE_FILE} describes: the SHA-256 differs"
    return Finding("file-changed", name, message, _AGAIN)


def _read_instruments(folder: Path, description: Description) -> tuple[Instrument, ...]:
    """The instruments as used: the resources under `instruments/`. Others (a codebook) are let be."""
    paths = [(r.name, p) for r in description.resources for p in r.paths if r.name not in TABLES]
    return tuple(_read_instrument(folder, name, p) for name, p in paths if p.startswith(f"{INSTRUMENTS}/"))


def _read_instrument(folder: Path, name: str, path: str) -> Instrument:
    try:
        return Instrument.model_validate_json((folder / path).read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the file"
        message = f"{path}: {field}: {in_plain_words(first)}"
        remedy = "hand over the instrument as `bip instrument` resolves it"
        raise DatasetError([Finding("instrument", name, message, remedy)]) from None


def _table_findings(folder: Path, description: Description) -> Iterator[Finding]:
    for name in TABLES:
        for path in description.files(name):
            try:
                schema = pq.read_schema(folder / path)
            except (pa.ArrowException, OSError) as error:
                yield unreadable(name, f"{path}: {error}")
                continue
            for finding in shape_findings(name, schema, description.covariates):
                yield replace(finding, where=(path,))


def unreadable(name: str, detail: str) -> Finding:
    """The finding for a table that cannot be read; `detail` is what the reading library says."""
    message = f"the table cannot be read as Parquet: {detail}".splitlines()[0]
    return Finding("file-unreadable", name, message, _AGAIN)

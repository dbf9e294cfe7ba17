"""Puts a version into use: writes its fingerprints into the record that later checks hold it against."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from surveys.findings import InstrumentError, errors_of, refuse
from surveys.fingerprint import RECORD, fingerprint, read_record
from surveys.meaning import examine
from surveys.meaning_texts import missing_texts
from surveys.model import InstrumentId
from surveys.schema import ReleasedVersion
from surveys.source import Source

_HEADER = (
    "# Fingerprints of the versions in use, written by `bip instrument release`. Not to be changed by hand.\n"
)


@dataclass(frozen=True, slots=True)
class Release:
    """What was written: the languages that are new in the record, and those left out as texts are missing."""

    instrument: InstrumentId
    record: Path
    added: tuple[str, ...]
    left_out: tuple[str, ...]


def release(path: Path | str) -> Release:
    """Enter a version file, or the languages it got since its release, into the record of its folder.

    Raises InstrumentError where the version has errors; a text that differs from what was released is one.
    """
    source, findings = examine(Path(path))
    errors = errors_of(findings)
    if source is None or errors:
        raise InstrumentError(errors)
    record = dict(read_record(source.path.parent))
    version = source.structure.version
    before = record.get(version)
    record[version] = _entry(source, before)
    known = before.languages if before else {}
    added = tuple(tag for tag in record[version].languages if tag not in known)
    left_out = tuple(tag for tag in source.languages if tag not in record[version].languages)
    file = source.path.parent / RECORD
    if record[version] != before:
        _write(file, record)
    return Release(InstrumentId(source.structure.key, str(version)), file, added, left_out)


def _entry(source: Source, before: ReleasedVersion | None) -> ReleasedVersion:
    """What was released stays; whole languages are added. A language with gaps may still be filled."""
    now = fingerprint(source)
    whole = {tag: now.languages[tag] for tag in source.languages if not missing_texts(source, tag)}
    released = before.languages if before else {}
    return ReleasedVersion(structure=now.structure, languages={**whole, **released})


def _write(file: Path, record: Mapping[int, ReleasedVersion]) -> None:
    lines = [_HEADER, "versions:\n"]
    for version, entry in sorted(record.items()):
        lines += [f"  {version}:\n", f"    structure: {entry.structure}\n", "    languages:\n"]
        lines += [f"      {tag}: {sha256}\n" for tag, sha256 in sorted(entry.languages.items())]
    # Written beside and moved, so that an interruption leaves the old record and not half of the new one.
    beside = file.with_suffix(".new")
    try:
        beside.write_text("".join(lines), encoding="utf-8", newline="\n")
        beside.replace(file)
    except OSError as fault:
        problem = f"the record cannot be written: {fault.strerror}"
        raise refuse(file, "", problem, "check the permissions of the folder") from fault

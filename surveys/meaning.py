"""The check of meaning: everything about an instrument that a schema cannot see."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from surveys.extension import extends_another, read_extension
from surveys.findings import Finding, InstrumentError, Severity, errors_of
from surveys.fingerprint import check_release, read_record
from surveys.meaning_structure import check_structure
from surveys.meaning_texts import check_texts
from surveys.source import (
    Source,
    is_version_file,
    language_of,
    read_full,
    read_version_document,
    version_files,
)
from surveys.yaml_files import is_folder


def check(path: Path | str) -> list[Finding]:
    """Every finding about a version file, or about all versions in an instrument's folder. Never raises."""
    path = Path(path)
    whole_folder = is_folder(path) and not is_version_file(path)
    return _check_folder(path) if whole_folder else examine(path)[1]


def examine(path: Path) -> tuple[Source | None, list[Finding]]:
    """A version's files and every finding about them; no source where the files cannot be read at all."""
    try:
        document = read_version_document(path)
        if not extends_another(document):
            source = read_full(document)
            return source, _in_order(_check_source(source))
        source, base = read_extension(document)
        return source, _in_order(_check_extension(source, base))
    except InstrumentError as fault:
        return None, _in_order(fault.findings)


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda found: (str(found.file), found.line or 0, found.field, found.message))


def _check_source(source: Source) -> list[Finding]:
    findings = [*_names(source), *check_structure(source), *check_texts(source)]
    # A fingerprint can only be taken of a version that is whole.
    return findings if errors_of(findings) else [*findings, *check_release(source)]


def _check_extension(source: Source, base: Source) -> list[Finding]:
    if errors_of(_check_source(base)):
        message = f"{base.structure.key}@{base.structure.version} has errors"
        line = source.document.line(("extends",))
        remedy = f"run `bip instrument check {base.path}`"
        return [Finding(Severity.ERROR, source.path, "extends", message, remedy, line)]
    findings = [*_names(source), *check_texts(source)]
    return findings if errors_of(findings) else [*findings, *check_release(source)]


def _names(source: Source) -> Iterator[Finding]:
    """A version is found by folder and file name, so these must say what the fields say."""
    structure, path = source.structure, source.path
    folder = path.resolve().parent.name
    if folder != structure.key:
        message = f"the key is `{structure.key}`, the folder is `{folder}`"
        yield _misnamed(source, "key", message, "rename the folder or change the key")
    if not is_version_file(path) or path.stem != str(structure.version):
        message = f"the version is {structure.version}, the file is `{path.name}`"
        yield _misnamed(source, "version", message, f"name the file {structure.version}.yaml")


def _misnamed(source: Source, field: str, message: str, remedy: str) -> Finding:
    return Finding(Severity.ERROR, source.path, field, message, remedy, source.document.line((field,)))


def _check_folder(folder: Path) -> list[Finding]:
    versions = version_files(folder)
    findings = [*_strays(folder, {path.stem for path in versions}), *_lost(folder, versions)]
    if not versions:
        message = "the folder holds no version of an instrument"
        findings.append(Finding(Severity.ERROR, folder, "", message, "write its first version into 1.yaml"))
    return [*findings, *(finding for path in versions for finding in examine(path)[1])]


def _strays(folder: Path, versions: set[str]) -> Iterator[Finding]:
    """Files that look like part of the instrument and would be passed over without a word."""
    for path in sorted(folder.glob("[0-9]*.y*ml")):
        known = is_version_file(path) or (
            language_of(path) is not None and path.name.split(".")[0] in versions
        )
        if not known:
            remedy = "name it like 1.yaml for a version and 1.sv.yaml for the words of version 1 in Swedish"
            yield Finding(
                Severity.ERROR, path, "", "the file belongs to no version of this instrument", remedy
            )


def _lost(folder: Path, versions: list[Path]) -> Iterator[Finding]:
    try:
        released = read_record(folder)
    except InstrumentError as fault:
        # With a version file in the folder, the check of that version says it.
        yield from () if versions else fault.findings
        return
    for version in released:
        path = folder / f"{version}.yaml"
        if path not in versions:
            remedy = "put it back: answers that were given to it cannot be read without it"
            yield Finding(
                Severity.ERROR, path, "", f"version {version} was released and its file is gone", remedy
            )

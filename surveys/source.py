"""Gathers the files of one version of an instrument, each held against its schema."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from surveys.findings import Finding, InstrumentError, refuse
from surveys.parsing import parse
from surveys.schema import StructureFile, TextFile
from surveys.yaml_files import Document, read_yaml

Schema = TypeVar("Schema", bound=BaseModel)

_VERSION_FILE = re.compile(r"[1-9][0-9]{0,3}\.yaml")
_LANGUAGE_FILE = re.compile(r"(?P<version>[1-9][0-9]{0,3})\.(?P<language>[^.]+)\.yaml")


@dataclass(frozen=True, slots=True)
class TextSource:
    """The words of one language. An extension has title and description in a file apart from the rest."""

    texts: TextFile
    head: Document
    body: Document


@dataclass(frozen=True, slots=True)
class Source:
    """The files of one version after the schema and before the check of their meaning."""

    document: Document
    structure: StructureFile
    texts: Mapping[str, TextSource]

    @property
    def path(self) -> Path:
        """The version file."""
        return self.document.path

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have a file, the first language first and the others in alphabetical order."""
        first = self.structure.first_language
        return tuple(sorted(self.texts, key=lambda tag: (tag != first, tag)))


def is_version_file(path: Path) -> bool:
    """Whether the name is that of a version file, such as `1.yaml`."""
    return _VERSION_FILE.fullmatch(path.name) is not None


def version_files(folder: Path) -> list[Path]:
    """The version files of an instrument's folder, the oldest version first."""
    return sorted(
        (path for path in folder.glob("*.yaml") if is_version_file(path)), key=lambda path: int(path.stem)
    )


def language_of(path: Path) -> str | None:
    """The language that a file's name gives, such as `sv` for `1.sv.yaml`; None for other files."""
    match = _LANGUAGE_FILE.fullmatch(path.name)
    return match["language"] if match else None


def language_file(version_file: Path, language: str) -> Path:
    """Where the words of a language belong."""
    return version_file.with_name(f"{version_file.stem}.{language}.yaml")


def read_full(document: Document) -> Source:
    """A version that extends no other. Raises InstrumentError with the faults of all its files."""
    faults: list[Finding] = []
    structure = noting(faults, document, StructureFile)
    files = read_language_files(document.path, TextFile, faults)
    if structure is None or faults:
        raise InstrumentError(faults)
    texts = {
        tag: TextSource(texts, text_document, text_document) for tag, (text_document, texts) in files.items()
    }
    return Source(document, structure, texts)


def read_language_files(
    version_file: Path, schema: type[Schema], faults: list[Finding]
) -> dict[str, tuple[Document, Schema]]:
    """The readable language files beside a version file, by language; faults are added to the list."""
    found: dict[str, tuple[Document, Schema]] = {}
    for path in sorted(version_file.parent.glob(f"{escape(version_file.stem)}.*.yaml")):
        language = language_of(path)
        if language is None:
            continue
        try:
            document = read_yaml(path)
            found[language] = (document, parse(document, schema))
        except InstrumentError as fault:
            faults.extend(fault.findings)
    return found


def noting(faults: list[Finding], document: Document, schema: type[Schema]) -> Schema | None:
    """The parsed document, or None after its faults were added to the list."""
    try:
        return parse(document, schema)
    except InstrumentError as fault:
        faults.extend(fault.findings)
        return None


def read_version_document(path: Path) -> Document:
    """The parsed version file. Raises InstrumentError, also where the path names a language file."""
    if language_of(path):
        version_file = path.with_name(f"{path.name.split('.')[0]}.yaml")
        raise refuse(path, "", "this is the file of one language", f"name the version file {version_file}")
    return read_yaml(path)

"""Tells whether a version in use still asks what it asked when it was released.

Answers are compared over years, so the words of a version must not change under them. The fingerprint is
taken of the meaning, not of the bytes: comments, layout, the order of fields, references and the status of a
translation may change, a letter of a question may not.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from surveys.building import rater_texts, scale_of
from surveys.findings import Finding, InstrumentError, Severity
from surveys.parsing import parse
from surveys.schema import RATERS, ItemPart, ReleasedVersion, ReleaseFile, StructureFile, TextFile
from surveys.source import Source
from surveys.yaml_files import read_yaml

RECORD = "released.yaml"


def fingerprint(source: Source) -> ReleasedVersion:
    """SHA-256 of the structure and of each language. The source must be without errors of meaning."""
    return ReleasedVersion(
        structure=_sha256(_structure(source.structure)),
        languages={
            tag: _sha256(_texts(source.structure, source.texts[tag].texts)) for tag in source.languages
        },
    )


def read_record(folder: Path) -> Mapping[int, ReleasedVersion]:
    """The released versions in an instrument's folder, by version. Raises InstrumentError."""
    path = folder / RECORD
    return parse(read_yaml(path), ReleaseFile).versions if path.exists() else {}


def check_release(source: Source) -> list[Finding]:
    """Where a released version differs from its record. A version without one is a draft, and may change."""
    try:
        released = read_record(source.path.parent).get(source.structure.version)
    except InstrumentError as fault:
        return list(fault.findings)
    return [] if released is None else list(_differences(source, released, fingerprint(source)))


def _differences(source: Source, released: ReleasedVersion, now: ReleasedVersion) -> Iterator[Finding]:
    version = source.structure.version
    remedy = (
        f"undo the change, or copy the files of version {version} to a new version number and change those"
    )
    if now.structure != released.structure:
        message = f"what is asked has changed since version {version} was released"
        yield Finding(Severity.ERROR, source.path, "", message, remedy)
    for tag, sha256 in released.languages.items():
        if tag not in now.languages:
            message = f"the texts in {tag} are gone, which version {version} was released with"
            yield Finding(Severity.ERROR, source.path, "", message, "put the language file back")
        elif now.languages[tag] != sha256:
            message = f"a text has changed since version {version} was released"
            yield Finding(Severity.ERROR, source.texts[tag].head.path, "", message, remedy)
    for tag in now.languages.keys() - released.languages.keys():
        message = f"the texts in {tag} came after version {version} was released and are not in its record"
        remedy = f"run `bip instrument release {source.path}` when they are ready for use"
        yield Finding(Severity.WARNING, source.texts[tag].head.path, "", message, remedy)


def _sha256(meaning: object) -> str:
    text = json.dumps(meaning, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


# Written out by hand, so that a field added to the schema later leaves the old fingerprints as they are.
def _structure(structure: StructureFile) -> dict[str, object]:
    return {
        "key": structure.key,
        "version": structure.version,
        "first_language": structure.first_language,
        "missing_codes": {
            key: {"code": part.code, "raters": sorted(part.raters)}
            for key, part in structure.missing_codes.items()
        },
        "items": [_item(structure, item) for item in sorted(structure.items, key=lambda item: item.number)],
    }


def _item(structure: StructureFile, item: ItemPart) -> dict[str, object]:
    scale = scale_of(structure, item)
    return {
        "key": item.key,
        "number": item.number,
        "sensitive": item.sensitive,
        "scale": [scale.kind, float(scale.lowest), float(scale.highest), scale.direction],
        "raters": {
            rater: {"private": part.private, "alone": part.alone} for rater, part in item.raters.items()
        },
    }


def _texts(structure: StructureFile, texts: TextFile) -> dict[str, object]:
    return {
        "title": texts.title,
        "description": texts.description,
        "missing_codes": {key: texts.missing_codes.get(key) for key in structure.missing_codes},
        "items": {item.key: _item_texts(item, texts) for item in structure.items},
    }


def _item_texts(item: ItemPart, texts: TextFile) -> dict[str, object]:
    own = texts.items.get(item.key)
    words = {rater: rater_texts(texts, item.key, rater) for rater in RATERS if rater in item.raters}
    return {
        "label": own.label if own else None,
        **{
            rater: [found.question, sorted((float(step), text) for step, text in found.steps.items() if text)]
            for rater, found in words.items()
        },
    }

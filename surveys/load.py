"""The way in: an instrument from its file, or one that ships with the platform."""

from functools import cache
from pathlib import Path

from surveys.building import build
from surveys.extension import BUILTIN
from surveys.findings import InstrumentError, errors_of, refuse
from surveys.meaning import examine
from surveys.model import Instrument, InstrumentId
from surveys.source import version_files


def load(path: Path | str) -> Instrument:
    """The instrument of a version file such as `bip-11/1.yaml`.

    Raises InstrumentError with every error of schema or meaning. Warnings, such as missing translations, do
    not keep an instrument from being loaded.
    """
    source, findings = examine(Path(path))
    errors = errors_of(findings)
    if source is None or errors:
        raise InstrumentError(errors)
    return build(source)


def builtin_instruments() -> tuple[InstrumentId, ...]:
    """Every version of every shipped instrument, by key and from the oldest version on."""
    folders = sorted(folder for folder in BUILTIN.iterdir() if folder.is_dir())
    return tuple(InstrumentId(folder.name, path.stem) for folder in folders for path in version_files(folder))


@cache
def load_builtin(key: str, version: str | None = None) -> Instrument:
    """A shipped instrument; without a version its newest. Raises InstrumentError where there is none."""
    versions = [known.version for known in builtin_instruments() if known.key == key]
    wanted = version or (versions[-1] if versions else "")
    if wanted not in versions:
        name = key if version is None else f"{key}@{version}"
        known = ", ".join(str(known) for known in builtin_instruments())
        raise refuse(BUILTIN / key, "", f"there is no shipped instrument {name}", f"choose one of {known}")
    return load(BUILTIN / key / f"{wanted}.yaml")

"""Recorded voices of an instrument.

`bip-11/1.sv/job_search.mp3` says the question, `job_search.3.mp3` step 3; they lie in a folder beside the
texts of the language (`1.sv.yaml`). What has no recording is read by the device's voice, if it has one.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from surveys.extension import BUILTIN
from surveys.model import InstrumentId

_NAME: Final = re.compile(r"(?P<item>[a-z][a-z0-9_]*)(\.(?P<value>-?\d+))?\.(mp3|m4a|ogg|wav)")


def folder_of(instrument: InstrumentId, language: str) -> Path:
    """Where the recordings of a shipped instrument in a language lie, if there are any."""
    return BUILTIN / instrument.key / f"{instrument.version}.{language}"


@cache
def recordings(instrument: InstrumentId, language: str) -> Mapping[tuple[str, int | None], str]:
    """The file names by item and answer (a step or a missing code; None: the question)."""
    found: dict[tuple[str, int | None], str] = {}
    folder = folder_of(instrument, language)
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if match := _NAME.fullmatch(path.name):
            value = match["value"]
            found[match["item"], None if value is None else int(value)] = path.name
    return found

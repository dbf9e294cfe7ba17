"""The folder that a dataset or a report will go to: is it free, and could it be written?"""

from __future__ import annotations

import tempfile
from pathlib import Path

from analysis.dataset.findings import DatasetError, Finding


def probe(folder: Path) -> None:
    """OSError where nothing can be written to `folder`, or where it cannot be made; leaves nothing behind."""
    # Trying is the only way that also sees disks that are mounted for reading.
    there = next((path for path in (folder, *folder.parents) if path.exists()), Path())
    with tempfile.TemporaryDirectory(dir=there, prefix=".writing-"):
        pass


def check_target(folder: Path) -> None:
    """Raises DatasetError where a dataset cannot be written to `folder`, which must be new or empty.

    What takes long calls it before the work; `write` calls it as well.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise DatasetError([_occupied(folder)])
        # The writer makes the folder anew, beside and at the end.
        probe(folder.parent)
    except OSError as error:
        raise DatasetError([not_written(folder, error)]) from None


def not_written(folder: Path, error: OSError) -> Finding:
    """What to say where the disk does not take the dataset."""
    message = f"the dataset cannot be written: {error.strerror or error}"
    remedy = "name a folder on a disk with room, where you may write, and keep organisations' ids short"
    return Finding("folder", str(folder), message, remedy)


def _occupied(folder: Path) -> Finding:
    message = "the folder is not empty" if folder.is_dir() else "there is a file of this name"
    return Finding("folder", str(folder), message, "name a new folder, or remove this one first")

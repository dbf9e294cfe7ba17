"""Files that lie among the tables and that `datapackage.json` knows nothing of."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from analysis.dataset.description import Description
from analysis.dataset.findings import Finding
from analysis.dataset.package import PACKAGE_FILE
from analysis.dataset.schema import TABLES

_EXAMPLES = 5


def undeclared_findings(folder: Path, description: Description) -> list[Finding]:
    """Files that whoever opens a table's folder, or `*.parquet`, would read as part of the study.

    Others (`truth.json`, a note, a report) are let be: no table is read from them.
    """
    declared = {PurePosixPath(path) for resource in description.resources for path in resource.paths}
    found = sorted(str(path) for path in _files(folder) if path not in declared and _would_be_read(path))
    if not found:
        return []
    message = f"{PACKAGE_FILE} does not describe the file, which would be read as part of a table"
    remedy = "move it out of the dataset's folder"
    return [
        Finding("file-undeclared", "the folder", message, remedy, tuple(found[:_EXAMPLES]), len(found)),
    ]


def _files(folder: Path) -> list[PurePosixPath]:
    return [
        PurePosixPath(Path(place, name).relative_to(folder).as_posix())
        for place, _, names in os.walk(folder)
        for name in names
    ]


def _would_be_read(path: PurePosixPath) -> bool:
    if path.suffix.lower() == ".parquet":
        return True
    # pandas and Arrow take every file below a table's folder but those whose names begin so.
    return len(path.parts) > 1 and path.parts[0] in TABLES and not path.name.startswith((".", "_"))

"""A dataset's form without its contents: what two studies with one instrument must have alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

# What says which data these are, not how they are held.
_CONTENTS = {"hash", "name", "title", "bip:study", "bip:release", "bip:disclosure", "bip:created_by"}


def described(folder: Path) -> dict[str, Any]:
    """The description without hashes and names of this study, the Parquet schemas, the instruments' bytes."""
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    kept = {key: value for key, value in package.items() if key not in _CONTENTS}
    kept["resources"] = [
        {key: value for key, value in resource.items() if not key.endswith(("hash", "hashes"))}
        if resource["format"] == "parquet"
        else resource
        for resource in package["resources"]
    ]
    return {
        "keys": list(package),
        "package": kept,
        "schemas": {path.stem: pq.read_schema(path) for path in sorted(folder.glob("*.parquet"))},
        "instruments": {path.name: path.read_bytes() for path in sorted(folder.glob("instruments/*"))},
    }

"""Where the files of a release lie, and what the pages read of them."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from bip.research.account import ExportAccount, Reason, Remark

PRIVATE = 0o700
# The first that a zip file can hold: the same release gives the same bytes.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class ReleaseFiles:
    """The folder of a release; there only when all of it is."""

    folder: Path

    @classmethod
    def of(cls, data_dir: Path, release_id: UUID) -> "ReleaseFiles":
        """Those of a release of this installation."""
        return cls(data_dir.absolute() / "releases" / str(release_id))

    @property
    def dataset(self) -> Path:
        """The study dataset."""
        return self.folder / "dataset"

    @property
    def archive(self) -> Path:
        """The study dataset in one file."""
        return self.folder / "dataset.zip"

    @property
    def report(self) -> Path:
        """The report that holds everything it needs."""
        return self.folder / "report" / "report.html"

    @property
    def page(self) -> Path:
        """The report for a page of the site."""
        return self.folder / "report" / "page.json"

    @property
    def results(self) -> Path:
        """The estimates."""
        return self.folder / "report" / "results.json"

    @property
    def account(self) -> Path:
        """What the dataset holds, and what was left out."""
        return self.folder / "account.json"

    @property
    def are_there(self) -> bool:
        """Whether the release can be shown and downloaded."""
        return self.folder.is_dir()

    def read_account(self) -> ExportAccount:
        """What the dataset holds, and what was left out."""
        found = json.loads(self.account.read_text(encoding="utf-8"))
        remarks = tuple(Remark(table, Reason(reason), rows) for table, reason, rows in found["remarks"])
        return ExportAccount(found["rows"], remarks)

    def read_manifest(self) -> Mapping[str, Any]:
        """What the estimates were made from and with."""
        found: dict[str, Any] = json.loads(self.results.read_text(encoding="utf-8"))
        manifest: dict[str, Any] = found["manifest"]
        return manifest

    def read_page(self) -> Mapping[str, Any]:
        """Title, body and figures of the report by language."""
        found: dict[str, Any] = json.loads(self.page.read_text(encoding="utf-8"))
        return found


def write_account(account: ExportAccount, path: Path) -> None:
    """Beside the dataset, for the page of the release."""
    text = json.dumps(account.to_json(), indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def write_archive(folder: Path, path: Path, root: str) -> None:
    """The files of `folder` under the name `root` in one zip file; same files, same bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(file for file in folder.rglob("*") if file.is_file()):
            # Stored as they are: Parquet files are compressed already.
            entry = zipfile.ZipInfo(f"{root}/{file.relative_to(folder).as_posix()}", _NO_TIME)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes())

"""An uploaded file between the dry run and the import, kept on the server and sealed: there are names in it.

One file an account. It opens only for the account that sent it, under the address that its dry run has, and
is taken away after an hour, by the import or by the next upload.
"""

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from flask import abort

from bip.auth.staff import Staff
from bip.bulk.sheet import Row, Sheet
from bip.services import Services
from bip.store.cipher import WrongKeyError
from bip.store.lists import ImportKind

KEPT_FOR: Final = timedelta(hours=1)
_PRIVATE: Final = 0o700


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was looked through; `promised`: the fingerprint of each line as it was shown."""

    kind: ImportKind
    sha256: str
    sheet: Sheet
    promised: tuple[str, ...]

    def promising(self, promised: tuple[str, ...]) -> "Upload":
        """The same file, shown anew."""
        return replace(self, promised=promised)


def keep_upload(at: Services, staff: Staff, token: UUID, upload: Upload) -> None:
    """Keep it for the confirmation, in the place of what the account sent before."""
    path = _path(at, staff)
    path.parent.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    _forget_old(at, path.parent)
    sealed = at.cipher.seal(json.dumps(asdict(upload)), _place(staff, token))
    begun = path.with_suffix(".new")
    begun.write_bytes(sealed)
    # The file tells when it was kept by the application's own clock.
    moment = at.clock.now().timestamp()
    os.utime(begun, (moment, moment))
    begun.replace(path)


def kept_upload(at: Services, staff: Staff, token: UUID) -> Upload:
    """What was kept. What is gone, too old or somebody else's is answered with 404."""
    path = _path(at, staff)
    try:
        if _is_old(at, path):
            path.unlink(missing_ok=True)
            abort(404)
        told: dict[str, Any] = json.loads(at.cipher.open(path.read_bytes(), _place(staff, token)))
    except (FileNotFoundError, WrongKeyError):
        abort(404)
    sheet = told["sheet"]
    rows = tuple(Row(row["number"], tuple(row["cells"])) for row in sheet["rows"])
    return Upload(
        ImportKind(told["kind"]),
        told["sha256"],
        Sheet(tuple(sheet["header"]), sheet["places"], rows),
        tuple(told["promised"]),
    )


def forget_upload(at: Services, staff: Staff) -> None:
    """After the import."""
    _path(at, staff).unlink(missing_ok=True)


def _path(at: Services, staff: Staff) -> Path:
    return at.settings.data_dir.absolute() / "uploads" / f"{staff.account_id}.bin"


def _place(staff: Staff, token: UUID) -> str:
    return f"uploads.{staff.organisation_id}.{staff.account_id}.{token}"


def _is_old(at: Services, path: Path) -> bool:
    return at.clock.now().timestamp() - path.stat().st_mtime > KEPT_FOR.total_seconds()


def _forget_old(at: Services, folder: Path) -> None:
    """Those of accounts that never came back."""
    for path in folder.glob("*.*"):
        if _is_old(at, path):
            path.unlink(missing_ok=True)

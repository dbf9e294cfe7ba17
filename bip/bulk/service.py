"""Taking in a file: a dry run that writes nothing, then all of it in one transaction."""

import hashlib
from collections.abc import Iterable
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.bulk.kinds import KINDS, AnyLine
from bip.bulk.ledger import Ledger
from bip.bulk.plan import Verdict
from bip.bulk.sheet import csv_bytes, read_sheet
from bip.bulk.uploads import Upload, forget_upload, keep_upload, kept_upload
from bip.participants.visible import enrolments_of
from bip.services import Services
from bip.store.audit import record
from bip.store.imports import Import
from bip.store.lists import ImportKind
from bip.store.organisations import Account
from bip.store.people import Enrolment


class ShiftedError(Exception):
    """The data have changed since the dry run; `numbers`: the lines that would now do something else."""

    def __init__(self, numbers: list[int]) -> None:
        super().__init__(numbers)
        self.numbers = numbers


class NothingToDoError(Exception):
    """No line is left to take in."""


def take(at: Services, staff: Staff, kind: ImportKind, content: bytes) -> UUID:
    """Keep a file for its dry run, under the address returned. Raises FileError where it cannot be read."""
    token = uuid4()
    sheet = read_sheet(kind, content)
    upload = Upload(kind, hashlib.sha256(content).hexdigest(), sheet, ())
    keep_upload(at, staff, token, upload.promising(_promises(dry_run(at, staff, upload))))
    return token


def dry_run(at: Services, staff: Staff, upload: Upload) -> list[AnyLine]:
    """What each line would do now."""
    with at.store.reading() as session:
        return KINDS[upload.kind].plan(session, at, staff, upload.sheet)


def confirm(at: Services, staff: Staff, token: UUID, ticked: Iterable[int]) -> int:
    """Take in the good lines and those of the doubtful ones that were ticked; how many they were.

    Confirming twice takes in once. Raises ShiftedError, and writes nothing, where a line would do something
    else than was shown; NothingToDoError where no line is left.
    """
    done = _rows_of(at, staff, token)
    if done is not None:
        return done
    upload = kept_upload(at, staff, token)
    try:
        rows = _import(at, staff, token, upload, frozenset(ticked))
    except ShiftedError:
        keep_upload(at, staff, token, upload.promising(_promises(dry_run(at, staff, upload))))
        raise
    forget_upload(at, staff)
    return rows


def _import(at: Services, staff: Staff, token: UUID, upload: Upload, ticked: frozenset[int]) -> int:
    with at.store.writing() as session:
        _hold(session, at, staff)
        done = session.get(Import, token)
        if done is not None:
            return done.rows
        lines = KINDS[upload.kind].plan(session, at, staff, upload.sheet)
        _require_promised(upload, lines)
        chosen = [line for line in lines if _is_chosen(line, ticked)]
        if not chosen:
            raise NothingToDoError
        ledger = Ledger(token)
        for line in chosen:
            KINDS[upload.kind].apply(session, at, staff, line, ledger)
            ledger.lines += 1
        _write_down(session, at, staff, upload, ledger)
    return len(chosen)


def _hold(session: Session, at: Services, staff: Staff) -> None:
    """Nobody else changes the enrolments, and the account confirms nothing else, until the end.

    In one order for everybody: two files, or a file and the planner, never wait for each other.
    """
    session.execute(select(Account.id).where(Account.id == staff.account_id).with_for_update())
    visible = enrolments_of(staff, at.clock.today())
    session.execute(select(Enrolment.id).where(visible).order_by(Enrolment.id).with_for_update())


def _require_promised(upload: Upload, lines: list[AnyLine]) -> None:
    shifted = [
        line.number
        for line, promise in zip(lines, upload.promised, strict=True)
        if line.fingerprint != promise
    ]
    if shifted:
        raise ShiftedError(shifted)


def _is_chosen(line: AnyLine, ticked: frozenset[int]) -> bool:
    return line.verdict is Verdict.GOOD or (line.verdict is Verdict.DOUBTFUL and line.number in ticked)


def _write_down(session: Session, at: Services, staff: Staff, upload: Upload, ledger: Ledger) -> None:
    session.add(
        Import(
            id=ledger.import_id,
            organisation_id=staff.organisation_id,
            kind=upload.kind,
            rows=ledger.lines,
            made=ledger.entries(session),
            changed=list(ledger.changes.values()),
            file_sha256=upload.sha256,
            imported_by_id=staff.account_id,
            imported_at=at.clock.now(),
        )
    )
    record(session, staff.actor, at.clock.now(), "file_imported", **{"import": ledger.import_id})


def _rows_of(at: Services, staff: Staff, token: UUID) -> int | None:
    """How many lines the import took in, if this account has confirmed it before."""
    with at.store.reading() as session:
        query = select(Import.rows).where(Import.id == token, Import.imported_by_id == staff.account_id)
        return session.scalar(query)


def _promises(lines: Iterable[AnyLine]) -> tuple[str, ...]:
    return tuple(line.fingerprint for line in lines)


def wrong_lines(upload: Upload, lines: Iterable[AnyLine], reason: str) -> bytes:
    """The lines that are wrong, as they were, with what is wrong in a last column of this name."""
    rows = [
        (*_filled_up(line.cells, len(upload.sheet.header)), reasons(line))
        for line in lines
        if line.verdict is Verdict.WRONG
    ]
    return csv_bytes([(*upload.sheet.header, reason), *rows])


def _filled_up(cells: tuple[str, ...], length: int) -> tuple[str, ...]:
    return (*cells, *("",) * length)[:length]


def reasons(line: AnyLine) -> str:
    """What is wrong in a line, in one text."""
    return " ".join(f"{one.column}: {one.remedy}" if one.column else one.remedy for one in line.problems)

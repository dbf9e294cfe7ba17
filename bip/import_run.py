"""What `bip import` does: read, place, list what could not be placed, write."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import click

from analysis.dataset.findings import DatasetError
from analysis.dataset.instrument import Instrument
from analysis.dataset.target import check_target
from analysis.dataset.write import write
from analysis.importing.importer import ImportResult, import_table
from analysis.importing.load import load_mapping
from analysis.importing.mapping import Mapping
from analysis.importing.problems import ImportRefused, refuse
from analysis.importing.rejected import RejectedRow
from bip.wording import counted
from surveys.findings import InstrumentError
from surveys.load import load

_SHOWN = 20
_MANY = 4  # a warning where more than one row in so many is not placed
_COLUMNS = ("line", "column", "value", "reason", "detail")


class _Refusal(click.ClickException):
    exit_code = 2


def run(table: Path, folder: Path, mapping_file: Path, rejects: Path | None, *, strict: bool) -> None:
    """Import `table` into `folder`; a refusal is a click exception that ends with status 2."""
    try:
        check_target(folder)
        _refuse_existing(rejects)
        mapping = load_mapping(mapping_file)
        result = import_table(table, mapping, _instrument(mapping))
        _report(result, rejects)
        if strict and result.rejected:
            rows = counted(len(result.rejected), "row")
            raise _Refusal(f"--strict: {rows} could not be placed, so nothing was written to {folder}")
        write(result.dataset, folder)
    except (ImportRefused, InstrumentError, DatasetError) as error:
        raise _Refusal(str(error)) from None
    click.echo(f"The study dataset is in {folder}")


def _instrument(mapping: Mapping) -> Instrument:
    path = mapping.instrument_path
    if not path.is_file():
        message = f"there is no file {path}"
        remedy = (
            "name the instrument's version file, such as `my-instrument/1.yaml`, from the mapping's folder"
        )
        raise refuse(mapping.file, "instrument", message, remedy)
    return Instrument.model_validate(load(path).to_json())


def _refuse_existing(rejects: Path | None) -> None:
    """The list never goes over a file that is there: it may be the table itself, or the mapping."""
    if rejects is not None and (rejects.exists() or rejects.is_symlink()):
        raise refuse(str(rejects), "--rejects", "there is a file of this name", "name another file")


def _report(result: ImportResult, rejects: Path | None) -> None:
    persons = result.dataset.tables["persons"].num_rows
    click.echo(
        f"{result.rows_placed} placed + {len(result.rejected)} not placed = "
        f"{counted(result.rows_read, 'row')} read; {counted(persons, 'person')}"
    )
    for reason, count in sorted(Counter(row.reason for row in result.rejected).items()):
        click.echo(f"  {reason}: {count}")
    if rejects is not None:
        _write(result.rejected, rejects)
        click.echo(f"The rows that were not placed are listed in {rejects}")
    else:
        _show(result.rejected)
    if doubts := _doubts(result):
        click.echo(f"warning: {'; '.join(doubts)}. Does the mapping mean what it says?")


def _doubts(result: ImportResult) -> list[str]:
    """What makes it likely that the mapping is wrong, though every rule is kept."""
    doubts = []
    if _MANY * len(result.rejected) > result.rows_read:
        doubts.append(f"{len(result.rejected)} of {counted(result.rows_read, 'row')} could not be placed")
    if result.dataset.tables["events"].num_rows == 0:
        doubts.append("no event was placed, so nothing can be estimated")
    return doubts


def _show(rejected: tuple[RejectedRow, ...]) -> None:
    for row in rejected[:_SHOWN]:
        cell = f" {row.column} {row.value!r}:" if row.column else ""
        click.echo(f"line {row.line}:{cell} {row.detail} [{row.reason}]")
    if len(rejected) > _SHOWN:
        click.echo(f"... and {len(rejected) - _SHOWN} more; --rejects FILE lists them all")


def _write(rejected: tuple[RejectedRow, ...], path: Path) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_COLUMNS)
            writer.writerows((r.line, r.column, r.value, r.reason.value, r.detail) for r in rejected)
    except OSError as error:
        message = f"the list cannot be written: {error.strerror}"
        raise refuse(str(path), "", message, "name a file in a folder that is there") from None

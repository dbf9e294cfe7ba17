"""`bip export SOURCE DIR`: a study of the database, or a dataset folder, as a new study dataset."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bip.wording import counted

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from analysis.dataset.study import StudyDataset
    from bip.research.account import ExportAccount
    from bip.settings import Settings
    from bip.store.studies import Study

_COUNTED = ("person", "enrolment", "response")


class _Refusal(click.ClickException):
    exit_code = 2


@click.command("export", short_help="Write a study as a study dataset.")
@click.argument("source")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--organisation", metavar="NAME", help="Whose study, where several have one of this name.")
def export(source: str, folder: Path, organisation: str | None) -> None:
    """Write SOURCE as a study dataset to the new folder DIR.

    SOURCE is a dataset folder, which is checked and written anew, or a study in the database that the BIP_*
    settings name: its name or its id. Of the database, only answers whose seal is open leave the house.
    """
    from analysis.dataset.findings import DatasetError
    from analysis.dataset.target import check_target

    try:
        check_target(folder)
        # Path.exists raises where no such path can be; this says no.
        if os.path.exists(source):  # noqa: PTH110
            _export_folder(Path(source), folder)
        else:
            _export_study(source, organisation, folder)
    except DatasetError as error:
        raise _Refusal(str(error)) from None
    click.echo(f"sha256:   {dataset_sha256(folder)}\nDataset:  {folder}")


def dataset_sha256(folder: Path) -> str:
    """What names a written dataset: the SHA-256 of its description, which holds those of its files."""
    from analysis.dataset.package import PACKAGE_FILE

    return hashlib.sha256((folder / PACKAGE_FILE).read_bytes()).hexdigest()


def _export_folder(source: Path, folder: Path) -> None:
    from analysis.dataset.package import TRUTH_FILE
    from analysis.dataset.read import read
    from analysis.dataset.write import write

    dataset = read(source)
    truth = source / TRUTH_FILE
    write(dataset, folder, truth=truth.read_text(encoding="utf-8") if truth.exists() else None)
    _echo_counts(dataset)


def _export_study(name: str, organisation: str | None, folder: Path) -> None:
    from analysis.dataset.write import write
    from bip.clock import SystemClock
    from bip.db_command import opened
    from bip.research.export import export_study
    from bip.rounds.upkeep import keep_planned
    from bip.store.audit import Actor, record
    from bip.store.people import Enrolment
    from bip.store.schema import require_newest

    settings = _settings(name)
    clock = SystemClock(settings.timezone)
    as_of = clock.today()
    with opened(settings) as store:
        require_newest(store)
        with store.reading() as session:
            study = _study(session, name, organisation)
        keep_planned(store, as_of, Enrolment.study_id == study.id)
        with store.reading() as session:
            made = export_study(session, study.id, as_of, settings.timezone, release=_quarter(as_of))
        write(made.dataset, folder)
        with store.writing() as session:
            actor = Actor(study.organisation_id)
            sha256 = dataset_sha256(folder)
            record(session, actor, clock.now(), "study_exported", study=study.id, dataset_sha256=sha256)
    _echo_counts(made.dataset)
    _echo_remarks(made.account)


def _quarter(day: date) -> str:
    """As much of a day as a dataset may tell."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def _settings(source: str) -> Settings:
    from bip.settings import Settings

    try:
        return Settings.from_environment()
    except click.ClickException as error:
        raise _Refusal(
            f"SOURCE: there is no folder {source}. To look for a study of this name, the database must be "
            f"known. {error.message}"
        ) from None


def _study(session: Session, source: str, organisation: str | None) -> Study:
    """The only study that is meant; a refusal says which ones there are."""
    from sqlalchemy import select

    from bip.store.organisations import Organisation
    from bip.store.studies import Study

    rows = session.execute(
        select(Study, Organisation.name)
        .join(Organisation, Organisation.id == Study.organisation_id)
        .order_by(Organisation.name, Study.name, Study.id)
    ).all()
    named = [row for row in rows if _is_meant(source, row[0])]
    found = [row for row in named if organisation is None or row[1] == organisation]
    if len(found) == 1:
        return found[0][0]
    shown = "".join(f"\n  {study.id}  {study.name} ({name})" for study, name in named or rows)
    if found or named:
        wrong = "are several studies of this name" if found else f"is none of this name in {organisation}"
        remedy = "name the organisation with --organisation, or give the study's id"
    else:
        wrong, remedy = (
            "is neither a folder nor a study of this name",
            "give a folder, or one of these studies",
        )
    raise _Refusal(f"SOURCE {source}: there {wrong}. Remedy: {remedy}{shown}")


def _is_meant(source: str, study: Study) -> bool:
    return source in (study.name, str(study.id))


def _echo_counts(dataset: StudyDataset) -> None:
    said = [counted(dataset.tables[f"{noun}s"].num_rows, noun) for noun in _COUNTED]
    click.echo(", ".join(said))


def _echo_remarks(account: ExportAccount) -> None:
    from bip.research.account import WORDS

    for remark in account.remarks:
        click.echo(f"{remark.table}: {counted(remark.rows, 'row')} {WORDS[remark.reason]}")

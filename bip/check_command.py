"""`bip check DIR`: does a study dataset keep the contract, and if not, what is wrong where."""

from __future__ import annotations

from pathlib import Path

import click

from bip.wording import counted

_COUNTED = ("person", "enrolment", "response")
_BROKEN = 2


@click.command(short_help="Check a study dataset.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def check(folder: Path) -> None:
    """Check the study dataset in DIR.

    Says what it holds, or names every rule that is broken with the places and the remedy, and then exits
    with status 2.
    """
    # Inside the functions, so that `bip --help` need not wait for DuckDB and Arrow.
    from analysis.dataset.check import check as check_dataset

    findings = check_dataset(folder)
    name = click.format_filename(folder)
    if not findings:
        click.echo(f"{name}: in order: {_counts(folder)}")
        return
    for finding in findings:
        click.echo(str(finding))
    click.echo(f"{name}: {counted(len(findings), 'finding')}")
    raise SystemExit(_BROKEN)


def _counts(folder: Path) -> str:
    from analysis.dataset.open import open_study
    from analysis.dataset.schema import TABLES

    selected = ", ".join(f"(SELECT count(*) FROM {noun}s)" for noun in _COUNTED)  # noqa: S608
    with open_study(folder) as study:
        (counts,) = study.connection.execute(f"SELECT {selected}").fetchall()
    said = [counted(count, noun) for count, noun in zip(counts, _COUNTED, strict=True)]
    return f"{', '.join(said)} in {len(TABLES)} tables"

"""`bip instrument`: look at questionnaires, check them, and put a version into use."""

# What reads the files takes most of a second to import, so `surveys` is imported inside the commands.

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bip.wording import counted

if TYPE_CHECKING:
    from surveys.findings import Finding
    from surveys.model import Instrument
    from surveys.schema import Rater

EXIT_ERRORS = 2


@click.group(short_help="Show, check, release questionnaires.")
def instrument() -> None:
    """Look at questionnaires, check them, and put a version into use."""


@instrument.command("list", short_help="List the instruments that ship.")
def list_command() -> None:
    """List the instruments that ship with the platform."""
    from surveys.load import builtin_instruments, load_builtin
    from surveys.plain_text import summary

    for known in builtin_instruments():
        click.echo(summary(load_builtin(known.key, known.version)))


@instrument.command("check", short_help="Check an instrument of your own.")
@click.argument("path", type=click.Path(path_type=Path))
def check_command(path: Path) -> None:
    """Check the instrument at PATH: a version file such as 1.yaml, or an instrument's folder.

    The exit status is 2 where there are errors. Warnings, such as missing translations, leave it at 0.
    """
    from surveys.findings import errors_of
    from surveys.meaning import check

    findings = check(path)
    for finding in findings:
        click.echo(_described(finding))
    errors = len(errors_of(findings))
    click.echo(f"{path}: {counted(errors, 'error')}, {counted(len(findings) - errors, 'warning')}")
    if errors:
        raise click.exceptions.Exit(EXIT_ERRORS)


@instrument.command("show", short_help="Show what a rater is asked.")
@click.argument("key_or_path")
@click.option("--rater", default="participant", show_default=True, help="participant or caseworker")
@click.option("--language", help="a language tag such as sv  [default: the instrument's first language]")
def show_command(key_or_path: str, rater: str, language: str | None) -> None:
    """Show what a rater is asked, in one language.

    KEY_OR_PATH is a shipped instrument such as bip-11 or bip-11@1, or a path: a version file, or an
    instrument's folder, of which the newest version is shown.
    """
    from surveys.plain_text import outline

    with _errors_shown():
        shown = _find(key_or_path)
    languages = [known.tag for known in shown.languages]
    language = language or shown.first_language
    if language not in languages:
        raise click.BadParameter(
            f"{shown.id} has no texts in {language!r}. Choose one of {', '.join(languages)}.",
            param_hint="--language",
        )
    click.echo(outline(shown, _asked_rater(shown, rater), language))


@instrument.command("release", short_help="Put a version into use.")
@click.argument("path", type=click.Path(path_type=Path))
def release_command(path: Path) -> None:
    """Put the version file at PATH into use: from now on a changed text in it is an error.

    Run it again when languages have been added. A language with missing texts is left out until it is whole.
    """
    from surveys.release import release

    with _errors_shown():
        done = release(path)
    if done.added:
        click.echo(f"{done.instrument}: {', '.join(done.added)} written to {done.record}")
    else:
        click.echo(f"{done.instrument}: was released before, and nothing is new")
    if done.left_out:
        click.echo(f"Left out until no text is missing: {', '.join(done.left_out)}")


def _find(key_or_path: str) -> "Instrument":
    """A folder's newest version, a file where the argument looks like one, else a shipped instrument."""
    from surveys.load import load, load_builtin
    from surveys.source import version_files

    # A folder of somebody's own comes before a shipped instrument of the same name.
    if versions := version_files(Path(key_or_path)):
        return load(versions[-1])
    if key_or_path.endswith(".yaml") or Path(key_or_path).name != key_or_path:
        return load(key_or_path)
    key, _, version = key_or_path.partition("@")
    return load_builtin(key, version or None)


def _asked_rater(shown: "Instrument", rater: str) -> "Rater":
    for asked in shown.raters:
        if asked == rater:
            return asked
    message = f"{shown.id} asks no rater {rater!r}. Choose one of {', '.join(shown.raters)}."
    raise click.BadParameter(message, param_hint="--rater")


@contextmanager
def _errors_shown() -> Iterator[None]:
    """Shows an instrument's errors instead of a traceback, and exits with 2."""
    from surveys.findings import InstrumentError

    try:
        yield
    except InstrumentError as fault:
        for finding in fault.findings:
            click.echo(_described(finding), err=True)
        raise click.exceptions.Exit(EXIT_ERRORS) from fault


def _described(finding: "Finding") -> str:
    where = f"{finding.place}  {finding.field}".rstrip()
    return f"{finding.severity}: {where}\n    {finding.message}\n    Remedy: {finding.remedy}"

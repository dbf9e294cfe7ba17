"""`bip db`: bring the database to the newest schema, and ask it how it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bip.settings import Settings
    from bip.store.session import Store


@click.group(short_help="Look after the database.")
def db() -> None:
    """Look after the database that BIP_DATABASE_URL names."""


@db.command("upgrade", short_help="Bring it to the newest schema.")
def upgrade_command() -> None:
    """Bring the database to the schema that this version needs. Take a backup first."""
    from bip.settings import Settings
    from bip.store.schema import current_revision, newest_revision, upgrade

    with opened(Settings.from_environment()) as store:
        before = current_revision(store)
        upgrade(store)
    if before == newest_revision():
        click.echo(f"The database was at the newest revision already: {before}")
    else:
        click.echo(f"The database is now at revision {newest_revision()} (before: {before or 'empty'})")


@db.command("check", short_help="Say how the database is.")
def check_command() -> None:
    """Look at schema, SQLite, broken rows and the key of names; exits with 1 where something is wrong."""
    from bip.database_check import examine
    from bip.settings import Settings

    settings = Settings.from_environment()
    with opened(settings) as store:
        findings = examine(store, settings)
    for finding in findings:
        click.echo(f"{finding.severity}: {finding.text}")
    if any(finding.severity == "problem" for finding in findings):
        raise click.exceptions.Exit(1)


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The database of the settings; what keeps it from opening becomes a click error with its remedy."""
    from bip.store.session import Store

    with errors_in_words():
        store = Store(settings.database_url)
        try:
            yield store
        finally:
            store.close()


@contextmanager
def errors_in_words() -> Iterator[None]:
    """A database that does not open, or not as it should be, becomes a click error with its remedy."""
    from sqlalchemy.exc import DBAPIError

    from bip.store.session import StoreError

    try:
        yield
    except StoreError as error:
        raise click.ClickException(str(error)) from None
    except DBAPIError as error:
        # Only the driver's words: the whole message may hold what was being written.
        raise click.ClickException(
            f"The database does not answer: {str(error.orig).strip()}\n"
            "Remedy: look at BIP_DATABASE_URL, and whether the folder is there or the server runs; "
            "where a file is damaged, restore the last backup"
        ) from None

"""`bip init`: from nothing to the link that the first administrator opens."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bip.settings import Settings
    from bip.store.session import Store


# What these commands make is for the account that runs the platform, and nobody else on the machine.
PRIVATE = 0o077


@click.command("init", short_help="Begin an organisation.")
def init() -> None:
    """Make a one-time link for the first administrator of a new organisation.

    An empty database is brought to the newest schema first. Run it again for one more organisation: they
    share the database and see nothing of each other.
    """
    from bip.auth.invitations import LINK_DAYS
    from bip.db_command import opened
    from bip.settings import Settings

    settings = Settings.from_environment()
    os.umask(PRIVATE)
    with opened(settings) as store:
        _prepare(store)
        link = _first_link(settings, store)
    click.echo(f"The first administrator opens this link. It is good once, within {LINK_DAYS} days:")
    click.echo(link)


def _prepare(store: Store) -> None:
    from sqlalchemy import inspect

    from bip.store.schema import require_newest, upgrade
    from bip.store.session import StoreError

    tables = inspect(store.engine).get_table_names()
    if not tables:
        upgrade(store)
        click.echo("The database was empty; its tables are made.")
    elif "alembic_version" not in tables:
        raise StoreError(
            "The database holds tables of something else. Remedy: name an empty database in BIP_DATABASE_URL"
        )
    require_newest(store)


def _first_link(settings: Settings, store: Store) -> str:
    from bip.auth.invitations import invite
    from bip.clock import SystemClock
    from bip.services import Services
    from bip.store.audit import Actor
    from bip.store.cipher import Cipher
    from bip.store.lists import Role

    at = Services(settings, store, SystemClock(settings.timezone), Cipher(settings.identity_key_bytes))
    with store.writing() as session:
        return invite(session, at, Actor(None), email="", roles={Role.ADMINISTRATOR})

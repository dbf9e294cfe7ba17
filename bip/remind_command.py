"""`bip remind`: tell staff by mail what is new on their worklists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from bip.wording import counted

if TYPE_CHECKING:
    from bip.worklist.reminding import Unsent


@click.command("remind", short_help="Mail staff what is new to do.")
@click.option("--dry-run", is_flag=True, help="Say how many would get a mail, and send none.")
def remind(dry_run: bool) -> None:
    """Send caseworkers and coordinators one mail each with what is new on their worklists.

    The mail holds numbers and a link, and names nobody. Each thing is told of once, so the command may run
    as often as one likes: once each morning is enough. Where a mail cannot be sent the others are sent all
    the same, and the command ends with status 1; the next run tries again.
    """
    from contextlib import closing
    from functools import partial

    from bip.app import create_app
    from bip.db_command import errors_in_words
    from bip.services import EXTENSION, Services
    from bip.settings import Settings
    from bip.worklist.post import send
    from bip.worklist.reminding import letters_due, send_letters

    settings = Settings.from_environment()
    server = settings.require_mail()
    with errors_in_words():
        app = create_app(settings)
        at: Services = app.extensions[EXTENSION]
        with closing(at.store):
            letters = letters_due(at)
            if dry_run:
                click.echo(f"{counted(len(letters), 'person')} would get a mail. None was sent.")
                return
            unsent = send_letters(app, at, letters, partial(send, server))
    click.echo(f"{counted(len(letters) - len(unsent), 'mail')} sent")
    if unsent:
        _tell(unsent)
        raise click.exceptions.Exit(1)


def _tell(unsent: Sequence[Unsent]) -> None:
    """By reason: a server that is not there fails for everybody."""
    click.echo(f"{counted(len(unsent), 'mail')} could not be sent. The next run tries again.", err=True)
    for reason in sorted({one.reason for one in unsent}):
        accounts = ", ".join(one.pseudonym for one in unsent if one.reason == reason)
        click.echo(f"  {reason}: account {accounts}", err=True)

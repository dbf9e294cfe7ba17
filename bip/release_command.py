"""The process that makes one release: started by the application, with its settings in the environment."""

from __future__ import annotations

from uuid import UUID

import click


@click.command("make-release", hidden=True)
@click.argument("release_id", metavar="ID", type=click.UUID)
def make_release(release_id: UUID) -> None:
    """Make the dataset, the estimates and the report of a release that waits."""
    from bip.clock import SystemClock
    from bip.db_command import opened
    from bip.research.worker import make_release as make
    from bip.settings import Settings

    settings = Settings.from_environment()
    with opened(settings) as store:
        make(store, settings, SystemClock(settings.timezone), release_id)


if __name__ == "__main__":
    make_release()

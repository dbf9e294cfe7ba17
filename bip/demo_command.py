"""`bip demo`: an invented organisation to walk about in."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bip.init_command import PRIVATE
from bip.serve_command import serve

if TYPE_CHECKING:
    from analysis.dataset.study import StudyDataset
    from bip.demo.people import Demo
    from bip.settings import Settings

KEYS = "settings.env"


@click.command("demo", short_help="Try the platform with invented people.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--history",
    metavar="STUDY",
    type=click.Path(path_type=Path),
    help="A study dataset that becomes a second study, for the researcher.",
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port.")
@click.option("--serve/--no-serve", "serving", default=True, help="Start the application afterwards.")
@click.pass_context
def demo(context: click.Context, folder: Path, history: Path | None, port: int, serving: bool) -> None:
    """Found an organisation of invented people in the new folder DIR, and start the application on it.

    Passwords and a participant's code are random and printed once.
    """
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty. Remedy: name a new folder, or remove this one")
    dataset = _dataset(history) if history else None
    os.umask(PRIVATE)
    folder.mkdir(parents=True, exist_ok=True)
    settings = _settings(folder, port)
    _keep(settings, folder / KEYS)
    found = _found(settings, dataset)
    _show(found, settings, folder)
    if serving:
        os.environ.update(settings.as_environment())
        context.invoke(serve, port=port)


def _settings(folder: Path, port: int) -> Settings:
    import secrets

    from bip.settings import Settings

    return Settings(
        secret_key=secrets.token_urlsafe(32),
        identity_key=secrets.token_urlsafe(32),
        database_url=f"sqlite:///{(folder / 'bip.sqlite').resolve()}",
        data_dir=(folder / "data").resolve(),
        base_url=f"http://127.0.0.1:{port}",
    )


def _keep(settings: Settings, path: Path) -> None:
    """For starting the same demo again; only its owner can read the file."""
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in settings.as_environment().items()]
    path.touch(mode=0o600)
    path.write_text("".join(lines), encoding="utf-8")


def _dataset(folder: Path) -> StudyDataset:
    from analysis.dataset.findings import DatasetError
    from analysis.dataset.read import read

    try:
        return read(folder)
    except DatasetError as error:
        raise click.ClickException(f"{folder} is no study dataset.\n{error}") from None


def _found(settings: Settings, dataset: StudyDataset | None) -> Demo:
    from bip.app import create_app
    from bip.demo.history import load_history
    from bip.demo.people import found_demo
    from bip.services import services
    from bip.store.schema import upgrade
    from bip.store.session import Store

    store = Store(settings.database_url)
    upgrade(store)
    store.close()
    with create_app(settings).app_context():
        click.echo("Twelve people, three rounds ...")
        found = found_demo(services())
        if dataset is not None:
            click.echo(f"{dataset.tables['answers'].num_rows:,} answers of a simulated study ...")
            with services().store.writing() as session:
                now = services().clock.now()
                load_history(session, found.organisation_id, dataset, "Simulerad historik", now)
        services().store.close()
    return found


def _show(found: Demo, settings: Settings, folder: Path) -> None:
    click.echo(f"\nParticipant   {settings.base_url}/   code {found.code}")
    for one in found.sign_ins:
        click.echo(f"{one.role.capitalize():<13} {settings.base_url}/sign-in   {one.email}   {one.password}")
    again = f"source {folder / KEYS} && {sys.argv[0]} serve"
    click.echo(f"These are shown once. To start it again: {again}\n")

"""The `bip` command: one group, one module a command.

Commands import what is heavy (statsmodels, pandas, plotly) inside their functions, so that `bip --help`
answers at once.
"""

from __future__ import annotations

import click

from bip.analyse_command import analyse
from bip.check_command import check
from bip.db_command import db
from bip.demo_command import demo
from bip.export_command import export
from bip.import_command import import_
from bip.init_command import init
from bip.instrument_commands import instrument
from bip.remind_command import remind
from bip.serve_command import serve
from bip.simulate_command import simulate

_REMEDY = "Set LC_ALL=C.UTF-8, or use names of ASCII letters only."


class _Commands(click.Group):
    """Refuses at one place what no command could open: names that the terminal's locale cannot read."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # Python hands over bytes that the locale cannot read as half characters, which Arrow, DuckDB and
        # UTF-8 files do not take.
        for arg in args:
            if not _encodable(arg):
                raise click.UsageError(f"{arg!a} is not text in this terminal's language. {_REMEDY}", ctx)
        return super().parse_args(ctx, args)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@click.group(cls=_Commands)
@click.version_option(package_name="bip-platform", message="%(version)s")
def main() -> None:
    """Measure employability over time; estimate how it goes with getting a job.

    A study dataset is a folder. `bip simulate` and `bip import` make one, `bip check` says whether it
    keeps the contract, `bip analyse` writes its estimates and a report.

    To collect with: `bip init` begins an organisation, `bip serve` starts the application, `bip remind`
    mails staff what is new to do, `bip db` looks after its database.
    """


for command in (instrument, simulate, import_, check, analyse, init, demo, serve, remind, db, export):
    main.add_command(command)

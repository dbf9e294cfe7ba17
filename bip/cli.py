"""The `bip` command: one group, one module a command.

Commands import what is heavy (statsmodels, pandas, plotly) inside their functions, so that `bip --help`
answers at once.
"""

from __future__ import annotations

import click

from bip.analyse_command import analyse
from bip.check_command import check
from bip.import_command import import_
from bip.instrument_commands import instrument
from bip.simulate_command import simulate


@click.group()
@click.version_option(package_name="bip-platform", message="%(version)s")
def main() -> None:
    """Measure employability over time; estimate how it goes with getting a job.

    A study dataset is a folder. `bip simulate` and `bip import` make one, `bip check` says whether it
    keeps the contract, `bip analyse` writes its estimates and a report.
    """


for command in (instrument, simulate, import_, check, analyse):
    main.add_command(command)

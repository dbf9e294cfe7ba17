"""`make recovery`: many simulated studies of every scenario, both processors, resumable."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import click
import pandas as pd

from tests.recovery.page import page
from tests.recovery.studies import Task, estimated, kept_truth
from tests.recovery.summary import compare, summarised

SCENARIOS = ("published", "null", "dropout", "sorting", "clusters", "drift")
_FIRST_SEED = 1001


@click.command()
@click.option("--studies", default=200, show_default=True, type=click.IntRange(2), help="Of each scenario.")
@click.option("--scenario", "scenarios", multiple=True, type=click.Choice(SCENARIOS), help="Only these.")
@click.option("--processes", default=os.cpu_count() or 1, show_default=True, type=click.IntRange(1))
@click.option(
    "--folder",
    default=Path.home() / ".cache" / "bip-recovery",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where estimated studies are kept; those that are there are not made again.",
)
@click.option("--out", default=Path("docs/recovery.md"), show_default=True, type=click.Path(path_type=Path))
def main(studies: int, scenarios: tuple[str, ...], processes: int, folder: Path, out: Path) -> None:
    """Estimate, compare with the truth, write the page."""
    chosen = scenarios or SCENARIOS
    tasks = [
        Task(name, seed, folder) for seed in range(_FIRST_SEED, _FIRST_SEED + studies) for name in chosen
    ]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        truths = {name: pool.submit(kept_truth, name, folder) for name in chosen}
        _make(pool, tasks)
        rows = {
            name: list(
                summarised(compare(_read(task for task in tasks if task.scenario == name), found.result()))
            )
            for name, found in truths.items()
        }
    out.write_text(page(rows), encoding="utf-8")
    click.echo(f"{out}: {len(chosen)} scenarios, {studies} studies each")


def _make(pool: ProcessPoolExecutor, tasks: list[Task]) -> None:
    """Those that are not there yet, with a line of progress."""
    missing = [task for task in tasks if not task.path.exists()]
    click.echo(f"{len(tasks) - len(missing)} of {len(tasks)} studies are there already", err=True)
    click.echo("The true values first, which takes minutes unless they are there too.", err=True)
    begun = time.monotonic()
    waiting = [pool.submit(estimated, task) for task in missing]
    for done, one in enumerate(as_completed(waiting), start=1):
        one.result()
        if done % 10 == 0 or done == len(missing):
            left = (time.monotonic() - begun) / done * (len(missing) - done) / 60
            click.echo(f"{done} of {len(missing)} estimated, {left:.0f} minutes left", err=True)


def _read(tasks: Iterable[Task]) -> pd.DataFrame:
    return pd.concat([pd.read_parquet(task.path) for task in tasks], ignore_index=True)


if __name__ == "__main__":
    sys.exit(main())

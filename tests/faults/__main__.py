"""`make faults`: tablets send to the real server while everything goes wrong; nothing may be lost."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from tests.faults.plan import make_plan
from tests.faults.run import run


@click.command()
@click.option("--seed", default=1, show_default=True, help="Decides what is given and what goes wrong.")
@click.option("--faults", default=520, show_default=True, type=click.IntRange(1), help="At least so many.")
def main(seed: int, faults: int) -> None:
    """Exit code 1 where anything is lost, doubled, out of order or damaged."""
    plan = make_plan(seed, faults)
    click.echo(f"seed {seed}")
    for kind, times in sorted(plan.tried.items()):
        click.echo(f"{times:5} {kind}")
    with tempfile.TemporaryDirectory(prefix="bip-faults-") as folder:
        verdict = run(plan, Path(folder))
    for line in verdict.damage:
        click.echo(f"database: {line}", err=True)
    if verdict.not_last:
        click.echo(
            f"questions where the answer given last is not the current one: {verdict.not_last}", err=True
        )
    click.echo(
        f"faults: {plan.tried.total()} tried, {verdict.acknowledged} acknowledged, "
        f"lost {verdict.lost}, doubled {verdict.doubled}"
    )
    sys.exit(0 if verdict.good else 1)


if __name__ == "__main__":
    main()

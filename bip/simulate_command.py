"""`bip simulate`: a study dataset whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from bip.wording import counted

if TYPE_CHECKING:
    from analysis.dataset.instrument import Instrument
    from analysis.simulate.scenario import Scenario

_BAD_INPUT: Final = 2
_SCENARIOS: Final = ("published", "null", "small", "dropout", "sorting", "clusters", "drift")
_FEWEST_FOR_TRUTH: Final = 4000
# Beyond these a slip of the finger would only end when the memory does.
_MOST_PERSONS: Final = 2_000_000
_MOST_FOR_TRUTH: Final = 1_000_000
_TENTHS: Final = 10


class _Whole(click.IntRange):
    name = "whole number"


@click.command(short_help="Write a simulated study and its truth.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--scenario",
    "name",
    type=click.Choice(_SCENARIOS),
    default="published",
    show_default=True,
    help="published: size and figures of the published study. null: no indicator goes with a job. small: "
    "200 persons. dropout: jobs known by contact, the worst off are lost. sorting: better prospects come to "
    "optimistic caseworkers. clusters: centres and caseworkers differ strongly. drift: all traits rise.",
)
@click.option(
    "--persons",
    type=_Whole(1, _MOST_PERSONS),
    metavar="N",
    help="Number of participants. Default: the scenario's (published: 5,512).",
)
@click.option(
    "--rounds",
    type=_Whole(1, 40),
    metavar="N",
    help="Quarters during which the study collects, so the most rounds anybody has. Default: the "
    "scenario's (published: 17).",
)
@click.option(
    "--seed",
    type=_Whole(min=0),
    metavar="N",
    default=1,
    show_default=True,
    help="The same seed gives the same dataset, byte for byte.",
)
@click.option("--partitioned", is_flag=True, help="Write a folder a table with one file an organisation.")
@click.option(
    "--instrument", "key", default="bip-11", show_default=True, help="Key of an instrument that ships."
)
@click.option(
    "--truth-persons",
    type=_Whole(_FEWEST_FOR_TRUTH, _MOST_FOR_TRUTH),
    metavar="N",
    help="Size of the population from which truth.json is computed. Default: the scenario's (64,000).",
)
def simulate(  # noqa: PLR0913 - one argument an option
    *,
    folder: Path,
    name: str,
    persons: int | None,
    rounds: int | None,
    seed: int,
    partitioned: bool,
    key: str,
    truth_persons: int | None,
) -> None:
    """Write a simulated study dataset to the new folder DIR, with its truth.

    truth.json holds the true values of what `bip analyse` estimates. Published figures are printed beside
    the simulated ones.
    """
    from dataclasses import replace

    from analysis.dataset.findings import DatasetError
    from analysis.dataset.target import check_target
    from analysis.dataset.write import write
    from analysis.simulate.calibration import calibration, calibration_table
    from analysis.simulate.generate import simulate as generate
    from analysis.simulate.scenarios import SCENARIOS

    scenario = SCENARIOS[name]
    scenario = replace(
        scenario,
        persons=persons or scenario.persons,
        rounds=rounds or scenario.rounds,
        truth_persons=truth_persons or scenario.truth_persons,
    )
    instrument = _instrument(key)
    size = counted(scenario.persons, "person")
    try:
        check_target(folder)
        click.echo(f"Simulating {size}, scenario {name}, seed {seed}", err=True)
        dataset = generate(
            scenario, persons=scenario.persons, rounds=scenario.rounds, seed=seed, instrument=instrument
        )
        truth = _truth(scenario, instrument)
        click.echo(f"Checking and writing {folder}", err=True)
        write(dataset, folder, partitioned=partitioned, truth=truth)
    except DatasetError as error:
        _fail(str(error))
    except ArithmeticError as error:
        _fail(f"--truth-persons: {error}; ask for more")
    except MemoryError:
        _fail(f"--persons: not enough memory for {size}; ask for fewer")
    click.echo(calibration_table(calibration(dataset)))


def _instrument(key: str) -> Instrument:
    from analysis.dataset.instrument import Instrument
    from surveys.findings import InstrumentError
    from surveys.load import load_builtin

    try:
        return Instrument.model_validate(load_builtin(key).to_json())
    except InstrumentError as error:
        _fail(f"--instrument: {error}")


def _truth(scenario: Scenario, instrument: Instrument) -> str:
    """The text of truth.json."""
    from analysis.simulate.truth import true_values, truth_json

    rows = true_values(scenario, instrument=instrument, rounds=scenario.rounds, progress=_progress())
    return truth_json(scenario, instrument=instrument, rounds=scenario.rounds, rows=rows)


def _progress() -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        if _TENTHS * done // total > _TENTHS * (done - 1) // total:
            click.echo(f"Computing the truth {100 * done // total} %", err=True)

    return show


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    raise SystemExit(_BAD_INPUT)

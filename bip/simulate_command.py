"""`bip simulate`: a study dataset whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

if TYPE_CHECKING:
    from analysis.dataset.instrument import Instrument
    from analysis.simulate.scenario import Scenario

_BAD_INPUT: Final = 2
_SCENARIOS: Final = ("published", "null", "small", "dropout", "sorting", "clusters", "drift")
_FEWEST_FOR_TRUTH: Final = 4000
_TENTHS: Final = 10


@click.command()
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
    type=click.IntRange(min=1),
    help="Number of participants. Default: the scenario's (published: 5,512).",
)
@click.option(
    "--rounds",
    type=click.IntRange(1, 40),
    help="Quarters during which the study collects, so the most rounds anybody has. Default: the "
    "scenario's (published: 17).",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
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
    type=click.IntRange(min=_FEWEST_FOR_TRUTH),
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
    click.echo(f"Simulating {scenario.persons:,} persons, scenario {name}, seed {seed}", err=True)
    try:
        dataset = generate(
            scenario, persons=scenario.persons, rounds=scenario.rounds, seed=seed, instrument=instrument
        )
        click.echo(f"Checking and writing {folder}", err=True)
        write(dataset, folder, partitioned=partitioned)
        _write_truth(scenario, instrument, folder)
    except DatasetError as error:
        _fail(str(error))
    except ArithmeticError as error:
        _fail(f"--truth-persons: {error}; ask for more")
    except MemoryError:
        _fail(f"--persons: not enough memory for {scenario.persons:,} persons; ask for fewer")
    except OSError as error:
        _fail(f"{folder}: cannot be written ({error.strerror or error}); name another folder")
    click.echo(calibration_table(calibration(dataset)))


def _instrument(key: str) -> Instrument:
    from analysis.dataset.instrument import Instrument
    from surveys.findings import InstrumentError
    from surveys.load import load_builtin

    try:
        return Instrument.model_validate(load_builtin(key).to_json())
    except InstrumentError as error:
        _fail(f"--instrument: {error}")


def _write_truth(scenario: Scenario, instrument: Instrument, folder: Path) -> None:
    from analysis.simulate.truth import true_values, truth_json

    rows = true_values(scenario, instrument=instrument, rounds=scenario.rounds, progress=_progress())
    text = truth_json(scenario, instrument=instrument, rounds=scenario.rounds, rows=rows)
    (folder / "truth.json").write_text(text, encoding="utf-8")


def _progress() -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        if _TENTHS * done // total > _TENTHS * (done - 1) // total:
            click.echo(f"Computing the truth {100 * done // total} %", err=True)

    return show


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    raise SystemExit(_BAD_INPUT)

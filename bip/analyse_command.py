"""`bip analyse`: from a study dataset to `results.json`, `report.html` and `page.json`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from bip.wording import counted

if TYPE_CHECKING:
    from analysis.estimates.results import Estimate
    from analysis.estimates.run import Analysed, Wanted

_EXIT_BAD_INPUT = 2
# Every leading question is answered on several scales; it is counted once, by this one.
_COUNTED_ANALYSES = ("job_hazard", "job_hazard_level")
_COUNTED_SCALE = "ame_pp"


@click.command(short_help="Estimate, and write a report.")
@click.argument("dataset", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--out",
    "out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to.",
)
@click.option(
    "--covariates",
    metavar="A,B,C",
    help="Adjust for these and no others. Default: sex, origin, age_band, education, organisation, round "
    "and what the dataset flags as covariate; constant ones drop out.",
)
@click.option(
    "--outcome",
    metavar="A,B",
    help="Kinds of event that count as the outcome. Default: job_regular,job_subsidised.",
)
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A plan.yaml written before: it says outcome, covariates and analyses; what it does not name is "
    "marked as added.",
)
def analyse(
    dataset: Path, out: Path, covariates: str | None, outcome: str | None, plan_file: Path | None
) -> None:
    """Estimate how levels and changes of the indicators go with getting a job.

    DIR is a study dataset. Writes OUT/results.json, OUT/report.html and OUT/page.json (the report as the
    application shows it); the same dataset gives the same bytes. What the data cannot carry is refused
    with its reason, inside the results.
    """
    from analysis.dataset.check import check
    from analysis.dataset.findings import DatasetError
    from analysis.estimates.run import UnknownAnalysisError
    from analysis.estimates.run import analyse as run
    from analysis.panel.build import UnknownOutcomeError
    from analysis.panel.columns import UnknownCovariateError

    wanted = _wanted(plan_file, covariates, outcome)
    _check_out(dataset, out)
    click.echo(f"Checking {dataset}", err=True)
    findings = check(dataset)
    if findings:
        _fail([str(finding) for finding in findings])
    try:
        analysis = run(
            dataset,
            wanted,
            progress=_progress(),
        )
    except (UnknownCovariateError, UnknownOutcomeError, UnknownAnalysisError, DatasetError) as error:
        _fail([f"{plan_file}: {error}" if plan_file else f"--{error}"])
    _write(dataset, analysis, out)


def _wanted(plan: Path | None, covariates: str | None, outcome: str | None) -> Wanted:
    from analysis.dataset.schema import OUTCOME_KINDS
    from analysis.estimates.plan import Plan, PlanError
    from analysis.estimates.run import Wanted

    if plan is None:
        return Wanted(
            None if covariates is None else _listed(covariates),
            OUTCOME_KINDS if outcome is None else _listed(outcome),
        )
    for name, given in (("--covariates", covariates), ("--outcome", outcome)):
        if given is not None:
            _fail([f"{name}: the plan says it already; leave the option out, or change the plan"])
    try:
        return Wanted.planned(Plan.read(plan))
    except PlanError as error:
        _fail([f"--plan: {error}"])


def _check_out(dataset: Path, out: Path) -> None:
    """Before the work: is there a place for what comes of it?"""
    from analysis.dataset.target import probe

    try:
        if out.exists() and dataset.exists() and out.samefile(dataset):
            _fail([f"--out: {out} is the folder of the dataset, which stays as it is; name another folder"])
        probe(out)
    except OSError as error:
        _fail([_unwritable(out, error)])


def _unwritable(out: Path, error: OSError) -> str:
    return f"--out: {out} cannot be written to ({error.strerror}); name another folder"


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _fail(messages: list[str]) -> NoReturn:
    for message in messages:
        click.echo(message, err=True)
    raise SystemExit(_EXIT_BAD_INPUT)


def _progress() -> Callable[[str, int, int], None]:
    """A counter that rewrites its line on a terminal, and a line every tenth elsewhere."""
    rewriting = sys.stderr.isatty()
    told = [0]

    def show(what: str, done: int, total: int) -> None:
        if rewriting:
            click.echo(f"\r\033[KEstimating {done} % {what}", err=True, nl=done == total)
        elif done >= told[-1] + total // 10:
            told.append(done)
            click.echo(f"Estimating {done} % {what}", err=True)

    return show


def _write(dataset: Path, analysis: Analysed, out: Path) -> None:
    from analysis.estimates.results import to_json
    from analysis.report.write import write_report

    results = analysis.results
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "results.json").write_text(to_json(results), encoding="utf-8")
        click.echo("Writing the report", err=True)
        write_report(dataset, results, analysis.fits, out / "report.html", page=out / "page.json")
    except OSError as error:
        _fail([_unwritable(out, error)])
    asked = [
        estimate
        for estimate in results.estimates
        if estimate.key.analysis in _COUNTED_ANALYSES and estimate.key.scale == _COUNTED_SCALE
    ]
    click.echo(
        f"Level and change: {_counted(asked)}. All analyses, on all scales: {_counted(results.estimates)}."
    )
    for warning in results.manifest.warnings:
        click.echo(f"warning: {warning}")
    click.echo(f"Results: {out / 'results.json'}\nReport:  {out / 'report.html'}")


def _counted(estimates: Sequence[Estimate]) -> str:
    refused = sum(estimate.refused is not None for estimate in estimates)
    return f"{counted(len(estimates) - refused, 'estimate')}, {refused} refused"

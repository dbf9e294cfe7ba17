"""From a study dataset to all its estimates: panels, models, families, manifest."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from analysis.dataset.open import OpenStudy, open_study
from analysis.dataset.schema import OUTCOME_KINDS, RATERS
from analysis.dataset.study import StudyDataset
from analysis.estimates.job_hazard import (
    JOB_HAZARD,
    JOB_HAZARD_LEVEL,
    Model,
    ModelResult,
    fit_model,
    models,
)
from analysis.estimates.multiplicity import with_holm
from analysis.estimates.reasons import ModelLabel, Notice, Reason
from analysis.estimates.results import Manifest, Results
from analysis.estimates.summary import FitSummary
from analysis.panel.build import FlowStep, Panel, build_panel, enrolled
from analysis.panel.columns import choose_covariates

_PACKAGES = ("duckdb", "numpy", "pandas", "scipy", "statsmodels")
# Called with what is being done, how much is done, and of how much.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Analysis:
    """Everything that came of a dataset: the results, and what the report tells of each fit."""

    results: Results
    fits: tuple[FitSummary, ...]


def analyse(
    source: Path | StudyDataset,
    *,
    covariates: Sequence[str] | None = None,
    outcome_kinds: Sequence[str] = OUTCOME_KINDS,
    progress: Progress = lambda what, done, total: None,
) -> Analysis:
    """Estimate everything that the dataset can carry and refuse the rest with reasons.

    Raises DatasetError, UnknownCovariateError or UnknownOutcomeError where the question itself is wrong.
    """
    with open_study(source) as study:
        columns = choose_covariates(study, covariates)
        panels = [build_panel(study, rater, columns, outcome_kinds) for rater in RATERS]
        constant = _constant(panels)
        first = enrolled(study)
        manifest = _manifest(study, [c.name for c in columns if c.name not in constant], outcome_kinds)
    # A rater that nobody asked has no story to tell; where nobody at all answered, that is the story.
    panels = [panel for panel in panels if panel.flow[0].rows] or panels
    outcome = outcome_name(outcome_kinds)
    wanted = [
        model
        for panel in panels
        for specification in (JOB_HAZARD, JOB_HAZARD_LEVEL)
        for model in models(panel, specification, outcome)
    ]
    done: list[tuple[Model, ModelResult]] = []
    for number, model in enumerate(wanted):
        progress(str(model.label), number, len(wanted))
        done.append((model, fit_model(model)))
    progress("done", len(wanted), len(wanted))
    return Analysis(
        Results(
            _with_warnings(manifest, done),
            (first, *(step for panel in panels for step in _flow(panel, wanted))),
            with_holm(e for _, result in done for e in result.estimates),
        ),
        tuple(result.fit for _, result in done if result.fit is not None),
    )


def outcome_name(kinds: Sequence[str]) -> str:
    """What `results.json` calls the outcome: jobs of either kind by default, else the kinds."""
    named = "job" if set(kinds) == set(OUTCOME_KINDS) else "+".join(sorted(set(kinds)))
    return f"{named}_next_interval"


def code_version() -> str:
    """The package's version and a digest of the source of `analysis`, so that a change of code shows."""
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parents[1]
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{version('bip-platform')}+{digest.hexdigest()[:12]}"


def _flow(panel: Panel, wanted: Iterable[Model]) -> tuple[FlowStep, ...]:
    """The panel's flow and its last step: rows complete in the adjusted model."""
    complete = [
        model.rows()
        for model in wanted
        if model.panel is panel and model.name == "adjusted" and model.specification is JOB_HAZARD
    ]
    last = tuple(
        FlowStep(f"{panel.rater}:complete", rows["person"].nunique(), len(rows)) for rows in complete
    )
    return panel.flow + last


def _constant(panels: Iterable[Panel]) -> set[str]:
    """Covariates that vary in no panel: they drop out of every model."""
    panels = list(panels)
    names = {column.name for panel in panels for column in panel.covariates}
    return {name for name in names if all(panel.rows[name].nunique() <= 1 for panel in panels)}


def _manifest(study: OpenStudy, covariates: Sequence[str], outcome_kinds: Sequence[str]) -> Manifest:
    return Manifest(
        dataset_sha256=study.sha256 or "",
        instruments=tuple(sorted(instrument.name for instrument in study.instruments)),
        code_version=code_version(),
        seed=None,
        plan=None,
        warnings=(),
        covariates=tuple(covariates),
        outcome_kinds=tuple(sorted(set(outcome_kinds))),
        interval_days=study.study.interval_days,
        packages={name: version(name) for name in _PACKAGES},
    )


def _with_warnings(manifest: Manifest, done: Iterable[tuple[Model, ModelResult]]) -> Manifest:
    """Each warning once, with the models that it concerns."""
    concerned: dict[Reason, list[ModelLabel]] = defaultdict(list)
    for model, result in done:
        for warning in result.warnings:
            concerned[warning].append(model.label)
    notices = tuple(Notice(warning, tuple(labels)) for warning, labels in sorted(concerned.items()))
    return replace(manifest, warnings=notices)

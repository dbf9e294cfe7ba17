"""From a study dataset to all its estimates: panels, analyses, families, manifest."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final, Self

from analysis.dataset.open import OpenStudy, open_study
from analysis.dataset.schema import OUTCOME_KINDS, RATERS
from analysis.dataset.study import StudyDataset
from analysis.estimates.analysis import Analysis, Found, Progress, Question
from analysis.estimates.change_given_past import change_given_past
from analysis.estimates.hazard_model import models
from analysis.estimates.horizons import horizons
from analysis.estimates.job_hazard import JOB_HAZARD, job_hazard, job_hazard_level
from analysis.estimates.linearity import linearity
from analysis.estimates.measurement import measurement
from analysis.estimates.missing import missing
from analysis.estimates.multiplicity import corrected
from analysis.estimates.not_offered import REFUSING
from analysis.estimates.penalised import penalised
from analysis.estimates.plan import Plan
from analysis.estimates.reasons import ModelLabel, Notice, Reason
from analysis.estimates.results import Manifest, Results
from analysis.estimates.sensitivity import sensitivity
from analysis.estimates.subgroups import subgroups
from analysis.estimates.summary import FitSummary
from analysis.panel.build import FlowStep, Panel, build_panel, enrolled
from analysis.panel.columns import choose_covariates

# A new analysis is one file and one line here.
ANALYSES: Final[Mapping[str, Analysis]] = {
    "job_hazard": job_hazard,
    "job_hazard_level": job_hazard_level,
    "change_given_past": change_given_past,
    "sensitivity": sensitivity,
    "penalised": penalised,
    "linearity": linearity,
    "subgroups": subgroups,
    "horizons": horizons,
    "measurement": measurement,
    "missing": missing,
}
_PACKAGES = ("duckdb", "numpy", "pandas", "scipy", "statsmodels")


class UnknownAnalysisError(ValueError):
    """An analysis was asked for that there is not."""


@dataclass(frozen=True)
class Analysed:
    """Everything that came of a dataset: the results, and what the report tells of each fit."""

    results: Results
    fits: tuple[FitSummary, ...]


@dataclass(frozen=True)
class Wanted:
    """What to estimate: covariates (None: the usual ones), kinds of event that are the outcome, analyses.

    `analyses` are names in ANALYSES; those in `not_offered` are refused with their reason. `repeated`: as of
    `Question`.
    """

    covariates: Sequence[str] | None = None
    outcome_kinds: Sequence[str] = OUTCOME_KINDS
    analyses: Sequence[str] = tuple(ANALYSES)
    plan: Plan | None = None
    repeated: bool = False

    @classmethod
    def planned(cls, plan: Plan) -> Self:
        """What a plan says, and all other analyses beside those that it names."""
        analyses = tuple(dict.fromkeys([*plan.analyses, *ANALYSES]))
        return cls(plan.covariates, plan.outcome, analyses, plan)


def analyse(
    source: Path | StudyDataset,
    wanted: Wanted | None = None,
    *,
    progress: Progress = lambda what, done, total: None,
) -> Analysed:
    """Estimate everything wanted that the dataset can carry, and refuse the rest with reasons.

    `progress` is told in hundredths. Raises DatasetError, UnknownCovariateError, UnknownOutcomeError or
    UnknownAnalysisError where the question itself is wrong.
    """
    wanted = wanted or Wanted()
    plan, outcome_kinds = wanted.plan, wanted.outcome_kinds
    asked = {name: _named(name) for name in wanted.analyses}
    with open_study(source) as study:
        columns = choose_covariates(study, wanted.covariates)
        panels = [build_panel(study, rater, columns, outcome_kinds) for rater in RATERS]
        constant = _constant(panels)
        first = enrolled(study)
        manifest = _manifest(study, [c.name for c in columns if c.name not in constant], outcome_kinds)
        # A rater that nobody asked has no story to tell; where nobody at all answered, that is the story.
        panels = [panel for panel in panels if panel.flow[0].rows] or panels
        question = Question(
            study, tuple(panels), tuple(outcome_kinds), outcome_name(outcome_kinds), wanted.repeated
        )
        found = {
            name: _marked(analysis(question, _share(progress, place, len(asked))), name, plan)
            for place, (name, analysis) in enumerate(asked.items())
        }
    progress("done", 100, 100)
    own = [step for one in found.values() for step in one.flow]
    return Analysed(
        Results(
            replace(manifest, warnings=_once(found.values()), plan=plan.sha256 if plan else None),
            (first, *(step for panel in panels for step in _flow(panel)), *own),
            corrected(estimate for one in found.values() for estimate in one.estimates),
        ),
        tuple(fit for one in found.values() for fit in one.fits),
    )


def _marked(found: Found, name: str, plan: Plan | None) -> Found:
    """Each estimate says whether it was planned; without a plan none does."""
    if plan is None:
        return found
    planned = name in plan.analyses
    return replace(found, estimates=tuple(replace(one, planned=planned) for one in found.estimates))


def _share(progress: Progress, place: int, analyses: int) -> Progress:
    """The part of one analysis in the whole, in hundredths."""

    def tell(what: str, done: int, total: int) -> None:
        if done < total:
            progress(what, int(100 * (place + done / total) / analyses), 100)

    return tell


def _named(name: str) -> Analysis:
    analysis = ANALYSES.get(name) or REFUSING.get(name)
    if analysis is None:
        raise UnknownAnalysisError(f"analyses: there is no {name}; there are {', '.join(ANALYSES)}")
    return analysis


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


def _flow(panel: Panel) -> tuple[FlowStep, ...]:
    """The panel's flow and its last step: rows complete in the adjusted model."""
    complete = [model.rows() for model in models(panel, JOB_HAZARD, "") if model.name == "adjusted"]
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


def _once(found: Iterable[Found]) -> tuple[Notice, ...]:
    """Each warning once, with the models that it concerns in every analysis."""
    concerned: dict[Reason, list[ModelLabel]] = defaultdict(list)
    for one in found:
        for notice in one.notices:
            concerned[notice.reason] += notice.models
    return tuple(Notice(reason, tuple(labels)) for reason, labels in sorted(concerned.items()))

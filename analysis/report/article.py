"""The whole report in one language, every part in the order in which it is read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.dataset.instrument import Instrument
from analysis.dataset.study import Covariate, Study
from analysis.estimates.results import Estimate, Results
from analysis.estimates.summary import FitSummary
from analysis.report import account, counted, estimated, flow, refusals
from analysis.report.closer import ANALYSES as CLOSER
from analysis.report.closer import closer
from analysis.report.distributions import Distribution
from analysis.report.evidence import Evidence, evidence
from analysis.report.measured import Measured, measured
from analysis.report.missing import ANALYSES as MISSING
from analysis.report.missing import missing_parts
from analysis.report.names import Names
from analysis.report.over_time import curve_groups, lost_sentences
from analysis.report.over_time_evidence import over_time
from analysis.report.over_time_tables import contrast_tables
from analysis.report.parts import Figure, Flow, Group, Part, Table
from analysis.report.people import People
from analysis.report.planned import mark, plan_table
from analysis.report.sentences import answer
from analysis.report.suppression import LIMIT
from analysis.report.words import Words

# The analyses of each section that has some of its own.
_RESTS_ON: Final[Mapping[str, Collection[str]]] = {
    "over_time": ("horizons",),
    "closer": CLOSER,
    "missing": MISSING,
    "measured": ("measurement",),
}


@dataclass(frozen=True)
class Material:
    """Everything that the report is made from, in no language yet."""

    study: Study
    instruments: tuple[Instrument, ...]
    covariates: tuple[Covariate, ...]
    people: People
    spread: tuple[Distribution, ...]
    results: Results
    fits: Sequence[FitSummary]


@dataclass(frozen=True)
class OverTimePart:
    """How many have got a job by when: sentences, curves, and tables of who got one sooner."""

    sentences: tuple[str, ...]
    curves: tuple[Group, ...]
    contrasts: tuple[Table, ...]


@dataclass(frozen=True)
class Article:
    """What the template shows of one language; `words` gives it the texts that hold no results."""

    words: Words
    title: str
    facts: tuple[tuple[str, str], ...]
    job_means: str
    sentences: tuple[str, ...]
    asked: str
    people: tuple[Table, ...]
    flows: tuple[Flow, ...]
    flow_uses: str
    spread: tuple[Group, ...]
    detectable: tuple[str, ...]
    detectable_tables: tuple[Table, ...]
    forests: tuple[Group, ...]
    closer: tuple[Part, ...]
    measured: Measured | None
    over_time: OverTimePart | None
    missing: tuple[Part, ...]
    marks: dict[str, str]
    covariates: str
    published: tuple[Table, Table]
    refused: Table | None
    refused_all: Table | None
    warnings: tuple[str, ...]
    fits: tuple[Table, ...]
    background: tuple[Table, ...]
    plan: Table | None
    manifest: Table
    limit: str
    days: str

    @property
    def figures(self) -> Iterator[Figure]:
        """Every picture."""
        curves = self.over_time.curves if self.over_time else ()
        for group in (*self.forests, *curves, *self.spread):
            yield from group.figures
        for part in (*self.closer, *self.missing):
            yield from part.figures


def article(language: str, material: Material) -> Article:
    """Write everything in `language`."""
    words = Words(language)
    names = Names(words, material.instruments, material.covariates)
    results, manifest = material.results, material.results.manifest
    found = evidence(results, material.fits, material.instruments)
    adjusted_for = [names.covariate(name).lower() for name in manifest.covariates]
    return Article(
        words=words,
        title=words("title", study=material.study.title),
        facts=_facts(words, material),
        job_means=words("answer.job_means", kinds=account.outcome_names(words, manifest)),
        sentences=answer(words, names, found, results).all,
        asked=_asked(words, material),
        people=counted.people_tables(words, names, material.people),
        flows=flow.flows(words, names, results.flow),
        flow_uses=flow.uses(words, results.flow),
        spread=counted.spread_groups(words, names, material.spread),
        detectable=estimated.detectable_ranges(words, names, found),
        detectable_tables=estimated.detectable_tables(words, names, found),
        forests=estimated.forest_groups(words, names, found),
        closer=closer(words, names, _order(material.instruments), results.estimates),
        missing=missing_parts(words, names, _order(material.instruments), results.estimates),
        over_time=_over_time(words, names, results),
        measured=measured(words, names, results.estimates),
        marks=_marks(words, found, results.estimates),
        covariates=words.listed(adjusted_for, names=True) or words("estimates.no_covariates"),
        published=account.published_tables(words),
        refused=refusals.refused_table(words, names, found),
        refused_all=refusals.refused_list(words, names, found),
        warnings=refusals.warnings(words, names, manifest.warnings),
        fits=account.fits_tables(words, names, material.fits),
        background=account.covariate_tables(words, names, material.fits),
        plan=plan_table(words, results.estimates),
        manifest=account.manifest_table(words, names, manifest),
        limit=words.whole(LIMIT),
        days=words.whole(manifest.interval_days),
    )


def _marks(words: Words, found: Evidence, estimates: Sequence[Estimate]) -> dict[str, str]:
    """By section, whether what it rests on was planned; nothing where there was no plan."""
    leading = {forest.analysis for forest in found.leading}
    rests_on = {"answer": leading, "detectable": leading, "estimates": leading, **_RESTS_ON}
    marks = {section: mark(words, estimates, analyses) for section, analyses in rests_on.items()}
    return {section: text for section, text in marks.items() if text is not None}


def _over_time(words: Words, names: Names, results: Results) -> OverTimePart | None:
    shown = over_time(results)
    if not shown:
        return None
    return OverTimePart(
        lost_sentences(words, names, shown),
        curve_groups(words, names, shown),
        contrast_tables(words, names, shown),
    )


def _order(instruments: Sequence[Instrument]) -> dict[str, int]:
    return {item.key: item.number for instrument in reversed(instruments) for item in instrument.items}


def _facts(words: Words, material: Material) -> tuple[tuple[str, str], ...]:
    manifest, study = material.results.manifest, material.study
    outcome = words(
        "facts.outcome_value",
        kinds=account.outcome_names(words, manifest),
        days=words.whole(manifest.interval_days),
    )
    return (
        (words("facts.release"), study.release),
        (words("facts.created_by"), study.created_by),
        (words("facts.disclosure"), study.disclosure),
        (words("facts.instruments"), ", ".join(manifest.instruments)),
        (words("facts.outcome"), outcome),
        (words("facts.plan"), words("plan.given" if manifest.plan else "plan.none")),
    )


def _asked(words: Words, material: Material) -> str:
    asked = material.people
    return words(
        "asked.text",
        persons=words.count("asked.persons_value", asked.persons, guarded=True),
        enrolments=words.count("asked.enrolments", asked.enrolments, guarded=True),
        organisations=words.count("asked.organisations", asked.organisations),
        rounds=words.count("asked.rounds", asked.rounds),
        days=words.whole(material.results.manifest.interval_days),
    )

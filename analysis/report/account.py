"""The account a statistician asks for: fits, covariates, published figures, manifest."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.estimates.results import Manifest
from analysis.estimates.summary import FitSummary
from analysis.report.evidence import ANALYSES
from analysis.report.names import Names
from analysis.report.parts import Column, Table
from analysis.report.suppression import LIMIT
from analysis.report.words import Words

# The categories of covariates stand as they do in the data.
COMPUTED = "en"


def fits_tables(words: Words, names: Names, fits: Sequence[FitSummary]) -> tuple[Table, ...]:
    """Size and convergence of every fit, a table each; none where there is no fit."""
    if not fits:
        return ()
    size = (
        "estimates.rows",
        "estimates.persons",
        "estimates.events",
        "refusals.per_term",
    )
    maximum = ("refusals.parameters", "refusals.log_likelihood", "refusals.iterations", "refusals.score")
    first = _fit_columns(words)
    return (
        Table(
            "fits",
            words("refusals.fits_caption"),
            (*first, *_numbers(words, size), Column(words("estimates.note"), wide=True)),
            tuple((*_fit(words, names, fit), *_size(words, fit)) for fit in fits),
        ),
        Table(
            "fits-maximum",
            words("refusals.fits_maximum"),
            (*first, *_numbers(words, maximum)),
            tuple((*_fit(words, names, fit), *_maximum(words, fit)) for fit in fits),
        ),
    )


def _fit_columns(words: Words) -> tuple[Column, ...]:
    titles = ("estimates.indicator", "estimates.model", "refusals.rater", "refusals.analysis")
    return tuple(Column(words(key), wide=key == "refusals.analysis") for key in titles)


def _numbers(words: Words, titles: Sequence[str]) -> tuple[Column, ...]:
    return tuple(Column(words(key), number=True) for key in titles)


def _fit(words: Words, names: Names, fit: FitSummary) -> tuple[str, ...]:
    """What names a fit."""
    return (
        names.indicator(fit.indicator) if fit.indicator else words("number.none"),
        words.name("model", fit.model),
        names.rater(fit.rater),
        words.name("analysis", fit.analysis),
    )


def _size(words: Words, fit: FitSummary) -> tuple[str, ...]:
    return (
        words.guarded(fit.n_rows),
        words.guarded(fit.n_persons),
        words.guarded(fit.n_events),
        # Times the coefficients it would give the number of events away.
        words("number.none") if 0 < fit.n_events < LIMIT else words.decimal(fit.events_per_term, 1),
        words("estimates.few_events") if fit.few_events else "",
    )


def _maximum(words: Words, fit: FitSummary) -> tuple[str, ...]:
    return (
        words.whole(fit.n_parameters),
        words.decimal(fit.log_likelihood, 3),
        words.whole(fit.iterations),
        f"{fit.largest_score:.1e}",
    )


def covariate_tables(words: Words, names: Names, fits: Sequence[FitSummary]) -> tuple[Table, ...]:
    """The background's coefficients of every adjusted fit that the answer may rest on."""
    return tuple(
        _covariates(words, names, fit)
        for fit in fits
        if fit.indicator is None and fit.covariates and fit.analysis in ANALYSES
    )


def _covariates(words: Words, names: Names, fit: FitSummary) -> Table:
    columns = (
        Column(words("refusals.covariate")),
        Column(words("refusals.term"), language=COMPUTED),
        Column(words("refusals.log_odds"), number=True),
        Column(words("estimates.std_error"), number=True),
    )
    rows = tuple(
        (
            names.covariate(one.covariate),
            one.term,
            words.signed(one.log_odds, 3),
            words.decimal(one.std_error, 3),
        )
        for one in fit.covariates
    )
    caption = words(
        "refusals.covariates_caption",
        rater=names.rater(fit.rater).lower(),
        model=words.name("model", fit.model).lower(),
        analysis=words.name("analysis", fit.analysis).lower(),
    )
    return Table(f"covariates-{fit.analysis}-{fit.rater}", caption, columns, rows)


def published_tables(words: Words) -> tuple[Table, Table]:
    """The published figures, adjusted and raw apart; they may never be set against each other."""
    adjusted = [("optimism", "summary")]
    raw = [("change", "project"), ("disbelief", "project"), ("belief", "project"), ("base", "project")]
    return _published(words, "adjusted", adjusted), _published(words, "raw", raw)


def _published(words: Words, kind: str, rows: Sequence[tuple[str, str]]) -> Table:
    text = "method.published"
    columns = (
        Column(words(f"{text}.result")),
        Column(words(f"{text}.figure"), number=True),
        Column(words(f"{text}.source")),
    )
    cells = tuple(
        (words(f"{text}.{result}"), words(f"{text}.{result}_value"), words(f"{text}.{source}"))
        for result, source in rows
    )
    return Table(f"published-{kind}", words(f"{text}.{kind}"), columns, cells)


def outcome_names(words: Words, manifest: Manifest) -> str:
    """The outcome's kinds of event, joined."""
    return words.listed([words.name("event", kind) for kind in manifest.outcome_kinds], "or")


def manifest_table(words: Words, names: Names, manifest: Manifest) -> Table:
    """What it takes to do the computation again."""
    none = words("number.none")
    rows = [
        (words("manifest.dataset"), manifest.dataset_sha256),
        (words("manifest.instruments"), ", ".join(manifest.instruments) or none),
        (words("manifest.code"), manifest.code_version),
        (words("manifest.seed"), words("manifest.no_seed") if manifest.seed is None else str(manifest.seed)),
        (words("manifest.plan"), manifest.plan or words("manifest.no_plan")),
        (words("manifest.covariates"), "; ".join(map(names.covariate, manifest.covariates)) or none),
        (words("manifest.outcome"), outcome_names(words, manifest)),
        (words("manifest.interval"), words.whole(manifest.interval_days)),
        (words("manifest.warnings"), words.whole(len(manifest.warnings))),
        *(
            (words("manifest.package", name=name), version)
            for name, version in sorted(manifest.packages.items())
        ),
    ]
    columns = (Column(words("manifest.what")), Column(words("manifest.value")))
    return Table("manifest", words("manifest.caption"), columns, tuple(rows))

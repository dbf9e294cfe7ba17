"""What was refused or is warned of, and why: first by reason, then one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.estimates.reasons import ModelLabel, Notice, Reason
from analysis.estimates.results import Estimate
from analysis.report.evidence import ANALYSES, Evidence
from analysis.report.names import Names
from analysis.report.parts import Column, Table
from analysis.report.words import Words

# More models than this under one warning are counted, not named.
MODELS_NAMED = 3
# So with questions refused for one reason.
QUESTIONS_NAMED = 5


def refused_table(words: Words, names: Names, found: Evidence) -> Table | None:
    """What was refused by reason, rater, model and analysis; None where nothing was."""
    if not found.refused:
        return None
    columns = (
        Column(words("refusals.reason"), wide=True),
        Column(words("refusals.rater")),
        Column(words("estimates.model")),
        Column(words("refusals.analysis"), wide=True),
        Column(words("refusals.questions"), number=True),
        Column(words("refusals.which"), wide=True),
    )
    # Dicts keep the order; a question with level and change refused alike counts once.
    grouped: dict[tuple[str, ...], dict[str, None]] = {}
    for one in found.refused:
        questions = grouped.setdefault(_shared(words, names, one), {})
        if one.key.indicator:
            questions[names.indicator(one.key.indicator)] = None
    rows = tuple((*shared, *_questions(words, list(asked))) for shared, asked in grouped.items())
    return Table("refused", words("refusals.refused_caption"), columns, rows)


def _questions(words: Words, asked: Sequence[str]) -> tuple[str, str]:
    """How many, and which where they are few."""
    none = words("number.none")
    if not asked:
        return none, none
    return words.whole(len(asked)), words.listed(asked, names=True) if len(asked) <= QUESTIONS_NAMED else none


def refused_list(words: Words, names: Names, found: Evidence) -> Table | None:
    """Every refused estimate of level and change with its reason; None where there is none."""
    refused = [one for one in found.refused if one.key.analysis in ANALYSES]
    if not refused:
        return None
    columns = (
        Column(words("estimates.indicator")),
        Column(words("refusals.quantity")),
        Column(words("refusals.reason"), wide=True),
        Column(words("refusals.rater")),
        Column(words("estimates.model")),
        Column(words("refusals.analysis"), wide=True),
    )
    rows = tuple(_refused(words, names, estimate) for estimate in refused)
    return Table("refused-all", words("refusals.refused_all"), columns, rows)


def _refused(words: Words, names: Names, estimate: Estimate) -> tuple[str, ...]:
    key, none = estimate.key, words("number.none")
    indicator = names.indicator(key.indicator) if key.indicator else none
    return (indicator, words.name("quantity", key.quantity), *_shared(words, names, estimate))


def _shared(words: Words, names: Names, estimate: Estimate) -> tuple[str, str, str, str]:
    """Reason, rater, model and analysis."""
    key, none = estimate.key, words("number.none")
    return (
        words.reason(estimate.refused) if estimate.refused else none,
        names.rater(key.rater) if key.rater else none,
        words.name("model", key.model) if key.model else none,
        words.name("analysis", key.analysis),
    )


def warnings(words: Words, names: Names, notices: Sequence[Notice]) -> tuple[str, ...]:
    """Each warning with the models it concerns, or how many they are."""
    return tuple(
        words(
            "refusals.warning",
            why=words.reason(_in_words(words, names, notice.reason)),
            models=_models(words, names, notice.models),
        )
        for notice in notices
    )


def _in_words(words: Words, names: Names, why: Reason) -> Reason:
    """A merged category named as elsewhere in the report, not as in the data."""
    if why.key != "merged":
        return why
    values = tuple(
        (place, names.covariate(value) if place == "covariate" else words.name("value", value))
        for place, value in why.values
    )
    return Reason(why.key, values)


def _models(words: Words, names: Names, models: Sequence[ModelLabel]) -> str:
    if len(models) > MODELS_NAMED:
        return words.count("refusals.models", len(models))
    return "; ".join(", ".join(_model(words, names, model)) for model in models)


def _model(words: Words, names: Names, model: ModelLabel) -> Iterator[str]:
    yield names.rater(model.rater)
    if model.indicator:
        yield names.indicator(model.indicator, quoted=True)
    yield words.name("model", model.model).lower()
    yield words.name("analysis", model.analysis).lower()

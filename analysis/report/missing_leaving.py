"""Who misses the next round: the last answers and the background, alone and adjusted."""

from __future__ import annotations

from analysis.dataset.schema import RATERS
from analysis.estimates.results import Estimate
from analysis.report.evidence import MODELS, SIGNIFICANT
from analysis.report.look import Look, Told
from analysis.report.parts import Table


def leaving(look: Look) -> Told:
    """A sentence a rater on what goes together with leaving, and two tables."""
    words = look.words
    said = []
    for rater in RATERS:
        tested = [
            one
            for one in look.of("missing_next_round", rater, quantity="level", model="adjusted")
            if one.p_holm is not None
        ]
        standing = [one for one in tested if one.p_holm is not None and one.p_holm < SIGNIFICANT]
        if standing:
            listed = words.listed(
                [look.names.indicator(one.key.indicator or "", quoted=True) for one in standing], names=True
            )
            said.append(words("missing.leaving.found", rater=look.names.rater(rater), questions=listed))
        elif tested:
            said.append(words("missing.leaving.nothing", rater=look.names.rater(rater)))
    tables = (table for rater in RATERS for table in (_last_answers(look, rater), _background(look, rater)))
    return Told((words("missing.leaving.text"),), tables, lead=tuple(said))


def _last_answers(look: Look, rater: str) -> Table:
    words = look.words
    by_model = {
        model: {
            one.key.indicator: one
            for one in look.of("missing_next_round", rater, quantity="level", model=model)
        }
        for model in MODELS
    }
    rows = [
        [look.names.indicator(indicator or "")]
        + [cell for found in by_model.values() for cell in _tested(look, found.get(indicator))]
        for indicator, one in by_model["alone"].items()
        if any(found[indicator].estimate is not None for found in by_model.values() if indicator in found)
    ]
    heads = [words(f"missing.leaving.{model}{part}") for model in by_model for part in ("", "_holm")]
    notes = (
        look.base("missing.leaving.base", found.values(), model=words(f"model.{model}"))
        for model, found in by_model.items()
    )
    caption = words("missing.leaving.caption", rater=look.rater(rater))
    return look.table(f"missing-leaving-{rater}", caption, ([words("missing.question")], heads), rows, notes)


def _tested(look: Look, one: Estimate | None) -> tuple[str, str]:
    return look.number(one), look.words.p_value(None if one is None else one.p_holm)


def _background(look: Look, rater: str) -> Table:
    words = look.words
    found = look.of("missing_next_round", rater, quantity="covariate")
    rows = [[_covariate(look, one.key.term or ""), *_tested(look, one)] for one in found]
    heads = [words("missing.leaving.adjusted"), words("missing.leaving.adjusted_holm")]
    caption = words("missing.leaving.background", rater=look.rater(rater))
    return look.table(f"missing-background-{rater}", caption, ([words("missing.background")], heads), rows)


def _covariate(look: Look, term: str) -> str:
    """A number's name, or a category against the one that it is compared with."""
    name, _, contrast = term.partition(":")
    if not contrast:
        own = look.words.name("missing.covariate", name)
        return own if own != name else look.names.covariate(name)
    category, _, reference = contrast.rpartition(" against ")
    return look.words(
        "missing.against",
        covariate=look.names.covariate(name),
        category=look.words.name("value", category),
        reference=look.words.name("value", reference),
    )

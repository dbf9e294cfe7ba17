"""What the measurement comes to, in plain sentences before the tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from analysis.report.evidence import SIGNIFICANT
from analysis.report.measured_numbers import At, Numbers

# Words for a coefficient, from the highest down. For alpha after Nunnally and Bernstein (1994), for kappa
# after Landis and Koch (1977); the number always stands beside the word.
_TOGETHER: Final = ((0.8, "well"), (0.7, "fairly"))
_AGREE: Final = ((0.61, "well"), (0.41, "fairly"))


def sentences(found: Numbers, raters: Sequence[str]) -> tuple[str, ...]:
    """Reliability, change, agreement and sameness, each where there is a number to say it of."""
    said = [_together(found, rater) for rater in raters]
    said += [_change(found, rater) for rater in raters]
    said.append(_agree(found))
    said += [_same(found, rater, check) for rater in raters for check in ("dif_language", "dif_mode")]
    return tuple(sentence for sentence in said if sentence)


def _how(value: float, limits: Sequence[tuple[float, str]]) -> str:
    return next((word for limit, word in limits if value >= limit), "poorly")


def _together(found: Numbers, rater: str) -> str | None:
    at = At(rater, "alpha")
    value = found.value(at)
    if value is None:
        return None
    how = found.words(f"measured.how.{_how(value, _TOGETHER)}")
    return found.words(
        "measured.say.together",
        rater=found.names.rater(rater),
        how=how,
        alpha=found.cell(at),
        interval=found.interval(at),
    )


def _change(found: Numbers, rater: str) -> str | None:
    steps = found.values(rater, "whole_steps")
    mean = At(rater, "reliable_change")
    if not steps:
        return None
    said = found.words("measured.say.change", rater=found.names.rater(rater), steps=_whole(found, steps))
    if found.value(mean) is None:
        return said
    return f"{said} {found.words('measured.say.change_mean', mean=found.cell(mean))}"


def _whole(found: Numbers, values: Sequence[float]) -> str:
    low, high = (found.words.whole(int(value)) for value in (min(values), max(values)))
    return low if low == high else found.words("number.range", low=low, high=high)


def _agree(found: Numbers) -> str | None:
    kappas = sorted(found.values("both", "agreement"))
    if not kappas:
        return None
    how = found.words(f"measured.how.{_how(kappas[len(kappas) // 2], _AGREE)}")
    return found.words("measured.say.agree", how=how, kappas=found.words.range_of(kappas))


def _same(found: Numbers, rater: str, check: str) -> str | None:
    """Which questions stand after Holm; that none does is no proof that they are the same."""
    own = [
        one for one in found.checks if (one.key.rater, one.key.quantity) == (rater, check) and not one.refused
    ]
    if not own:
        return None
    standing = {one.key.indicator for one in own if one.p_holm is not None and one.p_holm < SIGNIFICANT}
    named = [found.names.indicator(key, quoted=True) for key in found.indicators if key in standing]
    what = found.words(f"measured.say.{check}")
    name = found.names.rater(rater)
    if not named:
        return found.words("measured.say.same", rater=name, what=what)
    listed = found.words.listed(named, names=True)
    return found.words("measured.say.different", rater=name, what=what, questions=listed)

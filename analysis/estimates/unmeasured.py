"""How strong something unmeasured would have to be to make up an association by itself (E-value)."""

from __future__ import annotations

from math import sqrt


def e_value(risk_ratio: float) -> float:
    """The least risk ratio, with the indicator and with the outcome alike, that explains `risk_ratio` away.

    RR + sqrt(RR (RR - 1)) for RR >= 1, of 1/RR otherwise; 1 is nothing at all.
    Source: VanderWeele and Ding (2017), Annals of Internal Medicine 167, 268-274.
    """
    ratio = max(risk_ratio, 1.0 / risk_ratio)
    return ratio + sqrt(ratio * (ratio - 1.0))


def e_value_of_interval(low: float, high: float) -> float:
    """The E-value of the limit that lies closer to 1; 1 where the interval holds 1."""
    if low <= 1.0 <= high:
        return 1.0
    return e_value(low if low > 1.0 else high)


def partner(risk_ratio: float, with_indicator: float) -> float | None:
    """What goes with `with_indicator` on the curve of confounders that just explain `risk_ratio` away.

    A confounder whose risk ratios with the indicator and the outcome are a and b can produce at most
    a b / (a + b - 1) (Ding and VanderWeele (2016), Epidemiology 27, 368-377); solved for b. None where a is
    too weak whatever b is.
    """
    ratio = max(risk_ratio, 1.0 / risk_ratio)
    if with_indicator <= ratio:
        return None
    return ratio * (with_indicator - 1.0) / (with_indicator - ratio)

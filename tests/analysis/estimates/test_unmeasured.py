"""E-values against published ones, and the curve of confounders that explain an association away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.estimates.unmeasured import e_value, e_value_of_interval, partner

ratios = st.floats(1.001, 50.0)


@pytest.mark.parametrize(
    ("risk_ratio", "limits", "published"),
    [
        # VanderWeele and Ding (2017), Annals of Internal Medicine 167, 268-274: infants not breast-fed.
        (3.9, (1.8, 8.7), (7.26, 3.0)),
        # Smoking and lung cancer, as the R package EValue has it in its introduction.
        (10.73, (8.02, 14.36), (20.94777, 15.52336)),
    ],
)
def test_published_examples(
    risk_ratio: float, limits: tuple[float, float], published: tuple[float, float]
) -> None:
    assert e_value(risk_ratio) == pytest.approx(published[0], rel=1e-3)
    assert e_value_of_interval(*limits) == pytest.approx(published[1], rel=1e-6)


def test_no_association_needs_no_confounder() -> None:
    assert e_value(1.0) == 1.0
    assert e_value_of_interval(1.0, 2.0) == e_value_of_interval(0.5, 1.0) == 1.0


@given(ratios)
def test_what_protects_needs_as_much_as_what_harms(ratio: float) -> None:
    assert e_value(1 / ratio) == pytest.approx(e_value(ratio))
    assert partner(1 / ratio, 2 * ratio) == pytest.approx(partner(ratio, 2 * ratio))


@given(ratios, st.floats(1.001, 100.0))
def test_a_pair_on_the_curve_makes_up_just_the_ratio(ratio: float, further: float) -> None:
    """The bound a b / (a + b - 1) gives the ratio back, and the curve is its own mirror image."""
    with_indicator = ratio * further
    with_outcome = partner(ratio, with_indicator)
    assert with_outcome is not None
    bound = with_indicator * with_outcome / (with_indicator + with_outcome - 1)
    assert bound == pytest.approx(ratio)
    # Close to the curve's end the partner is so large that turning back loses digits.
    assert partner(ratio, with_outcome) == pytest.approx(with_indicator, rel=1e-6)


@given(ratios)
def test_the_e_value_is_where_both_are_alike(ratio: float) -> None:
    assert partner(ratio, e_value(ratio)) == pytest.approx(e_value(ratio))


@given(ratios, st.floats(0.01, 1.0))
def test_too_weak_with_the_indicator_is_too_weak_whatever_else(ratio: float, share: float) -> None:
    assert partner(ratio, ratio * share) is None

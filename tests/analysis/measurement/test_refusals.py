"""What cannot be told is refused with its reason, and nothing betrays a few persons."""

from __future__ import annotations

from functools import cache

import pytest

from analysis.estimates.analysis import Found
from tests.analysis.measurement.support import Edit, Rows, instrument, measured, pick, rows_of, why


@cache
def after(edit: Edit) -> Found:
    """What is said of a study of 60 persons after an edit."""
    rows = rows_of(60)
    edit(rows)
    return measured(rows)


def _one_rater(rows: Rows) -> None:
    rows["responses"] = [r for r in rows["responses"] if r["rater"] == "participant"]


def _one_round(rows: Rows) -> None:
    rows["responses"] = [r for r in rows["responses"] if r["round"] == 0]


def _four_persons(rows: Rows) -> None:
    rows["responses"] = [r for r in rows["responses"] if r["enrolment"] < "e00004"]


def _constant(rows: Rows) -> None:
    for answer in rows["answers"]:
        if answer["item"] == "one":
            answer["value"] = 3.0


def _unknown(rows: Rows) -> None:
    next(a for a in rows["answers"] if a["item"] == "one" and a["response"].endswith("p"))["value"] = 7.0


def _not_independent(rows: Rows) -> None:
    for response in rows["responses"]:
        response["independent"] = False


def _never_together(rows: Rows) -> None:
    rows["responses"] = [
        r for r in rows["responses"] if (r["rater"] == "participant") == (int(r["enrolment"][1:]) % 2 == 0)
    ]


def _nobody_changes(rows: Rows) -> None:
    for answer in rows["answers"]:
        answer["value"] = float(1 + int(answer["response"][1:6]) % 5)


@pytest.mark.parametrize(
    ("edit", "quantity", "parts", "reasons"),
    [
        (_one_rater, "agreement", {}, {"one_rater"}),
        (_one_rater, "limit_low", {}, {"one_rater"}),
        (_one_round, "retest", {}, {"no_neighbours"}),
        (_one_round, "reliable_change", {}, {"no_neighbours"}),
        (_one_round, "alpha", {}, {None}),
        (_four_persons, "alpha", {}, {"few_persons"}),
        (_four_persons, "floor", {}, {"few_persons"}),
        (_four_persons, "retest", {}, {"hidden_group"}),
        (_four_persons, "measurement_error", {}, {"few_persons"}),
        (_four_persons, "agreement", {"group": None}, {"few_persons"}),
        (_four_persons, "duration_median", {}, {"few_persons", "hidden_group"}),
        (_constant, "retest", {"indicator": "one"}, {"constant"}),
        (_constant, "agreement", {"indicator": "one"}, {"constant"}),
        (_constant, "mean_difference", {"indicator": "one"}, {"same_difference"}),
        (_constant, "measurement_error", {"indicator": "one"}, {"same_change"}),
        (_constant, "alpha", {}, {None}),
        (_unknown, "retest", {"indicator": "one", "rater": "participant"}, {"unknown_codes"}),
        (_unknown, "floor", {"indicator": "one", "rater": "participant"}, {"unknown_codes"}),
        (_unknown, "agreement", {"indicator": "one"}, {"unknown_codes"}),
        (_unknown, "agreement", {"indicator": "two"}, {None}),
        (_never_together, "agreement", {}, {"no_pairs"}),
        (_nobody_changes, "measurement_error", {}, {"same_change"}),
    ],
)
def test_what_cannot_be_told_is_refused_with_its_reason(
    edit: Edit, quantity: str, parts: dict[str, str | None], reasons: set[str | None]
) -> None:
    assert why(after(edit), quantity, **parts) == reasons


def test_nobody_independent_leaves_only_that_they_cannot_be_compared() -> None:
    assert {e.refused and e.refused.key for e in after(_not_independent).estimates} == {"one_rater"}


@pytest.mark.parametrize("edit", [_constant, _unknown])
def test_what_is_left_out_of_the_mean_is_warned_of(edit: Edit) -> None:
    (notice, *_) = after(edit).notices
    assert notice.reason.key == "left_out"
    assert {label.indicator for label in notice.models} == {"one"}


def test_of_few_persons_it_is_not_told_that_they_answered_alike() -> None:
    rows = rows_of(4)
    _constant(rows)
    assert not measured(rows).notices


def test_scales_of_different_length_have_no_mean_and_continuous_ones_no_ends() -> None:
    odd = instrument(one={"highest": 7}, two={"kind": "continuous"})
    found = measured(rows_of(60), odd)
    assert why(found, "alpha", rater="participant") == {"different_ranges"}
    assert why(found, "measurement_error", rater="participant", indicator=None) == {"different_ranges"}
    assert why(found, "floor", indicator="two") == {"not_steps"}
    assert why(found, "measurement_error", indicator="two") == {None}
    assert not pick(found, "reliable_change", indicator="two", scale="whole_steps")


def test_versions_with_different_scales_are_not_pooled() -> None:
    found = measured(rows_of(60), instrument(), instrument("2", one={"highest": 7}))
    assert why(found, "retest", indicator="one") == {"different_scales"}
    assert why(found, "agreement", indicator="one") == {"different_scales"}
    assert why(found, "alpha") == {None}


def test_a_share_that_stands_for_fewer_than_five_is_not_told() -> None:
    rows = rows_of(60)
    first = [a for a in rows["answers"] if a["item"] == "one" and a["response"].endswith("-0-p")]
    for place, answer in enumerate(first):
        answer["value"] = 1.0 if place < 3 else 2.0 if place < 10 else 5.0
    found = measured(rows)
    assert why(found, "floor", rater="participant", indicator="one") == {"hidden_group"}
    assert why(found, "ceiling", rater="participant", indicator="one") == {None}
    (hidden,) = pick(found, "floor", rater="participant", indicator="one")
    assert hidden.n_events == 0


def test_a_small_language_is_not_told_and_cannot_be_worked_out() -> None:
    rows = rows_of(60)
    for response in rows["responses"]:
        number = int(response["enrolment"][1:])
        response["language"] = "so" if number < 3 else "fi" if number < 9 else "sv" if number < 40 else "ar"
    found = measured(rows)
    for language in ("so", "fi"):
        (estimate,) = pick(found, "agreement", group=f"language:{language}")
        assert estimate.refused is not None
        assert (estimate.refused.key, estimate.n_rows, estimate.n_persons) == ("hidden_group", 0, 0)
    assert why(found, "agreement", group="language:ar") == {None}

"""Agreement, difference and movement: counted here by hand and, over any answers, by brute force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bip.casework.comparison import Comparison, Indicator, Round
from bip.conversation.reading import Movement, courses, labels, movement, unmeasured, view
from surveys.model import Direction, Scale, ScaleKind
from surveys.schema import RATERS, Rater

FIVE = Scale("steps", 1, 5, "higher_is_closer")
RATER_STEPS = {rater: {float(step): f"{rater} step {step}" for step in range(1, 6)} for rater in RATERS}
INDICATORS = tuple(Indicator(f"item_{at}", at, f"Indicator {at}", FIVE, RATER_STEPS) for at in range(1, 12))
ROUNDS = tuple(Round(number, f"day {number}") for number in range(3))
MISSING = {-1: "do not know", -2: "prefer not to answer", -3: "could not observe", -9: "skipped"}
# One participant and one caseworker answer all rounds.
SAME_PEOPLE = {(rater, number): UUID(int=at) for at, rater in enumerate(RATERS) for number in range(3)}

Answers = Mapping[tuple[Rater, int, str], float]


def compared(answers: Answers, indicators: tuple[Indicator, ...] = INDICATORS) -> Comparison:
    return Comparison(indicators, ROUNDS, answers, SAME_PEOPLE)


def answered(rater: Rater, number: int, *values: float) -> dict[tuple[Rater, int, str], float]:
    return {(rater, number, f"item_{at}"): value for at, value in enumerate(values, 1)}


def named(number: int) -> str:
    return f"{number}.\N{NO-BREAK SPACE}Indicator {number}"


def on(
    kind: ScaleKind, lowest: float, highest: float, direction: Direction = "higher_is_closer"
) -> tuple[Indicator, ...]:
    """The indicators on another scale, without words."""
    scale = Scale(kind, lowest, highest, direction)
    return tuple(replace(one, scale=scale, steps={}) for one in INDICATORS)


def moved(before: tuple[float, ...], after: tuple[float, ...]) -> Movement:
    answers = answered("participant", 0, *before) | answered("participant", 1, *after)
    return movement(compared(answers), "participant", ROUNDS[0], ROUNDS[1])


def test_a_step_apart_is_agreement_and_two_are_not() -> None:
    both = answered("participant", 0, 3, 3, 3, 3) | answered("caseworker", 0, 3, 4, 5, 1)
    found = view(compared(both))
    assert found is not None
    assert [(pair.label, pair.gap) for pair in found.agree] == [(named(1), 0), (named(2), 1)]
    assert [(pair.label, pair.gap) for pair in found.differ] == [(named(3), 2), (named(4), 2)]
    assert found.differ[1].participant.words == "participant step 3"
    assert found.differ[1].caseworker.words == "caseworker step 1"


def test_the_largest_gap_comes_first() -> None:
    both = answered("participant", 0, 1, 1, 1) | answered("caseworker", 0, 3, 5, 4)
    found = view(compared(both))
    assert found is not None
    assert [pair.gap for pair in found.differ] == [4, 3, 2]


def test_what_is_laid_side_by_side_is_the_latest_round_of_both() -> None:
    answers = answered("participant", 0, 1) | answered("caseworker", 0, 1) | answered("participant", 1, 5)
    found = view(compared(answers))
    assert found is not None
    assert found.round is ROUNDS[0]
    assert view(compared(answered("participant", 0, 1) | answered("caseworker", 1, 1))) is None
    assert view(compared({})) is None


def test_a_code_is_no_step_and_is_told_in_words() -> None:
    answers = answered("participant", 0, -1, 3, -2) | answered("caseworker", 0, 3, -3, -9)
    found = view(compared(answers))
    assert found is not None
    assert (found.agree, found.differ) == ((), ())
    participant, caseworker = courses(compared(answers), MISSING)
    assert [(one.label, one.words) for one in participant.no_step] == [
        (named(1), "do not know"),
        (named(3), "prefer not to answer"),
    ]
    assert [one.words for one in caseworker.no_step] == ["could not observe", "skipped"]


@pytest.mark.parametrize(("after", "reliable"), [(2, False), (3, False), (4, True), (5, True)])
def test_one_question_is_beyond_noise_at_three_steps(after: float, reliable: bool) -> None:
    for found in (moved((1,), (after,)), moved((after,), (1,))):
        assert [move.reliable for move in found.moves] == [reliable]
        assert (len(found.reliable), len(found.seen)) == (int(reliable), int(not reliable))
    assert moved((1,), (after,)).moves[0].change == after - 1


@pytest.mark.parametrize(
    ("changes", "reliable"),
    [
        ((1,) * 9, False),
        ((1,) * 8 + (2,), True),  # 10 steps on nine questions: 1.11
        ((1,) * 11, False),
        ((1,) * 10 + (2,), True),  # 12 steps on eleven: 1.09
        ((2,) * 8, None),  # too few questions for a mean
    ],
)
def test_a_mean_is_beyond_noise_from_nine_questions_on(
    changes: tuple[int, ...], reliable: bool | None
) -> None:
    after = tuple(1 + change for change in changes)
    start = (1,) * len(changes)
    for found, sign in ((moved(start, after), 1), (moved(after, start), -1)):
        if reliable is None:
            assert (found.mean, found.mean_reliable) == (None, False)
        else:
            assert found.mean == pytest.approx(sign * sum(changes) / len(changes))
            assert found.mean_reliable is reliable


def test_only_five_steps_have_a_known_noise() -> None:
    ends = answered("participant", 0, *(0.0,) * 11) | answered("participant", 1, *(4.0,) * 11)
    for kind, highest in (("steps", 10), ("continuous", 4), ("continuous", 100)):
        comparison = compared(ends, on(kind, 0, highest))
        found = movement(comparison, "participant", ROUNDS[0], ROUNDS[1])
        assert len(found.seen) == 11
        assert (found.reliable, found.mean, found.mean_reliable) == ((), None, False)
        assert found.in_steps is (kind == "steps")
        assert found.moves[0].after.words is None
        assert len(unmeasured(comparison)) == 11
    assert unmeasured(compared({})) == ()


def test_five_steps_are_measured_wherever_they_begin() -> None:
    ends = answered("participant", 0, 0) | answered("participant", 1, 3)
    found = movement(compared(ends, on("steps", 0, 4)), "participant", ROUNDS[0], ROUNDS[1])
    assert [move.reliable for move in found.moves] == [True]


def test_where_lower_is_closer_to_work_a_fall_is_progress() -> None:
    fallen = answered("participant", 0, *(5.0,) * 11) | answered("participant", 1, *(1.0,) * 11)
    turned = on("steps", 1, 5, "lower_is_closer")
    found = movement(compared(fallen, turned), "participant", ROUNDS[0], ROUNDS[1])
    assert (found.mean, found.moves[0].change) == (4, 4)
    assert len(labels(found.moves, closer=True)) == 11


@pytest.mark.parametrize(
    ("kind", "highest", "near", "far"),
    [
        ("steps", 2, 0, 1),
        ("steps", 3, 1, 2),
        ("steps", 4, 1, 2),
        ("steps", 10, 4, 5),
        ("continuous", 100, 49.5, 50),
        ("continuous", 1, 0.4, 0.5),
    ],
)
def test_large_is_half_of_the_scale(kind: ScaleKind, highest: float, near: float, far: float) -> None:
    both = answered("participant", 0, 0, 0) | answered("caseworker", 0, near, far)
    found = view(compared(both, on(kind, 0, highest)))
    assert found is not None
    assert ([pair.gap for pair in found.agree], [pair.gap for pair in found.differ]) == ([near], [far])
    assert found.in_five_steps is (kind == "steps" and highest == 4)


def test_the_largest_gap_is_the_largest_share_of_its_scale() -> None:
    (wide, *_), (five, *_) = on("continuous", 0, 100), on("steps", 0, 4)
    mixed = (replace(wide, key="item_1"), replace(five, key="item_2"))
    both = answered("participant", 0, 0, 0) | answered("caseworker", 0, 60, 4)
    found = view(compared(both, mixed))
    assert found is not None
    assert [pair.gap for pair in found.differ] == [4, 60]


def test_of_two_peoples_answers_nothing_is_called_reliable() -> None:
    answers = answered("caseworker", 0, *(1,) * 11) | answered("caseworker", 1, *(5,) * 11)
    other = SAME_PEOPLE | {("caseworker", 1): UUID(int=99)}
    for people in (other, {}):
        comparison = replace(compared(answers), raters=people)
        found = movement(comparison, "caseworker", ROUNDS[0], ROUNDS[1])
        assert not found.same_person
        assert len(found.seen) == 11, "told all the same"
        assert (found.reliable, found.mean, found.mean_reliable) == ((), None, False)
    assert movement(compared(answers), "caseworker", ROUNDS[0], ROUNDS[1]).mean_reliable


def test_last_time_is_the_round_that_this_rater_answered_before() -> None:
    answers = answered("caseworker", 0, 1) | answered("caseworker", 2, 2) | answered("participant", 2, 2)
    participant, caseworker = courses(compared(answers), MISSING)
    assert (participant.last, participant.start) == (None, None)
    assert caseworker.last is not None
    assert (caseworker.last.since, caseworker.now) == (ROUNDS[0], ROUNDS[2])
    assert caseworker.start is None, "the same as last time"
    every = answers | answered("caseworker", 1, 1)
    (*_, caseworker) = courses(compared(every), MISSING)
    assert caseworker.last is not None
    assert caseworker.start is not None
    assert (caseworker.last.since, caseworker.start.since) == (ROUNDS[1], ROUNDS[0])


def test_names_by_direction() -> None:
    found = moved((1, 5, 3), (2, 1, 3))
    assert labels(found.moves, closer=True) == (named(1),)
    assert labels(found.moves, closer=False) == (named(2),)


_CELLS = [(rater, number, one.key) for rater in RATERS for number in range(3) for one in INDICATORS]
_STEPS = [1.0, 2.0, 3.0, 4.0, 5.0]
# Mostly steps, so that means of nine questions and more come up as often as gaps do.
_GIVEN = st.sampled_from([*_STEPS, *_STEPS, *_STEPS, -1.0, -9.0, None])
_ANSWERS = st.lists(_GIVEN, min_size=len(_CELLS), max_size=len(_CELLS)).map(
    lambda given: {cell: value for cell, value in zip(_CELLS, given, strict=True) if value is not None}
)


@given(_ANSWERS)
def test_every_question_is_told_once_and_only_where_it_belongs(answers: Answers) -> None:
    comparison = compared(answers)
    found = view(comparison)
    both = [n for n in range(3) if all(any(k[:2] == (r, n) for k in answers) for r in RATERS)]
    assert (found.round.number if found else None) == (both[-1] if both else None)
    if found:
        gaps = {
            named(i.number): abs(
                answers["participant", both[-1], i.key] - answers["caseworker", both[-1], i.key]
            )
            for i in INDICATORS
            if all(answers.get((r, both[-1], i.key), 0) > 0 for r in RATERS)
        }
        assert {pair.label: pair.gap for pair in (*found.agree, *found.differ)} == gaps
        assert len(found.agree) == sum(1 for gap in gaps.values() if gap <= 1)


@given(_ANSWERS, st.sampled_from(RATERS))
def test_movement_is_what_a_count_says_and_turns_round_with_time(answers: Answers, rater: Rater) -> None:
    there = movement(compared(answers), rater, ROUNDS[0], ROUNDS[1])
    changes = {
        named(i.number): answers[rater, 1, i.key] - answers[rater, 0, i.key]
        for i in INDICATORS
        if min(answers.get((rater, n, i.key), 0) for n in (0, 1)) > 0
    }
    assert {move.label: move.change for move in there.moves} == {k: v for k, v in changes.items() if v}
    assert {move.label for move in there.reliable} == {k for k, v in changes.items() if abs(v) >= 3}
    assert len(there.moves) == len(there.reliable) + len(there.seen)
    total = sum(changes.values())
    assert there.mean_reliable == (len(changes) >= 9 and abs(total) >= 1.08 * len(changes))
    back = movement(compared(answers), rater, ROUNDS[1], ROUNDS[0])
    assert [(m.label, -m.change, m.reliable) for m in back.moves] == [
        (m.label, m.change, m.reliable) for m in there.moves
    ]
    assert back.mean_reliable == there.mean_reliable

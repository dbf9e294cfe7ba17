"""The small picture of one indicator: where its dots and lines stand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bip.collect.own_answers import OwnAnswer, OwnIndicator
from bip.collect.own_figure import WIDTH, OwnFigure, own_figure

STEPS = (1, 2, 3, 4, 5)
DAY = date(2026, 3, 2)


def drawn(*course: tuple[int, int | None], mirrored: bool = False) -> OwnFigure | None:
    """The picture of (days after the first, step)."""
    answers = tuple(OwnAnswer(DAY + timedelta(days=after), "words", step) for after, step in course)
    return own_figure(OwnIndicator("Work", STEPS, answers), mirrored=mirrored)


def picture(*course: tuple[int, int | None], mirrored: bool = False) -> OwnFigure:
    figure = drawn(*course, mirrored=mirrored)
    assert figure is not None
    return figure


def test_without_any_step_there_is_no_picture() -> None:
    assert drawn((0, None), (91, None)) is None


def test_one_answer_is_the_latest_and_has_one_day() -> None:
    figure = picture((0, 3))
    assert [dot.kind for dot in figure.dots] == ["latest"]
    assert (figure.first, figure.latest, figure.lines) == (None, DAY, ())


def test_first_and_latest_are_the_outermost_steps() -> None:
    figure = picture((0, None), (91, 2), (182, 3), (273, 4), (364, None))
    assert [dot.kind for dot in figure.dots] == ["first", "between", "latest"]
    assert (figure.first, figure.latest) == (DAY + timedelta(91), DAY + timedelta(273))


def test_a_round_without_a_step_leaves_a_gap() -> None:
    figure = picture((0, 2), (91, 3), (182, None), (273, 4), (364, 5))
    assert [(before.y > after.y) for before, after in figure.lines] == [True, True]
    assert [figure.dots.index(before) for before, _ in figure.lines] == [0, 2]


def test_every_dot_stands_on_the_rung_of_its_step() -> None:
    heights = {rung.step: rung.y for rung in picture((0, 1)).rungs}
    assert sorted(heights.values(), reverse=True) == [heights[step] for step in STEPS]
    for step in STEPS:
        assert picture((0, step)).dots[0].y == heights[step]


def test_a_round_that_was_missed_takes_its_time_on_the_way() -> None:
    first, second, third = (dot.x for dot in picture((0, 1), (91, 1), (273, 1)).dots)
    assert third - second == pytest.approx(2 * (second - first), abs=2)


@given(st.lists(st.tuples(st.integers(1, 400), st.sampled_from((None, *STEPS))), min_size=1, max_size=12))
def test_mirrored_is_the_same_seen_in_a_mirror(gaps: list[tuple[int, int | None]]) -> None:
    after, course = 0, []
    for gap, step in gaps:
        after += gap
        course.append((after, step))
    plain, mirrored = drawn(*course), drawn(*course, mirrored=True)
    if plain is None or mirrored is None:
        assert plain is mirrored
        return
    assert [WIDTH - dot.x for dot in plain.dots] == [dot.x for dot in mirrored.dots]
    assert [dot.y for dot in plain.dots] == [dot.y for dot in mirrored.dots]
    assert WIDTH - plain.numbers_x == mirrored.numbers_x
    xs = [dot.x for dot in plain.dots]
    assert xs == sorted(xs)
    assert plain.rail[0] < xs[0]
    assert xs[-1] < plain.rail[1]

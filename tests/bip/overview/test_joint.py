"""All numbers of a page held together tell of no group of fewer than five."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bip.overview.page import UnitFigures, figures_of
from bip.overview.parts import LIMIT
from bip.overview.persons import Happened, Person, Stay
from bip.store.lists import EventKind, ExitReason, Origin, Sex
from tests.bip.overview.attack import Reader

TODAY = date(2026, 3, 2)


def person(
    background: tuple[Sex, Origin],
    ago: int,
    end: tuple[str, int],
    noted: tuple[int | None, int | None],
    enrolled: tuple[str | None, int | None],
) -> Person:
    """Enrolled `ago` days ago; `end`: how and when, `noted`: event and last day searched, in days after that.

    `enrolled`: in which intake, and how many days ago a second time, now in work.
    """
    (event, seen), (intake, again) = noted, enrolled
    begun = TODAY - timedelta(days=ago)
    how, after = end
    ended = begun + timedelta(days=after) if how and after <= ago else None
    left = ended if how in {"work", "study"} else None
    seen_to = begun + timedelta(days=seen) if left and seen is not None and after <= seen else None
    happened = (
        () if event is None else (Happened(EventKind.JOB_REGULAR, begun + timedelta(days=event), None),)
    )
    first = Stay(
        begun,
        intake,
        left,
        ExitReason(how) if left else None,
        ended if how == "withdrew" else None,
        seen_to,
        happened,
    )
    back = TODAY - timedelta(days=again or 0)
    job = Happened(EventKind.JOB_SUBSIDISED, back, None)
    return Person(*background, (first, Stay(back, events=(job,))) if again and again < ago else (first,))


people = st.builds(
    person,
    st.tuples(
        st.sampled_from([Sex.WOMAN, Sex.MAN, Sex.UNKNOWN]), st.sampled_from([Origin.NATIVE, Origin.FOREIGN])
    ),
    st.sampled_from([100, 200, 400, 800]),
    st.tuples(st.sampled_from(["", "work", "study", "withdrew"]), st.sampled_from([20, 150, 380])),
    st.tuples(st.sampled_from([None, 10, 100, 300]), st.sampled_from([None, None, 500])),
    st.tuples(st.sampled_from([None, "A", "B"]), st.sampled_from([None, None, 50])),
)
# Crowds of like people: what is shown differs by who few of them are.
units = st.lists(st.tuples(st.sampled_from([1, 2, 4, 5, 6, 12, 20]), people), min_size=1, max_size=9).map(
    lambda crowds: [one for number, one in crowds for _ in range(number)]
)


def figures(of: list[Person]) -> UnitFigures:
    return figures_of(of, TODAY, 3, 30)


def crowd(
    number: int,
    ago: int,
    event: int | None = None,
    intake: str | None = None,
    end: tuple[str, int] = ("", 0),
) -> list[Person]:
    return [person((Sex.WOMAN, Origin.NATIVE), ago, end, (event, None), (intake, None))] * number


LEFT = ("study", 20)
# Nobody of a young intake can be known to have gone a year without it: two of the others have not either.
YOUNG = [*crowd(7, 200, None, "A", LEFT), *crowd(5, 200, 10, "A"), *crowd(20, 400), *crowd(2, 400, 10)]
# Two are in no intake.
OUTSIDE = [*crowd(12, 400, None, "A", LEFT), *crowd(2, 400)]
# Of 20 followed for less than a year, 18 are not known to the end.
LOST = [*crowd(12, 800), *crowd(6, 800, 10, None, ("work", 380)), *crowd(18, 200), *crowd(2, 200, 10)]
# Of 14 followed for less than 420 days, 12 are of an intake that is younger than that.
NEW = [
    *crowd(6, 400, None, "A", LEFT),
    *crowd(6, 400, None, "A"),
    *crowd(20, 800),
    *crowd(2, 800, None, None, ("withdrew", 150)),
]


@settings(max_examples=45, deadline=None, derandomize=True)
@example(YOUNG)
@example(OUTSIDE)
@example(LOST)
@example(NEW)
@given(units.filter(lambda unit: len(unit) >= LIMIT))
def test_no_few_can_be_solved_from_all_figures_together(unit: list[Person]) -> None:
    """Of each person it could be that at least five others are alike in everything that is shown.

    So no group of people whatsoever, made of any figures, is known to be of fewer than five.
    """
    for there, could_be in Reader(figures(unit), unit, TODAY).most().values():
        assert could_be >= max(there, LIMIT) - 1e-6

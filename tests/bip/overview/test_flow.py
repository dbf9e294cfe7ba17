"""R4 and R5: who came, who left, who is in care, counted by hand; nothing told twice."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bip.overview.flow import Flow, Way, flow
from bip.overview.persons import Happened, Person, Stay
from bip.overview.suppression import TOTAL
from bip.store.lists import EventKind, ExitReason, Origin, Sex

TODAY = date(2026, 3, 2)
DAY = date(2025, 5, 1)


def stay(
    enrolled_on: date = DAY,
    left_on: date | None = None,
    reason: ExitReason | None = None,
    *events: Happened,
    withdrawn_on: date | None = None,
) -> Stay:
    return Stay(enrolled_on, None, left_on, reason, withdrawn_on, events)


def person(*stays: Stay, sex: Sex = Sex.WOMAN, origin: Origin = Origin.NATIVE) -> Person:
    return Person(sex, origin, stays or (stay(),))


def job(kind: EventKind, on: date, until: date | None = None) -> Happened:
    return Happened(kind, on, until)


def went(found: Flow, year: int | None = None) -> list[int | None]:
    return [found.went.shown(found.place(year), TOTAL, way) for way in (*Way, TOTAL)]


def test_who_came_by_sex_and_origin() -> None:
    """Falun: 102 women and 111 men, 76 of them born abroad, 49 women and 27 men."""
    foreign = Origin.FOREIGN
    people = (
        [person(sex=Sex.WOMAN)] * 53
        + [person(sex=Sex.WOMAN, origin=foreign)] * 49
        + [person(sex=Sex.MAN)] * 84
        + [person(sex=Sex.MAN, origin=foreign)] * 27
    )
    found = flow(people, TODAY)
    assert (found.sexes, found.origins, found.years) == (
        (Sex.WOMAN, Sex.MAN),
        (Origin.NATIVE, Origin.FOREIGN),
        (2025,),
    )
    rows = [[found.came.shown(TOTAL, sex, origin) for origin in (0, 1, TOTAL)] for sex in (0, 1, TOTAL)]
    assert rows == [[53, 49, 102], [84, 27, 111], [137, 76, 213]]
    assert (found.persons, found.in_care) == (213, 213)


def test_how_people_left() -> None:
    end = date(2026, 1, 15)
    regular, subsidised = EventKind.JOB_REGULAR, EventKind.JOB_SUBSIDISED
    both = (job(subsidised, date(2025, 9, 1)), job(regular, date(2025, 12, 1)))
    people = (
        [person(stay(DAY, end, ExitReason.WORK, *both))] * 5
        + [person(stay(DAY, end, ExitReason.WORK, job(subsidised, end)))] * 6
        + [person(stay(DAY, end, ExitReason.WORK))] * 7
        + [person(stay(DAY, date(2025, 12, 31), ExitReason.STUDY))] * 8
        + [person(stay(DAY, end, ExitReason.MOVED, *both))] * 9
        + [person(stay(DAY, withdrawn_on=end))] * 10
        + [person(stay(DAY))] * 11
    )
    found = flow(people, TODAY)
    assert went(found) == [5, 6, 7, 8, 19, 45]
    assert found.in_care == 11
    assert went(found, 2025) == [0, 0, 0, 8, 0, 8]
    assert went(found, 2026) == [5, 6, 7, 0, 19, 37]


def test_everybody_counts_once() -> None:
    first = stay(date(2024, 2, 1), date(2024, 9, 1), ExitReason.INTERRUPTED)
    second = stay(date(2025, 2, 1), date(2025, 9, 1), ExitReason.STUDY)
    found = flow([person(first, second)] * 6 + [person(first, stay())] * 7, TODAY)
    assert [found.came.shown(at, TOTAL, TOTAL) for at in (0, 1, TOTAL)] == [13, 0, 13]
    assert went(found) == [0, 0, 0, 6, 0, 6]
    assert found.in_care == 7
    assert found.years == (2024, 2025)


def test_who_works_but_is_kept_on_is_in_care() -> None:
    working = person(stay(DAY, None, None, job(EventKind.JOB_SUBSIDISED, DAY)))
    over = person(stay(DAY, None, None, job(EventKind.JOB_SUBSIDISED, DAY, date(2026, 3, 1))))
    gone = person(stay(DAY, TODAY, ExitReason.WORK, job(EventKind.JOB_REGULAR, DAY)))
    found = flow([working] * 6 + [over] * 7 + [gone] * 8, TODAY)
    assert (found.in_work, found.in_care, found.persons) == (6, 13, 21)


def test_few_in_care_or_few_gone_are_not_told() -> None:
    gone = person(stay(DAY, TODAY, ExitReason.STUDY))
    assert flow([person()] * 3 + [gone] * 20, TODAY).in_care is None
    assert flow([person()] * 20 + [gone] * 3, TODAY).in_care is None
    assert flow([person()] * 20 + [gone] * 5, TODAY).in_care == 20


def test_few_in_work_are_not_told() -> None:
    working = person(stay(DAY, None, None, job(EventKind.JOB_REGULAR, DAY)))
    found = flow([working] * 2 + [person()] * 20, TODAY)
    assert (found.in_work, found.in_care) == (None, 22)


people = st.builds(
    lambda year, left, sex, origin: person(
        stay(date(year, 3, 1), left and date(left, 6, 1), left and ExitReason.STUDY), sex=sex, origin=origin
    ),
    st.sampled_from([2023, 2024]),
    st.sampled_from([None, 2024, 2025]),
    st.sampled_from([Sex.WOMAN, Sex.MAN]),
    st.sampled_from([Origin.NATIVE, Origin.FOREIGN]),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(people, min_size=1, max_size=80))
def test_who_is_in_care_of_a_group_is_not_told_where_few(found_people: list[Person]) -> None:
    found = flow(found_people, TODAY)
    for place, group in enumerate(found.groups):
        came = found.came.shown(TOTAL, *group) if group else None
        left = found.went.shown(TOTAL, place, TOTAL)
        if group is not None:
            assert came is not None
            assert left is None or came - left == 0 or came - left >= 5
    total = found.went.shown(TOTAL, TOTAL, TOTAL)
    assert found.persons == (len(found_people) if len(found_people) >= 5 else None)
    assert found.persons is None or total is None or not 0 < found.persons - total < 5


def test_a_group_too_small_to_be_told_has_no_row() -> None:
    gone = stay(DAY, TODAY, ExitReason.STUDY)
    women, men = (
        [person(gone)] * 8 + [person()] * 12,
        [person(gone, sex=Sex.MAN)] * 9 + [person(sex=Sex.MAN)] * 21,
    )
    other = flow([*women, *men], TODAY)
    assert other.groups == ((0, 0), (1, 0))
    assert [other.went.shown(TOTAL, at, Way.STUDY) for at in (0, 1, TOTAL)] == [8, 9, 17]
    unknown = flow([*women, *men, *[person(sex=Sex.UNKNOWN)] * 3], TODAY)
    # The three are hidden, and the women with them, who are fewer than the men.
    assert unknown.groups == ((1, 0), None)
    assert [unknown.went.shown(TOTAL, at, Way.STUDY) for at in (0, 1, TOTAL)] == [9, 8, 17]
    few_women = [person(gone)] * 17 + [person()] * 3
    assert flow([*few_women, *men], TODAY).groups == (None,)

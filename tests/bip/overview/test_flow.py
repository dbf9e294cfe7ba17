"""R4 and R5: who came, who left, who is in care, counted by hand; nothing told twice."""

from __future__ import annotations

from datetime import date

from bip.overview.flow import Flow, Group, Way, flow
from bip.overview.persons import Happened, Person, Stay
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
    return Stay(enrolled_on, None, left_on, reason, withdrawn_on, None, events)


def person(*stays: Stay, sex: Sex = Sex.WOMAN, origin: Origin = Origin.NATIVE) -> Person:
    return Person(sex, origin, stays or (stay(),))


def job(kind: EventKind, on: date, until: date | None = None) -> Happened:
    return Happened(kind, on, until)


def row(found: Flow, sexes: tuple[Sex, ...] | None, origins: tuple[Origin, ...] | None) -> Group:
    return next(group for group in found.groups if (group.sexes, group.origins) == (sexes, origins))


def rows(found: Flow) -> list[tuple[tuple[Sex, ...] | None, tuple[Origin, ...] | None]]:
    return [(group.sexes, group.origins) for group in found.groups]


WOMAN, MAN, UNKNOWN = (Sex.WOMAN,), (Sex.MAN,), (Sex.UNKNOWN,)
NATIVE, FOREIGN = (Origin.NATIVE,), (Origin.FOREIGN,)


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
    assert [(group.sexes, group.origins, group.came) for group in found.groups] == [
        (WOMAN, NATIVE, 53),
        (WOMAN, FOREIGN, 49),
        (MAN, NATIVE, 84),
        (MAN, FOREIGN, 27),
        (WOMAN, None, 102),
        (MAN, None, 111),
        (None, NATIVE, 137),
        (None, FOREIGN, 76),
    ]
    assert (found.everybody.came, found.everybody.left, found.everybody.in_care) == (213, 0, 213)


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
    assert found.ways == tuple((way,) for way in Way)
    assert found.everybody == Group(None, None, 56, 45, (5, 6, 7, 8, 19))
    assert found.everybody.in_care == 11


def test_everybody_counts_once_by_the_last_enrolment() -> None:
    first = stay(date(2024, 2, 1), date(2024, 9, 1), ExitReason.INTERRUPTED)
    second = stay(date(2025, 2, 1), date(2025, 9, 1), ExitReason.STUDY)
    found = flow([person(first, second)] * 6 + [person(first, stay())] * 7, TODAY)
    assert found.everybody == Group(None, None, 13, 6, (0, 0, 0, 6, 0))


def test_ways_that_few_took_stand_together() -> None:
    end = date(2026, 1, 15)
    work = stay(DAY, end, ExitReason.WORK, job(EventKind.JOB_REGULAR, end))
    people = [person(work)] * 3 + [person(stay(DAY, end, ExitReason.STUDY))] * 6
    found = flow([*people, *[person(stay(DAY, end, ExitReason.MOVED))] * 9, *[person()] * 10], TODAY)
    # Three by themselves would be told, so six stand with them.
    assert found.ways == ((Way.SUBSIDISED,), (Way.WORK,), (Way.OTHER,), (Way.REGULAR, Way.STUDY))
    assert found.everybody.ways == (0, 0, 9, 9)


def test_who_works_but_is_kept_on_is_in_care() -> None:
    working = person(stay(DAY, None, None, job(EventKind.JOB_SUBSIDISED, DAY)))
    over = person(stay(DAY, None, None, job(EventKind.JOB_SUBSIDISED, DAY, date(2026, 3, 1))))
    gone = person(stay(DAY, TODAY, ExitReason.WORK, job(EventKind.JOB_REGULAR, DAY)))
    found = flow([working] * 6 + [over] * 7 + [gone] * 8, TODAY)
    assert (found.in_work, found.everybody.in_care, found.everybody.came) == (6, 13, 21)


def test_few_in_care_or_few_gone_are_not_told() -> None:
    gone = person(stay(DAY, TODAY, ExitReason.STUDY))
    for people in ([person()] * 3 + [gone] * 20, [person()] * 20 + [gone] * 3):
        found = flow(people, TODAY)
        assert found.everybody == Group(None, None, 23, None, None)
        assert (found.ways, found.in_work) == ((), None)
    assert flow([person()] * 20 + [gone] * 5, TODAY).everybody.in_care == 20


def test_few_in_work_are_not_told() -> None:
    working = person(stay(DAY, None, None, job(EventKind.JOB_REGULAR, DAY)))
    assert flow([working] * 2 + [person()] * 20, TODAY).in_work is None
    assert flow([working] * 20 + [person()] * 2, TODAY).in_work is None
    assert flow([working] * 20, TODAY).in_work == 20


def test_a_group_too_small_to_be_told_stands_with_others() -> None:
    gone = stay(DAY, TODAY, ExitReason.STUDY)
    women = [person(gone)] * 8 + [person()] * 12
    men = [person(gone, sex=Sex.MAN)] * 9 + [person(sex=Sex.MAN)] * 21
    found = flow([*women, *men], TODAY)
    assert rows(found) == [(WOMAN, None), (MAN, None)]
    assert row(found, WOMAN, None).ways == (0, 0, 0, 8, 0)
    # The three stand with the women, who are fewer than the men.
    found = flow([*women, *men, *[person(sex=Sex.UNKNOWN)] * 3], TODAY)
    assert rows(found) == [(MAN, None), ((Sex.WOMAN, Sex.UNKNOWN), None)]
    assert row(found, (Sex.WOMAN, Sex.UNKNOWN), None).came == 23
    # Three women in care would be told by those who came and those who left.
    assert rows(flow([*[person(gone)] * 17, *[person()] * 3, *men], TODAY)) == []


def test_sex_and_origin_together_only_where_all_of_these_groups_may_be_told() -> None:
    people = [
        person(sex=sex, origin=origin)
        for sex in (Sex.WOMAN, Sex.MAN)
        for origin in (Origin.NATIVE, Origin.FOREIGN)
        for _ in range(5)
    ]
    apart = [(WOMAN, None), (MAN, None), (None, NATIVE), (None, FOREIGN)]
    assert len(rows(flow(people, TODAY))) == 8
    assert rows(flow([*people[1:], person(sex=Sex.MAN)], TODAY)) == apart


def test_groups_have_their_ways_of_leaving_where_none_of_them_is_few() -> None:
    gone, ended = stay(DAY, TODAY, ExitReason.STUDY), stay(DAY, TODAY, ExitReason.MOVED)
    women = [person(gone)] * 8 + [person(ended)] * 6
    men = [person(gone, sex=Sex.MAN)] * 9 + [person(ended, sex=Sex.MAN)] * 7
    found = flow([*women, *men], TODAY)
    assert [group.ways for group in found.groups] == [(0, 0, 0, 8, 6), (0, 0, 0, 9, 7)]
    found = flow([*women, *men[:-3]], TODAY)
    assert [(group.left, group.ways) for group in found.groups] == [(14, None), (13, None)]
    assert found.everybody.ways == (0, 0, 0, 17, 10)

"""R4: who came and who left, by sex and origin; R5: how many are in care.

Everybody counts once: as one who came, and either as still in care or among those who left, by the last
enrolment. All divisions are told for all time only: between years, those in care could be had by subtraction.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from itertools import product
from typing import TypeVar

from bip.overview.parts import together, told
from bip.overview.persons import WORK, Person, Stay
from bip.store.lists import EventKind, ExitReason, Origin, Sex

Sexes = tuple[Sex, ...]
Origins = tuple[Origin, ...]
K = TypeVar("K", Sex, Origin)


class Way(IntEnum):
    """How somebody left."""

    REGULAR = 0
    SUBSIDISED = 1
    WORK = 2
    STUDY = 3
    OTHER = 4


@dataclass(frozen=True, slots=True)
class Group:
    """People of some sexes and origins, all of them where None: how many came and, where told, left and how.

    `ways`: in the order of `Flow.ways`.
    """

    sexes: Sexes | None
    origins: Origins | None
    came: int
    left: int | None
    ways: tuple[int, ...] | None

    @property
    def in_care(self) -> int | None:
        """How many have not left."""
        return None if self.left is None else self.came - self.left


@dataclass(frozen=True, slots=True)
class Flow:
    """`groups`: those that can be told. `ways`: of leaving, those of few people together; empty where untold.

    `in_work`: how many of those in care have a job.
    """

    everybody: Group
    groups: tuple[Group, ...]
    ways: tuple[tuple[Way, ...], ...]
    in_work: int | None


@dataclass(frozen=True, slots=True)
class _Counted:
    """Somebody; `way` is None for who is in care."""

    sex: Sex
    origin: Origin
    way: Way | None


_People = Sequence[_Counted]
_Parts = Sequence[tuple[Way, ...]]


def flow(persons: Sequence[Person], today: date) -> Flow:
    """Of at least `LIMIT` persons."""
    people = [_Counted(one.sex, one.origin, _way(one.last(today))) for one in persons]
    ends = told(_ends(people))
    left = Counter(one.way for one in people)
    ways = together({way: left[way] for way in Way}) if ends else None
    groups = [(group, _among(people, *group)) for group in _groups(people, ends=ends)]
    split = ways if ways and all(told(_by_way(those, ways)) for _, those in groups) else None
    everybody = _group((None, None), people, ends=ends, ways=ways)
    return Flow(
        everybody,
        tuple(_group(group, those, ends=ends, ways=split) for group, those in groups),
        ways or (),
        in_work(persons, today) if ends else None,
    )


def _way(end: Stay | None) -> Way | None:
    """How it ended. Which job an exit to work led to: the last one by then, else the first one after."""
    if end is None:
        return None
    if end.reason is ExitReason.STUDY:
        return Way.STUDY
    if end.reason is not ExitReason.WORK:
        return Way.OTHER
    jobs = sorted((one for one in end.events if one.kind in WORK), key=lambda one: one.on)
    if not jobs:
        return Way.WORK
    before = [one for one in jobs if end.left_on is not None and one.on <= end.left_on]
    job = before[-1] if before else jobs[0]
    return Way.REGULAR if job.kind is EventKind.JOB_REGULAR else Way.SUBSIDISED


def _ends(people: _People) -> tuple[int, int]:
    """Those who left and those in care."""
    left = sum(one.way is not None for one in people)
    return left, len(people) - left


def _by_way(people: _People, ways: _Parts) -> tuple[int, ...]:
    return tuple(sum(one.way in part for one in people) for part in ways)


def _among(people: _People, sexes: Sexes | None, origins: Origins | None) -> _People:
    return [
        one
        for one in people
        if (sexes is None or one.sex in sexes) and (origins is None or one.origin in origins)
    ]


def _groups(people: _People, *, ends: bool) -> list[tuple[Sexes | None, Origins | None]]:
    """The groups with a row: each sex and each origin, and each of both where all of these may be told."""
    sexes = _parts(people, lambda one: one.sex, ends=ends)
    origins = _parts(people, lambda one: one.origin, ends=ends)
    both = list(product(sexes, origins)) if len(sexes) > 1 and len(origins) > 1 else []
    crossed = all(_apart(_among(people, *pair), ends=ends) for pair in both)
    # One part alone would say the same as the row of all.
    return [
        *(both if crossed else []),
        *((part, None) for part in sexes if len(sexes) > 1),
        *((None, part) for part in origins if len(origins) > 1),
    ]


def _parts(people: _People, of: Callable[[_Counted], K], *, ends: bool) -> list[tuple[K, ...]]:
    """The kinds that may stand alone, the largest before others, and all other kinds together."""
    size = Counter(of(one) for one in people)
    alone: list[K] = []
    for kind, _ in size.most_common():
        if _apart([one for one in people if of(one) is kind], ends=ends):
            alone.append(kind)
    while alone and not _apart([one for one in people if of(one) not in alone], ends=ends):
        alone.pop()
    parts: list[tuple[K, ...]] = [(kind,) for kind in sorted(alone, key=_place)]
    others = tuple(sorted((kind for kind in size if kind not in alone), key=_place))
    if others:
        parts.append(others)
    return parts


def _place(kind: Sex | Origin) -> int:
    return list(type(kind)).index(kind)


def _apart(people: _People, *, ends: bool) -> bool:
    """Whether these people may have a row."""
    return told([len(people), *(_ends(people) if ends else ())])


def _group(
    group: tuple[Sexes | None, Origins | None], people: _People, *, ends: bool, ways: _Parts | None
) -> Group:
    left = _ends(people)[0] if ends else None
    return Group(*group, len(people), left, None if ways is None else _by_way(people, ways))


def in_work(persons: Sequence[Person], today: date) -> int | None:
    """How many of those in care have a job; None where they, or the others, are few."""
    working = [one.works(today) for one in persons if one.in_care(today)]
    return sum(working) if told((sum(working), len(working) - sum(working))) else None

"""Tables of an overview as rows of cells for the page: a number, or the word for a hidden one."""

from collections.abc import Iterable

from babel.lists import format_list
from flask_babel import LazyString, get_locale, gettext, lazy_gettext, ngettext

from bip.overview.charts import percent
from bip.overview.curves import Median
from bip.overview.flow import Flow, Group, Way
from bip.overview.reached import Status, WithinYear
from bip.overview.staying import Course, Staying
from bip.participants.words import ORIGINS, SEXES

Cell = int | str
Row = list[Cell]

STATUSES = {
    Status.REACHED: lazy_gettext("Reached it within a year"),
    Status.NOT: lazy_gettext("Did not reach it within a year"),
    Status.OPEN: lazy_gettext("Not known for the whole year"),
}
WAYS = {
    Way.REGULAR: lazy_gettext("Regular work"),
    Way.SUBSIDISED: lazy_gettext("Subsidised work"),
    Way.WORK: lazy_gettext("Work, kind not noted"),
    Way.STUDY: lazy_gettext("Education"),
    Way.OTHER: lazy_gettext("Other reason or withdrew"),
}


def cell(count: int | None) -> Cell:
    """The count, or that it is hidden."""
    return str(gettext("hidden")) if count is None else count


def share_in_words(count: int | None, base: int | None) -> str:
    """`74 of 213 (35 %)`, as far as it may be told."""
    if base is None:
        return str(cell(base))
    if count is None or not base:
        return str(gettext("%(count)s of %(base)s", count=cell(count), base=cell(base)))
    return str(
        gettext("%(count)s of %(base)s (%(share)s)", count=count, base=base, share=percent(count / base))
    )


def reached_in_words(figures: WithinYear) -> str | None:
    """How many reached it at least and at most; None where neither is told."""
    low, high = figures.at_least, figures.at_most
    if low is None and high is None:
        return None
    at_least, at_most = share_in_words(low, figures.total), share_in_words(high, figures.total)
    if low == high:
        words = gettext("%(share)s reach work, study or training within a year.", share=at_least)
    elif high is None:
        words = gettext("At least %(share)s reach work, study or training within a year.", share=at_least)
    elif low is None:
        words = gettext("At most %(share)s reach work, study or training within a year.", share=at_most)
    else:
        words = gettext(
            "At least %(low)s and at most %(high)s reach work, study or training within a year.",
            low=at_least,
            high=at_most,
        )
    return str(words)


def reached_rows(figures: WithinYear) -> list[Row]:
    """What is known of the first year, and how many that holds for."""
    rows: list[Row] = [[_either(STATUSES[one] for one in part), count] for part, count in figures.parts]
    return [*rows, [gettext("All"), figures.total]]


def _either(names: Iterable[LazyString | str]) -> str:
    """`This, that or other`."""
    first, *others = map(str, names)
    words = [first, *(name[:1].lower() + name[1:] for name in others)]
    return format_list(words, style="or", locale=get_locale())


def intake_rows(staying: Staying) -> list[Row]:
    """Each intake that is told, all others and everybody: persons, and when half have left."""
    rows: list[Row] = [[one.name, one.persons, *_half(one.median)] for one in staying.intakes]
    if rows and staying.others:
        rows.append([gettext("All others"), staying.others, "–", "–"])
    return [*rows, [gettext("All"), staying.persons, *_times(staying.course)]]


def _times(course: Course | None) -> tuple[Cell, Cell]:
    return (gettext("too few to show"), "–") if course is None else _half(course.median)


def _half(median: Median | None) -> tuple[Cell, Cell]:
    if median is None:
        return gettext("not reached yet"), "–"
    return _in_months(median.months), _interval(median)


def _in_months(months: int) -> str:
    return str(ngettext("%(num)s month", "%(num)s months", months))


def _interval(median: Median) -> str:
    if median.low is None:
        return "–"
    if median.high is None:
        return str(gettext("%(low)s or more", low=_in_months(median.low)))
    return str(gettext("%(low)s to %(high)s", low=median.low, high=_in_months(median.high)))


def flow_rows(flow: Flow) -> list[Row]:
    """Each group that may have a row, and all: how many came, left and are in care."""
    return [
        [_group_name(group), group.came, cell(group.left), cell(group.in_care)]
        for group in (*flow.groups, flow.everybody)
    ]


def way_rows(flow: Flow) -> list[Row]:
    """The same groups where each may have its ways of leaving, and all."""
    return [
        [_group_name(group), *group.ways, cell(group.left)]
        for group in (*flow.groups, flow.everybody)
        if group.ways is not None
    ]


def way_names(flow: Flow) -> list[str]:
    """The columns of `way_rows` after the first."""
    return [*(_either(WAYS[way] for way in part) for part in flow.ways), gettext("All")]


def _group_name(group: Group) -> str:
    sex = None if group.sexes is None else _either(SEXES[one] for one in group.sexes)
    origin = None if group.origins is None else _either(ORIGINS[one] for one in group.origins)
    if sex is None and origin is None:
        return str(gettext("All"))
    if origin is None:
        return str(gettext("Sex: %(name)s", name=str(sex).lower()))
    if sex is None:
        return str(gettext("Origin: %(name)s", name=origin.lower()))
    return str(gettext("%(sex)s, %(origin)s", sex=sex, origin=origin.lower()))


def mean_in_words(course: Course | None) -> str | None:
    """Only where everybody has left: otherwise the long stays are not in it yet."""
    return None if course is None or course.mean is None else _in_months(round(course.mean))

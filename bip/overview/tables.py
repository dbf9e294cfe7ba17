"""Tables of an overview as rows of cells for the page: a number, or the word for a hidden one."""

from collections.abc import Sequence

from flask_babel import gettext, lazy_gettext, ngettext

from bip.overview.charts import percent
from bip.overview.curves import Median
from bip.overview.flow import Flow, Group, Way
from bip.overview.reached import Since, Status, WithinYear
from bip.overview.staying import Course, Staying
from bip.overview.suppression import TOTAL
from bip.participants.words import ORIGINS, SEXES

Cell = int | str
Row = list[Cell]

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


def reached_rows(figures: WithinYear) -> list[Row]:
    """By when people were enrolled: how many reached it, did not, or are not known to the end, and all."""
    names = {
        Since.A_YEAR.value: gettext("A year ago or more"),
        Since.LESS.value: gettext("Less than a year ago"),
        TOTAL: gettext("All"),
    }
    return [
        [name, *(cell(figures.table.shown(row, status)) for status in (*Status, TOTAL))]
        for row, name in names.items()
    ]


def intake_rows(staying: Staying) -> list[Row]:
    """Each intake and everybody: persons, and when half have left."""
    groups = [(one.name or gettext("No intake noted"), one.persons, one.course) for one in staying.intakes]
    groups.append((gettext("All"), staying.persons, staying.course))
    return [[name, cell(persons), *_times(course)] for name, persons, course in groups]


def _times(course: Course) -> tuple[Cell, Cell]:
    if not course.points:
        too_few = gettext("too few to show")
        return too_few, "–"
    if course.median is None:
        return gettext("not reached yet"), "–"
    return _in_months(course.median.months), _interval(course.median)


def _in_months(months: int) -> str:
    return str(ngettext("%(num)s month", "%(num)s months", months))


def _interval(median: Median) -> str:
    if median.low is None:
        return "–"
    if median.high is None:
        return str(gettext("%(low)s or more", low=_in_months(median.low)))
    return str(gettext("%(low)s to %(high)s", low=median.low, high=_in_months(median.high)))


def came_rows(flow: Flow, year: int | None) -> list[Row]:
    """Sex by origin."""
    place = flow.place(year)
    rows = [(str(SEXES[sex]), at) for at, sex in enumerate(flow.sexes)] + [(gettext("All"), TOTAL)]
    origins = (*range(len(flow.origins)), TOTAL)
    return [[name, *(cell(flow.came.shown(place, at, origin)) for origin in origins)] for name, at in rows]


def origin_names(flow: Flow) -> list[str]:
    """The columns of `came_rows` after the first."""
    return [*(str(ORIGINS[origin]) for origin in flow.origins), gettext("All")]


def went_rows(flow: Flow, year: int | None) -> list[Row]:
    """A row for each sex and origin that may have one, and one for all."""
    place = flow.place(year)
    rows = [(_group_name(flow, group), at) for at, group in enumerate(flow.groups)]
    # A single row would say the same as the last one.
    rows = [*(rows if len(rows) > 1 else []), (gettext("All"), TOTAL)]
    return [[name, *(cell(flow.went.shown(place, at, way)) for way in (*Way, TOTAL))] for name, at in rows]


def _group_name(flow: Flow, group: Group | None) -> str:
    if group is None:
        return str(gettext("All other groups"))
    sex, origin = flow.sexes[group[0]], flow.origins[group[1]]
    return str(gettext("%(sex)s, %(origin)s", sex=SEXES[sex], origin=str(ORIGINS[origin]).lower()))


def mean_in_words(course: Course) -> str | None:
    """Only where everybody has left: otherwise the long stays are not in it yet."""
    return None if course.mean is None else _in_months(round(course.mean))


def columns_of_ways() -> Sequence[str]:
    """The columns of `went_rows` after the first."""
    return [*(str(WAYS[way]) for way in Way), gettext("All")]

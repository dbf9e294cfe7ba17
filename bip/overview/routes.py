"""Its pages."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from bip.auth.staff import requires, staff
from bip.overview import tables
from bip.overview.charts import reached_chart, staying_chart
from bip.overview.curves import SMALLEST
from bip.overview.page import chosen, own_figures, unit_figures, units_of
from bip.overview.parts import LIMIT
from bip.services import reader, services
from bip.store.lists import Role

overview = Blueprint("overview", __name__)


@overview.get("/overview")
@requires(Role.COORDINATOR)
def unit() -> ResponseReturnValue:
    """The figures of a unit."""
    today = services().clock.today()
    units = units_of(reader(), staff())
    shown = chosen(units, request.args.get("unit"))
    figures = unit_figures(reader(), staff(), shown, today) if shown else None
    course = figures.staying.course if figures else None
    return render_template(
        "overview/unit.html",
        units=units,
        unit=shown,
        figures=figures,
        reached_chart=reached_chart(figures.reached.points) if figures else None,
        staying_chart=staying_chart(course.points) if course else None,
        limit=LIMIT,
        smallest=SMALLEST,
        tables=tables,
    )


@overview.get("/overview/mine")
@requires(Role.CASEWORKER)
def mine() -> ResponseReturnValue:
    """A caseworker's own participants in figures; nobody else's, and nothing beside them."""
    today = services().clock.today()
    return render_template(
        "overview/mine.html",
        figures=own_figures(reader(), staff(), today),
        limit=LIMIT,
        smallest=SMALLEST,
        tables=tables,
    )

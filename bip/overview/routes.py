"""Its pages."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from bip.auth.staff import requires, staff
from bip.overview import tables
from bip.overview.charts import reached_chart, staying_chart
from bip.overview.curves import SMALLEST
from bip.overview.flow import Flow
from bip.overview.page import chosen, own_figures, unit_figures, units_of
from bip.overview.persons import YEAR
from bip.overview.suppression import LIMIT
from bip.services import reader, services
from bip.store.lists import Role

overview = Blueprint("overview", __name__)


@overview.get("/overview")
@requires(Role.COORDINATOR)
def unit() -> ResponseReturnValue:
    """The figures of a unit, those of coming and going for a year or for all time."""
    today = services().clock.today()
    units = units_of(reader(), staff())
    shown = chosen(units, request.args.get("unit"))
    figures = unit_figures(reader(), staff(), shown, today) if shown else None
    return render_template(
        "overview/unit.html",
        units=units,
        unit=shown,
        figures=figures,
        year=_year(figures.flow) if figures else None,
        reached_chart=reached_chart(figures.reached.points) if figures else None,
        staying_chart=staying_chart(figures.staying) if figures else None,
        a_year_ago=today - YEAR,
        limit=LIMIT,
        smallest=SMALLEST,
        tables=tables,
    )


def _year(flow: Flow) -> int | None:
    """The year asked for, 404 where nobody came or left in it; None for all time."""
    asked = request.args.get("year")
    if asked is None:
        return None
    return next((year for year in flow.years if str(year) == asked), None) or abort(404)


@overview.get("/overview/mine")
@requires(Role.CASEWORKER)
def mine() -> ResponseReturnValue:
    """A caseworker's own participants in figures; nobody else's, and nothing beside them."""
    today = services().clock.today()
    return render_template(
        "overview/mine.html",
        figures=own_figures(reader(), staff(), today),
        a_year_ago=today - YEAR,
        limit=LIMIT,
        smallest=SMALLEST,
        tables=tables,
    )

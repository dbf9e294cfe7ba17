"""Pages of this concern."""

from flask import Blueprint, render_template

research = Blueprint("research", __name__)


@research.get("/research")
def index() -> str:
    """To be written."""
    return render_template("site/empty.html")

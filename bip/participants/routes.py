"""Pages of this concern."""

from flask import Blueprint, render_template

participants = Blueprint("participants", __name__)


@participants.get("/participants")
def index() -> str:
    """To be written."""
    return render_template("site/empty.html")

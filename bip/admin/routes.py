"""Pages of this concern."""

from flask import Blueprint, render_template

admin = Blueprint("admin", __name__)


@admin.get("/studies")
def studies() -> str:
    """To be written."""
    return render_template("site/empty.html")

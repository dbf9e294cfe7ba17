"""Its pages."""

from flask import Blueprint

worklist = Blueprint("worklist", __name__)

"""Its pages."""

from flask import Blueprint

overview = Blueprint("overview", __name__)

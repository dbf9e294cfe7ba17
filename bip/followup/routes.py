"""Its pages."""

from flask import Blueprint

followup = Blueprint("followup", __name__)

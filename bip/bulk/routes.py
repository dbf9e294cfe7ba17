"""Its pages."""

from flask import Blueprint

bulk = Blueprint("bulk", __name__)

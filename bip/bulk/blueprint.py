"""Where the pages of this concern hang."""

from flask import Blueprint

bulk = Blueprint("bulk", __name__)

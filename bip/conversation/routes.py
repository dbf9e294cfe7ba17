"""Its pages."""

from flask import Blueprint

conversation = Blueprint("conversation", __name__)

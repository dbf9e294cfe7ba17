"""Pages of this concern."""

from flask import Blueprint

collect = Blueprint("collect", __name__)


@collect.get("/")
def enter() -> str:
    return ""

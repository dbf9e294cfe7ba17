"""Addresses that are the same on every page: built once, for every page shows several."""

import hashlib
from functools import cache
from pathlib import Path

from flask import request, url_for

STATIC = Path(__file__).with_name("static")


def fixed_address(endpoint: str, **values: str) -> str:
    """What `url_for` gives, remembered; for addresses that hold nothing of the request."""
    return _built(request.script_root, endpoint, tuple(values.items()))


@cache
def _built(_script_root: str, endpoint: str, values: tuple[tuple[str, str], ...]) -> str:
    return url_for(endpoint, **dict(values))  # type: ignore[arg-type]  # only values, no options


def static(filename: str) -> str:
    """The address of one of our files, which browsers may keep for ever: it changes with the content."""
    return fixed_address("static", filename=filename, v=_version(filename))


@cache
def _version(filename: str) -> str:
    return hashlib.sha256((STATIC / filename).read_bytes()).hexdigest()[:8]

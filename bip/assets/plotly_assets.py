"""Plotly's script and style rules, taken out of the installed package."""

from __future__ import annotations

import ast
import gzip
import re
from functools import cache
from importlib.metadata import version
from importlib.resources import files

VERSION = version("plotly")

_LITERAL = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
_RULES = re.compile(rf"""\{{"X,X div":(?:{_LITERAL}|[\w:,])+\}}""")
_RULE = re.compile(rf"({_LITERAL}|\w+):({_LITERAL})")
_MAP_STYLE = re.compile(r'getElementById\("([0-9a-f]{64})"\)')
# How plotly.js writes the places of its rules for short.
_PLACES = {"X": ".js-plotly-plot .plotly", "Y": ".plotly-notifier"}


def script() -> bytes:
    """`plotly.min.js`, 4.8 MB."""
    return (files("plotly") / "package_data" / "plotly.min.js").read_bytes()


@cache
def script_gzipped() -> bytes:
    """The script compressed, once a process."""
    return gzip.compress(script(), mtime=0)


@cache
def stylesheet() -> bytes:
    """The rules that plotly.js would write into a `<style>` of its own, which our pages refuse.

    Raises LookupError where the installed plotly.js does not hold them as it used to.
    """
    rules = _RULE.findall(_found(_RULES)[0])
    # plotly.js puts each rule before those it has put already.
    return "".join(
        _rule(selector, _text(declarations)) for selector, declarations in reversed(rules)
    ).encode()


@cache
def map_style_id() -> str:
    """The id of an element whose presence keeps plotly.js from writing a `<style>` for maps.

    Raises LookupError as `stylesheet` does.
    """
    return _found(_MAP_STYLE)[1]


def _found(pattern: re.Pattern[str]) -> re.Match[str]:
    found = pattern.search(script().decode())
    if found is None:
        raise LookupError(
            f"plotly {VERSION} keeps its styles elsewhere; remedy: install the version in requirements.lock"
        )
    return found


def _rule(selector: str, declarations: str) -> str:
    place = re.sub("[XY]", lambda short: _PLACES[short[0]], _text(selector))
    return f"{place}{{{declarations}}}\n"


def _text(literal: str) -> str:
    """What a JavaScript literal says; a key may stand without quotes."""
    return str(ast.literal_eval(literal)) if literal[0] in "\"'" else literal

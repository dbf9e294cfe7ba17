"""Holds a parsed file against its schema, and says what is wrong in words for an instrument's author."""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from surveys.findings import Finding, InstrumentError, Severity
from surveys.yaml_files import Document, Place

Schema = TypeVar("Schema", bound=BaseModel)

# By the type pydantic gives an error: what is wrong, and what to do.
_EXPLAINED: Mapping[str, tuple[str, str]] = {
    "missing": ("the field is missing", "add it"),
    "extra_forbidden": ("there is no such field", "check the spelling, or take it out"),
    "string_type": ("should be a text", "write words; put numbers, dates, true, false and null in quotes"),
    "string_too_short": ("the text is empty", "write the words, or take the field out"),
    "int_type": ("should be a whole number", "write it without quotes and without decimals"),
    "bool_type": ("should be true or false", "write true or false without quotes"),
    "value_error": ("should be a number, at most 10^15", "write it without quotes"),
    "list_type": ("should be a list", "write one line with a dash for each, or [a, b]"),
    "too_short": ("the list is empty", "name at least one"),
    "dict_type": ("should hold fields of its own", "write its fields indented below it"),
    "model_type": ("should hold fields of its own", "write its fields indented below it"),
}


def parse(document: Document, schema: type[Schema]) -> Schema:
    """The file's content as the schema's object. Raises InstrumentError with one finding a fault."""
    try:
        return schema.model_validate(document.data)
    except ValidationError as fault:
        raise InstrumentError(
            _finding(document, error) for error in fault.errors(include_url=False)
        ) from fault


def _finding(document: Document, error: ErrorDetails) -> Finding:
    place = _place(error["loc"])
    message, remedy = _explained(error)
    if error["loc"][-1:] == ("[key]",):
        message = f"`{place[-1]}` cannot be the name of a field here: {message}"
    line = document.line(place)
    return Finding(Severity.ERROR, document.path, field_name(document, place), message, remedy, line)


def _place(loc: Place) -> Place:
    return tuple(name for name in loc if name != "[key]")


def _explained(error: ErrorDetails) -> tuple[str, str]:
    if error["type"] == "literal_error":
        return f"`{error['input']}` is not one of the values", f"write {error['ctx']['expected']}"
    if error["type"] == "string_pattern_mismatch":
        return (
            f"`{error['input']}` has the wrong form",
            f"write it so that it matches {error['ctx']['pattern']}",
        )
    message = str(error["msg"]).removeprefix("Input ").lower()
    return _EXPLAINED.get(error["type"], (message, "correct the value"))


def field_name(document: Document, place: Place) -> str:
    """The dotted path of a field; an entry of a list goes by its key, or else by its number from 0."""
    names: list[str] = []
    data = document.data
    for name in place:
        data = _inside(data, name)
        key = data.get("key") if isinstance(name, int) and isinstance(data, dict) else None
        names.append(key if isinstance(key, str) else str(name))
    return ".".join(names)


def _inside(data: object, name: str | int) -> object:
    if isinstance(data, dict):
        return data.get(name)
    if isinstance(data, list) and isinstance(name, int) and name < len(data):
        return data[name]
    return None

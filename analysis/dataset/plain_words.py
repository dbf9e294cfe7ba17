"""What pydantic finds wrong with a field, in the words of whoever wrote the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic_core import ErrorDetails

_WHOLE: Final = "should be a whole number"
_FIELDS: Final = "should hold fields of its own"
# By the type pydantic gives an error.
_SAID: Final[Mapping[str, str]] = {
    "missing": "the field is missing",
    "extra_forbidden": "there is no such field",
    "string_type": "should be a text",
    "string_too_short": "the text is empty",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": "should be a number",
    "float_parsing": "should be a number",
    "bool_type": "should be true or false",
    "bool_parsing": "should be true or false",
    "list_type": "should be a list",
    "tuple_type": "should be a list",
    "too_short": "is empty",
    "dict_type": _FIELDS,
    "model_type": _FIELDS,
    "model_attributes_type": _FIELDS,
}
# Those that say a value of their own, which stands in the error's context.
_SAID_WITH: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "json_invalid": lambda of: f"not JSON: {of['error']}",
    "literal_error": lambda of: f"should be one of {of['expected']}",
    "greater_than": lambda of: f"should be greater than {of['gt']}",
    "greater_than_equal": lambda of: f"should be {of['ge']} or more",
    "string_pattern_mismatch": lambda of: f"has the wrong form; it should match {of['pattern']}",
    "union_tag_invalid": lambda of: f"{of['tag']!r} is not one of {of['expected_tags']}",
    "union_tag_not_found": lambda of: f"the field {of['discriminator']} is missing",
}


def in_plain_words(details: ErrorDetails) -> str:
    """One fault as a half sentence that begins in lower case; the field stands in `details["loc"]`."""
    kind = details["type"]
    if kind in _SAID_WITH:
        return _SAID_WITH[kind](details["ctx"])
    own = details["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return _SAID.get(kind, own[:1].lower() + own[1:])

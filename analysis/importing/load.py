"""A mapping from its YAML file."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from analysis.dataset.plain_words import in_plain_words
from analysis.dataset.yaml_file import YamlFileError, read_yaml
from analysis.importing.mapping import Mapping
from analysis.importing.problems import ImportRefused, Problem, refuse

_DOCUMENTATION = "docs/importing.md"
_REMEDIES = {
    "extra_forbidden": "remove it, or correct its spelling; docs/importing.md lists the fields",
    "missing": "add it; docs/importing.md says what belongs there",
    "string_type": "give a text; where YAML takes it for something else, set it in quotation marks",
    "union_tag_not_found": "say `shape: single`, `shape: long` or `shape: wide`",
    "union_tag_invalid": "say `shape: single`, `shape: long` or `shape: wide`",
}
_TAGS = ("single", "long", "wide")


def load_mapping(path: Path) -> Mapping:
    """The mapping in `path`.

    Raises ImportRefused, naming file, field and remedy, where the file cannot be read, is not YAML, repeats a
    key, or has a field too many, too few or of the wrong kind.
    """
    try:
        content = read_yaml(path, "the mapping", _DOCUMENTATION)
        return Mapping.model_validate(content).read_from(path)
    except YamlFileError as error:
        raise refuse(str(path), error.place, error.message, error.remedy) from None
    except ValidationError as error:
        raise ImportRefused(_problem(path, details) for details in error.errors()) from None


def _problem(path: Path, details: ErrorDetails) -> Problem:
    # The name of the shape is pydantic's step on the way, not a field of the file.
    place = [str(p) for i, p in enumerate(details["loc"]) if not (i == 1 and p in _TAGS)]
    remedy = _REMEDIES.get(details["type"], "correct the field; docs/importing.md says what belongs there")
    return Problem(str(path), ".".join(place), in_plain_words(details), remedy)

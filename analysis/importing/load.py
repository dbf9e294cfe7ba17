"""A mapping from its YAML file."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from analysis.dataset.plain_words import in_plain_words
from analysis.importing.mapping import Mapping
from analysis.importing.problems import ImportRefused, Problem, refuse

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
    content = _read_yaml(path)
    try:
        return Mapping.model_validate(content).read_from(path)
    except ValidationError as error:
        raise ImportRefused(_problem(path, details) for details in error.errors()) from None


def _read_yaml(path: Path) -> dict[object, object]:
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        message = f"the mapping cannot be read: {error.strerror}"
        raise refuse(str(path), "", message, "name the mapping's file") from None
    except UnicodeDecodeError:
        raise refuse(str(path), "", "the mapping is not UTF-8 text", "save it as UTF-8") from None
    except YAMLError as error:
        line, message = _yaml_fault(error)
        raise refuse(str(path), line, message, "correct the YAML there") from None
    if not isinstance(content, dict):
        remedy = "write the mapping as docs/importing.md shows"
        raise refuse(str(path), "", "the file holds no fields", remedy)
    return content


def _yaml_fault(error: YAMLError) -> tuple[str, str]:
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        return f"line {error.problem_mark.line + 1}", f"not YAML: {str(error.problem).splitlines()[0]}"
    return "", f"not YAML: {str(error).splitlines()[0]}"


def _problem(path: Path, details: ErrorDetails) -> Problem:
    # The name of the shape is pydantic's step on the way, not a field of the file.
    place = [str(p) for i, p in enumerate(details["loc"]) if not (i == 1 and p in _TAGS)]
    remedy = _REMEDIES.get(details["type"], "correct the field; docs/importing.md says what belongs there")
    return Problem(str(path), ".".join(place), in_plain_words(details), remedy)

"""A YAML file that a person has written: what is in it, or what is wrong with it and where."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError


class YamlFileError(Exception):
    """A file that cannot be read: `place` (a line, or empty), `message`, `remedy`."""

    def __init__(self, place: str, message: str, remedy: str) -> None:
        self.place, self.message, self.remedy = place, message, remedy
        super().__init__(f"{place}: {message}; {remedy}" if place else f"{message}; {remedy}")


def read_yaml(path: Path, what: str, documentation: str) -> dict[object, object]:
    """The fields in `path`; `what` names the file in words, `documentation` where its fields are explained.

    Raises YamlFileError where it cannot be read, is not UTF-8 or YAML, repeats a key or holds no fields.
    """
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise YamlFileError("", f"{what} cannot be read: {error.strerror}", "name its file") from None
    except UnicodeDecodeError:
        raise YamlFileError("", f"{what} is not UTF-8 text", "save it as UTF-8") from None
    except YAMLError as error:
        raise YamlFileError(*_fault(error), "correct the YAML there") from None
    except ValueError as error:
        # What looks like a date or a number and is none, such as 2026-02-30.
        raise YamlFileError(
            "", f"a value cannot be read: {error}", "correct it, or set it in quotation marks"
        ) from None
    except RecursionError:
        raise YamlFileError("", "fields lie too deep in each other", "correct the YAML") from None
    if not isinstance(content, dict):
        raise YamlFileError("", "the file holds no fields", f"write {what} as {documentation} shows")
    return content


def _fault(error: YAMLError) -> tuple[str, str]:
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        return f"line {error.problem_mark.line + 1}", f"not YAML: {str(error.problem).splitlines()[0]}"
    return "", f"not YAML: {str(error).splitlines()[0]}"

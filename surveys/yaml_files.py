"""Reads one YAML file and remembers on which line each field stands."""

from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from surveys.findings import InstrumentError, refuse

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: its data, and the tree that knows the lines."""

    path: Path
    data: object
    root: Node | None = None

    def line(self, place: Place) -> int | None:
        """The line of a field, or of the nearest field above it that is in the file."""
        node = self.root
        line = None
        for name in place:
            found = _child(node, name)
            if found is None:
                break
            line, node = found
        return line


def _child(node: Node | None, name: str | int) -> tuple[int, Node] | None:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == str(name):
                return int(key.start_mark.line) + 1, value
    if isinstance(node, SequenceNode) and isinstance(name, int) and 0 <= name < len(node.value):
        value = node.value[name]
        return int(value.start_mark.line) + 1, value
    return None


def read_yaml(path: Path) -> Document:
    """Parse a UTF-8 YAML file that holds one mapping.

    Raises InstrumentError where the file is not there, is a folder, is not UTF-8, is empty or is no YAML,
    and for a key given twice, which most YAML readers settle silently in favour of the last.
    """
    text = _text(path)
    # PyYAML is not used: it turns the key `no` into False and loses duplicate keys without a word.
    yaml = YAML(typ="safe", pure=True)
    root: Node | None = None
    try:
        root = yaml.compose(text)
        data = None if root is None else yaml.constructor.construct_document(root)
    except DuplicateKeyError as fault:
        raise _given_twice(path, root, fault) from fault
    except YAMLError as fault:
        raise _syntax_error(path, fault) from fault
    except (RecursionError, ValueError) as fault:
        remedy = "look for very deep nesting, odd numbers and impossible dates"
        raise refuse(path, "", "a value in the file cannot be read", remedy) from fault
    if data is None:
        raise refuse(path, "", "the file is empty", "copy a shipped instrument and change it")
    if not isinstance(data, dict):
        raise refuse(path, "", "the file holds no fields", "begin it with lines of the form `key: value`")
    return Document(path, data, root)


def is_folder(path: Path) -> bool:
    """Whether there is a folder of this name; no error for names that no file can have."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _text(path: Path) -> str:
    if is_folder(path):
        remedy = f"name a version file in it, such as {path / '1.yaml'}"
        raise refuse(path, "", "this is a folder, not a file", remedy)
    try:
        content = path.read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        remedy = "save it again with the encoding UTF-8"
        raise refuse(path, "", "the file is not in UTF-8", remedy, line) from fault
    except FileNotFoundError as fault:
        raise refuse(path, "", "there is no such file", "check the name and the folder") from fault
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise refuse(path, "", f"the file cannot be read: {reason}", "check name and permissions") from fault


def _given_twice(path: Path, root: Node | None, fault: DuplicateKeyError) -> InstrumentError:
    mark = fault.problem_mark
    place = _place_at(root, int(mark.line), int(mark.column)) or ()
    message = f"the field `{place[-1] if place else ''}` is given twice"
    return refuse(path, ".".join(map(str, place)), message, "keep one of the two", int(mark.line) + 1)


def _place_at(node: Node | None, line: int, column: int) -> Place | None:
    """The place of the key that begins at a line and column, both counted from 0."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if (key.start_mark.line, key.start_mark.column) == (line, column):
                return (key.value,)
            if (below := _place_at(value, line, column)) is not None:
                return (key.value, *below)
    if isinstance(node, SequenceNode):
        for index, value in enumerate(node.value):
            if (below := _place_at(value, line, column)) is not None:
                return (index, *below)
    return None


def _syntax_error(path: Path, fault: YAMLError) -> InstrumentError:
    mark = fault.problem_mark if isinstance(fault, MarkedYAMLError) else None
    line = None if mark is None else int(mark.line) + 1
    problem = str(getattr(fault, "problem", None) or getattr(fault, "reason", None) or "unreadable text")
    remedy = "check the indentation, and put a text with a colon or a quotation mark in it in quotes"
    return refuse(path, "", f"the file is not valid YAML: {problem}", remedy, line)

"""Checks what is asked: keys, numbers, raters, scales and missing codes that contradict each other."""

from collections.abc import Iterator
from itertools import combinations

from surveys.findings import Finding, Severity
from surveys.schema import ItemPart, MissingCodeKey, ScalePart, StructureFile
from surveys.source import Source
from surveys.yaml_files import Place

# The study dataset knows these codes and no others, so that every study codes the same thing the same way.
CODES: dict[MissingCodeKey, int] = {
    "dont_know": -1,
    "prefer_not_to_answer": -2,
    "could_not_observe": -3,
    "not_asked": -8,
    "skipped": -9,
}
# These two arise without the rater's doing, so every rater needs them.
_ALWAYS: tuple[MissingCodeKey, ...] = ("not_asked", "skipped")

# More steps than this cannot each have words of their own that a reader tells apart.
MOST_STEPS = 21


def check_structure(source: Source) -> list[Finding]:
    """The errors of a version file that names its items itself."""
    return [*_items(source), *_scales(source), *_missing_codes(source)]


def usable_scale(structure: StructureFile, item: ItemPart) -> ScalePart | None:
    """The scale of an item, where it has one whose bounds make sense."""
    scale = item.scale or structure.scale
    return scale if scale is not None and _scale_problem(scale) is None else None


def _error(source: Source, field: str, message: str, remedy: str, place: Place) -> Finding:
    document = source.document
    return Finding(Severity.ERROR, document.path, field, message, remedy, document.line(place))


def _items(source: Source) -> Iterator[Finding]:
    keys: dict[str, int] = {}
    numbers: dict[int, str] = {}
    for index, item in enumerate(source.structure.items):
        field, place = f"items.{item.key}", ("items", index)
        if item.key in keys:
            message = f"the item key `{item.key}` is given twice"
            yield _error(source, field, message, "give each item a key of its own", (*place, "key"))
        if item.number in numbers:
            message = f"the number {item.number} belongs to `{numbers[item.number]}` already"
            remedy = "give each item a number of its own"
            yield _error(source, f"{field}.number", message, remedy, (*place, "number"))
        if not item.raters:
            message = f"the item `{item.key}` is asked of nobody"
            remedy = "name a rater, as in `raters: {participant: {}}`"
            yield _error(source, f"{field}.raters", message, remedy, (*place, "raters"))
        keys.setdefault(item.key, index)
        numbers.setdefault(item.number, item.key)


def _scales(source: Source) -> Iterator[Finding]:
    structure = source.structure
    if structure.scale is not None and (problem := _scale_problem(structure.scale)):
        yield _error(source, f"scale{problem[0]}", *problem[1:], ("scale",))
    for index, item in enumerate(structure.items):
        field, place = f"items.{item.key}.scale", ("items", index, "scale")
        if item.scale is not None and (problem := _scale_problem(item.scale)):
            yield _error(source, f"{field}{problem[0]}", *problem[1:], place)
        if item.scale is None and structure.scale is None:
            remedy = "add `scale` to the item, or to the whole instrument"
            yield _error(source, field, f"the item `{item.key}` has no scale", remedy, place)


def _scale_problem(scale: ScalePart) -> tuple[str, str, str] | None:
    """Which field below the scale, what is wrong and the remedy; None where the scale makes sense."""
    low, high = scale.lowest, scale.highest
    if low >= high:
        message = f"the lowest value {low} is not below the highest value {high}"
        remedy = "swap the two; the direction says which end is closer to work"
        return ".lowest", message, remedy
    if scale.kind == "continuous":
        return None
    if isinstance(low, float) or isinstance(high, float):
        return "", "a scale of steps runs between whole numbers", "write whole bounds, or `kind: continuous`"
    if high - low >= MOST_STEPS:
        return "", f"a scale of steps has at most {MOST_STEPS} steps", "write `kind: continuous`"
    return None


def _missing_codes(source: Source) -> Iterator[Finding]:
    codes = source.structure.missing_codes
    for (one, first), (other, second) in combinations(codes.items(), 2):
        if first.code == second.code:
            yield _code_error(source, other, f"`{other}` has the same code {second.code} as `{one}`")
    for key, part in codes.items():
        if part.code != CODES[key]:
            yield _code_error(
                source, key, f"`{key}` is always {CODES[key]} in a study dataset, not {part.code}"
            )
    yield from _codes_on_scales(source)
    yield from _absent_codes(source)


def _code_error(source: Source, key: MissingCodeKey, message: str) -> Finding:
    place = ("missing_codes", key, "code")
    return _error(source, ".".join(place), message, f"write {CODES[key]}", place)


def _codes_on_scales(source: Source) -> Iterator[Finding]:
    for index, item in enumerate(source.structure.items):
        scale = usable_scale(source.structure, item)
        if scale is None:
            continue
        lying = [
            key
            for key, part in source.structure.missing_codes.items()
            if scale.lowest <= part.code <= scale.highest
        ]
        if lying:
            names = ", ".join(f"`{key}`" for key in lying)
            message = f"the missing codes {names} lie on the scale from {scale.lowest} to {scale.highest}"
            remedy = "shift the scale above zero, for instance by adding the same number to every value"
            yield _error(source, f"items.{item.key}.scale", message, remedy, ("items", index, "scale"))


def _absent_codes(source: Source) -> Iterator[Finding]:
    asked = {rater for item in source.structure.items for rater in item.raters}
    for key in _ALWAYS:
        part = source.structure.missing_codes.get(key)
        absent = sorted(asked - set(part.raters if part else []))
        if absent:
            message = f"`{key}` is missing for the {' and the '.join(absent)}"
            remedy = f"write `{key}: {{code: {CODES[key]}, raters: [{', '.join(sorted(asked))}]}}`"
            yield _error(source, f"missing_codes.{key}", message, remedy, ("missing_codes", key))

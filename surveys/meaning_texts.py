"""Checks the words: none is missing, each belongs to something, and no two steps read the same."""

import json
from collections.abc import Iterator

from surveys.building import rater_texts
from surveys.findings import Finding, Severity
from surveys.languages import is_known_language
from surveys.meaning_structure import usable_scale
from surveys.schema import RATERS, ItemPart, Rater, ScalePart, TextFile
from surveys.source import Source, TextSource, language_file
from surveys.yaml_files import Document, Place

# How many missing texts a warning names before it only counts the others.
_NAMED = 5


def check_texts(source: Source) -> list[Finding]:
    """The errors and warnings of all language files of a version."""
    found = list(_first_language(source))
    for tag in source.languages:
        text = source.texts[tag]
        found += [
            *_language(tag, text),
            *_strangers(source, text),
            *_same_words(text),
            *_missing(source, tag, text),
        ]
    return found


def _error(document: Document, place: Place, message: str, remedy: str) -> Finding:
    field = ".".join(str(name) for name in place)
    return Finding(Severity.ERROR, document.path, field, message, remedy, document.line(place))


def _first_language(source: Source) -> Iterator[Finding]:
    tag = source.structure.first_language
    if not is_known_language(tag):
        remedy = "write a tag such as sv, en or pt-BR"
        yield _error(source.document, ("first_language",), f"`{tag}` is no language tag", remedy)
    elif tag not in source.texts:
        message = f"the first language {tag} has no file"
        remedy = f"write its texts into {language_file(source.path, tag)}"
        yield _error(source.document, ("first_language",), message, remedy)


def _language(tag: str, text: TextSource) -> Iterator[Finding]:
    place = ("language",)
    if text.texts.language != tag:
        message = f"the file's name says {tag}, the field says {text.texts.language}"
        yield _error(text.head, place, message, "make the two agree")
    elif not is_known_language(tag):
        yield _error(text.head, place, f"`{tag}` is no language tag", "write a tag such as sv, en or pt-BR")


def _strangers(source: Source, text: TextSource) -> Iterator[Finding]:
    """Words for what the version file does not have."""
    items = {item.key: item for item in source.structure.items}
    for key in text.texts.missing_codes:
        if key not in source.structure.missing_codes:
            remedy = f"take it out, or add it to {source.path.name}"
            yield _error(text.body, ("missing_codes", key), f"there is no missing code `{key}`", remedy)
    for key in text.texts.items:
        if key not in items:
            remedy = f"correct the key, or add the item to {source.path.name}"
            yield _error(text.body, ("items", key), f"there is no item `{key}`", remedy)
        else:
            yield from _strange_questions(source, text, items[key])


def _strange_questions(source: Source, text: TextSource, item: ItemPart) -> Iterator[Finding]:
    scale = usable_scale(source.structure, item)
    for rater in RATERS:
        words = rater_texts(text.texts, item.key, rater)
        place = ("items", item.key, rater)
        if rater not in item.raters and (words.question or words.steps):
            message = f"there are texts for the {rater}, who is not asked this item"
            yield _error(text.body, place, message, f"take them out, or add the rater in {source.path.name}")
        elif scale is not None:
            for step in words.steps.keys() - set(worded_steps(scale)):
                name = json.dumps(step)
                remedy = f"the scale has words for {_listed(worded_steps(scale))}"
                yield _error(text.body, (*place, "steps", name), f"{name} is not on the scale", remedy)


def worded_steps(scale: ScalePart) -> tuple[int | float, ...]:
    """What needs words: every step, or the two ends of a continuous scale."""
    if scale.kind == "continuous":
        return (scale.lowest, scale.highest)
    return tuple(range(int(scale.lowest), int(scale.highest) + 1))


def _listed(steps: tuple[int | float, ...]) -> str:
    return ", ".join(json.dumps(step) for step in steps)


def _same_words(text: TextSource) -> Iterator[Finding]:
    for key in text.texts.items:
        for rater in RATERS:
            seen: dict[str, int | float] = {}
            for step, words in sorted(rater_texts(text.texts, key, rater).steps.items()):
                alike = " ".join((words or "").split()).casefold().rstrip(".")
                if alike and alike in seen:
                    name, other = json.dumps(step), json.dumps(seen[alike])
                    message = f"steps {other} and {name} have the same words"
                    place = ("items", key, rater, "steps", name)
                    yield _error(
                        text.body, place, message, "word them so that a reader can choose between them"
                    )
                seen.setdefault(alike, step)


def missing_texts(source: Source, tag: str) -> list[str]:
    """The fields of a language that have no words."""
    return [".".join(str(name) for name in place) for place, _ in _absent(source, source.texts[tag].texts)]


def _missing(source: Source, tag: str, text: TextSource) -> Iterator[Finding]:
    if tag == source.structure.first_language:
        for place, message in _absent(source, text.texts):
            document = text.head if len(place) == 1 else text.body
            yield _error(document, place, message, "write it: the first language has every text")
    elif names := missing_texts(source, tag):
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        count = "1 text is missing" if len(names) == 1 else f"{len(names)} texts are missing"
        message = f"{count} in {tag}: {', '.join(names[:_NAMED])}{more}"
        remedy = f"translate; until then the words of {source.structure.first_language} are shown"
        yield Finding(Severity.WARNING, text.head.path, "", message, remedy)


def _absent(source: Source, texts: TextFile) -> Iterator[tuple[Place, str]]:
    if texts.title is None:
        yield ("title",), "the title is missing"
    if texts.description is None:
        yield ("description",), "the description is missing"
    for key in source.structure.missing_codes:
        if texts.missing_codes.get(key) is None:
            yield ("missing_codes", key), f"the missing code `{key}` has no words"
    for item in source.structure.items:
        own = texts.items.get(item.key)
        if own is None or own.label is None:
            yield ("items", item.key, "label"), "the item has no label"
        for rater in item.raters:
            yield from _absent_words(item.key, rater, usable_scale(source.structure, item), texts)


def _absent_words(
    key: str, rater: Rater, scale: ScalePart | None, texts: TextFile
) -> Iterator[tuple[Place, str]]:
    words = rater_texts(texts, key, rater)
    place = ("items", key, rater)
    if words.question is None:
        yield (*place, "question"), f"the {rater} has no question"
    for step in worded_steps(scale) if scale else ():
        if words.steps.get(step) is None:
            yield (*place, "steps", json.dumps(step)), f"step {json.dumps(step)} has no words"

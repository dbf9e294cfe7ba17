"""Makes the frozen instrument from source files whose meaning has been checked."""

from collections.abc import Callable

from surveys.model import Instrument, Item, Language, MissingCode, RaterForm, Scale, Text
from surveys.schema import RATERS, ItemPart, Rater, RaterTexts, ScalePart, StructureFile, TextFile
from surveys.source import Source


def build(source: Source) -> Instrument:
    """The instrument. The source must be without errors of meaning."""
    structure = source.structure
    files = [source.texts[tag].texts for tag in source.languages]
    return Instrument(
        key=structure.key,
        version=str(structure.version),
        status=structure.status,
        languages=tuple(Language(file.language, file.status) for file in files),
        title=_text(files, lambda file: file.title),
        description=_text(files, lambda file: file.description),
        references=tuple(structure.references),
        missing_codes=_missing_codes(structure, files),
        items=tuple(
            _item(structure, part, files) for part in sorted(structure.items, key=lambda part: part.number)
        ),
    )


def scale_of(structure: StructureFile, part: ItemPart) -> ScalePart:
    """The item's own scale, else that of the instrument."""
    scale = part.scale or structure.scale
    if scale is None:
        raise ValueError(f"{part.key} has no scale: check the source before building from it")
    return scale


def rater_texts(file: TextFile, item: str, rater: Rater) -> RaterTexts:
    """The words for one rater of one item; without words where the file has none."""
    texts = file.items.get(item)
    own = None if texts is None else {"participant": texts.participant, "caseworker": texts.caseworker}[rater]
    return own or RaterTexts()


def _text(files: list[TextFile], words: Callable[[TextFile], str | None]) -> Text:
    return Text(tuple((file.language, found) for file in files if (found := words(file)) is not None))


def _missing_codes(structure: StructureFile, files: list[TextFile]) -> tuple[MissingCode, ...]:
    return tuple(
        MissingCode(
            code=part.code,
            key=key,
            label=_text(files, lambda file, key=key: file.missing_codes.get(key)),  # type: ignore[misc]
            raters=tuple(rater for rater in RATERS if rater in part.raters),
        )
        for key, part in sorted(structure.missing_codes.items(), key=lambda entry: -entry[1].code)
    )


def _item(structure: StructureFile, part: ItemPart, files: list[TextFile]) -> Item:
    scale = scale_of(structure, part)
    own = Scale(scale.kind, scale.lowest, scale.highest, scale.direction)
    return Item(
        key=part.key,
        number=part.number,
        sensitive=part.sensitive,
        label=_text(files, lambda file: file.items[part.key].label if part.key in file.items else None),
        scale=own,
        forms=tuple(_form(part, rater, own, files) for rater in RATERS if rater in part.raters),
    )


def _form(part: ItemPart, rater: Rater, scale: Scale, files: list[TextFile]) -> RaterForm:
    worded = scale.steps or (scale.lowest, scale.highest)
    return RaterForm(
        rater=rater,
        private=part.raters[rater].private,
        alone=part.raters[rater].alone,
        question=_text(files, lambda file: rater_texts(file, part.key, rater).question),
        steps=tuple((step, _step(files, part.key, rater, step)) for step in worded),
    )


def _step(files: list[TextFile], item: str, rater: Rater, step: int | float) -> Text:
    return _text(files, lambda file: rater_texts(file, item, rater).steps.get(step))

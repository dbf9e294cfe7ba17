"""An instrument that asks the items of another one, without repeating them: `extends: bip-11@1`."""

from collections.abc import Collection, Iterator
from pathlib import Path

from surveys.findings import Finding, InstrumentError, Severity, errors_of, refuse
from surveys.schema import (
    ExtensionFile,
    HeadTexts,
    ItemPart,
    ItemTexts,
    Rater,
    RaterTexts,
    StructureFile,
    TextFile,
)
from surveys.source import Source, TextSource, language_file, noting, read_full, read_language_files
from surveys.yaml_files import Document, read_yaml

BUILTIN = Path(__file__).parent / "instruments"


def extends_another(document: Document) -> bool:
    """Whether this version file takes its items from another instrument."""
    return isinstance(document.data, dict) and "extends" in document.data


def base_path(extension: Path, reference: str) -> Path:
    """The version file meant by a reference such as `bip-11@1`: in the folder beside, else a shipped one."""
    key, version = reference.split("@")
    beside = extension.resolve().parent.parent / key / f"{version}.yaml"
    return beside if beside.is_file() else BUILTIN / key / f"{version}.yaml"


def read_extension(document: Document) -> tuple[Source, Source]:
    """The extension with everything in its place, and what it extends. Raises InstrumentError."""
    faults: list[Finding] = []
    extension = noting(faults, document, ExtensionFile)
    heads = read_language_files(document.path, HeadTexts, faults)
    if extension is None or faults:
        raise InstrumentError(faults)
    base = _read_base(document, extension)
    faults = list(_faults(document, extension, base.structure))
    if errors_of(faults):
        raise InstrumentError(faults)
    structure = _structure(extension, base.structure)
    tags = {*base.texts, *heads}
    texts = {tag: _texts(document, structure, base.texts.get(tag), heads.get(tag), tag) for tag in tags}
    return Source(document, structure, texts), base


def _read_base(document: Document, extension: ExtensionFile) -> Source:
    def refused(message: str, remedy: str) -> InstrumentError:
        return refuse(document.path, "extends", message, remedy, document.line(("extends",)))

    path = base_path(document.path, extension.extends)
    if not path.is_file():
        folder = document.path.resolve().parent.parent
        remedy = f"put it in {folder}, or name a shipped instrument"
        raise refused(f"there is no instrument {extension.extends}", remedy)
    try:
        base = read_yaml(path)
        source = None if extends_another(base) else read_full(base)
    except InstrumentError as fault:
        raise refused(f"{extension.extends} has errors", f"run `bip instrument check {path}`") from fault
    if source is None:
        raise refused(f"{extension.extends} extends another instrument", "name the one that holds the items")
    return source


def _faults(document: Document, extension: ExtensionFile, base: StructureFile) -> Iterator[Finding]:
    """Where the lists of items do not fit what is extended."""
    known = {item.key: item for item in base.items}
    asked = {key for keys in extension.raters.values() for key in keys}
    for rater, keys in extension.raters.items():
        for index, key in enumerate(keys):
            problem = _problem(rater, key, keys[:index], known, extension.extends)
            if problem:
                line = document.line(("raters", rater, index))
                remedy = "list items of that instrument, each once"
                yield Finding(Severity.ERROR, document.path, f"raters.{rater}.{key}", problem, remedy, line)
    for key in known.keys() - asked:
        remedy = "list it under a rater"
        line = document.line(("raters",))
        yield Finding(
            Severity.ERROR, document.path, "raters", f"the item `{key}` is asked of nobody", remedy, line
        )


def _problem(
    rater: Rater, key: str, before: list[str], known: dict[str, ItemPart], reference: str
) -> str | None:
    if key not in known:
        return f"{reference} has no item `{key}`"
    if rater not in known[key].raters:
        return f"{reference} has no question on `{key}` for the {rater}"
    return f"the item `{key}` is listed twice" if key in before else None


def _structure(extension: ExtensionFile, base: StructureFile) -> StructureFile:
    items = [_asked(item, extension) for item in base.items]
    return base.model_copy(update={"key": extension.key, "version": extension.version, "items": items})


def _asked(item: ItemPart, extension: ExtensionFile) -> ItemPart:
    raters = {
        rater: part for rater, part in item.raters.items() if item.key in extension.raters.get(rater, [])
    }
    return item.model_copy(update={"raters": raters})


def _texts(
    document: Document,
    structure: StructureFile,
    base: TextSource | None,
    head: tuple[Document, HeadTexts] | None,
    tag: str,
) -> TextSource:
    """The words of the base under the title of the extension; reviewed only where both are."""
    missing = Document(language_file(document.path, tag), {})
    own_document, own = head or (missing, None)
    body = base.texts if base else TextFile(language=tag, status="provisional")
    texts = TextFile(
        language=own.language if own else tag,
        status="reviewed"
        if body.status == "reviewed" and (own is None or own.status == "reviewed")
        else "provisional",
        title=own.title if own else None,
        description=own.description if own else None,
        missing_codes=body.missing_codes,
        items=_items(structure, body),
    )
    return TextSource(texts, own_document, base.body if base else own_document)


def _items(structure: StructureFile, body: TextFile) -> dict[str, ItemTexts]:
    """The words of the questions that are asked here; those of the others would be words for nobody."""
    asked = {item.key: item.raters for item in structure.items}
    return {key: _kept(texts, asked[key].keys()) for key, texts in body.items.items() if key in asked}


def _kept(texts: ItemTexts, asked: Collection[Rater]) -> ItemTexts:
    def words(rater: Rater, own: RaterTexts | None) -> RaterTexts | None:
        return own if rater in asked else None

    return ItemTexts(
        label=texts.label,
        participant=words("participant", texts.participant),
        caseworker=words("caseworker", texts.caseworker),
    )

"""The shape of an instrument's files: which fields there are, of which type. Not what they mean.

Three kinds of file lie in the folder of an instrument: `1.yaml` says what is asked of whom on which scale,
`1.sv.yaml` holds the words of one language, `released.yaml` the fingerprints of the versions in use. A
version file with `extends` takes everything from another instrument and says only who is asked what.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Rater = Literal["participant", "caseworker"]
RATERS: tuple[Rater, ...] = ("participant", "caseworker")

MissingCodeKey = Literal["dont_know", "prefer_not_to_answer", "could_not_observe", "not_asked", "skipped"]


# Every whole number up to here is a double of its own, which is what the study dataset stores.
_LARGEST = 10**15


def _number(value: object) -> int | float:
    # `bool` is an `int` to Python, and YAML has infinities and NaN; none of them is a bound or a step.
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST:
        raise ValueError("should be a number")
    return value


Number = Annotated[int | float, BeforeValidator(_number)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
InstrumentKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
ItemKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Version = Annotated[int, Field(ge=1, le=9999)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ScalePart(_File):
    """The answers that are possible. Bounds belong to the scale."""

    kind: Literal["steps", "continuous"]
    lowest: Number
    highest: Number
    direction: Literal["higher_is_closer", "lower_is_closer"]


class MissingCodePart(_File):
    """A code that stands for no answer, and who can give it."""

    code: int
    raters: list[Rater] = Field(min_length=1)


class RaterPart(_File):
    """A rater is asked the item. `private`: hidden from the other party. `alone`: in no model with others."""

    private: bool = False
    alone: bool = False


class ItemPart(_File):
    """An indicator; its own scale comes before the scale of the instrument."""

    key: ItemKey
    number: Annotated[int, Field(ge=1)]
    sensitive: bool = False
    scale: ScalePart | None = None
    raters: dict[Rater, RaterPart]


class StructureFile(_File):
    """`1.yaml`: everything that is the same in all languages."""

    key: InstrumentKey
    version: Version
    status: Literal["provisional", "final"]
    first_language: str
    references: list[Words] = []
    scale: ScalePart | None = None
    missing_codes: dict[MissingCodeKey, MissingCodePart]
    items: list[ItemPart] = Field(min_length=1)


class ExtensionFile(_File):
    """`1.yaml` of an instrument that asks the items of another one, each rater those listed."""

    key: InstrumentKey
    version: Version
    extends: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}@[1-9][0-9]{0,3}$")]
    raters: dict[Rater, list[ItemKey]]


class RaterTexts(_File):
    """One question to one rater, and the words of its steps (or of the two ends of a continuous scale)."""

    question: Words | None = None
    steps: dict[Number, Words | None] = {}


class ItemTexts(_File):
    """The words of one item in one language."""

    label: Words | None = None
    participant: RaterTexts | None = None
    caseworker: RaterTexts | None = None


class HeadTexts(_File):
    """`1.sv.yaml` of an instrument that extends another one."""

    language: str
    status: Literal["provisional", "reviewed"]
    title: Words | None = None
    description: Words | None = None


class TextFile(HeadTexts):
    """`1.sv.yaml`: all words of one language. A field that is left empty is a text not yet translated."""

    missing_codes: dict[str, Words | None] = {}
    items: dict[str, ItemTexts] = {}


class ReleasedVersion(_File):
    """The fingerprints of a version in use: of its structure and of each language."""

    structure: Sha256
    languages: dict[str, Sha256]


class ReleaseFile(_File):
    """`released.yaml`: by version."""

    versions: dict[Version, ReleasedVersion]

"""The closed lists of a participant's background in words, and the languages a participant may speak."""

from collections.abc import Mapping
from typing import Final

from babel import Locale
from flask_babel import LazyString, get_locale, gettext, lazy_gettext

from bip.instruments import wording
from bip.localisation import own_name
from bip.store.lists import Education, Origin, Sex

SEXES: Final[Mapping[Sex, LazyString]] = {
    Sex.WOMAN: lazy_gettext("Woman"),
    Sex.MAN: lazy_gettext("Man"),
    Sex.OTHER: lazy_gettext("Other"),
    Sex.UNKNOWN: lazy_gettext("Not known"),
}
ORIGINS: Final[Mapping[Origin, LazyString]] = {
    Origin.NATIVE: lazy_gettext("Born in the country"),
    Origin.FOREIGN: lazy_gettext("Born abroad"),
    Origin.UNKNOWN: lazy_gettext("Not known"),
}
EDUCATIONS: Final[Mapping[Education, LazyString]] = {
    Education.NONE: lazy_gettext("No completed school"),
    Education.COMPULSORY: lazy_gettext("Compulsory school"),
    Education.UPPER_SECONDARY: lazy_gettext("Upper secondary school"),
    Education.POST_SECONDARY: lazy_gettext("Studies after upper secondary school"),
    Education.UNKNOWN: lazy_gettext("Not known"),
}
# The Nordic languages first, then those that participants of job centres there often speak.
SPOKEN: Final = (
    *("sv", "sv-simple", "da", "nb", "nn", "fi", "is", "se", "en"),
    *(
        "ar",
        "fa",
        "fa-AF",
        "ps",
        "ckb",
        "ku",
        "tr",
        "so",
        "ti",
        "am",
        "sw",
        "uk",
        "ru",
        "pl",
        "lt",
        "lv",
        "et",
    ),
    *("bs", "hr", "sr", "sq", "ro", "bg", "hu", "el", "de", "fr", "es", "pt", "it", "nl"),
    *("ur", "bn", "hi", "my", "th", "vi", "tl", "zh"),
)


def with_wording(tag: str, name: str) -> str:
    """A language's name and how far the wording of its questions has come, for whoever chooses one."""
    status = wording(tag)
    if status is None:
        return name
    if status == "reviewed":
        return str(gettext("%(language)s (reviewed wording)", language=name))
    return str(gettext("%(language)s (provisional wording)", language=name))


def language_name(tag: str) -> str:
    """A language in its own words, and in the reader's, who may not be able to read those."""
    own = own_name(tag)
    read = Locale.parse(tag, sep="-").get_display_name(get_locale()) or tag
    return own if read.casefold() == own.casefold() else f"{own} – {read}"

"""The words that files may use, in one place: columns, codes and languages in Swedish, Danish and English."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, TypeVar

from babel import Locale

from bip.localisation import LANGUAGES, own_name, page_language
from bip.participants.words import SPOKEN
from bip.store.lists import ActivityKind, Education, EventKind, ImportKind, Origin, Sex

Code = TypeVar("Code", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it is called in Swedish, Danish and English, and further names that are understood."""

    key: str
    names: tuple[str, str, str]
    more: tuple[str, ...] = ()
    required: bool = False

    def name(self, language: str) -> str:
        """The name that the template has."""
        return self.names[LANGUAGES.index(language)]

    @property
    def understood(self) -> frozenset[str]:
        """Every name, as `plain` makes it."""
        return frozenset(map(plain, (self.key, *self.names, *self.more)))


def plain(written: str) -> str:
    """A name or code without case, spaces and signs, for nobody writes these twice the same."""
    return "".join(sign for sign in written.casefold() if sign.isalnum())


_KEY: Final = Column(
    "participant",
    ("deltagare", "deltager", "participant"),
    ("participant key", "key", "pseudonym", "nyckel", "deltagarnyckel", "nøgle", "enrolment"),
    required=True,
)
_CASEWORKER: Final = Column(
    "caseworker",
    ("handläggare e-post", "sagsbehandler e-mail", "caseworker e-mail"),
    ("caseworker", "handläggare", "handläggarens e-post", "sagsbehandler"),
    required=True,
)
COLUMNS: Final[Mapping[ImportKind, tuple[Column, ...]]] = {
    ImportKind.PARTICIPANTS: (
        Column("name", ("namn", "navn", "name"), ("participant", "deltagare", "deltager"), required=True),
        Column("email", ("e-post", "e-mail", "e-mail"), ("epostadress", "mail", "e-mail address")),
        Column("phone", ("telefon", "telefon", "phone"), ("mobil", "telefonnummer", "telephone", "mobile")),
        Column("sex", ("kön", "køn", "sex"), ("gender",)),
        Column("origin", ("ursprung", "oprindelse", "origin"), ("född", "born", "födelseland")),
        Column("education", ("utbildning", "uddannelse", "education"), ("högsta utbildning",)),
        Column(
            "birth_year", ("födelseår", "fødselsår", "year of birth"), ("birth year", "född år", "born year")
        ),
        Column("language", ("språk", "sprog", "language")),
        Column("study", ("studie", "undersøgelse", "study")),
        Column(
            "enrolled_on",
            ("inskrivningsdag", "tilmeldt den", "enrolled on"),
            (
                "inskriven",
                "inskriven den",
                "indskrevet",
                "startdatum",
                "enrolled",
                "start",
                "dag 0",
                "startdato",
            ),
            required=True,
        ),
        Column("intake", ("intag", "hold", "intake"), ("grupp", "group", "omgång")),
        Column(
            "referral",
            ("hänvisad av", "henvist fra", "referred by"),
            ("remitterad av", "remittent", "referral", "anvisad av", "henvist af"),
        ),
        _CASEWORKER,
        Column("unit", ("enhet", "enhed", "unit")),
    ),
    ImportKind.ASSIGNMENTS: (
        _KEY,
        _CASEWORKER,
        Column(
            "start_on",
            ("från", "fra", "from"),
            ("från dag", "from day", "from date", "startdatum", "start", "fra dato"),
            required=True,
        ),
    ),
    ImportKind.ACTIVITIES: (
        _KEY,
        Column("kind", ("slag", "slags", "kind"), ("typ", "aktivitet", "activity", "type"), required=True),
        Column("start_on", ("start", "start", "start"), ("startdatum", "från", "from", "fra"), required=True),
        Column("end_on", ("slut", "slut", "end"), ("slutdatum", "till", "to", "until", "til")),
        Column(
            "hours",
            ("timmar per vecka", "timer om ugen", "hours a week"),
            ("timmar", "hours", "hours per week", "timer", "tim/v"),
        ),
        Column("place", ("plats", "sted", "place"), ("anordnare", "ställe")),
        Column("completed", ("fullföljd", "gennemført", "completed"), ("avslutad", "klar", "done")),
    ),
    ImportKind.OUTCOMES: (
        _KEY,
        Column("kind", ("händelse", "hændelse", "event"), ("slag", "kind", "typ", "utfall", "outcome")),
        Column("day", ("dag", "dag", "day"), ("datum", "date", "dato", "händelsedag", "start")),
        Column(
            "observed_to",
            ("observerad till", "observeret til", "observed to"),
            ("observerad t.o.m.", "observed until", "till och med", "observerad", "observed to day"),
            required=True,
        ),
    ),
}

SEXES: Final[Mapping[Sex, tuple[str, ...]]] = {
    Sex.WOMAN: ("kvinna", "kvinde", "woman", "female", "k", "f", "w"),
    Sex.MAN: ("man", "mand", "man", "male", "m"),
    Sex.OTHER: ("annat", "andet", "other", "annan", "anden"),
    Sex.UNKNOWN: ("okänt", "ukendt", "unknown", "not known", "vet ej", "uppgift saknas"),
}
ORIGINS: Final[Mapping[Origin, tuple[str, ...]]] = {
    Origin.NATIVE: (
        "inrikes",
        "født i landet",
        "native",
        "född i landet",
        "inrikes född",
        "born in the country",
    ),
    Origin.FOREIGN: ("utrikes", "født i udlandet", "foreign", "utrikes född", "utomlands", "born abroad"),
    Origin.UNKNOWN: SEXES[Sex.UNKNOWN],
}
EDUCATIONS: Final[Mapping[Education, tuple[str, ...]]] = {
    Education.NONE: ("ingen", "ingen afsluttet skole", "none", "ingen avslutad skola", "no completed school"),
    Education.COMPULSORY: ("grundskola", "grundskole", "compulsory", "folkskola", "compulsory school"),
    Education.UPPER_SECONDARY: (
        *("gymnasium", "ungdomsuddannelse", "upper secondary", "gymnasial", "gymnasieskola", "gymnasiet"),
        "upper secondary school",
    ),
    Education.POST_SECONDARY: (
        *("eftergymnasial", "videregående uddannelse", "post secondary", "högskola", "universitet"),
        *("university", "studies after upper secondary school", "yrkeshögskola"),
    ),
    Education.UNKNOWN: SEXES[Sex.UNKNOWN],
}
ACTIVITIES: Final[Mapping[ActivityKind, tuple[str, ...]]] = {
    ActivityKind.JOB_ORIENTED: (
        "arbetsinriktad",
        "jobrettet",
        "job oriented",
        "arbete",
        "jobbinriktad",
        "job",
    ),
    ActivityKind.SKILLS: ("kompetens", "færdigheder", "skills", "kunskaper", "utbildning", "kompetencer"),
    ActivityKind.HEALTH: ("hälsa", "sundhed", "health", "helbred"),
    ActivityKind.SOCIAL: ("social", "social", "social", "socialt", "sociala"),
}
EVENTS: Final[Mapping[EventKind, tuple[str, ...]]] = {
    EventKind.JOB_REGULAR: (
        *("arbete", "ordinært arbejde", "regular job", "arbete utan stöd", "jobb", "job", "work"),
        *("reguljärt arbete", "osubventionerat arbete", "ordinært job"),
    ),
    EventKind.JOB_SUBSIDISED: (
        *("arbete med stöd", "støttet arbejde", "subsidised job", "subventionerat arbete", "subsidized job"),
        *("lönebidrag", "job med løntilskud", "løntilskud", "fleksjob"),
    ),
    EventKind.STUDY: ("studier", "uddannelse", "study", "utbildning", "studies"),
    EventKind.LABOUR_MARKET_TRAINING: (
        *("arbetsmarknadsutbildning", "arbejdsmarkedsuddannelse", "labour market training", "AMU"),
    ),
    EventKind.PLACEMENT: ("praktik", "praktik", "placement", "arbetspraktik", "arbetsträning", "internship"),
    EventKind.RETURN_TO_SUPPORT: (
        *("åter i försörjningsstöd", "tilbage på ydelse", "return to support", "försörjningsstöd"),
        *("ekonomiskt bistånd", "kontanthjælp", "income support"),
    ),
}
YES: Final = ("ja", "ja", "yes", "j", "y", "true", "sant", "1", "x")
NO: Final = ("nej", "nej", "no", "n", "false", "falskt", "0")
_LANGUAGE_NICKNAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "sv-simple": ("lättläst svenska", "lätt svenska", "letlæst svensk", "easy Swedish"),
    "nb": ("norska", "norsk", "Norwegian"),
    "fa": ("dari", "farsi"),
    "ti": ("tigrinska",),
}


def code_of(written: str, words: Mapping[Code, tuple[str, ...]]) -> Code | None:
    """The code that a word stands for: one of the list's own, or one of its names."""
    wanted = plain(written)
    return next(
        (code for code, names in words.items() if wanted in map(plain, (str(code), *names))),
        None,
    )


def said(words: Mapping[Code, tuple[str, ...]]) -> str:
    """The words to write, in the page's language."""
    return ", ".join(word_for(code, words) for code in words)


def word_for(code: Code, words: Mapping[Code, tuple[str, ...]]) -> str:
    """The code in the page's language."""
    return words[code][LANGUAGES.index(page_language())]


def language_of(written: str) -> str | None:
    """The tag of a language that is named by it, or in Swedish, Danish, English or itself."""
    return _languages().get(plain(written))


@cache
def _languages() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for tag in SPOKEN:
        for name in (tag, *_names(tag)):
            # Variants of a language have its name: the plain one comes first and keeps it.
            found.setdefault(plain(name), tag)
    return found


def _names(tag: str) -> Iterable[str]:
    locale = Locale.parse(tag, sep="-")
    yield from (locale.get_display_name(reader) or tag for reader in LANGUAGES)
    yield own_name(tag)
    yield from _LANGUAGE_NICKNAMES.get(tag, ())

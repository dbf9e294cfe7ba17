"""What a dataset says of itself, before any row is looked at: study, covariates, instruments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple

from analysis.dataset.findings import Finding
from analysis.dataset.instrument import Instrument, Item
from analysis.dataset.schema import MISSING_CODES, TABLES
from analysis.dataset.study import Covariate, Study

# Names that a covariate cannot have: what the rows of panels, due rounds and follow-up hold besides it.
_OF_THE_PANEL = (
    *(
        "person",
        "enrolment",
        "round",
        "day",
        "end_day",
        "response",
        "previous_response",
        "proxy",
        "caseworker",
    ),
    *("has_previous", "days_between", "new_caseworker", "activity", "gap_days", "observed", "outcome"),
    *("competing", "event_day", "competing_day", "censor_day"),
    *("answered", "at_risk", "has_last", "rounds_missed", "period", "lost", "unanswered", "job", "leaves"),
    "by_proxy",
    *(f"{what}_{days}" for what in ("outcome", "observed") for days in (91, 182, 365)),
)
RESERVED_NAMES = frozenset(_OF_THE_PANEL) | {
    column.name for table in ("persons", "enrolments") for column in TABLES[table].columns
}
_LONGEST_NAME = 32
_LONGEST_FILE_NAME = 200  # bytes; file systems stop at 255


def declared_findings(
    study: Study, covariates: Sequence[Covariate], instruments: Iterable[Instrument]
) -> list[Finding]:
    """Everything wrong with the study's own statements, its covariates and its instruments."""
    return [
        *_study_findings(study, covariates),
        *_covariate_findings(covariates),
        *_instrument_findings(tuple(instruments)),
    ]


def _study_findings(study: Study, covariates: Sequence[Covariate]) -> list[Finding]:
    findings = []
    if study.interval_days < 1:
        message = f"interval_days is {study.interval_days}: rounds lie at least one day apart"
        findings.append(Finding("interval", "study", message, "give the planned days between rounds"))
    texts = [text for text in astuple(study) if isinstance(text, str)] + [c.label for c in covariates]
    findings += [
        Finding("text", "study", f"{text!r} is not text that UTF-8 can hold", "correct the text")
        for text in texts
        if not _is_text(text)
    ]
    return findings


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _covariate_findings(covariates: Sequence[Covariate]) -> list[Finding]:
    # SQL does not tell Age from age.
    lowered = [covariate.name.lower() for covariate in covariates]
    return [
        Finding(
            "covariate-name",
            "persons",
            f"the covariate {covariate.name!r} has a name that cannot be used",
            "use a name of its own: ASCII letters, digits and _, no leading digit, at most 32, "
            "and not what a column of persons or enrolments is called, nor " + ", ".join(_OF_THE_PANEL),
        )
        for covariate, name in zip(covariates, lowered, strict=True)
        if name in RESERVED_NAMES or lowered.count(name) > 1 or not _is_name(covariate.name)
    ]


def _is_name(name: str) -> bool:
    return name.isascii() and name.isidentifier() and len(name) <= _LONGEST_NAME


def _instrument_findings(instruments: tuple[Instrument, ...]) -> list[Finding]:
    # Two that share a file would overwrite each other: `a-b` in version c, `a` in version b-c.
    files = [f"{instrument.key}-{instrument.version}" for instrument in instruments]
    findings = [
        _instrument("instrument-unique", name, "the instrument version is there twice")
        for name in dict.fromkeys(files)
        if files.count(name) > 1
    ]
    for instrument in instruments:
        if not (_is_file_part(instrument.key) and _is_file_part(instrument.version)):
            message = "key and version make a file name: they cannot be empty, very long, or hold / or \\"
            findings.append(_instrument("instrument-name", instrument.name, message))
        findings += _item_findings(instrument)
    return findings


def _is_file_part(text: str) -> bool:
    short = 0 < len(text.encode()) <= _LONGEST_FILE_NAME // 2
    return short and text.isprintable() and not set(text) & set("/\\")


def _item_findings(instrument: Instrument) -> list[Finding]:
    keys = [item.key for item in instrument.items]
    twice = [key for key in dict.fromkeys(keys) if keys.count(key) > 1]
    return [
        *(_instrument("item-unique", instrument.name, f"the item {key} is there twice") for key in twice),
        *(
            _instrument("scale-order", instrument.name, f"the scale of {item.key} ends below its start")
            for item in instrument.items
            if item.scale.highest < item.scale.lowest
        ),
        *(
            _instrument("codes-collide", instrument.name, f"a missing code lies on the scale of {item.key}")
            for item in instrument.items
            if _collides(item)
        ),
    ]


def _collides(item: Item) -> bool:
    return any(item.scale.lowest <= code <= item.scale.highest for code in MISSING_CODES)


def _instrument(rule: str, name: str, message: str) -> Finding:
    return Finding(rule, f"instrument {name}", message, "correct the instrument and write the dataset again")

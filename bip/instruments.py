"""The instruments of the house: which can be collected with, and their rows in the database."""

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bip.store.lists import Rater
from bip.store.studies import Instrument, PossibleAnswer
from surveys import load
from surveys.model import Instrument as Questionnaire
from surveys.model import InstrumentId


def available() -> tuple[InstrumentId, ...]:
    """The instruments a study can use: every answer is a step, so that the database can check it."""
    return tuple(
        known
        for known in load.builtin_instruments()
        if all(item.scale.kind == "steps" for item in load.load_builtin(known.key, known.version).items)
    )


def wording(language: str) -> str | None:
    """How far the words of a language have come in the instruments that ship.

    `reviewed` only if they are in each that has them; `provisional`: not read by a native speaker; None where
    no instrument speaks the language.
    """
    instruments = [load.load_builtin(known.key, known.version) for known in available()]
    found = {one.status for asked in instruments for one in asked.languages if one.tag == language}
    if not found:
        return None
    return "reviewed" if found == {"reviewed"} else "provisional"


def questionnaire(row: Instrument) -> Questionnaire:
    """What a row of the database asks."""
    return load.load_builtin(row.key, row.version)


def save_instrument(session: Session, wanted: InstrumentId) -> Instrument:
    """The row of an instrument, made with all its possible answers if it is not there yet."""
    query = select(Instrument).where(Instrument.key == wanted.key, Instrument.version == wanted.version)
    found = session.scalar(query)
    if found is not None:
        return found
    asked = load.load_builtin(wanted.key, wanted.version)
    row = Instrument(key=asked.key, version=asked.version, document=asked.to_json())
    session.add(row)
    session.flush()
    session.execute(insert(PossibleAnswer), _possible_answers(row.id, asked))
    return row


def _possible_answers(instrument_id: int, asked: Questionnaire) -> list[dict[str, object]]:
    return [
        {"instrument_id": instrument_id, "rater": Rater(rater), "item": item.key, "value": value}
        for rater in asked.raters
        for item in asked.items_for(rater)
        for value in (*item.scale.steps, *(code.code for code in asked.codes_for(rater)))
    ]

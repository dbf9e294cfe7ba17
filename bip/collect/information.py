"""What participants are told before the first question: the newest version in each language."""

from collections.abc import Sequence
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from bip.store.prepared import Prepared
from bip.store.studies import StudyInformation


def current_information(session: Session, study_id: UUID) -> dict[str, StudyInformation]:
    """The newest text by language."""
    query = select(StudyInformation).filter_by(study_id=study_id).order_by(StudyInformation.version)
    return {row.language: row for row in session.scalars(query)}


_NEWEST: Final = Prepared(
    select(StudyInformation.id, StudyInformation.language, StudyInformation.text)
    .where(StudyInformation.study_id == bindparam("study"))
    .order_by(StudyInformation.version)
)


class Told(Protocol):
    """A text, with the language that it is in."""

    id: UUID
    language: str
    text: str


def information_for(
    connection: Connection, study_id: UUID, language: str, languages: Sequence[str]
) -> Told | None:
    """What is shown in a language: its text, else that of the study's first language."""
    newest: dict[str, Told] = {row.language: row for row in _NEWEST.all(connection, {"study": study_id})}
    texts = {tag: row for tag, row in newest.items() if row.text}
    return texts.get(language) or texts.get(languages[0])

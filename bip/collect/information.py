"""What participants are told before the first question: the newest version in each language."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.store.studies import StudyInformation


def current_information(session: Session, study_id: UUID) -> dict[str, StudyInformation]:
    """The newest text by language."""
    query = select(StudyInformation).filter_by(study_id=study_id).order_by(StudyInformation.version)
    return {row.language: row for row in session.scalars(query)}


def information_for(
    session: Session, study_id: UUID, language: str, languages: Sequence[str]
) -> StudyInformation | None:
    """What is shown in a language: its text, else that of the study's first language."""
    texts = {tag: row for tag, row in current_information(session, study_id).items() if row.text}
    return texts.get(language) or texts.get(languages[0])

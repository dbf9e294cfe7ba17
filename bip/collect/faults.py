"""A fault of the page, reported with one tap. Nobody is asked for words: they would be about health."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final
from uuid import UUID

from flask_babel import LazyString, lazy_gettext

from bip.services import Services
from bip.store.audit import Actor, record
from bip.store.rounds import Response


class Fault(StrEnum):
    """What does not work."""

    UNREADABLE = "unreadable"
    INAUDIBLE = "inaudible"
    BUTTON = "button"
    OTHER = "other"


FAULTS: Final[Mapping[Fault, LazyString]] = {
    Fault.UNREADABLE: lazy_gettext("I cannot read it"),
    Fault.INAUDIBLE: lazy_gettext("I cannot hear it"),
    Fault.BUTTON: lazy_gettext("A button does not work"),
    Fault.OTHER: lazy_gettext("Something else"),
}


def report_fault(at: Services, response_id: UUID, fault: Fault) -> None:
    """Keep the report in the trail of the response's organisation."""
    with at.store.writing() as session:
        organisation_id = session.get_one(Response, response_id).organisation_id
        record(
            session,
            Actor(organisation_id),
            at.clock.now(),
            "fault_reported",
            response=response_id,
            fault=fault,
        )

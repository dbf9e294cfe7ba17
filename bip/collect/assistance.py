"""Who helped with answering, as the participant says it before sending."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from flask_babel import LazyString, lazy_gettext
from sqlalchemy import Connection, update
from wtforms import Form, RadioField
from wtforms.fields import SelectChoice

from bip.store.lists import Assistance
from bip.store.rounds import Response

HELPERS: Final[Mapping[Assistance, LazyString]] = {
    Assistance.NONE: lazy_gettext("Nobody"),
    Assistance.INTERPRETER: lazy_gettext("An interpreter"),
    Assistance.CASEWORKER: lazy_gettext("My caseworker"),
    Assistance.OTHER: lazy_gettext("Somebody else"),
}


class AssistanceForm(Form):
    """A question that may be left open: `chosen` is then None, and nothing is to be recorded."""

    assistance = RadioField(
        lazy_gettext("Did anybody help you with the answers?"),
        choices=[SelectChoice(code, words) for code, words in HELPERS.items()],
    )

    @property
    def chosen(self) -> Assistance | None:
        """What was chosen; None for what is not on the list too, so that sending never fails over it."""
        said = self.assistance.data
        return Assistance(said) if said in set(Assistance) else None


def keep_assistance(connection: Connection, response_id: UUID, assistance: Assistance) -> None:
    """Keep who helped; what staff wrote when they typed answers in stays."""
    said = update(Response).where(Response.id == response_id, Response.entered_by_id.is_(None))
    connection.execute(said.values(assistance=assistance))

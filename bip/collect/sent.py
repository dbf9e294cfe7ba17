"""What a device sends, taken in exactly once, however often and however late it comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Final, Literal, cast
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter
from sqlalchemy import Connection, Table, bindparam, insert, select

from bip.collect.answers import Given, KeptRow, add_row, new_row, read_item, supersede
from bip.collect.held import HeldResponse, hold
from bip.collect.service import submit_response
from bip.collect.sheet import PARTICIPANT, EndedError
from bip.collect.tokens import Writer
from bip.services import Services
from bip.store.lists import Assistance, HeldReason
from bip.store.prepared import Prepared
from bip.store.rounds import HeldAnswer

# The first day of a device is no longer ago; an age beyond it is a clock that jumped.
LONGEST: Final = timedelta(days=366)


class Outcome(StrEnum):
    """What became of it; both mean that the server has it and the device need keep it no longer."""

    SAVED = "saved"
    HELD = "held"


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    token: str


class AnswerMessage(_Message):
    """One answer: `id` is the device's own, the same however often it is sent."""

    kind: Literal["answer"]
    id: Annotated[UUID, Field(strict=False)]
    item: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    value: Annotated[int, Field(ge=-(2**31), lt=2**31)]


class SubmitMessage(_Message):
    """That everything is answered that will be."""

    kind: Literal["submit"]
    assistance: Annotated[Assistance | None, Field(strict=False)] = None


Message = Annotated[AnswerMessage | SubmitMessage, Field(discriminator="kind")]
MESSAGES: Final[TypeAdapter[AnswerMessage | SubmitMessage]] = TypeAdapter(Message)


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer as it came in, `age` being how long ago it was given by the device's own reckoning.

    Only the difference of two readings of the device's clock is used: what time the clock shows is not.
    """

    sent_id: UUID
    item: str
    value: int
    age: timedelta

    def content_hash(self, response_id: UUID) -> bytes:
        """SHA-256 of what was answered and where: the same again has the same."""
        return sha256(f"{response_id.hex} {self.item} {self.value}".encode()).digest()


def take_answer(at: Services, writer: Writer, sent: Sent) -> Outcome:
    """Save the answer, or hold it where the response cannot take it in; the same again changes nothing.

    An answer that was given before the current one of another device, and comes after it, is kept as a
    revision and does not become current. Raises NoResultFound where the response does not exist.
    """
    now = at.clock.now()
    with at.store.writing_rows() as connection:
        held = hold(connection, at, writer.response_id)
        given_at = max(now - min(max(sent.age, timedelta()), LONGEST), held.started_at)
        kept = read_item(connection, writer.response_id, sent.item, sent.sent_id)
        content_hash = sent.content_hash(writer.response_id)
        if kept.twin is not None and kept.twin.content_hash == content_hash:
            return Outcome.SAVED
        if _is_held(connection, writer.response_id, sent):
            return Outcome.HELD
        if reason := _refusal(held, sent, contradicted=kept.twin is not None):
            _hold_back(connection, held, sent, (reason, given_at, now))
            return Outcome.HELD
        newest = kept.current is None or _follows(kept.current, writer, given_at)
        if kept.current is not None and newest:
            supersede(connection, kept.current.id)
        row = new_row(held.into, sent.item, sent.value, Given({}, now, writer.sitting))
        row |= {
            "id": sent.sent_id,
            "content_hash": content_hash,
            "given_at": given_at,
            "revision": kept.next_revision,
            "is_current": newest,
        }
        add_row(connection, row)
        return Outcome.SAVED


def take_submission(at: Services, writer: Writer, assistance: Assistance | None = None) -> Outcome:
    """Submit; that it is in already is as good. Raises EndedError where the time was over before."""
    try:
        submit_response(at, writer.response_id, assistance)
    except EndedError as error:
        if error.reason != "submitted":
            raise
    return Outcome.SAVED


def _follows(current: KeptRow, writer: Writer, given_at: datetime) -> bool:
    """Whether an answer was given after the current one.

    A device sends in order and one at a time, so that what one visit sends later was given later, however
    long each was on its way. Between devices, and beside pages without scripts, there is only the age.
    """
    same_queue = current.sitting == writer.sitting and current.content_hash is not None
    return same_queue or current.given_at <= given_at


def _refusal(held: HeldResponse, sent: Sent, *, contradicted: bool) -> HeldReason | None:
    if contradicted:
        return HeldReason.CONTRADICTED
    if held.ended:
        return HeldReason(held.ended)
    asked = held.into.instrument
    item = next((item for item in asked.items_for(PARTICIPANT) if item.key == sent.item), None)
    # That a question was never put is ours to say.
    codes = {code.code for code in asked.codes_for(PARTICIPANT) if code.key != "not_asked"}
    if item is None or (sent.value not in item.scale.steps and sent.value not in codes):
        return HeldReason.NOT_ASKED
    return None


_HELD_BACK: Final = cast("Table", HeldAnswer.__table__)
_ALREADY: Final = Prepared(
    select(_HELD_BACK.c.id).where(
        _HELD_BACK.c.response_id == bindparam("response"),
        _HELD_BACK.c.sent_id == bindparam("sent"),
        _HELD_BACK.c.content_hash == bindparam("content"),
    )
)


def _is_held(connection: Connection, response_id: UUID, sent: Sent) -> bool:
    """Whether the same has been held before: then it stays so, whatever has become possible since."""
    content = sent.content_hash(response_id)
    named = {"response": response_id, "sent": sent.sent_id, "content": content}
    return _ALREADY.first(connection, named) is not None


def _hold_back(
    connection: Connection, held: HeldResponse, sent: Sent, why: tuple[HeldReason, datetime, datetime]
) -> None:
    """Keep it for the coordinator."""
    reason, given_at, now = why
    connection.execute(
        insert(_HELD_BACK),
        {
            "id": uuid4(),
            "organisation_id": held.into.organisation_id,
            "response_id": held.into.response_id,
            "sent_id": sent.sent_id,
            "content_hash": sent.content_hash(held.into.response_id),
            "reason": reason,
            "item": sent.item,
            "value": sent.value,
            "given_at": given_at,
            "received_at": now,
        },
    )

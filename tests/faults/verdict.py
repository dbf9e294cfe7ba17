"""What the database holds in the end, against what was acknowledged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from bip.store.audit import AuditEvent
from bip.store.rounds import Answer, HeldAnswer, Response
from bip.store.session import Store
from tests.faults.plan import Message


@dataclass(frozen=True, slots=True)
class Verdict:
    """Counts; all but `acknowledged` are 0 where nothing is wrong, `damage` is what SQLite itself finds."""

    acknowledged: int
    lost: int
    doubled: int
    not_last: int
    damage: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.not_last or self.damage)


def judge(store: Store, responses: Sequence[UUID], acknowledged: Sequence[Message]) -> Verdict:
    """`acknowledged` in the order of giving; `responses` are the ids that messages name by their place."""
    with store.reading() as session:
        rows = list(session.scalars(select(Answer)))
        held = list(session.scalars(select(HeldAnswer)))
        submitted = set(session.scalars(select(Response.id).where(Response.submitted_at.is_not(None))))
        submissions = session.scalars(select(AuditEvent.id).where(AuditEvent.kind == "response_submitted"))
        submitted_times = len(list(submissions))
        damage = _damage(store)
    answers = [one for one in acknowledged if one.item is not None]
    wanted = {(one.sent_id, responses[one.response], one.item, one.value) for one in answers}
    there = Counter((row.id, row.response_id, row.item, row.value) for row in rows if row.content_hash)
    sent_in = {responses[one.response] for one in acknowledged if one.item is None}
    last = {(responses[one.response], str(one.item)): one.sent_id for one in answers}
    current = {(row.response_id, row.item): row.id for row in rows if row.is_current}
    return Verdict(
        acknowledged=len(acknowledged),
        lost=len(wanted - there.keys()) + len(sent_in - submitted),
        doubled=there.total() - len(wanted & there.keys()) + len(held) + submitted_times - len(submitted),
        not_last=sum(current.get(place) != sent_id for place, sent_id in last.items()),
        damage=damage,
    )


def _damage(store: Store) -> tuple[str, ...]:
    with store.reading_rows() as connection:
        found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
        strangers = [f"reference: {row}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
    return tuple(line for line in found + strangers if line != "ok")

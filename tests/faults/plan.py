"""What is given and what goes wrong on the way, all of it decided by a seed before anything is sent."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from uuid import UUID

from surveys.load import load_builtin

ITEMS = tuple(item.key for item in load_builtin("bip-11").items_for("participant"))
TABLETS = 6
# Two tablets share some people: what is given on one is changed on the other.
PAIRS = TABLETS // 2
# A quick person; more than a request is under way, so that the order on two tablets can be known.
BETWEEN_ANSWERS_S = 2.0


class Kind(StrEnum):
    """What goes wrong."""

    KILLED = "server killed (SIGKILL) while saving"
    RESTARTED = "server restarted under load"
    DISK_FULL = "disk full"
    CUT_AFTER_REQUEST_LINE = "connection cut after the request line"
    CUT_IN_HEADERS = "connection cut in the headers"
    CUT_IN_BODY = "connection cut in the body"
    CUT_BEFORE_REPLY = "connection cut once everything was sent"
    REPLY_LOST = "reply lost after the commit"
    CLOCK_WRONG = "clock of the tablet jumped"
    TWICE = "sent again after it was acknowledged"
    TWICE_AT_ONCE = "sent twice at once"
    DAMAGED = "bytes damaged on the way"


# How many of a hundred faults; what stops the server takes a second or two each.
SHARES = {
    Kind.KILLED: 4,
    Kind.RESTARTED: 1,
    Kind.DISK_FULL: 6,
    Kind.CUT_AFTER_REQUEST_LINE: 10,
    Kind.CUT_IN_HEADERS: 9,
    Kind.CUT_IN_BODY: 12,
    Kind.CUT_BEFORE_REPLY: 12,
    Kind.REPLY_LOST: 16,
    Kind.CLOCK_WRONG: 8,
    Kind.TWICE: 8,
    Kind.TWICE_AT_ONCE: 8,
    Kind.DAMAGED: 6,
}


@dataclass(frozen=True, slots=True)
class Message:
    """One answer, or a submission (no item), by one tablet; `given_s` before the tablets come online."""

    tablet: int
    response: int
    sent_id: UUID
    item: str | None = None
    value: int = 0
    given_s: float = 0.0
    fault: Kind | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The answers, in the order of their giving, and the submissions that follow when they are delivered."""

    seed: int
    responses: int
    answers: tuple[Message, ...]
    submissions: tuple[Message, ...]

    @property
    def tried(self) -> Counter[Kind]:
        """How many faults of each kind."""
        return Counter(one.fault for one in self.answers + self.submissions if one.fault)


def make_plan(seed: int, faults: int) -> Plan:
    """At least so many faults, with half as many messages more that nothing happens to."""
    chance = Random(seed)  # noqa: S311  # to be had again, not to be secret
    kinds = [kind for kind, share in SHARES.items() for _ in range(-(-faults * share // 100))]
    amount = len(kinds) * 3 // 2
    # Some twenty messages a person: minds are changed, on the same tablet and on the other.
    responses = PAIRS * max(1, amount // (PAIRS * 20))
    answers = [_answer(chance, responses, (amount - at) * BETWEEN_ANSWERS_S) for at in range(amount)]
    submissions = tuple(
        Message(response % PAIRS * 2 + chance.randrange(2), response, _id(chance))
        for response in range(responses)
    )
    return Plan(seed, responses, tuple(_with_faults(chance, answers, kinds)), submissions)


def _answer(chance: Random, responses: int, given_s: float) -> Message:
    response = chance.randrange(responses)
    tablet = response % PAIRS * 2 + chance.randrange(2)
    return Message(tablet, response, _id(chance), chance.choice(ITEMS), chance.randint(1, 5), given_s)


def _id(chance: Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _with_faults(chance: Random, answers: list[Message], kinds: list[Kind]) -> list[Message]:
    """Each message has one fault at most."""
    tablets: defaultdict[tuple[int, str | None], set[int]] = defaultdict(set)
    for one in answers:
        tablets[one.response, one.item].add(one.tablet)
    # When a clock jumps, nobody can know what came before it on another tablet.
    alone = [at for at, one in enumerate(answers) if len(tablets[one.response, one.item]) == 1]
    jumping = chance.sample(alone, min(len(alone), kinds.count(Kind.CLOCK_WRONG)))
    others = [kind for kind in kinds if kind is not Kind.CLOCK_WRONG]
    others += [Kind.REPLY_LOST] * (len(kinds) - len(others) - len(jumping))
    places = chance.sample([at for at in range(len(answers)) if at not in set(jumping)], len(others))
    fault_at = dict.fromkeys(jumping, Kind.CLOCK_WRONG) | dict(zip(places, others, strict=True))
    return [replace(one, fault=fault_at.get(at)) for at, one in enumerate(answers)]

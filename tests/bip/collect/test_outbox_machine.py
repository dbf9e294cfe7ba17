"""Tablets as a state machine against the real application: however it goes, the same answers in the end.

A tablet keeps what is given in a queue and sends it in order, one at a time, until it is acknowledged.
Replies are lost, requests come again late, tablets are offline, loaded anew and handed over, and their clocks
are wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from bip.clock import SettableClock
from bip.services import EXTENSION, Services
from bip.store.rounds import Answer, HeldAnswer, Response
from surveys.load import load_builtin
from tests.bip.collect.letters import write_letter
from tests.bip.collect.posting import SAVED, Sender, sender, told
from tests.bip.conftest import NOON
from tests.bip.house import House, build_house

MILLISECOND = timedelta(milliseconds=1)
ASKED = [item.key for item in load_builtin("bip-11").items_for("participant")]
# Few, so that minds are changed often.
ITEMS = ASKED[:2]
PEOPLE = 2

which_tablet = st.integers(0, 1)
answers = st.lists(
    st.tuples(st.sampled_from(ITEMS), st.sampled_from([1, 3, 5, -2, -9])), min_size=1, max_size=3
)
people = st.integers(0, PEOPLE - 1)
wrong_by = st.timedeltas(timedelta(days=-40_000), timedelta(days=40_000))


@dataclass(frozen=True)
class Given:
    """What a person did, in the order of true time; a submission has no item."""

    response_id: UUID
    sent_id: UUID
    item: str | None = None
    value: int = 0


@dataclass(frozen=True)
class Waiting:
    """What a tablet keeps of it: the sealed bytes, and what its clock showed."""

    given: Given
    envelope: bytes
    shown: datetime


@dataclass
class Tablet:
    """One browser, with whoever holds it."""

    holder: Sender
    wrong: timedelta
    online: bool = True
    queue: list[Waiting] = field(default_factory=list)
    # Requests the network still has: bytes with the age they were sent with.
    under_way: list[tuple[Waiting, int]] = field(default_factory=list)


class Outbox(RuleBasedStateMachine):
    """Two tablets, whose clocks are set only while nothing waits there."""

    tablets: list[Tablet]

    def __init__(self, app: Flask, house: House) -> None:
        super().__init__()
        self.app, self.house = app, house
        self.installed: Services = app.extensions[EXTENSION]
        assert isinstance(self.installed.clock, SettableClock)
        self.clock = self.installed.clock
        self.given: list[Given] = []
        self.replies: dict[UUID, tuple[int, str]] = {}
        self.submitted: set[UUID] = set()

    @initialize(wrong=st.tuples(wrong_by, wrong_by))
    def begin(self, wrong: tuple[timedelta, ...]) -> None:
        self.clock.moment = NOON
        self.last_day = self.clock.today() + timedelta(days=14)
        self.people = [sender(self.app, write_letter(self.installed, self.house).code) for _ in range(PEOPLE)]
        # Both begin with the same person: somebody who changes over to another tablet.
        self.tablets = [Tablet(Sender(self.app, self.people[0].response_id), by) for by in wrong]

    @rule(at=which_tablet, answers=answers)
    def answer(self, at: int, answers: list[tuple[str, int]]) -> None:
        tablet = self.tablets[at % len(self.tablets)]
        for item, value in answers:
            self.keep(tablet, Given(tablet.holder.response_id, uuid4(), item, value))

    @precondition(lambda self: len(self.given) > 16)
    @rule(at=which_tablet)
    def submit(self, at: int) -> None:
        tablet = self.tablets[at % len(self.tablets)]
        self.keep(tablet, Given(tablet.holder.response_id, uuid4()))

    def keep(self, tablet: Tablet, given: Given) -> None:
        """Nobody does two things at the same moment."""
        self.clock.moment += timedelta(seconds=1)
        content = tablet.holder.submission()
        if given.item is not None:
            content = tablet.holder.answer(given.value, given.item, id=str(given.sent_id))
        tablet.queue.append(Waiting(given, tablet.holder.sealed(content), self.shown(tablet)))
        self.given.append(given)

    def shown(self, tablet: Tablet) -> datetime:
        return self.clock.now() + tablet.wrong

    @rule(at=which_tablet, replies_lost=st.lists(st.booleans(), min_size=1, max_size=4))
    def send(self, at: int, replies_lost: list[bool]) -> None:
        for lost in replies_lost:
            self.send_first(self.tablets[at % len(self.tablets)], reply_lost=lost)

    def send_first(self, tablet: Tablet, *, reply_lost: bool) -> None:
        if not tablet.online or not tablet.queue:
            return
        first = tablet.queue[0]
        age = (self.shown(tablet) - first.shown) // MILLISECOND
        self.arrive(first, age)
        tablet.under_way.append((first, age))
        if not reply_lost:
            tablet.queue.pop(0)

    @rule(at=which_tablet, which=st.integers(0, 99))
    def come_again_late(self, at: int, which: int) -> None:
        """The network delivers what was delivered already; nobody reads the reply."""
        if under_way := self.tablets[at % len(self.tablets)].under_way:
            self.arrive(*under_way.pop(which % len(under_way)))

    def arrive(self, waiting: Waiting, age: int) -> None:
        """The first reply is the one that every later one repeats."""
        given = waiting.given
        ended = given.response_id in self.submitted or self.clock.today() > self.last_day
        reply = told(self.people[0].post(waiting.envelope, age=age))
        if given.item is not None:
            expected = self.replies.setdefault(given.sent_id, (409, "held") if ended else SAVED)
            assert reply == expected
        elif given.response_id in self.submitted or not ended:
            assert reply == SAVED
            self.submitted.add(given.response_id)
        else:
            assert reply == (409, "closed")

    @rule(at=which_tablet, online=st.sampled_from([True, True, False]))
    def go_on_or_offline(self, at: int, online: bool) -> None:
        self.tablets[at % len(self.tablets)].online = online

    @rule(at=which_tablet)
    def reload(self, at: int) -> None:
        """Nothing outlives it but what is stored: nobody waits for what was under way."""
        at %= len(self.tablets)
        old = self.tablets[at]
        self.tablets[at] = Tablet(old.holder, old.wrong, old.online, list(old.queue), old.under_way)

    @rule(at=which_tablet, to=people)
    def hand_over(self, at: int, to: int) -> None:
        """What waits stays, sealed; whoever comes is on a visit of their own."""
        self.tablets[at % len(self.tablets)].holder = Sender(self.app, self.people[to].response_id)

    @rule(at=which_tablet, by=wrong_by)
    def set_clock(self, at: int, by: timedelta) -> None:
        tablet = self.tablets[at % len(self.tablets)]
        if not tablet.queue:
            tablet.wrong = by

    @rule(seconds=st.integers(1, 7200))
    def wait(self, seconds: int) -> None:
        self.clock.moment += timedelta(seconds=seconds)

    @precondition(lambda self: len(self.given) > 16)
    @rule(days=st.integers(1, 9))
    def wait_for_days(self, days: int) -> None:
        self.clock.advance(days)

    def teardown(self) -> None:
        """All come online, and everything that is anywhere is delivered."""
        if not hasattr(self, "tablets"):
            return
        # Whoever holds the later answer may come first.
        for tablet in sorted(self.tablets, key=lambda tablet: tablet.wrong):
            tablet.online = True
            while tablet.queue:
                self.send_first(tablet, reply_lost=False)
            for waiting, age in tablet.under_way:
                self.arrive(waiting, age)
        self.require_each_once()
        for person in self.people:
            self.require_last_is_current(person.response_id)

    def require_each_once(self) -> None:
        ids = [person.response_id for person in self.people]
        with self.installed.store.reading() as session:
            saved = list(session.scalars(select(Answer).where(Answer.response_id.in_(ids))))
            held = list(session.scalars(select(HeldAnswer).where(HeldAnswer.response_id.in_(ids))))
        sent = [Given(row.response_id, row.id, row.item, row.value) for row in saved if row.content_hash]
        kept = [Given(row.response_id, row.sent_id, row.item, row.value) for row in held]
        answers = [given for given in self.given if given.item is not None]
        assert sorted(sent + kept, key=str) == sorted(answers, key=str)
        assert {given.sent_id for given in sent} == {
            sent_id for sent_id, reply in self.replies.items() if reply == SAVED
        }
        # Beside what was given there are only the questions left open, as skipped.
        assert {(row.value, row.response_id in self.submitted) for row in saved if not row.content_hash} <= {
            (-9, True)
        }

    def require_last_is_current(self, response_id: UUID) -> None:
        in_time = [one for one in self.given if one.item and self.replies.get(one.sent_id) == SAVED]
        last = {str(one.item): one.value for one in in_time if one.response_id == response_id}
        if response_id in self.submitted:
            last = dict.fromkeys(ASKED, -9) | last
        query = select(Answer).filter_by(response_id=response_id, is_current=True)
        with self.installed.store.reading() as session:
            current = [(row.item, row.value) for row in session.scalars(query)]
            locked = session.get_one(Response, response_id).submitted_at is not None
        assert sorted(current) == sorted(last.items())
        assert locked == (response_id in self.submitted)


class OneTablet(Outbox):
    """A single tablet, nobody comes back to it: its clock jumps at any moment, requests take their time."""

    @initialize(wrong=st.tuples(wrong_by))
    def begin(self, wrong: tuple[timedelta, ...]) -> None:
        super().begin(wrong)

    @rule(by=wrong_by)
    def jump(self, by: timedelta) -> None:
        self.tablets[0].wrong = by

    @rule(seconds=st.integers(2, 60), value=st.sampled_from([2, 4]))
    def send_slowly(self, seconds: int, value: int) -> None:
        """It arrives when the tablet has given up waiting; meanwhile its holder has another mind."""
        tablet = self.tablets[0]
        if tablet.online and tablet.queue:
            first, age = tablet.queue[0], (self.shown(tablet) - tablet.queue[0].shown) // MILLISECOND
            self.answer(0, [(first.given.item or ITEMS[0], value)])
            self.clock.moment += timedelta(seconds=seconds)
            self.arrive(first, age)

    @rule()
    def send_everything(self) -> None:
        tablet = self.tablets[0]
        while tablet.online and tablet.queue:
            self.send_first(tablet, reply_lost=False)
        if not tablet.queue:
            self.require_last_is_current(tablet.holder.response_id)

    @rule(at=which_tablet, to=people)
    def hand_over(self, at: int, to: int) -> None:
        if self.people[to].response_id not in {one.response_id for one in self.given}:
            self.tablets[0].holder = self.people[to]


# Looking for the shortest way to a failure would take minutes; the steps that led there are printed anyway.
FEW = settings(max_examples=25, stateful_step_count=40, phases=[Phase.generate])


@pytest.fixture(scope="module")
def house(module_app: Flask) -> House:
    return build_house(module_app)


def test_however_two_tablets_send_the_same_answers_are_there(module_app: Flask, house: House) -> None:
    run_state_machine_as_test(lambda: Outbox(module_app, house), settings=FEW)  # type: ignore[arg-type]


def test_however_long_it_takes_one_tablets_last_answer_counts(module_app: Flask, house: House) -> None:
    run_state_machine_as_test(lambda: OneTablet(module_app, house), settings=FEW)  # type: ignore[arg-type]

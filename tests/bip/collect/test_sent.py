"""What becomes of an answer that a tablet sends: once, in its place in time, or held for the coordinator."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from bip.clock import SettableClock
from bip.collect.service import save_answer
from bip.store.people import Enrolment
from bip.store.rounds import EntryCode, Round
from surveys.load import load_builtin
from tests.bip.collect.letters import Letter
from tests.bip.collect.posting import HELD, ITEM, NO_RIGHT, SAVED, Sender, sender, told

SECOND, DAY = 1000, 24 * 3600 * 1000
ASKED = [item.key for item in load_builtin("bip-11").items_for("participant")]


@pytest.fixture
def tablet(app: Flask, letter: Letter) -> Sender:
    return sender(app, letter.code)


@pytest.fixture
def another(tablet: Sender) -> Sender:
    """A second tablet on the same response."""
    return Sender(tablet.app, tablet.response_id)


def test_the_same_bytes_again_are_saved_once(tablet: Sender) -> None:
    envelope = tablet.sealed(tablet.answer(4))
    assert [told(tablet.post(envelope, age=age)) for age in (0, 0, 90 * SECOND)] == [SAVED] * 3
    assert tablet.values() == [(4, True)]


def test_the_same_in_another_envelope_is_the_same(tablet: Sender) -> None:
    """After the hand-over another tab may seal it anew."""
    content = tablet.answer(4)
    assert [told(tablet.send(content)) for _ in range(2)] == [SAVED] * 2
    assert tablet.values() == [(4, True)]


def test_the_same_answer_under_a_new_id_is_a_new_one(tablet: Sender) -> None:
    assert [told(tablet.send(tablet.answer(4))) for _ in range(2)] == [SAVED] * 2
    assert tablet.values() == [(4, False), (4, True)]


def test_the_same_again_after_a_change_of_mind_changes_nothing(tablet: Sender) -> None:
    first = tablet.answer(2)
    for content in (first, tablet.answer(5), first):
        assert told(tablet.send(content)) == SAVED
    assert tablet.values() == [(2, False), (5, True)]


@pytest.mark.parametrize("change", [{"value": 1}, {"item": ASKED[-1]}, {"item": "unheard_of"}], ids=str)
def test_something_else_under_the_same_id_is_held_once(tablet: Sender, change: dict[str, object]) -> None:
    content = tablet.answer(4)
    tablet.send(content)
    other = tablet.sealed(content | change)
    assert [told(tablet.post(other)) for _ in range(4)] == [HELD] * 4
    assert tablet.values() == [(4, True)]
    assert tablet.values(ASKED[-1]) == []
    said = {"item": ITEM, "value": 4} | change
    assert tablet.held() == [("contradicted", said["item"], said["value"])]
    assert told(tablet.send(content)) == SAVED


def test_each_other_value_under_one_id_is_held_once(tablet: Sender) -> None:
    content = tablet.answer(4)
    for value in (4, 1, 2, 1, 2, 4):
        tablet.send(content | {"value": value})
    assert tablet.values() == [(4, True)]
    assert tablet.held() == [("contradicted", ITEM, 1), ("contradicted", ITEM, 2)]


def test_after_submitting_an_answer_is_held_and_the_questionnaire_stays(
    tablet: Sender, letter: Letter
) -> None:
    in_time = tablet.answer(4)
    tablet.send(in_time)
    assert told(tablet.send(tablet.submission())) == SAVED
    before = letter.answers()
    late = tablet.sealed(tablet.answer(1))
    assert [told(tablet.post(late, age=DAY)) for _ in range(3)] == [HELD] * 3
    assert letter.answers() == before
    assert tablet.held() == [("submitted", ITEM, 1)]
    assert told(tablet.send(in_time)) == SAVED, "what came in time did"


def test_after_the_window_an_answer_is_held(tablet: Sender, clock: SettableClock) -> None:
    clock.advance(14)
    in_time = tablet.answer(3)
    assert told(tablet.send(in_time)) == SAVED
    clock.advance(1)
    late = tablet.sealed(tablet.answer(1))
    assert [told(tablet.post(late, age=2 * DAY)) for _ in range(3)] == [HELD] * 3
    assert (tablet.values(), tablet.held()) == ([(3, True)], [("closed", ITEM, 1)])
    assert told(tablet.send(in_time)) == SAVED


def test_after_leaving_the_study_an_answer_is_held(
    tablet: Sender, letter: Letter, clock: SettableClock
) -> None:
    with letter.installed.store.writing() as session:
        session.get_one(Enrolment, letter.enrolment_id).withdrawn_on = clock.today()
    assert told(tablet.send(tablet.answer(3))) == SAVED
    clock.advance(1)
    assert told(tablet.send(tablet.answer(1))) == HELD
    assert (tablet.values(), tablet.held()) == ([(3, True)], [("closed", ITEM, 1)])


@pytest.mark.parametrize("value", [0, 6, -3, 3000, 2**31 - 1, -(2**31)])
def test_a_value_off_the_scale_is_held(tablet: Sender, value: int) -> None:
    envelope = tablet.sealed(tablet.answer(value))
    assert [told(tablet.post(envelope)) for _ in range(2)] == [HELD] * 2
    assert (tablet.values(), tablet.held()) == ([], [("not_asked", ITEM, value)])


@pytest.mark.parametrize("value", [1, 2, 3, 4, 5, -1, -2, -9])
def test_every_choice_and_a_skip_is_saved(tablet: Sender, value: int) -> None:
    assert told(tablet.send(tablet.answer(value))) == SAVED
    assert tablet.values() == [(value, True)]


def test_that_a_question_was_not_asked_is_held(tablet: Sender) -> None:
    assert told(tablet.send(tablet.answer(-8))) == HELD


@pytest.mark.parametrize("item", ["unheard_of", "a", "job_search_"])
def test_an_item_that_is_not_asked_is_held(tablet: Sender, item: str) -> None:
    assert [told(tablet.send(tablet.answer(3, item, id="0" * 32))) for _ in range(2)] == [HELD] * 2
    assert (tablet.values(item), tablet.held()) == ([], [("not_asked", item, 3)])
    for asked in ASKED:
        assert told(tablet.send(tablet.answer(3, asked))) == SAVED


def test_what_was_given_before_the_current_answer_is_kept_and_does_not_become_it(
    tablet: Sender, another: Sender, clock: SettableClock
) -> None:
    clock.moment += timedelta(hours=2)
    assert told(tablet.send(tablet.answer(5), age=10 * SECOND)) == SAVED
    assert told(another.send(another.answer(1), age=60 * SECOND)) == SAVED
    assert tablet.values() == [(5, True), (1, False)]
    assert [row.given_at for row in tablet.rows()] == [
        clock.now() - timedelta(seconds=10),
        clock.now() - timedelta(seconds=60),
    ]
    assert {row.saved_at for row in tablet.rows()} == {clock.now()}
    assert told(another.send(another.answer(2), age=5 * SECOND)) == SAVED
    assert tablet.values() == [(5, False), (1, False), (2, True)]


def test_with_older_revisions_behind_it_the_current_answer_is_what_is_submitted(
    tablet: Sender, another: Sender, letter: Letter, clock: SettableClock
) -> None:
    clock.moment += timedelta(hours=2)
    tablet.send(tablet.answer(5))
    another.send(another.answer(1), age=60 * SECOND)
    tablet.send(tablet.answer(-9, ASKED[1]))
    another.send(another.answer(1, ASKED[1]), age=60 * SECOND)
    assert told(tablet.send(tablet.submission())) == SAVED
    assert letter.answers() == dict.fromkeys(ASKED, -9) | {ITEM: 5}
    assert len(letter.trail()) == len(ASKED) + 2


def test_an_answer_that_waited_comes_behind_one_of_the_page_without_scripts(
    tablet: Sender, clock: SettableClock
) -> None:
    clock.moment += timedelta(hours=1)
    save_answer(tablet.installed, tablet.response_id, ITEM, 2)
    clock.moment += timedelta(minutes=1)
    tablet.send(tablet.answer(5), age=300 * SECOND)
    assert tablet.values() == [(2, True), (5, False)]
    tablet.send(tablet.answer(4), age=30 * SECOND)
    assert tablet.values() == [(2, False), (5, False), (4, True)]


ABSURD = ("-1", str(-(10**30)), str(10**30), "9" * 5000, "soon", "", "1.5", "NaN", "1e9", "0x10", "٣")


@pytest.mark.parametrize("age", ABSURD, ids=lambda age: age[:12] or "empty")
def test_of_an_absurd_age_the_answer_is_saved_within_the_response(
    tablet: Sender, clock: SettableClock, age: str
) -> None:
    begun = clock.now()
    clock.moment += timedelta(hours=1)
    assert told(tablet.send(tablet.answer(4), age)) == SAVED
    assert tablet.values() == [(4, True)]
    assert begun <= tablet.rows()[0].given_at <= clock.now()


def test_without_an_age_an_answer_was_given_now(tablet: Sender, clock: SettableClock) -> None:
    clock.moment += timedelta(hours=1)
    answer = tablet.app.test_client().post("/answers", json=tablet.answer(4))
    assert told(answer) == SAVED
    assert tablet.rows()[0].given_at == clock.now()


@pytest.mark.parametrize("years", [-56, 0, 74])
def test_what_time_the_clock_of_a_tablet_shows_does_not_matter(
    tablet: Sender, another: Sender, clock: SettableClock, years: int
) -> None:
    """Only how much later it is when the answer is sent."""
    clock.moment += timedelta(hours=1)
    shown = clock.now() + timedelta(days=365 * years)
    given = shown - timedelta(seconds=30)
    tablet.send(tablet.answer(5), age=(shown - given) // timedelta(milliseconds=1))
    another.send(another.answer(1), age=31 * SECOND)
    assert tablet.values() == [(5, True), (1, False)]


def test_submitting_twice_is_as_good_as_once(tablet: Sender, letter: Letter, clock: SettableClock) -> None:
    envelope = tablet.sealed(tablet.submission())
    assert told(tablet.post(envelope)) == SAVED
    response, trail = letter.response(), len(letter.trail())
    clock.moment += timedelta(minutes=1)
    assert told(tablet.post(envelope)) == SAVED
    again = letter.response()
    assert response is not None
    assert again is not None
    assert (again.submitted_at, len(letter.trail())) == (response.submitted_at, trail)


@pytest.mark.parametrize(("days", "expected"), [(14, SAVED), (15, (409, "closed"))])
def test_a_submission_comes_within_the_window_or_is_told_so(
    tablet: Sender, letter: Letter, clock: SettableClock, days: int, expected: tuple[int, str]
) -> None:
    tablet.send(tablet.answer(4))
    clock.advance(days)
    assert told(tablet.send(tablet.submission())) == expected
    response = letter.response()
    assert response is not None
    assert (response.submitted_at is None) == (expected != SAVED)
    assert letter.answers()[ITEM] == 4
    with letter.installed.store.reading() as session:
        assert (session.query(EntryCode).one().closed_at is None) == (expected != SAVED)


def test_submitted_in_time_it_stays_so_when_it_is_sent_again_after_the_window(
    tablet: Sender, clock: SettableClock
) -> None:
    envelope = tablet.sealed(tablet.submission())
    assert told(tablet.post(envelope)) == SAVED
    clock.advance(15)
    assert told(tablet.post(envelope)) == SAVED


def test_a_response_that_was_deleted_takes_nothing(tablet: Sender) -> None:
    gone = Sender(tablet.app, uuid4())
    assert told(gone.send(gone.answer())) == NO_RIGHT
    assert told(tablet.send(tablet.answer())) == SAVED


def test_of_one_tablet_what_it_sends_last_was_given_last(tablet: Sender, clock: SettableClock) -> None:
    """The first answer is ten seconds on its way; after two the person changes their mind."""
    clock.moment += timedelta(minutes=1)
    given_first = clock.now()
    clock.moment += timedelta(seconds=10)
    assert told(tablet.send(tablet.answer(2), age=0)) == SAVED
    given_second = given_first + timedelta(seconds=2)
    waited = (clock.now() - given_second) // timedelta(milliseconds=1)
    assert told(tablet.send(tablet.answer(5), age=waited)) == SAVED
    assert tablet.values() == [(2, False), (5, True)]


def test_a_clock_that_jumps_while_answers_wait_does_not_change_their_order(
    tablet: Sender, clock: SettableClock
) -> None:
    clock.moment += timedelta(minutes=1)
    for value, age in ((2, -5 * DAY), (5, 3 * SECOND)):
        assert told(tablet.send(tablet.answer(value), age)) == SAVED
    assert tablet.values() == [(2, False), (5, True)]


def test_choosing_the_same_again_is_the_last_word(tablet: Sender, clock: SettableClock) -> None:
    save_answer(tablet.installed, tablet.response_id, ITEM, 2)
    clock.moment += timedelta(minutes=2)
    save_answer(tablet.installed, tablet.response_id, ITEM, 2)
    clock.moment += timedelta(minutes=1)
    assert told(tablet.send(tablet.answer(5), age=120 * SECOND)) == SAVED
    assert [value for value, is_current in tablet.values() if is_current] == [2]


def test_what_is_held_is_not_saved_as_well(tablet: Sender, letter: Letter, clock: SettableClock) -> None:
    """The reply was lost, the coordinator lets the person go on, the tablet sends the same bytes again."""
    clock.advance(15)
    envelope = tablet.sealed(tablet.answer(5))
    assert told(tablet.post(envelope)) == HELD
    with letter.installed.store.writing() as session:
        session.get_one(Round, letter.round_id).closes_on += timedelta(days=7)
    assert told(tablet.post(envelope)) == HELD
    assert (tablet.values(), tablet.held()) == ([], [("closed", ITEM, 5)])

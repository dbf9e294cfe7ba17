"""A rating is saved while it is made, and the time at the form is kept."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bip.clock import SettableClock
from bip.store.casework import RatingVisit
from bip.store.lists import Rater
from surveys.load import load_builtin
from tests.bip.collect.letters import Letter
from tests.bip.pages import Page, Visitor

KEYS = [item.key for item in load_builtin("bip-11").items_for("caseworker")]


def address(letter: Letter) -> str:
    return f"/rounds/{letter.round_id}/rate"


def autosave(visitor: Visitor, letter: Letter, page: Page, **answers: str) -> tuple[int, dict[str, str]]:
    answer = visitor.raw("POST", f"{address(letter)}/draft", data={**page.form(), **answers})
    return answer.status_code, answer.get_json()


def visits(letter: Letter) -> list[timedelta]:
    with letter.installed.store.reading() as session:
        found = session.scalars(select(RatingVisit).order_by(RatingVisit.opened_at))
        return [one.saved_at - one.opened_at for one in found]


def test_each_change_is_saved_and_nothing_is_submitted(caseworker: Visitor, letter: Letter) -> None:
    page = caseworker.get(address(letter))
    status, told = autosave(caseworker, letter, page, **{f"answer_{KEYS[0]}": "4"})
    assert (status, told["result"]) == (200, "saved")
    assert letter.answers(Rater.CASEWORKER) == {KEYS[0]: 4}
    found = letter.response(Rater.CASEWORKER)
    assert found is not None
    assert found.submitted_at is None


def test_an_answer_says_nothing_of_what_is_kept(caseworker: Visitor, letter: Letter) -> None:
    page = caseworker.get(address(letter))
    _, told = autosave(caseworker, letter, page, **{f"answer_{KEYS[0]}": "4"})
    assert told.keys() == {"result", "time"}


def test_what_is_off_the_scale_or_too_late_is_refused(caseworker: Visitor, letter: Letter) -> None:
    page = caseworker.get(address(letter))
    assert autosave(caseworker, letter, page, **{f"answer_{KEYS[0]}": "77"}) == (400, {"result": "refused"})
    stale = "old"
    assert autosave(caseworker, letter, page, csrf_token=stale) == (400, {"result": "refused"})
    caseworker.submit(page, {"submit": "1"})
    assert autosave(caseworker, letter, page) == (409, {"result": "late"})


def test_the_time_at_the_form_is_that_of_its_sittings(
    caseworker: Visitor, letter: Letter, clock: SettableClock
) -> None:
    page = caseworker.get(address(letter))
    for minutes in (1, 2):
        clock.moment += timedelta(minutes=minutes)
        autosave(caseworker, letter, page, **{f"answer_{KEYS[0]}": str(minutes)})
    clock.moment += timedelta(hours=2)
    again = caseworker.get(address(letter))
    clock.moment += timedelta(minutes=4)
    caseworker.submit(again, {"submit": "1"})
    assert visits(letter) == [timedelta(minutes=3), timedelta(minutes=4)]


def test_a_sitting_that_was_made_up_is_not_kept(caseworker: Visitor, letter: Letter) -> None:
    page = caseworker.get(address(letter))
    assert autosave(caseworker, letter, page, sitting="made-up")[0] == 200
    assert not visits(letter)


def test_only_the_participants_caseworker_saves(letter: Letter) -> None:
    coordinator = letter.house.enter("coordinator")
    assert coordinator.raw("POST", f"{address(letter)}/draft").status_code == 403

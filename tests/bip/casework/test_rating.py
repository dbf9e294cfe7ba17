"""A caseworker rates a round: a draft, then locked; seeing nothing of what others have answered."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask_security import hash_password
from sqlalchemy import select

from bip.clock import SettableClock
from bip.collect.beginning import enter
from bip.collect.service import save_answer
from bip.store.audit import AuditEvent
from bip.store.lists import Rater, Role
from bip.store.organisations import Organisation, Unit
from bip.store.people import AssignmentSpell, Enrolment
from bip.store.rounds import Response
from surveys.load import load_builtin
from tests.bip import rows
from tests.bip.collect.letters import Letter
from tests.bip.house import PASSWORD, House
from tests.bip.pages import Page, Visitor

ASKED = load_builtin("bip-11").items_for("caseworker")
KEYS = [item.key for item in ASKED]
EACH = {f"answer_{key}": str(1 + at % 5) for at, key in enumerate(KEYS)}


def address(letter: Letter) -> str:
    return f"/rounds/{letter.round_id}/rate"


def rating(letter: Letter) -> Response:
    found = letter.response(Rater.CASEWORKER)
    assert found is not None
    return found


def checked(page: Page) -> dict[str, str]:
    boxes = page.all("input", type="radio")
    return {box.attrib["name"]: box.attrib["value"] for box in boxes if box.get("checked") is not None}


def test_all_items_stand_on_one_page_with_their_words(caseworker: Visitor, letter: Letter) -> None:
    page = caseworker.get(address(letter))
    assert len(page.all("fieldset")) == len(KEYS)
    for item in ASKED:
        form = item.form("caseworker")
        assert form is not None
        for _, words in form.steps:
            assert words.in_language("en") in page.text
    assert page.text.count("I have not been able to see this") == len(KEYS)
    assert page.text.count("Private to you") == 1
    assert checked(page) == {}


def test_submitting_locks_what_was_rated(caseworker: Visitor, letter: Letter) -> None:
    page = caseworker.submit(caseworker.get(address(letter)), {**EACH, "submit": "1"})
    assert "Your rating is submitted." in page.text
    assert letter.answers(Rater.CASEWORKER) == {key: 1 + at % 5 for at, key in enumerate(KEYS)}
    made = rating(letter)
    assert (made.rated_by_id, made.independent) == (letter.house.accounts[Role.CASEWORKER], True)
    assert (made.language, made.submitted_at) == ("en", letter.installed.clock.now())
    assert caseworker.get(address(letter)).heading == "This round is rated"


def test_what_is_left_blank_is_recorded_as_skipped(caseworker: Visitor, letter: Letter) -> None:
    caseworker.submit(caseworker.get(address(letter)), {f"answer_{KEYS[0]}": "-3", "submit": "1"})
    assert letter.answers(Rater.CASEWORKER) == {KEYS[0]: -3, **dict.fromkeys(KEYS[1:], -9)}


def test_a_draft_is_shown_to_its_rater_and_changed_in_revisions(caseworker: Visitor, letter: Letter) -> None:
    one, two = f"answer_{KEYS[0]}", f"answer_{KEYS[1]}"
    page = caseworker.submit(caseworker.get(address(letter)), {one: "2", two: "3", "save": "1"})
    assert "saved as a draft" in page.text
    page = caseworker.get(address(letter))
    assert checked(page) == {one: "2", two: "3"}
    caseworker.submit(page, {one: "5", "save": "1"})
    trail = [(a.item, a.revision, a.value, a.is_current) for a in letter.trail(Rater.CASEWORKER)]
    assert trail == [(KEYS[0], 0, 2, False), (KEYS[0], 1, 5, True), (KEYS[1], 0, 3, True)]
    assert rating(letter).submitted_at is None


def test_the_enter_key_sends_a_draft_and_locks_nothing(caseworker: Visitor, letter: Letter) -> None:
    buttons = caseworker.get(address(letter)).only("main").iter("button")
    assert next(buttons).get("name") == "save"


@pytest.mark.parametrize("value", ["0", "6", "-1", "-9", "x"])
def test_a_value_off_the_scale_is_refused_and_the_rest_comes_back(
    caseworker: Visitor, letter: Letter, value: str
) -> None:
    sent = {**EACH, f"answer_{KEYS[3]}": value, "submit": "1"}
    page = caseworker.submit(caseworker.get(address(letter)), sent)
    assert page.text.count("This is not one of the answers.") == 2, "above the form and at its question"
    assert checked(page) == {name: given for name, given in EACH.items() if name != f"answer_{KEYS[3]}"}
    assert letter.response(Rater.CASEWORKER) is None


def test_an_old_form_comes_back_filled_in(caseworker: Visitor, letter: Letter) -> None:
    page = caseworker.submit(caseworker.get(address(letter)), {**EACH, "submit": "1", "csrf_token": "old"})
    assert "This page had been open for a long time." in page.text
    assert checked(page) == EACH
    assert letter.response(Rater.CASEWORKER) is None


@pytest.mark.parametrize("button", ["save", "submit"])
def test_a_stale_second_tab_changes_nothing_and_says_so(
    caseworker: Visitor, letter: Letter, button: str
) -> None:
    stale = caseworker.get(address(letter))
    caseworker.submit(caseworker.get(address(letter)), {**EACH, "submit": "1"})
    page = caseworker.submit(stale, {**dict.fromkeys(EACH, "1"), button: "1"}, expect=409)
    assert page.heading == "This round is rated"
    assert "nothing was changed" in page.text
    assert letter.answers(Rater.CASEWORKER) == {key: 1 + at % 5 for at, key in enumerate(KEYS)}


def test_before_the_window_it_is_too_early(caseworker: Visitor, letter: Letter, clock: SettableClock) -> None:
    stale = caseworker.get(address(letter))
    clock.advance(-1)
    with letter.installed.store.writing() as session:
        spell = session.scalars(select(AssignmentSpell)).one()
        spell.start_on = clock.today()
    page = caseworker.get(address(letter))
    assert page.heading == "This round is not open yet"
    assert "You can rate from March 2, 2026." in page.text
    caseworker.submit(stale, {**EACH, "submit": "1"}, expect=409)
    assert letter.response(Rater.CASEWORKER) is None


def test_nobody_is_rated_after_having_left(caseworker: Visitor, letter: Letter, clock: SettableClock) -> None:
    with letter.installed.store.writing() as session:
        rows.exit_(session, session.get_one(Enrolment, letter.enrolment_id), left_on=clock.today())
    assert len(caseworker.get(address(letter)).all("fieldset")) == len(KEYS), "on the last day still"
    clock.advance(1)
    assert caseworker.get(address(letter)).heading == "This round cannot be rated any more"


@pytest.mark.parametrize(("answered", "independent"), [(True, False), (False, True)])
def test_after_the_window_it_depends_on_whether_there_was_something_to_read(
    caseworker: Visitor, letter: Letter, clock: SettableClock, answered: bool, independent: bool
) -> None:
    response_id = enter(letter.installed, letter.code)
    if answered:
        save_answer(letter.installed, response_id, KEYS[0], 2)
    clock.advance(14)
    page = caseworker.get(address(letter))
    assert "not independent" not in page.text, "the last day is within the window"
    clock.advance(1)
    page = caseworker.get(address(letter))
    assert ("not independent" in page.text) is answered
    caseworker.submit(page, {**EACH, "submit": "1"})
    assert rating(letter).independent is independent


def test_a_draft_from_within_the_window_submitted_after_it_is_not_independent(
    caseworker: Visitor, letter: Letter, clock: SettableClock
) -> None:
    save_answer(letter.installed, enter(letter.installed, letter.code), KEYS[0], 2)
    caseworker.submit(caseworker.get(address(letter)), {**EACH, "save": "1"})
    clock.advance(15)
    caseworker.submit(caseworker.get(address(letter)), {"submit": "1"})
    assert rating(letter).independent is False


def test_nothing_of_the_participants_answers_is_on_the_page(caseworker: Visitor, letter: Letter) -> None:
    def shown() -> str:
        page = caseworker.get(address(letter))
        return page.text + str(checked(page))

    before = shown()
    response_id = enter(letter.installed, letter.code)
    for key in KEYS:
        save_answer(letter.installed, response_id, key, 5)
    assert shown() == before


@pytest.fixture
def successor(house: House, letter: Letter) -> Callable[[], Visitor]:
    """Gives the participant to another caseworker today, who signs in."""

    def handed_over() -> Visitor:
        today = letter.installed.clock.today()
        with house.app.app_context(), letter.installed.store.writing() as session:
            organisation = session.get_one(Organisation, house.organisation_id)
            unit = session.get_one(Unit, house.unit_id)
            account = rows.account(session, organisation, unit=unit, password=hash_password(PASSWORD))
            session.scalars(select(AssignmentSpell)).one().end_on = today
            session.flush()
            enrolment = session.get_one(Enrolment, letter.enrolment_id)
            rows.assignment_spell(session, enrolment, caseworker=account, start_on=today)
            email = account.email
        visitor = Visitor(house.app)
        visitor.sign_in(email, PASSWORD)
        return visitor

    return handed_over


def test_a_successor_starts_afresh_and_sees_no_draft(
    caseworker: Visitor, letter: Letter, clock: SettableClock, successor: Callable[[], Visitor]
) -> None:
    caseworker.submit(caseworker.get(address(letter)), {**EACH, "save": "1"})
    clock.advance(1)
    new = successor()
    caseworker.get(address(letter), expect=404)
    page = new.get(address(letter))
    assert "Another caseworker began to rate this round" in page.text
    assert checked(page) == {}
    new.submit(page, {f"answer_{KEYS[0]}": "4", "save": "1"})
    assert letter.answers(Rater.CASEWORKER) == {KEYS[0]: 4}
    assert rating(letter).rated_by_id not in {None, letter.house.accounts[Role.CASEWORKER]}
    assert rating(letter).started_at == clock.now()
    new.submit(new.get(address(letter)), {"submit": "1"})
    assert letter.answers(Rater.CASEWORKER) == {KEYS[0]: 4, **dict.fromkeys(KEYS[1:], -9)}
    with letter.installed.store.reading() as session:
        kinds = session.scalars(select(AuditEvent.kind).order_by(AuditEvent.at)).all()
    assert [kind for kind in kinds if kind.startswith("r")] == [
        "response_started",
        "rating_taken_over",
        "response_submitted",
    ]


def test_a_successor_cannot_change_what_was_submitted(
    caseworker: Visitor, letter: Letter, clock: SettableClock, successor: Callable[[], Visitor]
) -> None:
    caseworker.submit(caseworker.get(address(letter)), {**EACH, "submit": "1"})
    clock.advance(1)
    assert successor().get(address(letter)).heading == "This round is rated"


def test_a_round_is_rated_by_its_caseworker_only(
    house: House, letter: Letter, clock: SettableClock, successor: Callable[[], Visitor]
) -> None:
    house.enter(Role.COORDINATOR).get(address(letter), expect=403)
    house.enter(Role.COORDINATOR).post(address(letter), {**EACH, "submit": "1"}, expect=403)
    clock.advance(1)
    successor()
    first = house.enter(Role.CASEWORKER)
    assert (
        first.get(address(letter), expect=404).text == first.get(f"/rounds/{uuid4()}/rate", expect=404).text
    )


def test_a_look_at_the_person_is_in_the_trail(caseworker: Visitor, letter: Letter) -> None:
    caseworker.get(address(letter))
    with letter.installed.store.reading() as session:
        seen = session.scalars(select(AuditEvent.actor_id).filter_by(kind="participant_viewed")).all()
    assert seen == [letter.house.accounts[Role.CASEWORKER]]

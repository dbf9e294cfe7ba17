"""Shared tablets: started and left by staff, in between nothing but the participants' pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from bip.clock import SettableClock
from bip.kiosk.device import COOKIE
from bip.services import Services
from bip.store.audit import AuditEvent
from bip.store.kiosks import Kiosk
from bip.store.lists import Mode, Role
from bip.store.rounds import Response
from tests.bip.collect.letters import enter, way, write_letter
from tests.bip.house import PASSWORD, House, build_house
from tests.bip.kiosk.starting import PIN, start
from tests.bip.pages import Page, Visitor
from tests.bip.participants.people import trail

CODE_PAGE = "Write your code"
WRONG = "This is not the PIN"


def kiosks(installed: Services) -> list[Kiosk]:
    with installed.store.reading() as session:
        return list(session.scalars(select(Kiosk)))


def leave(visitor: Visitor, pin: str, expect: int = 200) -> Page:
    return visitor.submit(visitor.get("/kiosk/leave"), {"pin": pin}, expect=expect)


def leads_to_the_code(answer: TestResponse) -> bool:
    return (answer.status_code, answer.headers.get("Location")) == (302, "/")


def test_starting_signs_out_and_leads_to_the_code(house: House, visit: Callable[[], Visitor]) -> None:
    visitor = visit()
    visitor.sign_in(house.emails[Role.COORDINATOR], PASSWORD)
    page = start(visitor, "13579")
    assert (page.heading, page.response.request.path) == (CODE_PAGE, "/")
    assert visitor.client.get_cookie(COOKIE) is not None
    (kiosk,) = kiosks(house.installed)
    assert kiosk.started_by_id == house.accounts[Role.COORDINATOR]
    assert kiosk.pin_hash.startswith("$argon2id$")
    assert "13579" not in kiosk.pin_hash
    (started,) = trail(house, "kiosk_started")
    assert (started.actor_id, started.details) == (kiosk.started_by_id, {"kiosk": str(kiosk.id)})
    visitor.client.delete_cookie(COOKIE)
    answer = visitor.raw("GET", "/participants")
    assert "/sign-in" in answer.headers["Location"], "the session is gone, not only hidden"


def test_the_answer_that_marks_the_tablet_is_the_one_that_signs_out(house: House) -> None:
    visitor = house.enter("caseworker")
    data = visitor.get("/kiosk").form("/kiosk") | {"pin": PIN, "again": PIN}
    answer = visitor.raw("POST", "/kiosk", data=data)
    assert leads_to_the_code(answer)
    cookies = answer.headers.getlist("Set-Cookie")
    assert any(one.startswith(f"{COOKIE}=") and "HttpOnly" in one for one in cookies)
    with visitor.client.session_transaction() as session:
        assert "_user_id" not in session
        assert "csrf_token" not in session


@pytest.mark.parametrize(
    ("pin", "again", "said"),
    [
        ("", "", "Choose a PIN."),
        ("123", "123", "Write 4 to 8 digits"),
        ("123456789", "123456789", "Write 4 to 8 digits"),
        ("12a4", "12a4", "Write 4 to 8 digits"),
        ("٣٤٥٦", "٣٤٥٦", "Write 4 to 8 digits"),
        ("1234", "1243", "The two PINs are not the same."),
    ],
)
def test_a_pin_is_four_to_eight_digits_written_twice(house: House, pin: str, again: str, said: str) -> None:
    visitor = house.enter("caseworker")
    page = start(visitor, pin, again)
    assert page.heading == "Make this a shared tablet"
    assert said in page.text
    assert kiosks(house.installed) == []
    assert visitor.client.get_cookie(COOKIE) is None


def test_an_old_form_starts_nothing(house: House) -> None:
    visitor = house.enter("caseworker")
    page = start(visitor, PIN, changes={"csrf_token": "old"})
    assert "This page had been open for a long time." in page.text
    assert kiosks(house.installed) == []


def test_every_page_but_the_participants_leads_to_the_code(app: Flask, house: House, tablet: Visitor) -> None:
    """Signed in as the administrator all the same: the tablet alone decides."""
    with house.enter("administrator").client.session_transaction() as signed_in:
        kept = dict(signed_in)
    with tablet.client.session_transaction() as session:
        session.update(kept)
    adapter = app.url_map.bind("localhost")
    turned_back = 0
    for rule in app.url_map.iter_rules():
        blueprint = rule.endpoint.rpartition(".")[0]
        if rule.arguments or blueprint in {"aside", "assets", "collect", "files", "inbox"}:
            continue
        if rule.endpoint in {"kiosk.leave", "static"}:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "HEAD", "POST"}):
            answer = tablet.raw(method, adapter.build(rule.endpoint))
            if method == "POST":
                assert answer.status_code == 403, rule.endpoint
            else:
                assert leads_to_the_code(answer), rule.endpoint
            turned_back += 1
    assert turned_back > 20
    for address in (f"/rounds/{house.study_id}/entry", f"/participants/{house.study_id}", "/welcome/token"):
        assert leads_to_the_code(tablet.raw("GET", address))


def test_participants_answer_on_a_shared_tablet_one_after_the_other(house: House, tablet: Visitor) -> None:
    first, second = (write_letter(house.installed, house) for _ in range(2))
    page = enter(tablet, first.code)
    page = tablet.get(page.link("Start"))
    page = tablet.submit(page, {"answer": "4"})
    assert first.answers() == {"job_search": 4}
    with house.installed.store.reading() as session:
        assert session.scalars(select(Response.mode)).all() == [Mode.SHARED_TABLET]
    old = way(page)
    enter(tablet, second.code)
    assert tablet.get(f"{old}/1", expect=403).heading == CODE_PAGE


def test_an_address_that_does_not_exist_ends_nobodys_visit(house: House, tablet: Visitor) -> None:
    letter = write_letter(house.installed, house)
    first = tablet.get(enter(tablet, letter.code).link("Start"))
    tablet.get("/apple-touch-icon.png", expect=404)
    assert tablet.get(first.response.request.path).heading == first.heading


def test_participants_pages_do_not_look_the_tablet_up(house: House, tablet: Visitor) -> None:
    asked: list[str] = []
    engine = house.installed.store.engine

    def note(*more: object) -> None:
        asked.append(str(more[2]))

    event.listen(engine, "before_cursor_execute", note)
    tablet.get("/")
    assert asked == []
    tablet.get("/kiosk/leave")
    event.remove(engine, "before_cursor_execute", note)
    assert any("kiosks" in statement for statement in asked), "the ear hears"


def test_the_right_pin_makes_it_an_ordinary_tablet(
    house: House, tablet: Visitor, clock: SettableClock
) -> None:
    clock.advance(1)
    page = leave(tablet, PIN)
    assert "This tablet is not shared any more." in page.text
    assert page.response.request.path == "/sign-in"
    assert tablet.client.get_cookie(COOKIE) is None
    (kiosk,) = kiosks(house.installed)
    assert kiosk.ended_at == clock.now()
    (ended,) = trail(house, "kiosk_ended")
    assert (ended.actor_id, ended.organisation_id) == (None, house.organisation_id)
    assert ended.details == {"kiosk": str(kiosk.id)}
    assert tablet.sign_in(house.emails[Role.CASEWORKER], PASSWORD).heading == "Worklist"


def test_leaving_shows_no_more_of_who_answered_last(house: House, tablet: Visitor) -> None:
    letter = write_letter(house.installed, house)
    page = tablet.get(enter(tablet, letter.code).link("Start"))
    leave(tablet, PIN)
    assert tablet.get(page.response.request.path, expect=403).heading == CODE_PAGE


def test_a_wrong_pin_leaves_the_tablet_as_it_is(house: House, tablet: Visitor) -> None:
    page = leave(tablet, "8642")
    assert WRONG in page.text
    assert page.form()["pin"] == ""
    assert "Write the PIN." in leave(tablet, "").text
    assert "open for a long time" in tablet.submit(page, {"pin": PIN, "csrf_token": "old"}).text
    assert leads_to_the_code(tablet.raw("GET", "/participants"))
    (kiosk,) = kiosks(house.installed)
    assert kiosk.ended_at is None
    assert trail(house, "kiosk_ended") == []


def test_ten_wrong_pins_are_enough_from_whatever_address(tablet: Visitor) -> None:
    form = tablet.get("/kiosk/leave").form()
    answers = [
        tablet.raw(
            "POST",
            "/kiosk/leave",
            data=form | {"pin": f"{at:04}"},
            environ_overrides={"REMOTE_ADDR": f"10.0.0.{at}"},
        )
        for at in range(11)
    ]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert leave(tablet, PIN, expect=429).heading == "Too many tries"


def test_wrong_pins_on_one_tablet_do_not_lock_another(
    house: House, tablet: Visitor, visit: Callable[[], Visitor]
) -> None:
    form = tablet.get("/kiosk/leave").form() | {"pin": "0000"}
    for _ in range(11):
        tablet.raw("POST", "/kiosk/leave", data=form)
    other = visit()
    other.sign_in(house.emails[Role.COORDINATOR], PASSWORD)
    start(other, "97531")
    assert "not shared any more" in leave(other, "97531").text


def test_a_forgotten_pin_is_got_round_from_another_computer(house: House, tablet: Visitor) -> None:
    coordinator = house.enter("coordinator")
    page = coordinator.get("/kiosk")
    assert "3/2/26, 12:00 PM" in page.text, "the time of the place"
    page = coordinator.submit(page, action="/end")
    assert "Ended." in page.text
    assert "Shared tablets in use" not in page.text
    (ended,) = trail(house, "kiosk_ended")
    assert ended.actor_id == house.accounts[Role.COORDINATOR]
    assert leads_to_the_code(tablet.raw("GET", "/participants")), "until its leave page is opened"
    page = tablet.get("/kiosk/leave")
    assert page.heading == "This tablet is not shared any more"
    assert page.all("input") == []
    assert tablet.client.get_cookie(COOKIE) is None
    assert tablet.get("/kiosk/leave").heading == "Sign in"


def test_ending_twice_writes_one_line(house: House, tablet: Visitor) -> None:
    coordinator = house.enter("coordinator")
    page = coordinator.get("/kiosk")
    coordinator.submit(page, action="/end")
    coordinator.submit(page, action="/end")
    assert len(trail(house, "kiosk_ended")) == 1


def test_ending_with_an_old_form_ends_nothing(house: House, tablet: Visitor) -> None:
    coordinator = house.enter("coordinator")
    page = coordinator.submit(coordinator.get("/kiosk"), {"csrf_token": "old"}, action="/end")
    assert "open for a long time" in page.text
    assert kiosks(house.installed)[0].ended_at is None


def test_another_organisation_neither_sees_nor_ends_it(app: Flask, tablet: Visitor) -> None:
    other = build_house(app)
    visitor = other.enter("coordinator")
    assert "Shared tablets in use" not in visitor.get("/kiosk").text
    (kiosk,) = kiosks(other.installed)
    visitor.post(f"/kiosk/{kiosk.id}/end", expect=404)
    assert kiosks(other.installed)[0].ended_at is None


def test_a_forged_cookie_makes_no_shared_tablet(house: House) -> None:
    visitor = house.enter("caseworker")
    visitor.client.set_cookie(COOKIE, "forged")
    assert visitor.get("/participants").heading == "Participants"
    assert visitor.raw("GET", "/kiosk/leave").headers["Location"] == "/sign-in"


def test_the_pin_stands_in_no_log_and_in_no_trail(
    house: House, tablet: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(0):
        leave(tablet, "97132468")
        leave(tablet, PIN)
    assert "97132468" not in caplog.text
    with house.installed.store.reading() as session:
        assert "2468" not in str([one.details for one in session.scalars(select(AuditEvent))])

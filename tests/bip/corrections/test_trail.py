"""Whatever is put right, the trail says who did it, when, what and why, in words, and hides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from bip.auth.staff import Staff
from bip.clock import SettableClock
from bip.corrections.trail import LINES_ON_A_PAGE, read_trail
from bip.participants.facts import contact_of
from bip.store.audit import record
from bip.store.lists import Rater, Role
from bip.store.people import Enrolment, Identity, Participant
from bip.store.rounds import Response
from tests.bip.conftest import NOON
from tests.bip.house import PASSWORD, House
from tests.bip.pages import Page, Visitor
from tests.bip.participants.people import FORM, enrol, round_ids, submit_response, trail

SIGNED = "Kim Berg"
OF_THE_DOUBLE = "On the double, before the merge"


@dataclass(slots=True)
class Ticking(SettableClock):
    """A clock that goes on, as a real one does: what belongs together is not of one moment by itself."""

    def now(self) -> datetime:
        self.moment += timedelta(milliseconds=1)
        return self.moment


@pytest.fixture
def clock() -> SettableClock:
    return Ticking(NOON)


def correct(house: House, address: str, **fields: str) -> str:
    coordinator = house.enter("coordinator")
    return coordinator.submit(coordinator.get(address), {"reason": "mistake", **fields}).text


def merge(house: House, twice: UUID, kept: UUID) -> None:
    said = correct(house, f"/enrolments/{twice}/merge", other=str(kept), reason="entered_twice")
    assert "The two are one person now." in said


def lines(page: Page) -> list[list[str]]:
    """The cells of each line, the newest first, without the moment."""
    rows = page.all("tr")[1:]
    return [[" ".join("".join(cell.itertext()).split()) for cell in row[1:]] for row in rows]


def read(house: House, enrolment_id: UUID) -> list[list[str]]:
    return lines(house.enter("coordinator").get(f"/enrolments/{enrolment_id}/trail"))


def person_of(house: House, enrolment_id: UUID) -> Participant:
    with house.installed.store.reading() as session:
        return session.get_one(Participant, session.get_one(Enrolment, enrolment_id).participant_id)


BARE = {
    **dict.fromkeys(("email", "phone", "birth_year"), ""),
    **dict.fromkeys(("sex", "origin", "education"), "unknown"),
}


def test_a_merge_fills_in_what_was_not_known(house: House, clock: SettableClock) -> None:
    kept = enrol(house, **BARE)
    clock.advance(days=1)
    twice = enrol(house, name="Ada Lindh", enrolled_on="2026-03-03", language="ar")
    clock.advance(days=1)
    merge(house, twice, kept)
    person = person_of(house, kept)
    assert (person.sex, person.origin, person.education) == ("woman", "native", "compulsory")
    assert (person.birth_year, person.language) == (1984, "sv")
    with house.installed.store.reading() as session:
        contact = contact_of(session, house.installed.cipher, person.id)
    assert contact is not None
    assert (contact.name, contact.email, contact.phone) == ("Ada Lind", FORM["email"], FORM["phone"])


def test_what_differs_stays_as_it_was_and_the_trail_names_the_fields(
    house: House, clock: SettableClock
) -> None:
    kept = enrol(house, phone="", sex="unknown")
    clock.advance(days=1)
    twice = enrol(house, name="Ada Lindh", email="other@example.org", birth_year="1985", origin="foreign")
    clock.advance(days=1)
    merge(house, twice, kept)
    person = person_of(house, kept)
    assert (person.birth_year, person.origin, person.sex) == (1984, "native", "woman")
    told = read(house, kept)
    assert ["Merged two persons", "–", SIGNED, "Entered twice"] in told
    assert ["Filled in what was not known, from the double", "Sex, Phone", SIGNED, "–"] in told
    left_out = "Origin, Year of birth, Name, E-mail"
    assert ["Left out what differed on the double", left_out, SIGNED, "–"] in told
    page = house.enter("coordinator").get(f"/enrolments/{kept}/trail").text
    assert "Lindh" not in page
    assert "other@example.org" not in page


def test_who_had_no_name_gets_that_of_the_double(house: House, clock: SettableClock) -> None:
    kept = enrol(house)
    clock.advance(days=1)
    twice = enrol(house, name="Ada Lindh", enrolled_on="2026-03-01")
    with house.installed.store.writing() as session:
        session.delete(session.get_one(Identity, session.get_one(Enrolment, kept).participant_id))
    merge(house, twice, kept)
    assert house.enter("coordinator").get(f"/participants/{kept}").heading == "Ada Lindh"
    (event,) = trail(house, "participant_changed")
    assert event.details["fields"] == ["name", "email", "phone"]


def test_a_removed_enrolment_leaves_its_intake_and_referral(house: House, clock: SettableClock) -> None:
    kept = enrol(house, intake="")
    twice = enrol(house, name="Ada Lindh", referral="Health care")
    clock.advance(days=1)
    merge(house, twice, kept)
    with house.installed.store.reading() as session:
        left = session.scalars(select(Enrolment)).one()
    assert (left.id, left.intake, left.referral) == (kept, "March", "Social services")
    told = [line[:2] for line in read(house, kept)]
    assert ["Filled in what was not known, from the double", "Intake"] in told
    assert ["Left out what differed on the double", "Name, Referred by"] in told


def test_two_that_are_alike_differ_in_nothing(house: House, clock: SettableClock) -> None:
    kept = enrol(house)
    clock.advance(days=1)
    twice = enrol(house, enrolled_on="2026-03-01")
    merge(house, twice, kept)
    assert not trail(house, "participant_changed")


def test_lines_of_the_double_and_of_its_doubles_are_still_read(house: House, clock: SettableClock) -> None:
    """The first is merged into the second, the second into the third; two enrolments go on the way."""
    first = enrol(house, name="Ada L")
    second, third = (enrol(house, name=name, phone="") for name in ("Ada Li", "Ada Lind"))
    clock.advance(days=1)
    caseworker = house.enter("caseworker")
    caseworker.get(f"/participants/{first}")
    merge(house, first, second)
    clock.advance(days=1)
    merge(house, second, third)
    told = read(house, third)
    assert told.count(["Merged two persons", "–", SIGNED, "Entered twice"]) == 2
    assert told.count(["Enrolled the participant", OF_THE_DOUBLE, SIGNED, "–"]) == 2
    assert told.count(["Enrolled the participant", "–", SIGNED, "–"]) == 1
    what = [line[0] for line in told]
    assert what.count("Left out what differed on the double") == 2
    assert what.count("Filled in what was not known, from the double") == 2


def test_what_was_noted_of_a_removed_enrolment_is_still_read(house: House, clock: SettableClock) -> None:
    kept, twice = enrol(house), enrol(house, name="Ada Lindh")
    clock.advance(days=1)
    read(house, twice)
    clock.advance(days=1)
    merge(house, twice, kept)
    assert ["Looked at this trail", OF_THE_DOUBLE, SIGNED, "–"] in read(house, kept)


@pytest.mark.parametrize("rater", Rater)
def test_a_move_is_told_on_both_sides(house: House, clock: SettableClock, rater: Rater) -> None:
    wrong, right = enrol(house), enrol(house, name="Bo Ek")
    first = round_ids(house, wrong)[0]
    submit_response(house, first, rater)
    with house.installed.store.writing() as session:
        response = session.scalars(select(Response.id).where(Response.round_id == first)).one()
        actor = coordinator_of(house).actor
        record(session, actor, clock.now(), "response_submitted", response=response)
    clock.advance(days=1)
    correct(house, f"/rounds/{first}/responses/{rater}/move", other=str(right), reason="wrong_person")
    clock.advance(days=1)
    if rater is Rater.CASEWORKER:
        correct(house, f"/rounds/{round_ids(house, right)[0]}/reopen", reason="incomplete")
    whose = {
        Rater.PARTICIPANT: "Round 0, the participant's answers",
        Rater.CASEWORKER: "Round 0, the caseworker's rating",
    }[rater]
    lost, got = read(house, wrong), read(house, right)
    why = "Entered on the wrong person"
    assert ["Moved a response to another person", whose, SIGNED, why] in lost
    assert ["Got a response that had been entered on another person", whose, SIGNED, why] in got
    # What was done with it before, both read; what is done with it later is only the right person's.
    assert ["Submitted the answers", whose, SIGNED, "–"] in lost
    assert ["Submitted the answers", whose, SIGNED, "–"] in got
    reopened = ["Reopened a rating", whose, SIGNED, "Submitted before it was complete"]
    assert (reopened in got) is (rater is Rater.CASEWORKER)
    assert reopened not in lost
    assert not any("Bo Ek" in cell for line in lost for cell in line)


def test_who_had_it_in_between_is_told_too(house: House, clock: SettableClock) -> None:
    one, two, three = (enrol(house, name=name) for name in ("Ada Lind", "Bo Ek", "Cia Dal"))
    submit_response(house, round_ids(house, one)[0], Rater.PARTICIPANT)
    for source, target in ((one, two), (two, three)):
        clock.advance(days=1)
        address = f"/rounds/{round_ids(house, source)[0]}/responses/participant/move"
        assert "The response is moved." in correct(house, address, other=str(target))
    told = [line[0] for line in read(house, two)]
    assert told.index("Moved a response to another person") < told.index(
        "Got a response that had been entered on another person"
    )


def coordinator_of(house: House) -> Staff:
    return Staff(
        house.accounts[Role.COORDINATOR],
        house.organisation_id,
        house.unit_id,
        SIGNED,
        frozenset({Role.COORDINATOR}),
    )


def test_why_a_round_was_moved_or_missed_stands_there(house: House) -> None:
    enrolment_id = enrol(house)
    first, second = round_ids(house, enrolment_id)
    caseworker = house.enter("caseworker")
    moving = caseworker.get(f"/rounds/{second}/move")
    caseworker.submit(moving, {"due_on": "2026-06-20", "reason": "holiday"}, action="/move")
    caseworker.submit(caseworker.get(f"/rounds/{first}/missed"), {"reason": "ill"})
    told = read(house, enrolment_id)
    assert ["Moved a round", "Round 1", SIGNED, "Holiday"] in told
    assert ["Noted why a round was missed", "Round 0", SIGNED, "Ill"] in told


def test_nothing_is_pushed_out_of_the_trail_by_many_looks(house: House, clock: SettableClock) -> None:
    kept = enrol(house)
    with house.installed.store.writing() as session:
        participant = session.get_one(Enrolment, kept).participant_id
        clock.advance(days=1)
        for _ in range(LINES_ON_A_PAGE):
            actor = coordinator_of(house).actor
            record(session, actor, clock.now(), "participant_viewed", participant=participant)
    coordinator = house.enter("coordinator")
    newest = coordinator.get(f"/enrolments/{kept}/trail")
    assert "Enrolled the participant" not in newest.text
    oldest = coordinator.get(newest.link("Older lines"))
    assert "Enrolled the participant" in oldest.text
    assert "Older lines" not in oldest.text
    for odd in ("0", "-3", "x", "9" * 30):
        coordinator.get(f"/enrolments/{kept}/trail?page={odd}")


@pytest.mark.parametrize("action", ["merge", "move"])
def test_the_names_that_a_correction_lists_are_in_the_trail(house: House, action: str) -> None:
    wrong, other = enrol(house), enrol(house, name="Bo Ek")
    first = round_ids(house, wrong)[0]
    submit_response(house, first, Rater.PARTICIPANT)
    address = {
        "merge": f"/enrolments/{wrong}/merge",
        "move": f"/rounds/{first}/responses/participant/move",
    }[action]
    before = len(trail(house, "participants_listed"))
    assert "Bo Ek" in house.enter("coordinator").get(address).text
    *_, event = trail(house, "participants_listed")
    assert len(trail(house, "participants_listed")) == before + 1
    assert event.details == {"participants": [str(person_of(house, other).id)]}


def test_where_nobody_is_listed_nothing_is_noted(house: House) -> None:
    alone = enrol(house)
    house.enter("coordinator").get(f"/enrolments/{alone}/merge")
    assert not trail(house, "participants_listed")


def test_the_trail_is_read_without_holding_up_who_writes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is read is read outside the write transaction, which only notes the look."""
    kept = enrol(house)
    store = house.installed.store
    inside: list[str] = []
    begin = store.writing

    @contextmanager
    def watched() -> Iterator[object]:
        with begin() as session:
            yield session
            inside.extend(type(one).__name__ for one in session.identity_map.values())
            inside.extend(type(one).__name__ for one in session.new)

    monkeypatch.setattr(store, "writing", watched)
    read_trail(house.installed, coordinator_of(house), kept, 1)
    assert inside == ["AuditEvent"]


def test_the_trail_speaks_swedish(house: House) -> None:
    enrolment_id = enrol(house)
    first = round_ids(house, enrolment_id)[0]
    submit_response(house, first, Rater.CASEWORKER)
    correct(house, f"/rounds/{first}/reopen", reason="incomplete")
    swedish = Visitor(house.app, language="sv")
    swedish.sign_in(house.emails[Role.COORDINATOR], PASSWORD)
    told = lines(swedish.get(f"/enrolments/{enrolment_id}/trail"))
    assert ["Öppnade en bedömning igen", SIGNED] in [[what, who] for what, _, who, _ in told]
    assert not {"Reopened a rating", "Enrolled the participant"} & {line[0] for line in told}

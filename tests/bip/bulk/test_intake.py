"""A whole intake on one page, its pauses, and the letters for the group."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlalchemy import select

from bip.clock import SettableClock
from bip.store.casework import IntakePause
from bip.store.lists import Rater, Role
from bip.store.organisations import Account, Organisation, Unit
from bip.store.people import Enrolment, Participant
from tests.bip import rows, rows_casework
from tests.bip.bulk.filing import contents, enrolments, keyed, words_of
from tests.bip.house import House, build_house
from tests.bip.pages import Visitor
from tests.bip.participants.people import round_ids, submit_response, trail

GROUP = {"intake": "March", "referral": "Social services", "language": "so"}


def names(*people: str) -> dict[str, str]:
    return {f"lines-{place}-name": name for place, name in enumerate(people)}


def test_a_whole_group_is_enrolled_at_once_and_gets_its_letters(house: House) -> None:
    coordinator = house.enter("coordinator")
    people = names("Ada Lind", "Bo Ek", "Cia Dal")
    form = _intake(coordinator)
    sent = {**form, **GROUP, **people, "lines-0-phone": "070 123", "lines-2-birth_year": "1984"}
    page = coordinator.post("/intake", sent)
    assert "3 participants are enrolled." in page.text
    assert {(one.intake, one.referral, one.enrolled_on) for one in enrolments(house)} == {
        ("March", "Social services", date(2026, 3, 2))
    }
    with house.installed.store.reading() as session:
        people_rows = session.scalars(select(Participant)).all()
    assert {one.language for one in people_rows} == {"so"}
    assert sorted(one.birth_year or 0 for one in people_rows) == [0, 0, 1984]
    assert len(trail(house, "participant_enrolled")) == 3
    again = coordinator.post("/intake", sent)
    assert "3 participants are enrolled." in again.text
    assert len(enrolments(house)) == 3
    letters = coordinator.submit(page, {"group": f"{house.study_id} March"})
    sheets = letters.all("article", class_="sheet")
    assert [sheet.get("lang") for sheet in sheets] == ["so", "so", "so"]
    codes = {"".join(code.itertext()) for code in letters.all("p", class_="code")}
    assert len(codes) == 3
    assert len(trail(house, "code_issued")) == 3
    participant = Visitor(house.app)
    code = sorted(codes)[0].replace(" ", "")
    assert participant.raw("GET", f"/k/{code}").status_code in {200, 302, 303}


def _intake(visitor: Visitor) -> dict[str, Any]:
    """The fields of the group's form, which is the first of its page."""
    page = visitor.get("/intake")
    (form,) = [one for one in page.all("form") if (one.get("action") or "").endswith("/intake")]
    one = {f.get("name"): f.get("value", "") for f in form.iter("input") if f.get("type") != "checkbox"}
    for select_ in form.iter("select"):
        chosen = [o for o in select_.iter("option") if o.get("selected") is not None]
        one[select_.get("name")] = chosen[0].get("value") if chosen else ""
    return {str(name): value for name, value in one.items() if name}


def test_wrong_lines_come_back_filled_in_and_nobody_is_enrolled(house: House) -> None:
    coordinator = house.enter("coordinator")
    form = {**_intake(coordinator), **GROUP, **names("Ada Lind", "", "Cia Dal")}
    before = contents(house)
    for changes, message in (
        ({"lines-1-phone": "070 123"}, "Name, person 2 – Write the participant's name."),
        ({"lines-0-phone": "call"}, "Phone, person 1 – Write the number with digits"),
        ({"lines-2-birth_year": "1884"}, "Year of birth, person 3 – Write a year from 1900 to 2026."),
        ({"lines-2-birth_year": "old"}, "Year of birth, person 3 – Write the year with four digits"),
        ({"lines-0-name": "x" * 201}, "at most 200 characters"),
        ({"lines-2-name": "ada LIND"}, "Name, person 3 – Somebody with this name"),
        ({"lines-0-name": "", "lines-2-name": ""}, "Write at least one name."),
        ({"intake": ""}, "Write a name for the group"),
        ({"language": ""}, "Language – Choose one from the list."),
        ({"enrolled_on": "2026-03-03"}, "must not be after today"),
        ({"enrolled_on": "2025-11-30"}, "must not be before Dec 1, 2025"),
        ({"caseworker": ""}, "Caseworker – Choose one from the list."),
        ({"study": "nonsense"}, "Study – Choose one from the list."),
        ({"csrf_token": "old"}, "open for a long time"),
    ):
        sent = {**form, **changes}
        page = coordinator.post("/intake", sent)
        assert message in page.text, changes
        back = {f.get("name"): f.get("value") for f in page.all("input")}
        written = {name: value for name, value in sent.items() if name.startswith("lines-") and value}
        assert written.items() <= back.items()
    assert contents(house) == before


def test_namesakes_are_enrolled_when_somebody_says_so(house: House) -> None:
    keyed(house)
    coordinator = house.enter("coordinator")
    form = {**_intake(coordinator), **GROUP, **names("Ada Lind")}
    page = coordinator.post("/intake", form)
    assert "These are other persons with the same name" in page.text
    coordinator.post("/intake", {**form, "anyway": "y"})
    assert len(enrolments(house)) == 2


def test_a_day_in_a_pause_is_refused_until_the_pause_ends(house: House, clock: SettableClock) -> None:
    coordinator = house.enter("coordinator")
    page = coordinator.get("/intake")
    paused = {"pause-unit": str(house.unit_id), "pause-start_on": "2026-03-01", "pause-end_on": "2026-02-01"}
    wrong = coordinator.submit(page, paused, action="/intake/pauses")
    assert "The last day must not be before the first." in wrong.text
    coordinator.submit(page, {**paused, "pause-end_on": ""}, action="/intake/pauses")
    form = {**_intake(coordinator), **GROUP, **names("Ada Lind")}
    refused = coordinator.post("/intake", form)
    assert "a pause began on Mar 1, 2026" in refused.text
    assert enrolments(house) == []
    coordinator.submit(coordinator.get("/intake"), action="/end")
    with house.installed.store.reading() as session:
        (pause,) = session.scalars(select(IntakePause))
    assert (pause.start_on, pause.end_on) == (date(2026, 3, 1), date(2026, 3, 1))
    assert "1 participant is enrolled." in coordinator.post("/intake", form).text


def test_a_pause_of_another_unit_is_not_ones_own(house: House) -> None:
    with house.installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        other = rows.unit(session, organisation, name="Other unit")
        pause = rows_casework.intake_pause(session, other, start_on=date(2026, 3, 1)).id
    foreign = build_house(house.app)
    with house.installed.store.writing() as session:
        unit = session.get_one(Unit, foreign.unit_id)
        elsewhere = rows_casework.intake_pause(session, unit, start_on=date(2026, 3, 1)).id
    coordinator = house.enter("coordinator")
    page = coordinator.get("/intake")
    assert "Other unit" not in page.text
    token = {"csrf_token": page.all("input", name="csrf_token")[0].attrib["value"]}
    coordinator.post(f"/intake/pauses/{pause}/end", token, expect=404)
    coordinator.post(f"/intake/pauses/{elsewhere}/end", token, expect=404)
    sent = {"pause-unit": str(other.id), "pause-start_on": "2026-03-01"}
    assert "Choose one from the list." in coordinator.submit(page, sent, action="/intake/pauses").text


def test_letters_leave_out_who_needs_none(house: House, clock: SettableClock) -> None:
    answered, _ = keyed(house, "Answered", intake="March")
    keyed(house, "Left", intake="March", withdrawn_on=date(2026, 3, 2))
    keyed(house, "Waiting", intake="March")
    keyed(house, "Alone")
    submit_response(house, round_ids(house, answered)[0], Rater.PARTICIPANT)
    with house.installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        other = rows.unit(session, organisation, name="Other unit").id
    keyed_elsewhere(house, other)
    coordinator = house.enter("coordinator")
    page = coordinator.get("/letters")
    assert "2 open rounds" in page.text
    assert "March" in page.text
    assert "Choose one from the list." in coordinator.submit(page, {"group": "May"}).text
    group = coordinator.submit(page, {"group": f"{house.study_id} March"})
    assert [_addressed(sheet) for sheet in group.all("article")] == ["Waiting"]
    everybody = coordinator.submit(page, {"group": "all"})
    assert [_addressed(sheet) for sheet in everybody.all("article")] == ["Alone", "Waiting"]
    clock.advance(30)
    assert "Nobody needs a letter now" in coordinator.get("/letters").text


def keyed_elsewhere(house: House, unit_id: Any) -> None:  # noqa: ANN401
    enrolment_id, _ = keyed(house, "Elsewhere", intake="March")
    with house.installed.store.writing() as session:
        session.get_one(Enrolment, enrolment_id).unit_id = unit_id


def _addressed(sheet: Any) -> str:  # noqa: ANN401
    found = re.search(r"Hej (\w+)", "".join(sheet.itertext()))
    assert found is not None
    return found[1]


def test_an_organisation_at_its_beginning_is_told_what_is_missing(house: House) -> None:
    with house.installed.store.writing() as session:
        session.get_one(Account, house.accounts[Role.CASEWORKER]).active = False
    coordinator = house.enter("coordinator")
    assert "There is no caseworker yet." in words_of(coordinator.get("/intake"))

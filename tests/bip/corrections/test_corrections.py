"""Persons merged, responses moved, ratings reopened: each with its reason, and nothing lost."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from bip.clock import SettableClock
from bip.corrections.words import EVENTS as WORDED
from bip.store.audit import EVENTS
from bip.store.lists import Rater, Role
from bip.store.organisations import Organisation
from bip.store.people import AssignmentSpell, Enrolment, Identity, Participant
from bip.store.rounds import Answer, EntryCode, Response, Round
from tests.bip import rows
from tests.bip.house import House
from tests.bip.participants.people import enrol, print_letter, round_ids, submit_response, trail


def people(house: House) -> int:
    with house.installed.store.reading() as session:
        return session.scalars(select(func.count()).select_from(Participant)).one()


def correct(house: House, address: str, **fields: str) -> str:
    coordinator = house.enter("coordinator")
    return coordinator.submit(coordinator.get(address), {"reason": "mistake", **fields}).text


def responses(house: House, enrolment_id: UUID) -> dict[tuple[int, Rater], Response]:
    with house.installed.store.reading() as session:
        found = session.execute(
            select(Round.number, Response)
            .join(Response, Response.round_id == Round.id)
            .where(Round.enrolment_id == enrolment_id)
        )
        return {(number, response.rater): response for number, response in found}


def test_two_enrolments_become_one_persons(house: House, clock: SettableClock) -> None:
    kept = enrol(house)
    clock.advance(days=7)
    twice = enrol(house, name="Ada Lindh")
    submit_response(house, round_ids(house, twice)[0], Rater.PARTICIPANT)
    assert "The two are one person now." in correct(
        house, f"/enrolments/{twice}/merge", other=str(kept), reason="entered_twice"
    )
    assert people(house) == 1
    with house.installed.store.reading() as session:
        owners = set(session.scalars(select(Enrolment.participant_id)))
        assert owners == {session.get_one(Enrolment, kept).participant_id}
        assert session.scalars(select(func.count()).select_from(Identity)).one() == 1
    assert len(responses(house, twice)) == 1
    (event,) = trail(house, "persons_merged")
    assert event.details["reason"] == "entered_twice"


def test_an_empty_double_from_the_same_day_goes(house: House) -> None:
    kept, twice = enrol(house), enrol(house, name="Ada Lindh")
    print_letter(house.enter("caseworker"), twice)
    correct(house, f"/enrolments/{twice}/merge", other=str(kept))
    with house.installed.store.reading() as session:
        assert set(session.scalars(select(Enrolment.id))) == {kept}
        assert session.scalars(select(func.count()).select_from(EntryCode)).one() == 0


def test_a_double_that_holds_something_is_not_thrown_away(house: House) -> None:
    kept, twice = enrol(house), enrol(house, name="Ada Lindh")
    submit_response(house, round_ids(house, twice)[0], Rater.PARTICIPANT)
    said = correct(house, f"/enrolments/{twice}/merge", other=str(kept))
    assert "Move the responses first" in said
    assert people(house) == 2


def test_who_takes_part_in_another_unit_is_merged_by_nobody_of_this_one(house: House) -> None:
    kept, twice = enrol(house), enrol(house, name="Ada Lindh", enrolled_on="2026-03-01")
    with house.installed.store.writing() as session:
        mine = session.get_one(Enrolment, kept)
        organisation = session.get_one(Organisation, mine.organisation_id)
        elsewhere = rows.enrolment(
            session,
            organisation,
            participant=session.get_one(Participant, mine.participant_id),
            unit=rows.unit(session, organisation),
        )
        assert elsewhere.unit_id != mine.unit_id
    said = correct(house, f"/enrolments/{twice}/merge", other=str(kept))
    assert "takes part in another unit" in said
    assert people(house) == 2


@pytest.mark.parametrize("rater", Rater)
def test_a_response_goes_to_the_right_person_with_all_it_holds(house: House, rater: Rater) -> None:
    wrong, right = enrol(house), enrol(house, name="Bo Ek")
    submit_response(house, round_ids(house, wrong)[0], rater)
    before = responses(house, wrong)[0, rater]
    with house.installed.store.writing() as session:
        rows.answer(session, session.get_one(Response, before.id))
    said = correct(house, f"/rounds/{round_ids(house, wrong)[0]}/responses/{rater}/move", other=str(right))
    assert "The response is moved." in said
    assert not responses(house, wrong)
    after = responses(house, right)[0, rater]
    assert (after.id, after.submitted_at) == (before.id, before.submitted_at)
    assert after.independent is (rater is Rater.PARTICIPANT)
    with house.installed.store.reading() as session:
        assert session.scalars(select(Answer.response_id)).one() == before.id
    (event,) = trail(house, "response_moved")
    assert event.details["round_before"] == str(round_ids(house, wrong)[0])
    assert event.details["independent_before"] == str(before.independent)


def test_a_response_is_never_laid_over_another(house: House) -> None:
    wrong, right = enrol(house), enrol(house, name="Bo Ek")
    for one in (wrong, right):
        submit_response(house, round_ids(house, one)[0], Rater.PARTICIPANT)
    said = correct(
        house, f"/rounds/{round_ids(house, wrong)[0]}/responses/participant/move", other=str(right)
    )
    assert "has a response in that round already" in said
    assert responses(house, wrong)


def test_a_response_goes_only_where_a_round_was_open(house: House, clock: SettableClock) -> None:
    wrong = enrol(house)
    submit_response(house, round_ids(house, wrong)[0], Rater.PARTICIPANT)
    clock.advance(days=30)
    late = enrol(house, name="Bo Ek", enrolled_on="2026-04-01")
    said = correct(house, f"/rounds/{round_ids(house, wrong)[0]}/responses/participant/move", other=str(late))
    assert "had no round open on the day" in said


def test_a_reopened_rating_that_could_have_been_influenced_is_not_independent(house: House) -> None:
    enrolment_id = enrol(house)
    first = round_ids(house, enrolment_id)[0]
    for rater in Rater:
        submit_response(house, first, rater)
    assert "The rating is open again" in correct(house, f"/rounds/{first}/reopen", reason="incomplete")
    assert responses(house, enrolment_id)[0, Rater.CASEWORKER].submitted_at is None
    caseworker = house.enter("caseworker")
    caseworker.submit(caseworker.get(f"/rounds/{first}/rate"), {"submit": "1"})
    again = responses(house, enrolment_id)[0, Rater.CASEWORKER]
    assert again.submitted_at is not None
    assert not again.independent


def test_a_reopened_rating_alone_in_its_round_stays_independent(house: House) -> None:
    enrolment_id = enrol(house)
    first = round_ids(house, enrolment_id)[0]
    submit_response(house, first, Rater.CASEWORKER)
    correct(house, f"/rounds/{first}/reopen")
    caseworker = house.enter("caseworker")
    caseworker.submit(caseworker.get(f"/rounds/{first}/rate"), {"submit": "1"})
    assert responses(house, enrolment_id)[0, Rater.CASEWORKER].independent


def test_a_rating_is_not_reopened_for_somebody_who_cannot_submit_it(
    house: House, clock: SettableClock
) -> None:
    enrolment_id = enrol(house)
    first = round_ids(house, enrolment_id)[0]
    submit_response(house, first, Rater.CASEWORKER)
    clock.advance(days=1)
    with house.installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        other = rows.account(session, organisation, roles=(Role.CASEWORKER,))
        session.execute(update(AssignmentSpell).values(caseworker_id=other.id))
    assert "no longer has the participant" in correct(house, f"/rounds/{first}/reopen")
    with house.installed.store.writing() as session:
        session.execute(update(AssignmentSpell).values(caseworker_id=house.accounts[Role.CASEWORKER]))
        session.get_one(Enrolment, enrolment_id).withdrawn_on = clock.today() - timedelta(days=1)
    assert "could not be submitted again" in correct(house, f"/rounds/{first}/reopen")
    assert responses(house, enrolment_id)[0, Rater.CASEWORKER].submitted_at is not None


def test_after_a_move_nobody_knows_who_has_seen_what(house: House) -> None:
    """X's answers are entered on Y, read there, and moved to X: X's rating then is not independent."""
    wrong, right = enrol(house), enrol(house, name="Bo Ek")
    for rater in Rater:
        submit_response(house, round_ids(house, wrong)[0], rater)
    correct(house, f"/rounds/{round_ids(house, wrong)[0]}/responses/participant/move", other=str(right))
    caseworker = house.enter("caseworker")
    place = round_ids(house, right)[0]
    caseworker.submit(caseworker.get(f"/rounds/{place}/rate"), {"submit": "1"})
    assert not responses(house, right)[0, Rater.CASEWORKER].independent


def test_a_withdrawal_is_not_merged_away(house: House) -> None:
    kept, twice = enrol(house), enrol(house, name="Ada Lindh")
    with house.installed.store.writing() as session:
        session.get_one(Enrolment, twice).withdrawn_on = house.installed.clock.today()
    assert "Move the responses first" in correct(house, f"/enrolments/{twice}/merge", other=str(kept))
    assert people(house) == 2


def test_nothing_is_reopened_that_is_not_submitted(house: House) -> None:
    first = round_ids(house, enrol(house))[0]
    assert "There is no submitted rating" in correct(house, f"/rounds/{first}/reopen")
    assert not trail(house, "rating_reopened")


def test_without_a_reason_nothing_is_put_right(house: House) -> None:
    kept, twice = enrol(house), enrol(house, name="Ada Lindh")
    assert "Choose one of these reasons." in correct(
        house, f"/enrolments/{twice}/merge", other=str(kept), reason=""
    )
    assert people(house) == 2


def test_the_trail_tells_of_every_correction(house: House, clock: SettableClock) -> None:
    kept = enrol(house)
    submit_response(house, round_ids(house, kept)[0], Rater.CASEWORKER)
    correct(house, f"/rounds/{round_ids(house, kept)[0]}/reopen", reason="incomplete")
    clock.moment += timedelta(hours=1)
    page = house.enter("coordinator").get(f"/enrolments/{kept}/trail")
    for words in ("Enrolled", "Reopened a rating", "Submitted before it was complete", "Kim Berg"):
        assert words in page.text
    assert "Looked at this trail" in house.enter("coordinator").get(f"/enrolments/{kept}/trail").text


def test_every_line_about_a_participant_has_its_words() -> None:
    of_a_participant = {"participant", "enrolment", "round", "response"}
    assert WORDED.keys() == {kind for kind, keys in EVENTS.items() if keys & of_a_participant}


def test_only_coordinators_put_things_right(house: House) -> None:
    enrolment_id = enrol(house)
    for address in (f"/enrolments/{enrolment_id}/merge", f"/enrolments/{enrolment_id}/trail"):
        house.enter(Role.CASEWORKER).get(address, expect=403)

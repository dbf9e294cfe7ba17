"""Studies, enrolments, spells and what happens around them: what the database takes and what it refuses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.store.lists import Rater
from bip.store.organisations import Account, Organisation
from bip.store.people import AssignmentSpell, Enrolment
from tests.bip import rows
from tests.bip.store.refusal import NOT_NULL, OVERLAP, UNIQUE, check, refused


@pytest.fixture
def organisation(session: Session) -> Organisation:
    return rows.organisation(session)


@pytest.fixture
def enrolment(session: Session, organisation: Organisation) -> Enrolment:
    return rows.enrolment(session, organisation)


@pytest.fixture
def caseworker(session: Session, organisation: Organisation) -> Account:
    return rows.account(session, organisation)


def day(number: int | None) -> date | None:
    return None if number is None else on(number)


def on(number: int) -> date:
    return rows.DAY_0 + timedelta(days=number)


@pytest.mark.parametrize("country", ["S", ""])
def test_a_country_has_two_letters(session: Session, country: str) -> None:
    organisation = rows.organisation(session, country="DK")
    with refused(session, check("organisations", "country")):
        organisation.country = country


@pytest.mark.parametrize("tolerance", [0, -1])
def test_a_window_leaves_some_days(session: Session, organisation: Organisation, tolerance: int) -> None:
    with refused(session, check("studies", "tolerance")):
        rows.study(session, organisation, tolerance_days=tolerance)
    rows.study(session, organisation, tolerance_days=1)


def test_two_windows_of_a_study_never_meet(session: Session, organisation: Organisation) -> None:
    with refused(session, check("studies", "interval")):
        rows.study(session, organisation, interval_days=28, tolerance_days=14)
    rows.study(session, organisation, interval_days=29, tolerance_days=14)


def test_names_are_unique_within_the_organisation_only(session: Session, organisation: Organisation) -> None:
    other = rows.organisation(session)
    rows.study(session, organisation, name="Vägen")
    rows.unit(session, organisation, name="Norr")
    with refused(session, UNIQUE):
        rows.study(session, organisation, name="Vägen")
    with refused(session, UNIQUE):
        rows.unit(session, organisation, name="Norr")
    rows.study(session, other, name="Vägen")
    rows.unit(session, other, name="Norr")


def test_one_account_an_address(session: Session, organisation: Organisation) -> None:
    rows.account(session, organisation, email="kim@example.org")
    with refused(session, UNIQUE):
        rows.account(session, rows.organisation(session), email="kim@example.org")
    rows.account(session, organisation, email="kim.berg@example.org")


def test_an_account_has_its_roles_in_any_number_each_once(
    session: Session, organisation: Organisation
) -> None:
    several = rows.account(session, organisation, roles=("researcher", "administrator"))
    assert {role.name for role in several.roles} == {"researcher", "administrator"}
    with refused(session, UNIQUE):
        rows.account(session, organisation, roles=("caseworker", "caseworker"))


def test_an_invitation_without_an_organisation_leads_into_none(
    session: Session, organisation: Organisation
) -> None:
    rows.invitation(session)
    unit, account = rows.unit(session, organisation), rows.account(session, organisation)
    with refused(session, check("invitations", "whose")):
        rows.invitation(session, unit=unit)
    with refused(session, check("invitations", "whose")):
        rows.invitation(session, account=account)
    rows.invitation(session, organisation, unit=unit, account=account)


@pytest.mark.parametrize("year", [1899, 2101])
def test_a_birth_year_is_a_year(session: Session, organisation: Organisation, year: int) -> None:
    with refused(session, check("participants", "birth_year")):
        rows.participant(session, organisation, birth_year=year)
    rows.participant(session, organisation, birth_year=None)


def test_a_person_is_enrolled_once_a_day_in_a_study(session: Session, organisation: Organisation) -> None:
    first = rows.enrolment(session, organisation)
    with refused(session, UNIQUE):
        session.add(
            Enrolment(
                organisation_id=organisation.id,
                participant_id=first.participant_id,
                study_id=first.study_id,
                unit_id=first.unit_id,
                enrolled_on=first.enrolled_on,
            )
        )
    session.add(
        Enrolment(
            organisation_id=organisation.id,
            participant_id=first.participant_id,
            study_id=first.study_id,
            unit_id=first.unit_id,
            enrolled_on=on(400),
        )
    )
    session.flush()


def test_nothing_of_an_enrolment_lies_before_it(session: Session, organisation: Organisation) -> None:
    with refused(session, check("enrolments", "withdrawn")):
        rows.enrolment(session, organisation, withdrawn_on=on(-1))
    with refused(session, check("enrolments", "observed")):
        rows.enrolment(session, organisation, observed_to=on(-1))
    rows.enrolment(session, organisation, observed_to=on(0), withdrawn_on=on(0))


def test_who_has_withdrawn_is_observed_no_longer(session: Session, organisation: Organisation) -> None:
    with refused(session, check("enrolments", "observed_while_taking_part")):
        rows.enrolment(session, organisation, observed_to=on(11), withdrawn_on=on(10))
    rows.enrolment(session, organisation, observed_to=on(10), withdrawn_on=on(10))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0, 10),  # the same days
        (5, 8),  # within
        (-5, 3),  # over the start
        (9, 20),  # over the end by one day
        (-5, 20),  # around
        (-5, None),
        (9, None),
    ],
)
def test_spells_that_overlap_are_refused(
    session: Session, enrolment: Enrolment, caseworker: Account, start: int, end: int | None
) -> None:
    rows.assignment_spell(session, enrolment, caseworker=caseworker, start_on=on(0), end_on=on(10))
    with refused(session, rf"{OVERLAP}|{UNIQUE}"):
        rows.assignment_spell(session, enrolment, caseworker=caseworker, start_on=on(start), end_on=day(end))


@pytest.mark.parametrize(("start", "end"), [(10, 20), (10, None), (-10, 0), (30, 40)])
def test_spells_that_touch_or_lie_apart_are_taken(
    session: Session, enrolment: Enrolment, caseworker: Account, start: int, end: int | None
) -> None:
    rows.assignment_spell(session, enrolment, caseworker=caseworker, start_on=on(0), end_on=on(10))
    rows.assignment_spell(session, enrolment, caseworker=caseworker, start_on=on(start), end_on=day(end))


def test_an_open_spell_leaves_no_room_after_it(
    session: Session, enrolment: Enrolment, caseworker: Account
) -> None:
    rows.assignment_spell(session, enrolment, caseworker=caseworker, start_on=on(0))
    for start, end in ((50, 60), (50, None)):
        with refused(session, OVERLAP):
            rows.assignment_spell(
                session, enrolment, caseworker=caseworker, start_on=on(start), end_on=day(end)
            )
    rows.assignment_spell(session, enrolment, caseworker=caseworker, start_on=on(-5), end_on=on(0))


def test_another_enrolment_has_its_own_spells(
    session: Session, organisation: Organisation, enrolment: Enrolment, caseworker: Account
) -> None:
    rows.assignment_spell(session, enrolment, caseworker=caseworker)
    rows.assignment_spell(session, rows.enrolment(session, organisation), caseworker=caseworker)


def test_a_spell_is_not_moved_into_another(
    session: Session, organisation: Organisation, enrolment: Enrolment, caseworker: Account
) -> None:
    first = rows.assignment_spell(session, enrolment, caseworker=caseworker, end_on=on(10))
    second = rows.assignment_spell(session, enrolment, caseworker=caseworker, start_on=on(10), end_on=on(20))
    apart = rows.assignment_spell(session, rows.enrolment(session, organisation), caseworker=caseworker)
    with refused(session, OVERLAP):
        first.end_on = on(11)
    with refused(session, OVERLAP):
        first.end_on = None
    with refused(session, OVERLAP):
        second.start_on = on(9)
    with refused(session, rf"{OVERLAP}|{UNIQUE}"):
        apart.enrolment_id = enrolment.id
    first.end_on = on(9)
    second.end_on = None
    session.flush()


def test_a_participant_is_handed_over_in_one_step(
    session: Session, organisation: Organisation, enrolment: Enrolment
) -> None:
    """One flush: the old spell must end before the new one begins."""
    first = rows.assignment_spell(session, enrolment)
    new = rows.account(session, organisation)
    first.end_on = on(40)
    rows.assignment_spell(session, enrolment, caseworker=new, start_on=on(40))
    kept = select(AssignmentSpell.caseworker_id).filter_by(enrolment_id=enrolment.id)
    assert session.scalars(kept.order_by(AssignmentSpell.start_on)).all() == [first.caseworker_id, new.id]


@pytest.mark.parametrize("end", [0, -1])
def test_an_assignment_lasts_a_day_at_least(
    session: Session, enrolment: Enrolment, caseworker: Account, end: int
) -> None:
    """It ends on the first day that is no longer the caseworker's."""
    with refused(session, check("assignment_spells", "order")):
        rows.assignment_spell(session, enrolment, caseworker=caseworker, end_on=on(end))
    rows.assignment_spell(session, enrolment, caseworker=caseworker, end_on=on(1))


def test_an_activity_does_not_end_before_it_starts(session: Session, enrolment: Enrolment) -> None:
    """It ends on its own last day."""
    with refused(session, check("activity_spells", "order")):
        rows.activity_spell(session, enrolment, end_on=on(-1))
    rows.activity_spell(session, enrolment, end_on=on(0))


def test_activities_may_run_at_once(session: Session, enrolment: Enrolment) -> None:
    rows.activity_spell(session, enrolment)
    rows.activity_spell(session, enrolment)


def test_an_event_does_not_end_before_it_happens(session: Session, enrolment: Enrolment) -> None:
    with refused(session, check("events", "order")):
        rows.event(session, enrolment, end_on=on(-1))
    rows.event(session, enrolment, end_on=on(0))


def test_hours_are_not_negative(session: Session, enrolment: Enrolment) -> None:
    with refused(session, check("events", "hours")):
        rows.event(session, enrolment, hours_per_week=-0.5)
    with refused(session, check("activity_spells", "hours")):
        rows.activity_spell(session, enrolment, hours_per_week=-0.5)
    rows.event(session, enrolment, hours_per_week=0.0)
    rows.activity_spell(session, enrolment, hours_per_week=0.0)


def test_an_enrolment_ends_once(session: Session, organisation: Organisation, enrolment: Enrolment) -> None:
    first = rows.exit_(session, enrolment)
    session.expunge(first)  # else the session itself, not the database, minds the second one
    with refused(session, UNIQUE):
        rows.exit_(session, enrolment, left_on=on(300))
    rows.exit_(session, rows.enrolment(session, organisation))


def test_one_follow_up_a_month_after_the_exit(session: Session, enrolment: Enrolment) -> None:
    rows.follow_up(session, enrolment, months_after_exit=6)
    with refused(session, UNIQUE):
        rows.follow_up(session, enrolment, months_after_exit=6)
    with refused(session, check("follow_ups", "months")):
        rows.follow_up(session, enrolment, months_after_exit=-1)
    rows.follow_up(session, enrolment, months_after_exit=13)


def test_releases_of_a_study_are_numbered_from_one(
    session: Session, organisation: Organisation, caseworker: Account
) -> None:
    study = rows.study(session, organisation)
    rows.release(session, study, caseworker)
    with refused(session, UNIQUE):
        rows.release(session, study, caseworker)
    with refused(session, check("releases", "number")):
        rows.release(session, study, caseworker, number=0)
    rows.release(session, rows.study(session, organisation), caseworker)


def test_what_is_not_known_may_be_left_out(session: Session, organisation: Organisation) -> None:
    """A check with a null in it is neither true nor false: it must not refuse the row."""
    enrolment = rows.enrolment(session, organisation, withdrawn_on=on(10))
    rows.enrolment(session, organisation, observed_to=on(10))
    rows.activity_spell(session, enrolment)
    rows.event(session, enrolment)
    rows.response(session, rows.round_(session, enrolment), rater=Rater.CASEWORKER)
    rows.participant(session, organisation, birth_year=None)


def test_a_name_is_there_where_there_is_an_identity(session: Session, organisation: Organisation) -> None:
    identity = rows.identity(session, rows.participant(session, organisation))
    with refused(session, NOT_NULL):
        identity.name = None  # type: ignore[assignment]

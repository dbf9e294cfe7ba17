"""What leaves the database: only what is unsealed, in the contract's form, and the rest is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.dataset.check import check
from analysis.dataset.instrument import Instrument
from analysis.dataset.write import write
from analysis.estimates.run import analyse
from analysis.simulate.generate import simulate
from analysis.simulate.scenarios import SCENARIOS
from bip.research.export import age_band
from bip.store.lists import EventSource, Mode, ObservedBy, Rater, Sex
from bip.store.session import Store
from surveys.load import load_builtin
from tests.bip import rows
from tests.bip.research.building import DAY_0, ITEMS, Built, build, export, on, remarks, table
from tests.bip.research.described import described

PARTICIPANT, CASEWORKER = Rater.PARTICIPANT, Rater.CASEWORKER


def test_a_round_is_told_of_when_its_seal_opens(store: Store) -> None:
    """Answered by one alone it stays unsaid until the window closes, on day 14."""
    with store.writing() as session:
        built = build(session)
        built.respond(built.enrol(), PARTICIPANT, 3)
    before, after = (export(store, built.study.id, day) for day in (14, 15))
    assert table(before, "rounds") == table(before, "responses") == table(before, "answers") == []
    assert remarks(before) == {("rounds", "sealed"): 1}
    (row,) = table(after, "rounds")
    assert (row["participant_status"], row["caseworker_status"]) == ("answered", "missed")
    assert len(table(after, "answers")) == len(ITEMS[PARTICIPANT])
    assert remarks(after) == {}


def test_both_in_opens_it_at_once(store: Store) -> None:
    with store.writing() as session:
        built = build(session)
        built.both(built.enrol(), 0, 3)
    exported = export(store, built.study.id, 3)
    assert len(table(exported, "responses")) == 2
    assert len(table(exported, "answers")) == sum(map(len, ITEMS.values()))


def test_a_round_that_the_second_rater_opens_after_the_day_is_still_sealed(store: Store) -> None:
    with store.writing() as session:
        built = build(session)
        enrolment = built.enrol()
        built.respond(enrolment, PARTICIPANT, 3)
        built.respond(enrolment, CASEWORKER, 9)
    assert table(export(store, built.study.id, 8), "rounds") == []
    assert len(table(export(store, built.study.id, 9), "responses")) == 2


def test_what_a_participant_left_unsubmitted_counts_and_a_draft_rating_does_not(store: Store) -> None:
    with store.writing() as session:
        built = build(session)
        enrolment = built.enrol()
        built.respond(enrolment, PARTICIPANT, None, items=4)
        built.respond(enrolment, CASEWORKER, None, items=4)
    exported = export(store, built.study.id, 20)
    (row,) = table(exported, "rounds")
    assert (row["participant_status"], row["caseworker_status"]) == ("partly", "missed")
    (response,) = table(exported, "responses")
    assert (response["rater"], response["submitted_day"], response["duration_s"]) == ("participant", 0, None)
    values = {answer["item"]: answer["value"] for answer in table(exported, "answers")}
    assert values == {item: 3.0 if n < 4 else -9.0 for n, item in enumerate(ITEMS[PARTICIPANT])}


def test_a_late_rating_is_there_and_the_round_was_missed_all_the_same(store: Store) -> None:
    with store.writing() as session:
        built = build(session)
        enrolment = built.enrol()
        built.respond(enrolment, PARTICIPANT, 2)
        built.respond(enrolment, CASEWORKER, 40, independent=False)
    exported = export(store, built.study.id, 40)
    (row,) = table(exported, "rounds")
    assert (row["participant_status"], row["caseworker_status"]) == ("answered", "missed")
    late = {response["rater"]: response for response in table(exported, "responses")}["caseworker"]
    assert (late["submitted_day"], late["independent"], late["duration_s"]) == (40, False, 480)


def test_of_paper_nobody_knows_the_time(store: Store) -> None:
    with store.writing() as session:
        built = build(session)
        built.respond(built.enrol(), PARTICIPANT, 2, mode=Mode.PAPER)
    (response,) = table(export(store, built.study.id, 20), "responses")
    assert (response["mode"], response["duration_s"]) == ("paper", None)


def test_an_independent_rating_out_of_order_is_kept_as_not_independent(store: Store) -> None:
    with store.writing() as session:
        built = build(session)
        enrolment = built.enrol()
        built.respond(enrolment, CASEWORKER, 120)
        built.respond(enrolment, CASEWORKER, 91, number=1)
    exported = export(store, built.study.id, 130)
    found = {row["round"]: row["independent"] for row in table(exported, "responses")}
    assert found == {0: False, 1: True}
    assert remarks(exported) == {("responses", "out_of_order"): 1}


def test_what_the_contract_forbids_is_left_out_and_counted(store: Store) -> None:
    with store.writing() as session:
        built = build(session)
        gone = built.enrol(withdrawn_on=on(100))
        built.respond(gone, PARTICIPANT, 101, number=1)
        built.respond(gone, CASEWORKER, 100, number=1)
        rows.event(session, gone, happened_on=on(101))
        rows.step(session, gone, happened_on=on(100))
        rows.assignment_spell(session, gone, caseworker=built.caseworker, end_on=on(101))
        rows.activity_spell(session, gone, end_on=on(200))
        rows.follow_up(session, gone, asked_on=on(180))
        left = built.enrol()
        rows.exit_(session, left, left_on=on(90))
        built.respond(left, PARTICIPANT, 95, number=1)
        built.respond(left, CASEWORKER, -3, number=0)
    exported = export(store, built.study.id, 150)
    assert remarks(exported) == {
        ("activities", "end_after_withdrawal"): 1,
        ("events", "after_withdrawal"): 1,
        ("followups", "after_as_of"): 1,
        ("responses", "after_exit"): 1,
        ("responses", "after_withdrawal"): 1,
        ("responses", "before_enrolment"): 1,
    }
    assert [row["submitted_day"] for row in table(exported, "responses")] == [100]
    assert [row["end_day"] for row in table(exported, "assignments")] == [101]
    assert [row["end_day"] for row in table(exported, "activities")] == [None]


def test_nobody_misses_a_round_that_began_after_they_left(store: Store) -> None:
    with store.writing() as session:
        built = build(session)
        left = built.enrol()
        rows.exit_(session, left, left_on=on(76))
        for number in range(3):
            built.round(left, number)
    assert [row["round"] for row in table(export(store, built.study.id, 300), "rounds")] == [0]


@pytest.mark.parametrize(
    ("observed_by", "observed_to", "event", "day", "events"),
    [
        (ObservedBy.CONTACT, None, None, 30, 0),
        (ObservedBy.CONTACT, None, 50, 50, 1),
        (ObservedBy.CONTACT, 40, 50, 50, 1),
        (ObservedBy.CONTACT, 60, 50, 60, 1),
        (ObservedBy.CONTACT, 300, None, 100, 0),
        (ObservedBy.REGISTER, 40, 50, 40, 0),
        (ObservedBy.REGISTER, 60, 50, 60, 1),
    ],
)
def test_until_when_a_job_would_be_known(
    store: Store,
    *,
    observed_by: ObservedBy,
    observed_to: int | None,
    event: int | None,
    day: int,
    events: int,
) -> None:
    """On day 100. The last contact is a step on day 30; the sealed answer of day 95 must not show."""
    with store.writing() as session:
        built = build(session)
        stored = None if observed_to is None else on(observed_to)
        enrolment = built.enrol(observed_by=observed_by, observed_to=stored)
        rows.step(session, enrolment, happened_on=on(30))
        built.respond(enrolment, PARTICIPANT, 95, number=1)
        if event is not None:
            rows.event(session, enrolment, happened_on=on(event), source=EventSource.PARTICIPANT)
    exported = export(store, built.study.id, 100)
    (row,) = table(exported, "enrolments")
    assert row["observed_to_day"] == day
    assert len(table(exported, "events")) == events
    dropped = event is not None and events == 0
    assert (("events", "after_observation") in remarks(exported)) == dropped


def test_a_person_enrolled_twice_is_one_person_of_the_first_age(store: Store) -> None:
    with store.writing() as session:
        built = build(session)
        person = rows.participant(session, built.organisation, birth_year=1997, sex=Sex.WOMAN)
        again = rows.enrolment(
            session,
            built.organisation,
            participant=person,
            study=built.study,
            unit=built.unit,
            enrolled_on=on(365),
        )
        first = built.enrol(participant=person)
    exported = export(store, built.study.id, 400)
    (row,) = table(exported, "persons")
    assert (row["person"], row["sex"], row["age_band"]) == (person.pseudonym, "woman", "18-29")
    quarters = {one["enrolment"]: one["enrolled_quarter"] for one in table(exported, "enrolments")}
    assert quarters == {first.pseudonym: "2026Q1", again.pseudonym: "2027Q1"}


@pytest.mark.parametrize(
    ("birth_year", "band"),
    [(None, "unknown"), (2026, "0-17"), (1996, "30-39"), (1960, "60-66"), (1940, "67-99"), (1900, "unknown")],
)
def test_age_bands(birth_year: int | None, band: str) -> None:
    assert age_band(birth_year, DAY_0) == band


def test_other_studies_and_organisations_stay_where_they_are(store: Store) -> None:
    with store.writing() as session:
        built, stranger = build(session), build(session)
        for one in (built, stranger):
            one.both(one.enrol(), 0, 1)
        second = rows.study(session, built.organisation)
        rows.enrolment(session, built.organisation, study=second)
    exported = export(store, built.study.id, 20)
    for name, count in {"organisations": 1, "persons": 1, "enrolments": 1, "caseworkers": 1}.items():
        assert len(table(exported, name)) == count, name
    assert table(exported, "organisations")[0]["organisation"] == built.organisation.pseudonym


def populate(built: Built, people: int) -> None:
    """Everybody over two rounds, with a bit of everything."""
    for number in range(people):
        enrolment = built.enrol(intake=f"intake {number % 3}")
        rows.assignment_spell(built.session, enrolment, caseworker=built.caseworker)
        for k in range(2):
            built.both(enrolment, k, 91 * k + number % 5, value=1 + (number + k) % 5)
        if number % 2:
            rows.event(built.session, enrolment, happened_on=on(120 + number), hours_per_week=20.5)
            rows.activity_spell(built.session, enrolment, end_on=on(50), completed=True)
        else:
            rows.exit_(built.session, enrolment, left_on=on(190))
            rows.follow_up(built.session, enrolment)


def test_it_differs_from_a_simulated_study_in_its_contents_only(store: Store, tmp_path: Path) -> None:
    with store.writing() as session:
        built = build(session)
        populate(built, 8)
    write(export(store, built.study.id, 400).dataset, tmp_path / "entered")
    instrument = Instrument.model_validate(load_builtin("bip-11").to_json())
    write(
        simulate(SCENARIOS["small"], persons=8, rounds=2, seed=1, instrument=instrument),
        tmp_path / "simulated",
    )
    entered, simulated = (described(tmp_path / name) for name in ("entered", "simulated"))
    assert entered == simulated
    assert check(tmp_path / "entered") == []
    assert analyse(tmp_path / "entered").results.estimates


def test_a_study_where_nobody_has_enrolled_has_every_column(store: Store, tmp_path: Path) -> None:
    with store.writing() as session:
        empty, full = build(session), build(session)
        populate(full, 2)
    for name, one in (("empty", empty), ("full", full)):
        write(export(store, one.study.id, 400).dataset, tmp_path / name)
    assert described(tmp_path / "empty") == described(tmp_path / "full")
    assert check(tmp_path / "empty") == []
    assert analyse(tmp_path / "empty").results.flow[0].persons == 0

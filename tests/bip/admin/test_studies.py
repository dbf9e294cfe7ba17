"""Studies: creating one, changing it, and what is settled once somebody is enrolled."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from bip.admin.studies import UnderWayError, change_study, study_or_404
from bip.auth.staff import Staff
from bip.collect.information import current_information
from bip.instruments import available
from bip.store.lists import LegalBasis, Role
from bip.store.organisations import Organisation, Unit
from bip.store.studies import Instrument, PossibleAnswer, Study
from tests.bip import rows
from tests.bip.auth.links import trail
from tests.bip.house import House, build_house
from tests.bip.pages import Page

WANTED = {
    "name": "På väg",
    "instrument": "bip-9-11@1",
    "interval_days": "60",
    "tolerance_days": "10",
    "languages": ["sv", "en"],
    "first_language": "sv",
    "legal_basis": "research",
    "text_sv": "Vi frågar.\r\n\r\nDu väljer.",
}


def created(house: House, **changes: Any) -> Page:  # noqa: ANN401  # form values
    visitor = house.enter(Role.ADMINISTRATOR)
    return visitor.submit(visitor.get("/studies/new"), {**WANTED, **changes})


def saved(house: House, name: str = "På väg") -> Study:
    with house.installed.store.reading() as session:
        return session.scalars(select(Study).filter_by(name=name)).one()


def told(house: House, study_id: UUID) -> dict[str, str]:
    with house.installed.store.reading() as session:
        found = current_information(session, study_id)
        return {language: row.text for language, row in found.items() if row.text}


def enrol(house: House) -> None:
    with house.installed.store.writing() as session:
        rows.enrolment(
            session,
            session.get_one(Organisation, house.organisation_id),
            study=session.get_one(Study, house.study_id),
            unit=session.get_one(Unit, house.unit_id),
        )


def test_a_study_is_created_with_what_was_written(house: House) -> None:
    page = created(house)
    assert page.heading == "Studies"
    assert "På väg is created." in page.text
    study = saved(house)
    assert (study.interval_days, study.tolerance_days) == (60, 10)
    assert (study.languages, study.legal_basis) == (["sv", "en"], LegalBasis.RESEARCH)
    with house.installed.store.reading() as session:
        asked = session.get_one(Instrument, study.instrument_id)
        assert (asked.key, asked.version) == ("bip-9-11", "1")
        possible = select(PossibleAnswer).filter_by(instrument_id=asked.id)
        assert session.scalars(possible).first() is not None
    texts = told(house, study.id)
    assert texts["sv"] == "Vi frågar.\n\nDu väljer."
    assert set(texts) == {"sv", "en"}
    created_ = ("study_created", {"study": str(study.id)})
    assert trail(house.installed, house.organisation_id) == [created_]


def test_the_form_proposes_a_quarter_and_a_draft_in_each_language(house: House) -> None:
    page = house.enter(Role.ADMINISTRATOR).get("/studies/new")
    form = page.form()
    assert (form["interval_days"], form["tolerance_days"]) == ("91", "14")
    with house.installed.store.reading() as session:
        name = session.get_one(Organisation, house.organisation_id).name
    for tag in ("sv", "da", "en"):
        assert form[f"text_{tag}"].startswith(name)
        assert "$" not in form[f"text_{tag}"]
        assert page.only("textarea", name=f"text_{tag}").get("lang") == tag


def test_every_available_questionnaire_can_be_chosen_by_its_title(house: House) -> None:
    visitor = house.enter(Role.ADMINISTRATOR)
    options = visitor.get("/studies/new").only("select", name="instrument")
    assert [o.get("value") for o in options] == [str(known) for known in available()]
    assert "Eleven questions about work" in "".join(options.itertext())
    visitor.language = "sv"
    visitor.get("/language/sv")
    options = visitor.get("/studies/new").only("select", name="instrument")
    assert "Elva frågor om arbete" in "".join(options.itertext())


def test_each_language_says_how_far_its_wording_has_come(house: House) -> None:
    page = house.enter(Role.ADMINISTRATOR).get("/studies/new")
    assert "Svenska (provisional wording)" in page.text
    assert "(reviewed wording)" not in page.text


def test_the_own_language_comes_first(house: House) -> None:
    created(house, first_language="en")
    assert saved(house).languages == ["en", "sv"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", " ", "Write the name of the study."),
        ("name", "x" * 201, "Write at most 200 characters."),
        ("instrument", "made-up@1", "Not a valid choice."),
        ("interval_days", "", "Write a number of days from 1 to 1000."),
        ("interval_days", "three", "Write a whole number."),
        ("interval_days", "1001", "Write a number of days from 1 to 1000."),
        ("interval_days", "20", "Two rounds would be open at once."),
        ("tolerance_days", "0", "Write a number of days from 1 to 1000."),
        ("tolerance_days", "1.5", "Write a whole number."),
        ("languages", [], "Choose at least one language."),
        ("languages", ["xx"], "'xx' is not a valid choice for this field."),
        ("first_language", "da", "Choose one of the languages that are ticked above."),
        ("legal_basis", "because", "Not a valid choice."),
        ("text_en", " ", "Write what participants are told in this language."),
        ("text_sv", "x" * 10_001, "Write at most 10000 characters."),
        ("csrf_token", "old", "This page had been open for a long time."),
    ],
)
def test_a_wrong_field_is_named_and_the_rest_stays(
    house: House, field: str, value: object, message: str
) -> None:
    page = created(house, **{field: value})
    assert message in page.text
    written = page.form()
    for name in WANTED.keys() - {field, "text_sv"}:
        if (name, field) != ("languages", "first_language"):
            assert written[name] == WANTED[name], name
    if field != "text_sv":
        assert written["text_sv"].strip() == "Vi frågar.\n\nDu väljer."
    assert trail(house.installed, house.organisation_id) == []


def test_two_studies_cannot_have_one_name_but_two_organisations_can(house: House) -> None:
    stranger = build_house(house.app)
    created(house)
    assert "There is a study with this name. Choose another one." in created(house).text
    assert created(stranger).heading == "Studies"


def test_everything_can_change_before_anybody_is_enrolled(house: House) -> None:
    created(house)
    visitor = house.enter(Role.ADMINISTRATOR)
    study = saved(house)
    page = visitor.get(f"/studies/{study.id}")
    assert page.heading == "På väg"
    changes = {
        "name": "Vidare",
        "instrument": "bip-11@1",
        "interval_days": "91",
        "languages": ["da"],
        "first_language": "da",
        "text_da": "Vi spørger.",
    }
    assert "Saved." in visitor.submit(page, changes).text
    after = saved(house, "Vidare")
    assert (after.id, after.interval_days, after.languages) == (study.id, 91, ["da"])
    assert after.instrument_id != study.instrument_id
    assert told(house, study.id) == {"da": "Vi spørger."}
    details = trail(house.installed, house.organisation_id)[-1]
    fields = ["name", "languages", "instrument_id", "interval_days", "information"]
    assert details == ("study_changed", {"study": str(study.id), "fields": fields})


def test_a_study_saved_as_it_was_leaves_no_trace(house: House) -> None:
    created(house)
    visitor = house.enter(Role.ADMINISTRATOR)
    visitor.submit(visitor.get(f"/studies/{saved(house).id}"))
    assert [kind for kind, _ in trail(house.installed, house.organisation_id)] == ["study_created"]


def test_a_study_cannot_take_the_name_of_another(house: House) -> None:
    created(house)
    visitor = house.enter(Role.ADMINISTRATOR)
    page = visitor.submit(
        visitor.get(f"/studies/{house.study_id}"), {"name": "På väg", "text_sv": "A", "text_en": "B"}
    )
    assert "There is a study with this name. Choose another one." in page.text


def test_questionnaire_and_days_are_settled_when_somebody_is_enrolled(house: House) -> None:
    enrol(house)
    visitor = house.enter(Role.ADMINISTRATOR)
    page = visitor.get(f"/studies/{house.study_id}")
    assert "People are enrolled, so this is settled." in page.text
    assert page.form().keys().isdisjoint({"instrument", "interval_days", "tolerance_days"})
    assert "Saved." in visitor.submit(page, {"name": "Vidare", "text_sv": "Nytt."}).text
    after = saved(house, "Vidare")
    assert (after.id, after.interval_days) == (house.study_id, 91)
    assert told(house, house.study_id)["sv"] == "Nytt."


def test_a_plan_sent_after_somebody_was_enrolled_is_refused_and_the_rest_stays(house: House) -> None:
    visitor = house.enter(Role.ADMINISTRATOR)
    page = visitor.get(f"/studies/{house.study_id}")
    enrol(house)
    answer = visitor.submit(page, {"name": "Vidare", "interval_days": "30", "text_sv": "Nytt."})
    assert "Somebody was enrolled meanwhile" in answer.text
    assert answer.form()["text_sv"].strip() == "Nytt."
    assert trail(house.installed, house.organisation_id) == []
    assert "Saved." in visitor.submit(answer).text
    assert saved(house, "Vidare").interval_days == 91


def test_the_database_asks_once_more_whether_somebody_is_enrolled(house: House) -> None:
    with house.app.test_request_context(), house.installed.store.reading() as session:
        actor = Staff(house.accounts[Role.ADMINISTRATOR], house.organisation_id, None, "", frozenset(Role))
        found = study_or_404(session, actor, house.study_id)
    enrol(house)
    with pytest.raises(UnderWayError):
        change_study(house.installed, actor, house.study_id, found.plan, found.terms)


def test_a_study_of_another_organisation_is_answered_like_none(house: House) -> None:
    stranger = build_house(house.app)
    visitor = house.enter(Role.ADMINISTRATOR)
    token = {**WANTED, "csrf_token": visitor.get("/units").form()["csrf_token"]}
    foreign, unknown = (f"/studies/{which}" for which in (stranger.study_id, uuid4()))
    assert visitor.get(foreign, expect=404).text == visitor.get(unknown, expect=404).text
    assert visitor.post(foreign, token, expect=404).text == visitor.post(unknown, token, expect=404).text
    assert trail(house.installed, stranger.organisation_id) == []

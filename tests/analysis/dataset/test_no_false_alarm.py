"""What looks odd but keeps the contract is not accused."""

from __future__ import annotations

import pytest

from analysis.dataset.instrument import Instrument
from analysis.dataset.schema import MISSING_CODES
from analysis.dataset.study import Covariate
from tests.analysis.dataset.support import Edit, Make, Rows, add, both, findings_in, put, withdrawn

FIRST = {"enrolment": "e1"}
LARGEST, SMALLEST = 2**31 - 1, -(2**31) + 1


def spells(*bounds: tuple[int, int | None]) -> Edit:
    """The first enrolment's assignments, each from its first day to the day after its last."""

    def edit(rows: Rows) -> None:
        other = [row for row in rows["assignments"] if row["enrolment"] != "e1"]
        made = [{"enrolment": "e1", "caseworker": "c1", "start_day": a, "end_day": b} for a, b in bounds]
        rows["assignments"] = [*made, *other]

    return edit


def renamed(table: str, column: str, old: str, new: str) -> Edit:
    """Another value of a key, wherever it stands."""

    def edit(rows: Rows) -> None:
        for some in rows.values():
            for row in some:
                if row.get(column) == old:
                    row[column] = new
        assert any(row[column] == new for row in rows[table])

    return edit


VALID = {
    "spells that touch": spells((0, 30), (30, 60), (60, None)),
    "a spell of no day beside another": spells((0, 10), (5, 5), (10, 10), (10, 12)),
    "no spell at all": spells(),
    "a spell that starts before the enrolment": spells((-30, None)),
    "an assignment until the day of withdrawal": both(withdrawn(400), spells((0, 401))),
    "two activities at once": add("activities", start_day=20, end_day=None, hours_per_week=None),
    "the same step twice on one day": add("steps"),
    "an event before the enrolment": add("events", day=-400, end_day=-300, hours_per_week=-0.0),
    "an event on the last day observed": put("enrolments", FIRST, observed_to_day=150),
    "an event that lasts beyond what is observed": put("events", FIRST, end_day=9_999),
    "responses after the last day observed": put("enrolments", {"enrolment": "e2"}, observed_to_day=3),
    "a withdrawal on the day of the last response": put(
        "enrolments", {"enrolment": "e2"}, withdrawn_day=96, observed_to_day=96
    ),
    "a window that opens after the round is due": put("rounds", FIRST, due_day=0, opens_day=3),
    "the caseworker who rated is not known": put("responses", {"response": "e1-0-c"}, caseworker=None),
    "a round answered late, and so not independent": put(
        "responses", {"response": "e1-0-p"}, submitted_day=120, independent=False
    ),
    "a late response under a round that was missed": both(
        put("responses", {"response": "e1-0-p"}, submitted_day=60),
        put("rounds", FIRST, participant_status="missed"),
    ),
    "the first and the last day of all": both(
        put("enrolments", FIRST, observed_to_day=LARGEST, withdrawn_day=LARGEST),
        put("events", FIRST, day=SMALLEST, end_day=LARGEST),
        spells((SMALLEST, SMALLEST), (0, LARGEST)),
    ),
    "ids that look like numbers": renamed("persons", "person", "p1", "007"),
    "an id with quotes, a line break and a zero byte": renamed(
        "enrolments", "enrolment", "e1", 'it\'s "e"\n; DROP TABLE\x00 --'
    ),
    "ids that differ in case only": both(
        renamed("caseworkers", "caseworker", "c1", "Case"), renamed("caseworkers", "caseworker", "c2", "case")
    ),
    "ids of other scripts": renamed("organisations", "organisation", "north", "Norr\u200bå\U0001f9ed"),
}


@pytest.mark.parametrize("edit", VALID.values(), ids=VALID)
def test_what_keeps_the_contract_is_not_accused(make_dataset: Make, rows: Rows, edit: Edit) -> None:
    edit(rows)
    assert findings_in(make_dataset(rows)) == []


def test_every_missing_code_lies_among_the_values(make_dataset: Make, rows: Rows) -> None:
    for row, code in zip(rows["answers"], MISSING_CODES, strict=False):
        row["value"] = float(code)
    put("rounds", FIRST, caseworker_status="partly")(rows)
    assert findings_in(make_dataset(rows)) == []


def test_covariates_may_be_of_any_type_and_null(make_dataset: Make, rows: Rows) -> None:
    covariates = (
        Covariate("Treat_1", "boolean", "Treatment"),
        Covariate("kids", "integer", "Children"),
        Covariate("baseline", "number", "Score"),
        Covariate("region", "string", "Region"),
    )
    rows["persons"][0].update(Treat_1=True, kids=0, baseline=-0.5, region="")
    assert findings_in(make_dataset(rows, covariates=covariates)) == []


def test_two_versions_of_an_instrument_and_items_that_only_one_rater_is_asked(
    make_dataset: Make, rows: Rows, instrument: Instrument
) -> None:
    content = instrument.model_dump(mode="json", exclude_unset=True)
    del content["items"][2]["raters"]["participant"]
    content["items"][1] = {**content["items"][1], "key": "new_item"}
    second = Instrument.model_validate({**content, "version": "2"})
    put("responses", {"response": "e1-0-p"}, instrument_version="2")(rows)
    answers = {row["item"]: row for row in rows["answers"] if row["response"] == "e1-0-p"}
    # Not asked in this version, and not asked of this rater: -8, or no row at all.
    answers["work_belief"]["value"] = -8.0
    rows["answers"].remove(answers["job_belief"])
    rows["answers"].append({"response": "e1-0-p", "item": "new_item", "value": 4.0})
    assert findings_in(make_dataset(rows, instruments=(instrument, second))) == []


def test_minus_8_does_not_make_an_item_known_that_no_version_has(make_dataset: Make, rows: Rows) -> None:
    add("answers", item="shoe_size", value=-8.0)(rows)
    assert [f.rule for f in findings_in(make_dataset(rows))] == ["item-known"]


@pytest.mark.parametrize(
    ("bounds", "first"),
    [
        # The short spell ends between the two that overlap: the one before is not the one that matters.
        (((0, 100), (10, 20), (30, 40)), "enrolment e1 (starts on day 10, an earlier one ends on day 100)"),
        (((0, 10), (5, 5), (7, 20)), "enrolment e1 (starts on day 7, an earlier one ends on day 10)"),
        (((0, None), (5, 20)), "enrolment e1 (starts on day 5, an earlier one has no end)"),
        (((0, 10), (0, 10)), "enrolment e1 (starts on day 0, an earlier one ends on day 10)"),
    ],
)
def test_an_overlap_is_seen_past_the_spell_before(
    make_dataset: Make, rows: Rows, bounds: tuple[tuple[int, int | None], ...], first: str
) -> None:
    spells(*bounds)(rows)
    findings = findings_in(make_dataset(rows))
    assert [f.rule for f in findings] == ["spell-overlap"]
    assert findings[0].where[0] == first
    assert findings[0].count == len(bounds) - 1 - any(a == b for a, b in bounds)

"""The tables of format version 1, written out once more: to change one is to change the format."""

from __future__ import annotations

import pytest

from analysis.dataset.schema import FORMAT_VERSION, MISSING_CODES, TABLES, Column

# `?` may be null; `:` the closed list, or another type than string.
STATUS = "answered|partly|missed|declined|not_due"
VERSION_1 = {
    "organisations": "organisation country",
    "persons": "person organisation sex:woman|man|other|unknown origin:native|foreign|unknown age_band "
    "education:none|compulsory|upper_secondary|post_secondary|unknown language",
    "enrolments": "enrolment person organisation unit enrolled_quarter intake? referral? "
    "observed_to_day:integer observed_by:register|contact withdrawn_day:integer?",
    "caseworkers": "caseworker organisation unit",
    "assignments": "enrolment caseworker start_day:integer end_day:integer?",
    "rounds": "enrolment round:integer due_day:integer opens_day:integer closes_day:integer "
    f"participant_status:{STATUS} caseworker_status:{STATUS} missed_reason?",
    "responses": "response enrolment round:integer rater:participant|caseworker caseworker? instrument "
    "instrument_version language mode:own_device|shared_tablet|interview|paper "
    "assistance:none|interpreter|caseworker|other proxy:boolean independent:boolean "
    "submitted_day:integer duration_s:integer?",
    "answers": "response item value:number",
    "activities": "enrolment kind:job_oriented|skills|health|social start_day:integer end_day:integer? "
    "hours_per_week:number? completed:boolean?",
    "steps": "enrolment kind day:integer",
    "events": "enrolment kind:job_regular|job_subsidised|study|labour_market_training|placement|"
    "return_to_support day:integer end_day:integer? hours_per_week:number? "
    "source:participant|caseworker|register",
    "exits": "enrolment day:integer reason:work|study|goal_met|goal_not_met|ill|moved|interrupted|unknown",
    "followups": "enrolment months_after_exit:integer day:integer status:work|study|seeking|ill|unknown",
}


def shorthand(column: Column) -> str:
    kind = "" if column.type == "string" else column.type
    detail = "|".join(column.values) if column.values else kind
    return f"{column.name}{':' if detail else ''}{detail}{'?' if column.nullable else ''}"


def test_the_tables_are_those_of_version_1() -> None:
    assert FORMAT_VERSION == 1
    assert list(TABLES) == list(VERSION_1)
    assert set(MISSING_CODES) == {-1, -2, -3, -8, -9}


@pytest.mark.parametrize("name", VERSION_1)
def test_the_columns_are_those_of_version_1(name: str) -> None:
    assert " ".join(shorthand(column) for column in TABLES[name].columns) == VERSION_1[name]
    assert all(column.label for column in TABLES[name].columns)


def test_text_is_plain_and_whole_numbers_are_of_64_bits() -> None:
    kinds = {str(field.type) for table in TABLES.values() for field in table.arrow}
    assert kinds == {"string", "int64", "double", "bool"}

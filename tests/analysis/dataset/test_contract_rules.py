"""Every rule of the contract has an example: a small edit of the tiny study, and exactly what it breaks."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from analysis.dataset.contract_rules import ANSWER_RULES, ORGANISATION_RULES, SPELL_RULES, TIME_RULES
from tests.analysis.dataset.support import Edit, Make, Rows, add, both, drop, findings_in, put, withdrawn


@dataclass(frozen=True)
class Example:
    """After `edit`, the rule is broken at `place`; `also` are rules that cannot but break with it."""

    rule: str
    table: str
    message: str
    edit: Edit
    place: str
    also: tuple[tuple[str, str], ...] = ()


E1_ACTIVITY = {"enrolment": "e1"}
_BELONGS = "the caseworker belongs to another organisation than the enrolment"
EXAMPLES = [
    Example(
        "spell-order",
        "assignments",
        "a spell ends before it starts",
        put("assignments", {"enrolment": "e1"}, end_day=-1),
        "enrolment e1 (0 to -1)",
    ),
    Example(
        "spell-order",
        "activities",
        "a spell ends before it starts",
        put("activities", E1_ACTIVITY, end_day=9),
        "enrolment e1 (10 to 9)",
    ),
    Example(
        "spell-order",
        "events",
        "a spell ends before it starts",
        put("events", {"enrolment": "e1"}, end_day=149),
        "enrolment e1 (150 to 149)",
    ),
    Example(
        "spell-overlap",
        "assignments",
        "two caseworkers at once",
        both(put("assignments", {"enrolment": "e1"}, end_day=50), add("assignments", start_day=49)),
        "enrolment e1 (starts on day 49, an earlier one ends on day 50)",
    ),
    Example(
        "spell-overlap",
        "assignments",
        "two caseworkers at once",
        add("assignments", start_day=49),
        "enrolment e1 (starts on day 49, an earlier one has no end)",
    ),
    Example(
        "window-order",
        "rounds",
        "the window closes before it opens",
        put("rounds", {"enrolment": "e1", "round": 1}, closes_day=90),
        "enrolment e1, round 1 (91 to 90)",
    ),
    Example(
        "response-unique",
        "responses",
        "enrolment + round + rater must be unique",
        both(
            add("responses", response="again"),
            *(
                add("answers", response="again", item=item)
                for item in ("job_search", "work_belief", "job_belief")
            ),
        ),
        "enrolment e1, round 0, participant (2 rows)",
    ),
    Example(
        "rater-caseworker",
        "responses",
        "a participant's response names a caseworker as rater",
        put("responses", {"response": "e1-0-p"}, caseworker="c1"),
        "response e1-0-p (c1)",
    ),
    Example(
        "instrument-known",
        "responses",
        "the instrument version is not among the dataset's instruments",
        put("responses", {"response": "e1-0-p"}, instrument_version="2"),
        "response e1-0-p (tiny@2)",
    ),
    Example(
        "item-known",
        "answers",
        "the instrument does not ask this rater this item",
        add("answers", item="shoe_size"),
        "response e1-0-p (shoe_size)",
    ),
    Example(
        "item-missing",
        "answers",
        "an item of the instrument has no row",
        drop("answers", response="e1-0-p", item="work_belief"),
        "response e1-0-p (work_belief)",
    ),
    Example(
        "value-on-scale",
        "answers",
        "the value lies neither on the item's scale nor among the missing codes",
        put("answers", {"response": "e1-0-p"}, value=2.5),
        "response e1-0-p, item job_search (2.5)",
    ),
    Example(
        "status-response",
        "rounds",
        "participant_status does not agree with the responses",
        put("rounds", {"enrolment": "e1", "round": 1}, participant_status="missed"),
        "enrolment e1, round 1 (missed, a response without -9)",
    ),
    Example(
        "status-response",
        "rounds",
        "caseworker_status does not agree with the responses",
        put("answers", {"response": "e1-0-c"}, value=-9.0),
        "enrolment e1, round 0 (answered, a response with -9)",
    ),
    Example(
        "response-in-enrolment",
        "responses",
        "submitted before the enrolment started",
        put("responses", {"response": "e1-0-p"}, submitted_day=-1),
        "response e1-0-p (day -1)",
    ),
    Example(
        "response-after-exit",
        "responses",
        "submitted after the exit",
        put("responses", {"response": "e1-1-c"}, submitted_day=152),
        "response e1-1-c (day 152, exit on day 151)",
    ),
    Example(
        "response-order",
        "responses",
        "submitted before the same rater's response of an earlier round",
        put("responses", {"response": "e1-0-p"}, submitted_day=120),
        "response e1-1-p (day 96, an earlier round on day 120)",
    ),
    Example(
        "event-observed",
        "events",
        "after the last day on which an event would be known",
        put("enrolments", {"enrolment": "e1"}, observed_to_day=149),
        "enrolment e1 (day 150, observed to on day 149)",
    ),
    Example(
        "observed-after-withdrawal",
        "enrolments",
        "observed_to_day lies after withdrawn_day",
        put("enrolments", {"enrolment": "e1"}, withdrawn_day=399),
        "enrolment e1 (400 after 399)",
    ),
    Example(
        "after-withdrawal",
        "responses",
        "submitted_day lies after the person withdrew",
        both(
            put("enrolments", {"enrolment": "e2"}, withdrawn_day=96, observed_to_day=96),
            put("responses", {"response": "e2-1-c"}, submitted_day=97),
        ),
        "enrolment e2 (submitted_day 97, withdrawn on day 96)",
    ),
    Example(
        "after-withdrawal",
        "assignments",
        "start_day lies after the person withdrew",
        both(
            put("enrolments", {"enrolment": "e2"}, withdrawn_day=97, observed_to_day=97),
            put("assignments", {"enrolment": "e2"}, start_day=98),
        ),
        "enrolment e2 (start_day 98, withdrawn on day 97)",
    ),
    Example(
        "after-withdrawal",
        "assignments",
        "end_day lies after the person withdrew",
        both(
            put("enrolments", {"enrolment": "e2"}, withdrawn_day=97, observed_to_day=97),
            put("assignments", {"enrolment": "e2"}, end_day=99),
        ),
        "enrolment e2 (end_day 99, withdrawn on day 97)",
    ),
    *(
        Example(
            "after-withdrawal",
            table,
            f"{column} lies after the person withdrew",
            both(withdrawn(400), put(table, {"enrolment": "e1"}, **{column: 401, **more})),
            f"enrolment e1 ({column} 401, withdrawn on day 400)",
            also,
        )
        for table, column, more, also in (
            ("activities", "start_day", {"end_day": None}, ()),
            ("activities", "end_day", {}, ()),
            ("steps", "day", {}, ()),
            ("events", "day", {}, (("event-observed", "events"),)),
            ("events", "end_day", {}, ()),
            ("exits", "day", {}, ()),
            ("followups", "day", {}, ()),
        )
    ),
    Example(
        "organisation-stays",
        "enrolments",
        "the enrolment's organisation is not its person's",
        put("persons", {"person": "p1"}, organisation="south"),
        "enrolment e1 (north, person in south)",
    ),
    Example(
        "organisation-stays",
        "assignments",
        _BELONGS,
        put("assignments", {"enrolment": "e1"}, caseworker="c2"),
        "enrolment e1 (c2 of south, enrolment in north)",
    ),
    Example(
        "organisation-stays",
        "responses",
        _BELONGS,
        put("responses", {"response": "e1-0-c"}, caseworker="c2"),
        "enrolment e1 (c2 of south, enrolment in north)",
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.rule}-{e.table}-{e.place}")
def test_the_rule_that_is_broken_is_named_with_its_place(
    make_dataset: Make, rows: Rows, example: Example
) -> None:
    example.edit(rows)
    findings = findings_in(make_dataset(rows))
    named = [f for f in findings if (f.rule, f.table) == (example.rule, example.table)]
    assert [(f.message, f.where) for f in named] == [(example.message, (example.place,))]
    assert [(f.rule, f.table) for f in findings if f not in named] == list(example.also)


def test_every_rule_of_the_contract_has_an_example() -> None:
    every = (*SPELL_RULES, *ANSWER_RULES, *TIME_RULES, *ORGANISATION_RULES)
    assert {(r.name, r.table, r.message) for r in every} == {(e.rule, e.table, e.message) for e in EXAMPLES}

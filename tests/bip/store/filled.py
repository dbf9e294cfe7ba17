"""Data for the schema of each revision, so that every migration is tried with rows in every table.

Plain values under the names of that revision, never today's models: a revision stays as it was released. A
new revision brings its own entry, mostly the one before with what it changes:
`"0002": {**FILLED["0001"], "units": ({...},)}`. Tables stand in the order in which rows can be added.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Value = str | int | float | bool | bytes | None
Rows = tuple[Mapping[str, Value], ...]

_AT = "2026-03-02 09:00:00.000000"
_DAY = "2026-03-02"


def _id(number: int) -> str:
    return f"{number:032x}"


_HOME = {"organisation_id": _id(1)}
_ENROLMENT = {**_HOME, "enrolment_id": _id(50)}

FILLED: Final[dict[str, Mapping[str, Rows]]] = {
    "0001": {
        "instruments": ({"id": 1, "key": "bip-11", "version": "1", "document": '{"key": "bip-11"}'},),
        "possible_answers": tuple(
            {"instrument_id": 1, "rater": "participant", "item": "job_search", "value": value}
            for value in (-9, 2, 3)
        ),
        "organisations": (
            {"id": _id(1), "pseudonym": "org1", "name": "Årsta", "country": "SE", "created_at": _AT},
        ),
        "units": ({"id": _id(10), **_HOME, "pseudonym": "unit10", "name": "Norr"},),
        "accounts": (
            {
                **_HOME,
                "id": _id(20),
                "pseudonym": "account20",
                "email": "kim@example.org",
                "name": "Kim Berg",
                "password": None,
                "fs_uniquifier": "u20",
                "unit_id": _id(10),
                "active": True,
                "created_at": _AT,
            },
        ),
        "account_roles": ({**_HOME, "account_id": _id(20), "name": "caseworker"},),
        "invitations": (
            {
                **_HOME,
                "id": _id(25),
                "unit_id": _id(10),
                "account_id": _id(20),
                "email": "kim@example.org",
                "roles": '["caseworker"]',
                "token_hash": "t25",
                "created_at": _AT,
                "expires_at": _AT,
                "used_at": None,
            },
        ),
        "studies": (
            {
                **_HOME,
                "id": _id(30),
                "pseudonym": "study30",
                "name": "Vägen",
                "instrument_id": 1,
                "interval_days": 91,
                "tolerance_days": 14,
                "languages": '["sv", "en"]',
                "legal_basis": "public_task",
                "created_at": _AT,
            },
        ),
        "study_information": (
            {
                **_HOME,
                "id": _id(33),
                "study_id": _id(30),
                "language": "sv",
                "version": 1,
                "text": "Vad vi frågar om",
            },
        ),
        "releases": (
            {
                **_HOME,
                "id": _id(35),
                "study_id": _id(30),
                "number": 1,
                "as_of": _DAY,
                "requested_by_id": _id(20),
                "requested_at": _AT,
                "changed_at": _AT,
                "status": "ready",
                "dataset_sha256": "0" * 64,
            },
        ),
        "participants": (
            {
                **_HOME,
                "id": _id(40),
                "pseudonym": "participant40",
                "sex": "woman",
                "origin": "foreign",
                "education": "compulsory",
                "birth_year": 1980,
                "language": "ar",
                "created_at": _AT,
            },
        ),
        "identities": ({**_HOME, "participant_id": _id(40), "name": b"\x00sealed", "email": None},),
        "enrolments": (
            {
                **_HOME,
                "id": _id(50),
                "pseudonym": "enrolment50",
                "participant_id": _id(40),
                "study_id": _id(30),
                "unit_id": _id(10),
                "enrolled_on": _DAY,
                "observed_by": "contact",
            },
        ),
        "assignment_spells": (
            {**_ENROLMENT, "id": _id(60), "caseworker_id": _id(20), "start_on": _DAY, "end_on": "2026-04-02"},
            {**_ENROLMENT, "id": _id(61), "caseworker_id": _id(20), "start_on": "2026-04-02", "end_on": None},
        ),
        "rounds": (
            {
                **_ENROLMENT,
                "id": _id(70),
                "number": 0,
                "due_on": _DAY,
                "opens_on": "2026-02-16",
                "closes_on": "2026-03-16",
            },
        ),
        "entry_codes": (
            {**_HOME, "id": _id(75), "round_id": _id(70), "code_hash": "c75", "created_at": _AT},
        ),
        "responses": (
            {
                **_HOME,
                "id": _id(80),
                "round_id": _id(70),
                "rater": "participant",
                "information_id": _id(33),
                "instrument_id": 1,
                "language": "ar",
                "mode": "paper",
                "assistance": "interpreter",
                "proxy": False,
                "independent": True,
                "started_at": _AT,
                "submitted_at": _AT,
            },
        ),
        "answers": tuple(
            {
                **_HOME,
                "id": _id(90 + revision),
                "response_id": _id(80),
                "instrument_id": 1,
                "rater": "participant",
                "item": "job_search",
                "value": value,
                "revision": revision,
                "is_current": revision == 1,
                "content_hash": b"0" * 32,
                "given_at": _AT,
                "saved_at": _AT,
            }
            for revision, value in enumerate((2, 3))
        ),
        "held_answers": (
            {
                **_HOME,
                "id": _id(95),
                "response_id": _id(80),
                "sent_id": _id(96),
                "content_hash": b"1" * 32,
                "reason": "submitted",
                "item": "job_search",
                "value": 4,
                "given_at": _AT,
                "received_at": _AT,
            },
        ),
        "kiosks": (
            {**_HOME, "id": _id(97), "started_by_id": _id(20), "pin_hash": "$argon2id$", "started_at": _AT},
        ),
        "activity_spells": (
            {**_ENROLMENT, "id": _id(100), "kind": "skills", "start_on": _DAY, "hours_per_week": 7.5},
        ),
        "steps": ({**_ENROLMENT, "id": _id(110), "kind": "wrote_cv", "happened_on": _DAY},),
        "events": (
            {
                **_ENROLMENT,
                "id": _id(120),
                "kind": "job_subsidised",
                "happened_on": _DAY,
                "source": "register",
            },
        ),
        "exits": ({**_ENROLMENT, "left_on": "2026-09-02", "reason": "work"},),
        "follow_ups": (
            {
                **_ENROLMENT,
                "id": _id(130),
                "months_after_exit": 6,
                "asked_on": "2027-03-02",
                "status": "seeking",
            },
        ),
        "audit_events": (
            {
                **_HOME,
                "id": _id(140),
                "at": _AT,
                "actor_id": _id(20),
                "kind": "unit_added",
                "details": '{"unit": "Norr"}',
            },
        ),
    }
}
_DAY_OF_CASEWORKERS: Final[Mapping[str, Rows]] = {
    "round_moves": (
        {
            **_HOME,
            "id": _id(150),
            "round_id": _id(70),
            "reason": "illness",
            "due_before": _DAY,
            "due_after": "2026-03-09",
            "moved_by_id": _id(20),
            "moved_at": _AT,
        },
    ),
    "missed_rounds": (
        {**_HOME, "round_id": _id(70), "reason": "ill", "noted_by_id": _id(20), "noted_at": _AT},
    ),
    "agreed_steps": (
        {
            **_ENROLMENT,
            "id": _id(151),
            "kind": "wrote_cv",
            "agreed_on": _DAY,
            "by_on": "2026-03-20",
            "done_on": None,
            "agreed_by_id": _id(20),
        },
    ),
    "rating_visits": (
        {
            **_HOME,
            "id": _id(152),
            "response_id": _id(80),
            "rated_by_id": _id(20),
            "opened_at": _AT,
            "saved_at": _AT,
        },
    ),
    "reminders": (
        {
            **_HOME,
            "id": _id(153),
            "account_id": _id(20),
            "task": "rate",
            "subject_id": _id(70),
            "sent_at": _AT,
        },
    ),
    "imports": (
        {
            **_HOME,
            "id": _id(154),
            "kind": "outcomes",
            "rows": 1,
            "made": "[]",
            "changed": "[]",
            "file_sha256": "0" * 64,
            "imported_by_id": _id(20),
            "imported_at": _AT,
            "undone_at": None,
        },
    ),
    "intake_pauses": ({**_HOME, "id": _id(155), "unit_id": _id(10), "start_on": _DAY, "end_on": None},),
}
FILLED["0002"] = {
    **FILLED["0001"],
    **_DAY_OF_CASEWORKERS,
    "units": tuple(unit | {"caseload_ceiling": 25} for unit in FILLED["0001"]["units"]),
    "activity_spells": tuple(spell | {"place": "Norr"} for spell in FILLED["0001"]["activity_spells"]),
}

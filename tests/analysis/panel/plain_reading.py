"""The contract's rules of time read plainly, row by row and day by day: slow, and nothing like a query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analysis.dataset.schema import MISSING_CODES
from tests.analysis.panel.studies import ITEMS, Rows

INTERVAL = 91
OWN_EXITS = {"job_regular": {"work"}, "job_subsidised": {"work"}, "study": {"study"}}


@dataclass(frozen=True)
class Reading:
    """The rows of a panel, and how many (persons, rows) each step of its flow has."""

    rows: list[dict[str, Any]]
    flow: dict[str, tuple[int, int]]


def read(rows: Rows, rater: str, kinds: tuple[str, ...], *, censored: bool) -> Reading:
    value = {
        (a["response"], a["item"]): a["value"] for a in rows["answers"] if a["value"] not in MISSING_CODES
    }
    steps: dict[str, list[str]] = {
        name: [] for name in ("responses", "independent", "at_risk", "observed", "previous_round")
    }
    found = []
    for enrolment in sorted(rows["enrolments"], key=lambda e: e["enrolment"]):
        mine = {
            name: [row for row in rows[name] if row["enrolment"] == enrolment["enrolment"]]
            for name in ("responses", "events", "exits", "activities", "assignments")
        }
        given = [r for r in mine["responses"] if r["rater"] == rater]
        own = _independent(given)
        steps["responses"] += [enrolment["person"]] * len(given)
        steps["independent"] += [enrolment["person"]] * len(own)
        for place in range(len(own)):
            row = _row(enrolment, mine, own, place, value, kinds)
            if row is None:
                continue
            steps["at_risk"].append(enrolment["person"])
            if row["observed"]:
                steps["observed"].append(enrolment["person"])
                if row["has_previous"]:
                    steps["previous_round"].append(enrolment["person"])
            if row["observed"] or censored:
                found.append(row)
    return Reading(found, {name: (len(set(people)), len(people)) for name, people in steps.items()})


def _independent(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Independent answers by round, without those given on a later day than one to a later round."""
    own = sorted((r for r in given if r["independent"]), key=lambda r: r["round"])
    return [
        now
        for place, now in enumerate(own)
        if all(later["submitted_day"] >= now["submitted_day"] for later in own[place + 1 :])
    ]


def _row(  # noqa: PLR0917  # everything that a row may tell of
    enrolment: dict[str, Any],
    mine: Rows,
    own: list[dict[str, Any]],
    place: int,
    value: dict[tuple[str, str], float],
    kinds: tuple[str, ...],
) -> dict[str, Any] | None:
    """The row of the answer at `place`, or None where the person is not at risk."""
    now = own[place]
    day, until = now["submitted_day"], enrolment["observed_to_day"]
    jobs = [e["day"] for e in mine["events"] if e["kind"] in kinds]
    studies = [e["day"] for e in mine["events"] if e["kind"] == "study" and "study" not in kinds]
    own_exits = set().union(*(OWN_EXITS.get(kind, set()) for kind in kinds))
    competing = studies + [x["day"] for x in mine["exits"] if x["reason"] not in own_exits]
    stops = jobs + studies + [x["day"] for x in mine["exits"]]
    if any(stop <= day for stop in [*stops, enrolment["withdrawn_day"]] if stop is not None):
        return None
    end = min([day + INTERVAL, *(r["submitted_day"] for r in own[place + 1 : place + 2])])
    before = next((r for r in own[:place] if r["round"] == now["round"] - 1), None)
    row = {
        "person": enrolment["person"],
        "enrolment": enrolment["enrolment"],
        "round": now["round"],
        "day": day,
        "end_day": end,
        "outcome": any(day < job <= end for job in jobs),
        "has_previous": before is not None,
        "observed": end <= until,
        "response": now["response"],
        "previous_response": before["response"] if before else None,
        "proxy": now["proxy"],
        "competing": any(day < stop <= end for stop in competing),
        "event_day": min(jobs, default=None),
        "competing_day": min(competing, default=None),
        "censor_day": until,
    }
    for days in (91, 182, 365):
        row[f"outcome_{days}"] = any(day < job <= day + days for job in jobs)
        row[f"observed_{days}"] = day + days <= until
    row |= _exposure(mine, before["submitted_day"] if before else None, day)
    for item in ITEMS:
        row |= _values(value, item, own[: place + 1], before)
    return row


def _exposure(mine: Rows, previous_day: int | None, day: int) -> dict[str, Any]:
    caseworker = _assigned(mine["assignments"], day)
    row: dict[str, Any] = dict.fromkeys(("new_caseworker", "days_between", "activity", "gap_days"))
    row["caseworker"] = caseworker
    if previous_day is None:
        return row
    earlier = _assigned(mine["assignments"], previous_day)
    if caseworker is not None and earlier is not None:
        row["new_caseworker"] = caseworker != earlier
    daily = [
        {a["kind"] == "job_oriented" for a in mine["activities"] if _runs(a, each)}
        for each in range(previous_day + 1, day + 1)
    ]
    ran = set().union(*daily)
    row["days_between"] = day - previous_day
    row["gap_days"] = sum(not kinds for kinds in daily)
    if {True, False} in daily:
        row["activity"] = "job_oriented_with_others"
    elif daily:
        row["activity"] = "job_oriented_alone" if True in ran else "others_alone" if ran else "none"
    return row


def _runs(activity: dict[str, Any], day: int) -> bool:
    end = activity["end_day"]
    return activity["start_day"] <= day and (end is None or day <= end)


def _assigned(spells: list[dict[str, Any]], day: int) -> str | None:
    on_day = [s for s in spells if s["start_day"] <= day and (s["end_day"] is None or day < s["end_day"])]
    return max(((s["start_day"], s["caseworker"]) for s in on_day), default=(0, None))[1]


def _values(
    value: dict[tuple[str, str], float], item: str, own: list[dict[str, Any]], before: dict[str, Any] | None
) -> dict[str, float | None]:
    """The item's numbers for the last of `own`; `before` is the answer of the round before."""
    *earlier, level = [value.get((r["response"], item)) for r in own]
    previous = value.get((before["response"], item)) if before else None
    known = [each for each in earlier if each is not None]
    return {
        f"level:{item}": level,
        f"previous:{item}": previous,
        f"change:{item}": None if level is None or previous is None else level - previous,
        f"baseline:{item}": known[0] if known else None,
        f"past_mean:{item}": sum(known) / len(known) if known else None,
    }

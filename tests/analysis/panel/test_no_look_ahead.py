"""Whatever comes after an answer, the features of its row stay as they are, byte by byte."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.dataset.instrument import Instrument
from analysis.dataset.open import open_study
from analysis.dataset.study import StudyDataset
from analysis.panel.build import build_panel
from tests.analysis.panel.studies import (
    Rows,
    add_happenings,
    add_response,
    add_spells,
    odd_study,
    with_continuous_item,
)

# What a row tells of the time after its answer; everything else in it is a feature.
OUTCOMES = {"end_day", "outcome", "observed", "competing", "event_day", "competing_day", "censor_day"}
OUTCOMES |= {f"{what}_{days}" for what in ("outcome", "observed") for days in (91, 182, 365)}
Cut = tuple[int, int]  # day and round of an answer


def changed_after(rows: Rows, cuts: dict[str, Cut], draw: random.Random) -> Rows:
    """The study with another future for each enrolment after its cut."""
    made = copy.deepcopy(rows)
    later = {r["response"] for r in made["responses"] if _is_later(r, cuts)}
    for name in ("responses", "answers"):
        made[name] = [row for row in made[name] if row["response"] not in later]
    for name, day in (("events", "day"), ("exits", "day")):
        made[name] = [row for row in made[name] if row[day] <= cuts[row["enrolment"]][0]]
    for name in ("activities", "assignments"):
        made[name] = [row for row in made[name] if row["start_day"] <= cuts[row["enrolment"]][0]]
        for row in made[name]:
            _end_otherwise(row, cuts[row["enrolment"]][0], draw, half_open=name == "assignments")
    for enrolment in made["enrolments"]:
        name = enrolment["enrolment"]
        _live_on(made, enrolment, cuts[name], draw)
    return made


def _is_later(response: dict[str, Any], cuts: dict[str, Cut]) -> bool:
    return (response["submitted_day"], response["round"]) > cuts[response["enrolment"]]


def _end_otherwise(spell: dict[str, Any], day: int, draw: random.Random, *, half_open: bool) -> None:
    """Let a spell that runs past `day` end on another day that is not known on `day` either."""
    first = day + 1 if half_open else day
    if spell["end_day"] is None or spell["end_day"] >= first:
        spell["end_day"] = draw.choice([None, first, first + draw.randint(0, 200)])


def _live_on(made: Rows, enrolment: dict[str, Any], cut: Cut, draw: random.Random) -> None:
    day, last = cut
    name = enrolment["enrolment"]
    enrolment["observed_to_day"] = draw.randint(0, 900)
    if enrolment["withdrawn_day"] is None or enrolment["withdrawn_day"] > day:
        enrolment["withdrawn_day"] = draw.choice([None, day + draw.randint(1, 300)])
    add_happenings(made, name, draw, after=day)
    add_spells(made, name, draw, from_day=day + 1)
    there = {(r["round"], r["rater"]) for r in made["responses"] if r["enrolment"] == name}
    for k in range(7):
        for rater in ("participant", "caseworker"):
            if (k, rater) not in there and draw.random() < 0.6:
                # An answer to a later round may come on the very day, one to an earlier round only after it.
                late = day + draw.randint(k <= last, 200)
                add_response(made, name, k, rater, day=late, draw=draw)


def features(dataset: StudyDataset, rater: str, cuts: dict[str, Cut]) -> bytes:
    with open_study(dataset) as study:
        rows = build_panel(study, rater, censored=True).rows
    known = [
        (day, k) <= cuts[name] for name, day, k in rows[["enrolment", "day", "round"]].itertuples(index=False)
    ]
    # Numbers are written with as many digits as it takes to read the same bits back.
    return rows[known].drop(columns=sorted(OUTCOMES)).to_csv(index=False).encode()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), rater=st.sampled_from(["participant", "caseworker"]))
def test_another_future_leaves_the_features_as_they_are(
    make_dataset: Callable[..., StudyDataset], instrument: Instrument, rows: Rows, seed: int, rater: str
) -> None:
    draw = random.Random(seed)  # noqa: S311 - a fixed stream for a test
    before = odd_study(rows, seed, enrolments=40)
    cuts: dict[str, Cut] = {enrolment["enrolment"]: (-1, -1) for enrolment in before["enrolments"]}
    for response in draw.sample(before["responses"], len(before["responses"])):
        if response["rater"] == rater:
            cuts[response["enrolment"]] = (response["submitted_day"], response["round"])
    after = changed_after(before, cuts, draw)
    used = (with_continuous_item(instrument),)
    found = features(make_dataset(before, instruments=used), rater, cuts)
    assert found.count(b"\n") > 10
    assert found == features(make_dataset(after, instruments=used), rater, cuts)


def test_a_later_answer_tells_in_later_rows(make_dataset: Callable[..., StudyDataset], rows: Rows) -> None:
    """The comparison above sees a change of one answer where it may show."""
    dataset = make_dataset(rows)
    for answer in rows["answers"]:
        if answer["response"] == "e1-0-p":
            answer["value"] = 6 - answer["value"]
    changed = make_dataset(rows)
    for last, same in ((0, False), (-1, True)):
        cuts = {"e1": (5 if last == 0 else -1, last), "e2": (999, 9)}
        assert (features(dataset, "participant", cuts) == features(changed, "participant", cuts)) is same

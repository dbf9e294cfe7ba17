"""The panel's rules one by one, its counts, its covariates, and that it never looks ahead."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pandas as pd
import pytest

from analysis.dataset.instrument import Instrument
from analysis.dataset.open import open_study
from analysis.dataset.study import Covariate, StudyDataset
from analysis.panel.build import UnknownOutcomeError, build_panel
from analysis.panel.columns import UnknownCovariateError, choose_covariates

Make = Callable[..., StudyDataset]


def panel_rows(dataset: StudyDataset, rater: str = "participant") -> pd.DataFrame:
    with open_study(dataset) as study:
        return build_panel(study, rater).rows


def test_a_job_counts_for_the_round_whose_interval_holds_it(make_dataset: Make, rows: dict) -> None:
    found = panel_rows(make_dataset(rows)).set_index(["enrolment", "round"])["outcome"]
    assert found.to_dict() == {("e1", 0): False, ("e1", 1): True, ("e2", 0): False, ("e2", 1): False}


def test_the_interval_ends_with_the_next_answer_that_day_included(make_dataset: Make, rows: dict) -> None:
    rows["events"][0]["day"] = 96
    rows["exits"].clear()
    rows["followups"].clear()
    found = panel_rows(make_dataset(rows))
    assert found[found["enrolment"] == "e1"][["round", "outcome"]].to_numpy().tolist() == [[0, True]]


def test_a_row_is_censored_whether_or_not_a_job_is_known_in_it(make_dataset: Make, rows: dict) -> None:
    rows["enrolments"][0]["observed_to_day"] = 186
    rows["followups"].clear()
    assert panel_rows(make_dataset(rows))["enrolment"].tolist() == ["e1", "e2", "e2"]


def test_an_answer_of_the_caseworker_does_not_end_the_participants_interval(
    make_dataset: Make, rows: dict
) -> None:
    for response in rows["responses"]:
        if response["rater"] == "caseworker" and response["round"] == 1:
            response["submitted_day"] = 60
    assert panel_rows(make_dataset(rows))["end_day"].tolist() == [96, 187, 96, 187]


def test_answers_given_after_a_round_leave_its_row_as_it_was(make_dataset: Make, rows: dict) -> None:
    before = panel_rows(make_dataset(rows))
    later = copy.deepcopy(rows)
    for answer in later["answers"]:
        if "-1-" in answer["response"]:
            answer["value"] = 6 - answer["value"]
    after = panel_rows(make_dataset(later))
    first = before["round"] == 0
    assert not before.equals(after)
    pd.testing.assert_frame_equal(before[first], after[first], check_exact=True)


@pytest.mark.parametrize(
    ("spells", "activity", "gap_days"),
    [
        ([], "none", 91),
        ([("job_oriented", 10, 60)], "job_oriented_alone", 40),
        ([("job_oriented", 6, 60), ("health", 60, 96)], "job_oriented_with_others", 0),
        ([("job_oriented", 6, 60), ("health", 61, None)], "job_oriented_alone", 0),
        ([("social", 90, 20)], "none", 91),
        ([("social", -5, 6), ("skills", 6, 6), ("health", 96, 300)], "others_alone", 89),
        ([("job_oriented", 0, 5), ("social", 97, None)], "none", 91),
    ],
)
def test_activity_between_day_5_and_day_96(
    make_dataset: Make, rows: dict, spells: list[tuple[str, int, int | None]], activity: str, gap_days: int
) -> None:
    rows["activities"] = [
        {"enrolment": "e1", "kind": kind, "start_day": start, "end_day": end} for kind, start, end in spells
    ]
    found = panel_rows(make_dataset(rows)).set_index(["enrolment", "round"])[["activity", "gap_days"]]
    assert found.loc[("e1", 1)].tolist() == [activity, gap_days]
    assert found.loc[("e1", 0)].isna().all()


@pytest.mark.parametrize(
    ("spells", "new"),
    [
        ([("c1", 0, None)], False),
        ([("c1", 0, 96), ("c2", 96, None)], True),
        ([("c1", 0, 97), ("c2", 97, None)], False),
        ([("c1", 0, 50), ("c2", 50, 60), ("c1", 60, None)], False),
        ([("c1", 0, None), ("c2", 96, 96)], False),
        ([("c1", 0, 90)], pd.NA),
        ([], pd.NA),
    ],
)
def test_change_of_caseworker_between_day_5_and_day_96(
    make_dataset: Make, rows: dict, spells: list[tuple[str, int, int | None]], new: object
) -> None:
    rows["assignments"] = [
        {"enrolment": "e1", "caseworker": name, "start_day": start, "end_day": end}
        for name, start, end in spells
    ]
    found = panel_rows(make_dataset(rows)).set_index(["enrolment", "round"])["new_caseworker"]
    assert found.loc[("e1", 1)] is new if new is pd.NA else found.loc[("e1", 1)] == new
    assert found.loc[("e1", 0)] is pd.NA


def test_an_answer_given_after_that_of_a_later_round_is_not_independent(
    make_dataset: Make, rows: dict
) -> None:
    first = next(r for r in rows["responses"] if r["response"] == "e2-0-p")
    first["submitted_day"] = 97
    with open_study(make_dataset(rows)) as study:
        panel = build_panel(study, "participant", censored=True)
    found = panel.rows[panel.rows["enrolment"] == "e2"]
    assert found[["round", "has_previous"]].to_numpy().tolist() == [[1, False]]
    assert [step.rows for step in panel.flow] == [4, 3, 3, 3, 1]


def test_one_round_gives_levels_and_no_history(make_dataset: Make, rows: dict) -> None:
    gone = {r["response"] for r in rows["responses"] if r["round"] > 0}
    rows["responses"] = [r for r in rows["responses"] if r["response"] not in gone]
    rows["answers"] = [a for a in rows["answers"] if a["response"] not in gone]
    found = panel_rows(make_dataset(rows))
    past = ("previous", "change", "baseline", "past_mean", "days", "gap", "activity", "new")
    assert len(found) == 2
    assert found.filter(like="level:").notna().all(axis=None)
    assert found[[name for name in found if name.startswith(past)]].isna().all(axis=None)


def test_types_are_those_of_a_full_panel_where_there_are_no_rows(make_dataset: Make, rows: dict) -> None:
    full = panel_rows(make_dataset(rows))
    rows["responses"].clear()
    rows["answers"].clear()
    empty = panel_rows(make_dataset(rows))
    assert len(empty) == 0
    assert empty.dtypes.equals(full.dtypes)


def test_a_row_traces_to_its_answers(make_dataset: Make, rows: dict) -> None:
    found = panel_rows(make_dataset(rows), "caseworker")
    assert found["response"].tolist() == ["e1-0-c", "e1-1-c", "e2-0-c", "e2-1-c"]
    assert found["previous_response"].fillna("").tolist() == ["", "e1-0-c", "", "e2-0-c"]
    assert found["caseworker"].tolist() == ["c1", "c1", "c2", "c2"]


def test_only_the_wanted_columns_of_the_indicators(make_dataset: Make, rows: dict) -> None:
    full = panel_rows(make_dataset(rows))
    with open_study(make_dataset(rows)) as study:
        found = build_panel(study, "participant", values=("change", "baseline")).rows
    assert {name.partition(":")[0] for name in found if ":" in name} == {"change", "baseline"}
    pd.testing.assert_frame_equal(found, full[found.columns], check_exact=True)


def test_flow_counts_fall_in_the_contracts_order(make_dataset: Make, rows: dict) -> None:
    rows["responses"][0]["independent"] = False
    rows["enrolments"][1]["observed_to_day"] = 150
    with open_study(make_dataset(rows)) as study:
        flow = build_panel(study, "participant").flow
    assert [(step.step, step.persons, step.rows) for step in flow] == [
        ("participant:responses", 2, 4),
        ("participant:independent", 2, 3),
        ("participant:at_risk", 2, 3),
        ("participant:observed", 2, 2),
        ("participant:previous_round", 0, 0),
    ]


def test_default_covariates_and_the_datasets_own(make_dataset: Make, rows: dict) -> None:
    for number, person in enumerate(rows["persons"]):
        person["earnings"] = 10.5 * number
    with open_study(make_dataset(rows, covariates=(Covariate("earnings", "number", "Earnings"),))) as study:
        columns = choose_covariates(study, None)
        panel = build_panel(study, "participant", columns)
    names = ["sex", "origin", "age_band", "education", "organisation", "round", "earnings"]
    assert [column.name for column in columns] == names
    assert [column.name for column in columns if column.numeric] == ["round", "earnings"]
    assert panel.rows["earnings"].tolist() == [0.0, 0.0, 10.5, 10.5]
    assert panel.rows["organisation"].tolist() == ["north", "north", "south", "south"]


def test_unknown_names_are_refused_with_what_there_is(make_dataset: Make, rows: dict) -> None:
    with open_study(make_dataset(rows)) as study:
        with pytest.raises(UnknownCovariateError, match=r"no shoe_size; it has age_band"):
            choose_covariates(study, ["sex", "shoe_size"])
        with pytest.raises(UnknownOutcomeError, match=r"called lottery; there are job_regular"):
            build_panel(study, "participant", (), ["lottery"])


def test_a_scale_turned_round_in_a_new_version_is_not_pooled(
    make_dataset: Make, rows: dict, instrument: Instrument
) -> None:
    first, *others = instrument.items
    turned = first.model_copy(
        update={"scale": first.scale.model_copy(update={"direction": "lower_is_closer"})}
    )
    later = instrument.model_copy(update={"version": "2", "items": [turned, *others]})
    with open_study(make_dataset(rows, instruments=(instrument, later))) as study:
        indicators = build_panel(study, "participant").indicators
    assert [i.key for i in indicators if not i.comparable] == ["job_search"]

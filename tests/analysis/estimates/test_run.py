"""From a dataset to results: flow, manifest, warnings, and studies with little or nothing in them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from analysis.dataset.instrument import Instrument
from analysis.dataset.study import StudyDataset
from analysis.estimates.results import Estimate, Key, to_json
from analysis.estimates.run import Wanted, analyse, outcome_name

E1 = Wanted(analyses=("job_hazard", "job_hazard_level"))
Make = Callable[..., StudyDataset]


def refusals(dataset: StudyDataset) -> set[str]:
    return {str(estimate.refused) for estimate in analyse(dataset, E1).results.estimates}


def test_a_tiny_study_is_refused_with_reasons_and_counted(make_dataset: Make, rows: dict) -> None:
    results = analyse(make_dataset(rows), E1).results
    assert {str(estimate.refused) for estimate in results.estimates} == {"fewer than 5 persons"}
    assert [(step.step, step.persons, step.rows) for step in results.flow] == [
        ("enrolled", 2, None),
        *((f"participant:{name}", 2, n) for name, n in FLOW.items()),
        *((f"caseworker:{name}", 2, n) for name, n in FLOW.items()),
    ]
    # One organisation, sex and so on differ between the two persons; age, origin and education do not.
    assert results.manifest.covariates == ("sex", "organisation", "round")


FLOW = {
    "responses": 4,
    "independent": 4,
    "at_risk": 4,
    "observed": 4,
    "previous_round": 2,
    "complete": 2,
}


def test_a_study_without_rows_is_refused(make_dataset: Make) -> None:
    results = analyse(make_dataset({}), E1).results
    assert {str(estimate.refused) for estimate in results.estimates} == {
        "no person-round is at risk and observed to the end of its interval"
    }
    assert results.flow[0].persons == 0


def test_a_study_whose_instrument_asks_nothing_of_one_rater(
    make_dataset: Make, instrument: Instrument
) -> None:
    items = [
        i.model_copy(update={"raters": {"participant": i.raters["participant"]}}) for i in instrument.items
    ]
    one_rater = instrument.model_copy(update={"items": items})
    results = analyse(make_dataset({}, instruments=(one_rater,)), E1).results
    assert {estimate.key.rater for estimate in results.estimates} == {"participant"}


def test_a_rater_who_never_answered_has_no_part_in_it(make_dataset: Make, rows: dict) -> None:
    rows["responses"] = [r for r in rows["responses"] if r["rater"] == "participant"]
    kept = {r["response"] for r in rows["responses"]}
    rows["answers"] = [a for a in rows["answers"] if a["response"] in kept]
    results = analyse(make_dataset(rows), E1).results
    assert {estimate.key.rater for estimate in results.estimates} == {"participant"}
    assert not any(step.step.startswith("caseworker") for step in results.flow)


def test_everybody_left_before_answering(make_dataset: Make, rows: dict) -> None:
    for enrolment in rows["enrolments"]:
        enrolment["observed_to_day"] = 5
    rows["events"].clear()
    assert refusals(make_dataset(rows)) == {
        "no person-round is at risk and observed to the end of its interval"
    }


def test_two_jobs_on_one_day_are_one_outcome(make_dataset: Make, rows: dict) -> None:
    once = analyse(make_dataset(rows), E1).results
    rows["events"].append({**rows["events"][0], "kind": "job_subsidised"})
    assert analyse(make_dataset(rows), E1).results.estimates == once.estimates


@pytest.mark.parametrize(
    ("kinds", "name"),
    [
        (["job_subsidised", "job_regular"], "job_next_interval"),
        (["study"], "study_next_interval"),
        (["study", "job_regular"], "job_regular+study_next_interval"),
    ],
)
def test_the_outcome_is_named_after_its_kinds(kinds: list[str], name: str) -> None:
    assert outcome_name(kinds) == name


def test_results_have_every_key_and_sort_by_them(make_dataset: Make, rows: dict) -> None:
    text = to_json(analyse(make_dataset(rows), E1).results)
    content = json.loads(text)
    assert text == to_json(analyse(make_dataset(rows), E1).results)
    order = [
        [str(row[k]) for k in ("analysis", "rater", "indicator", "quantity", "model", "scale")]
        for row in content["estimates"]
    ]
    assert order == sorted(order)


def test_numbers_that_are_not_numbers_do_not_get_out() -> None:
    key = Key("job_hazard", "job_next_interval", "participant", "x", "level", "alone", "log_odds")
    with pytest.raises(ValueError, match="not finite"):
        Estimate(key, 10, 10, 5, "person", 10, estimate=float("nan"))

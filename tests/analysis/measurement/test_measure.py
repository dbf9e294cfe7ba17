"""The analysis as a whole: what it says of a study, and what it refuses with which reason."""

from __future__ import annotations

import math

import numpy as np
import pytest
from statsmodels.discrete.discrete_model import Logit

from analysis.dataset.open import open_study
from analysis.estimates.analysis import Found
from analysis.estimates.measurement_answers import read_answers
from analysis.estimates.measurement_same import of_groups
from analysis.estimates.results import QUANTITIES, SCALES
from tests.analysis.measurement.support import (
    ITEMS,
    Rows,
    dataset,
    instrument,
    measured,
    one,
    pick,
    rows_of,
    why,
)

# A quarter answers in Arabic: enough for a group of its own.
PERSONS = 220


@pytest.fixture(scope="module")
def found() -> Found:
    return measured(rows_of(PERSONS))


def values(rows: Rows, rater: str, item: str) -> dict[tuple[str, int], float]:
    """An item's values by enrolment and round, missing codes left out."""
    given = {r["response"]: (r["enrolment"], r["round"]) for r in rows["responses"] if r["rater"] == rater}
    return {
        given[a["response"]]: a["value"]
        for a in rows["answers"]
        if a["item"] == item and a["response"] in given and a["value"] > 0
    }


def test_keys_are_unique_sorted_and_from_the_closed_lists(found: Found) -> None:
    keys = [e.key for e in found.estimates]
    assert len(set(keys)) == len(keys)
    assert [k.order for k in keys] == sorted(k.order for k in keys)
    assert {k.quantity for k in keys} == set(QUANTITIES["measurement"])
    assert {k.scale for k in keys} == set(SCALES["measurement"])


def test_every_number_has_its_interval_around_it_and_its_persons(found: Found) -> None:
    numbers = [e for e in found.estimates if e.refused is None]
    assert len(numbers) > 200
    for e in numbers:
        assert e.estimate is not None
        assert e.ci_low is not None
        assert e.ci_high is not None
        assert e.ci_low <= e.estimate <= e.ci_high
        assert e.n_persons >= 5
        assert e.n_clusters == e.n_persons <= e.n_rows


def test_the_same_study_gives_the_same_result() -> None:
    assert measured(rows_of(80)) == measured(rows_of(80))


def test_alpha_is_that_of_the_first_round_without_the_item_that_stands_alone(found: Found) -> None:
    rows = rows_of(PERSONS)
    for rater, items in (("participant", ITEMS), ("caseworker", ITEMS[:4])):
        given = [values(rows, rater, item) for item in items]
        table = np.array([[of[f"e{n:05}", 0] for of in given] for n in range(PERSONS)])
        covariance = np.cov(table, rowvar=False)
        k = len(items)
        expected = k / (k - 1) * (1 - np.trace(covariance) / covariance.sum())
        assert one(found, "alpha", rater=rater).estimate == pytest.approx(expected, abs=1e-12)
        assert one(found, "omega", rater=rater).estimate == pytest.approx(expected, abs=0.02)


def test_retest_and_noise_rest_on_neighbouring_rounds() -> None:
    """One person leaves out round 1: neither 0-1 nor 1-2 nor 0-2 counts."""
    rows = rows_of(40)
    rows["responses"] = [r for r in rows["responses"] if (r["enrolment"], r["round"]) != ("e00007", 1)]
    found = measured(rows)
    for group in ("round:1", "round:2"):
        assert one(found, "retest", rater="participant", indicator="one", group=group).n_rows == 39
    noise = one(found, "measurement_error", rater="participant", indicator="one")
    assert (noise.n_rows, noise.n_persons) == (78, 39)


def test_reliable_change_follows_from_the_error_of_measurement(found: Found) -> None:
    rows = rows_of(PERSONS)
    given = values(rows, "participant", "one")
    changes = np.array([given[e, k] - given[e, k - 1] for e, k in given if (e, k - 1) in given])
    error, bound = (
        one(found, quantity, rater="participant", indicator="one", scale="steps").estimate
        for quantity in ("measurement_error", "reliable_change")
    )
    assert error is not None
    assert bound is not None
    assert bound == pytest.approx(1.959964 * math.sqrt(2) * error, rel=1e-6)
    steps = one(found, "reliable_change", rater="participant", indicator="one", scale="whole_steps")
    assert steps.estimate == math.floor(bound) + 1
    beyond = one(found, "beyond_reliable_change", rater="participant", indicator="one")
    assert beyond.estimate == pytest.approx(100 * float((np.abs(changes) > bound).mean()), abs=1e-9)
    moved = one(found, "any_change", rater="participant", indicator="one")
    assert moved.estimate == pytest.approx(100 * float((changes != 0).mean()), abs=1e-9)


def test_agreement_by_round_and_language_rests_on_their_own_rows(found: Found) -> None:
    rows = rows_of(PERSONS)
    first, second = values(rows, "participant", "two"), values(rows, "caseworker", "two")
    slices = {
        None: list(first),
        "round:1": [pair for pair in first if pair[1] == 1],
        "language:ar": [pair for pair in first if int(pair[0][1:]) % 4 == 0],
    }
    for group, pairs in slices.items():
        a, b = (np.array([side[pair] for pair in pairs]) for side in (first, second))
        gap = 1 - ((a - b) ** 2).mean() / ((a[:, None] - b[None, :]) ** 2).mean()
        kappa = one(found, "agreement", indicator="two", group=group)
        assert kappa.estimate == pytest.approx(gap, abs=1e-12)
        assert kappa.n_rows == len(pairs)
    difference = one(found, "mean_difference", indicator="two", group=None)
    assert difference.estimate == pytest.approx(
        np.mean([second[pair] - first[pair] for pair in first]), abs=1e-12
    )


def test_a_mean_of_the_two_holds_only_what_both_may_join(found: Found) -> None:
    rows = rows_of(PERSONS)
    sides = [
        np.array([list(values(rows, rater, item).values()) for item in ITEMS[:4]]).mean(axis=0)
        for rater in ("participant", "caseworker")
    ]
    wanted = float((sides[1] - sides[0]).mean())
    assert one(found, "mean_difference", indicator=None, group=None).estimate == pytest.approx(wanted)


def test_lower_is_closer_is_turned_before_indicators_are_taken_together() -> None:
    """Turning a question around and its scale with it changes nothing but the question itself."""
    rows = rows_of(60)
    turned = rows_of(60)
    for answer in turned["answers"]:
        if answer["item"] == "two":
            answer["value"] = 6 - answer["value"]
    plain = measured(rows)
    other = measured(turned, instrument(two={"direction": "lower_is_closer"}))
    for quantity in ("alpha", "omega"):
        assert one(other, quantity, rater="participant").estimate == pytest.approx(
            one(plain, quantity, rater="participant").estimate, abs=1e-12
        )
    wrong = measured(turned)
    assert (one(wrong, "alpha", rater="participant").estimate or 0) < 0.7


def test_floor_and_missing_are_shares_of_all_who_were_asked_in_the_first_round() -> None:
    rows = rows_of(60)
    first = [a for a in rows["answers"] if a["item"] == "one" and a["response"].endswith("-0-p")]
    for place, answer in enumerate(first):
        answer["value"] = -1.0 if place < 6 else -2.0 if place < 13 else 1.0 if place < 33 else 5.0
    found = measured(rows)
    shares = {
        quantity: one(found, quantity, rater="participant", indicator="one")
        for quantity in ("floor", "ceiling", "dont_know", "prefer_not")
    }
    assert {q: e.n_events for q, e in shares.items()} == {
        "floor": 20, "ceiling": 27, "dont_know": 6, "prefer_not": 7
    }  # fmt: skip
    assert shares["floor"].estimate == pytest.approx(100 * 20 / 60)
    assert {e.n_persons for e in shares.values()} == {60}
    assert not pick(found, "could_not_observe", rater="participant")


def test_a_question_that_means_something_else_in_a_language_is_found_and_the_others_are_not() -> None:
    rows = rows_of(1200, rounds=1)
    language = {r["response"]: r["language"] for r in rows["responses"]}
    for answer in rows["answers"]:
        if answer["item"] == "three" and language[answer["response"]] == "ar":
            answer["value"] = min(5.0, answer["value"] + 1.0)
    found = measured(rows)
    checked = pick(found, "dif_language", rater="participant")
    assert {e.key.term for e in checked} == {"ar against sv"}
    (odd,) = (e for e in checked if e.key.indicator == "three")
    assert odd.p_holm is not None
    assert odd.p_holm < 0.001
    assert odd.ci_low is not None
    assert odd.ci_low > 0.8
    (warned,) = (
        n for n in found.notices if n.reason.key == "dif_language" and n.models[0].rater == "participant"
    )
    assert "three" in {label.indicator for label in warned.models}
    assert why(found, "dif_mode", rater="participant") == {None}
    assert not [n for n in found.notices if n.reason.key == "dif_mode"]


def test_the_check_is_a_logit_given_the_mean_of_the_other_answers() -> None:
    rows = rows_of(PERSONS, rounds=1)
    given = [values(rows, "participant", item) for item in ITEMS]
    table = np.array([[of[f"e{n:05}", 0] for of in given] for n in range(PERSONS)])
    arabic = (np.arange(PERSONS) % 4 == 0).astype(float)
    cut = min(range(2, 6), key=lambda step: abs((table[:, 1] >= step).mean() - 0.5))
    design = np.column_stack([np.ones(PERSONS), table[:, [0, 2, 3, 4]].mean(axis=1), arabic])
    fit = Logit((table[:, 1] >= cut).astype(float), design).fit(method="newton", disp=0, cov_type="HC0")
    check = one(measured(rows), "dif_language", rater="participant", indicator="two")
    assert check.estimate == pytest.approx(fit.params[2], abs=1e-8)
    # A person a row: the house factor G/(G-1) x (N-1)/(N-k) is N/(N-k).
    assert check.std_error == pytest.approx(fit.bse[2] * math.sqrt(PERSONS / (PERSONS - 3)), rel=1e-6)


def test_without_a_difference_the_check_cries_wolf_no_more_often_than_it_may() -> None:
    """Twelve studies: at five per cent in each, three or more false alarms have a chance of 2 %."""
    alarms = 0
    for seed in range(12):
        with open_study(dataset(rows_of(220, rounds=1, seed=seed))) as study:
            checks = list(of_groups(read_answers(study, "participant")))
        assert len(checks) == 10
        alarms += any(check.p_holm is not None and check.p_holm < 0.05 for check in checks)
    assert alarms <= 2


def test_the_first_round_is_that_of_the_latest_enrolment() -> None:
    rows = rows_of(60)
    rows["enrolments"][20]["person"] = "p00021"
    values_of = {"r00020-0-p": 1.0, "r00021-0-p": 5.0}
    for answer in rows["answers"]:
        if answer["item"] == "one" and answer["response"].endswith("-0-p"):
            answer["value"] = values_of.get(answer["response"], 1.0 if answer["response"] < "r00030" else 5.0)
    found = measured(rows)
    assert one(found, "ceiling", rater="participant", indicator="one").n_events == 31
    assert one(found, "floor", rater="participant", indicator="one").n_events == 28


def test_the_mean_is_over_what_was_answered_where_that_is_at_least_half() -> None:
    rows = rows_of(20, rounds=1)
    for answer in rows["answers"]:
        few = {"r00003-0-c": ("one", "two", "three"), "r00004-0-c": ("one", "two")}
        if answer["item"] in few.get(answer["response"], ()):
            answer["value"] = -3.0
    with open_study(dataset(rows)) as study:
        answers = read_answers(study, "caseworker")
    means = answers.mean(answers.together())
    assert list(np.flatnonzero(np.isnan(means))) == [3]
    kept = [a["value"] for a in rows["answers"] if a["response"] == "r00004-0-c"]
    assert means[4] == pytest.approx((kept[2] + kept[3]) / 2)


def test_answers_that_are_not_independent_are_left_out() -> None:
    rows = rows_of(60)
    for response in rows["responses"]:
        if response["rater"] == "caseworker" and response["enrolment"] < "e00010":
            response["independent"] = False
    found = measured(rows)
    assert one(found, "agreement", indicator="one", group=None).n_rows == 150
    assert one(found, "alpha", rater="caseworker").n_rows == 50
    assert one(found, "alpha", rater="participant").n_rows == 60


def test_a_person_with_two_enrolments_counts_once_in_the_first_round() -> None:
    rows = rows_of(60)
    for enrolment in rows["enrolments"][:10]:
        enrolment["person"] = "p00010"
    found = measured(rows)
    assert one(found, "alpha", rater="participant").n_rows == 50
    assert one(found, "retest", rater="participant", indicator="one", group="round:1").n_rows == 50
    pooled = one(found, "agreement", indicator="one", group=None)
    assert (pooled.n_rows, pooled.n_persons) == (180, 50)

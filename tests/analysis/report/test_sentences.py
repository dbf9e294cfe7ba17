"""The five sentences are true, whatever came out."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from analysis.dataset.instrument import Instrument
from analysis.estimates.results import Estimate, Results
from analysis.report.evidence import evidence
from analysis.report.names import Names
from analysis.report.sentences import Answer, answer
from analysis.report.words import LANGUAGES, Words
from tests.analysis.report.examples import INDICATORS, RATERS, REASON, continuous, eleven, estimates, results

CONTINUOUS = ("job_seek", "econ_hard", "depress1")


def written(made: Results, language: str, instrument: Instrument | None = None) -> Answer:
    instruments = (instrument or eleven(),)
    words = Words(language)
    return answer(words, Names(words, instruments), evidence(made, (), instruments), made)


def of(made: list[Estimate], language: str = "en", instrument: Instrument | None = None) -> Answer:
    return written(results(made), language, instrument)


CASES = {
    "nothing": estimates(INDICATORS),
    "several": estimates(
        INDICATORS, found={(r, q, k): 0.5 for r in RATERS for q in ("level", "change") for k in INDICATORS}
    ),
    "adjusted refused": estimates(INDICATORS, refused=("adjusted",)),
    "all refused": estimates(INDICATORS, refused=("alone", "adjusted")),
    "one rater": estimates(INDICATORS, raters=("participant",)),
    "one round": estimates(CONTINUOUS, analysis="job_hazard_level", raters=("participant",)),
    "no belief": estimates(INDICATORS[:-1]),
    "no estimates": [],
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_each_is_one_sentence(case: str, language: str) -> None:
    instrument = continuous() if case == "one round" else eleven()
    for sentence in of(CASES[case], language, instrument).all:
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        # A full stop elsewhere only inside a number.
        assert not re.search(r"\.(?!\d)", sentence[:-1])
        assert "{" not in sentence
        assert "  " not in sentence


def test_what_was_used_is_told_with_n() -> None:
    assert of(CASES["nothing"]).used == (
        "Of 5,512 enrolled persons, the answer rests on the participants' own answers (4,100 persons, 9,650 "
        "occasions, 171 followed by a job, 1.8%) and the caseworkers' ratings (4,100 persons, 9,650 "
        "occasions, 171 followed by a job, 1.8%), where the job came within 91 days."
    )


def test_few_jobs_are_not_told() -> None:
    made = [replace(e, n_events=4) for e in estimates(INDICATORS, raters=("participant",))]
    assert "fewer than 5 followed by a job" in of(made).used
    assert "färre än 5 följda av jobb" in of(made, "sv").used


def test_nothing_found_says_what_could_have_been_found_first() -> None:
    said = of(CASES["nothing"])
    # (z(1 - 0.05/(2 m)) + 0.841621) x SE with m = 10 and 11, SE = 0.14 and 0.2.
    assert (
        "after the correction for many questions, only when it is as large as 0.51 to 0.52 percentage points "
        "a step for levels and 0.73 to 0.74 percentage points a step for changes"
    ) in said.detectable
    assert "efter korrektion för att många frågor prövas" in of(CASES["nothing"], "sv").detectable
    assert "participants' answers show no clear association with a job (11 questions tested)" in said.levels
    assert "caseworkers' ratings show no clear association with a job (10 questions tested)" in said.changes
    assert "goes together" not in said.levels + said.changes


def test_what_was_found_is_named_with_its_direction_and_interval() -> None:
    found = {("participant", "level", "work_belief"): 0.52, ("caseworker", "change", "job_search"): -0.81}
    said = of(estimates(INDICATORS, found=found))
    assert "“About work belief” (more jobs: +0.52 percentage points a step, 95% interval" in said.levels
    assert "95% interval 0.25\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}0.79)" in said.levels
    assert "caseworkers' ratings show no clear association" in said.levels
    assert "“About job search” (fewer jobs: −0.81 percentage points a step" in said.changes
    assert "participants' answers show no clear association" in said.changes
    swedish = of(estimates(INDICATORS, found=found), "sv")
    assert "”Fråga om work belief” (fler jobb: +0,52 procentenheter per steg" in swedish.levels
    assert "95-procentigt intervall 0,25\N{NO-BREAK SPACE}till\N{NO-BREAK SPACE}0,79" in swedish.levels


def test_many_findings_are_counted_and_the_largest_named() -> None:
    sizes = {("participant", "level", key): 0.5 + k / 100 for k, key in enumerate(INDICATORS)}
    said = of(estimates(INDICATORS, found=sizes)).levels
    assert said.count("more jobs") == 3
    assert "About job belief" in said
    assert "About job search" not in said
    assert "and 8 more questions" in said


def test_only_what_stands_after_holm_is_called_found() -> None:
    made = estimates(INDICATORS, found={("participant", "level", "work_belief"): 0.52})
    weak = [replace(e, p_holm=0.05) for e in made]
    assert "goes together" not in of(weak).levels


def test_refused_adjusted_estimates_leave_what_was_seen_alone() -> None:
    said = of(CASES["adjusted refused"])
    assert "one by one" in said.detectable
    assert said.levels.startswith("Nothing can be said of levels adjusted for the other questions")
    assert "alone 0 of 22 questions tested go together with a job" in said.levels
    assert "42 estimates were refused" in said.limits


def test_everything_refused() -> None:
    said = of(CASES["all refused"])
    assert "too little can be used" in said.used
    assert (
        said.detectable
        == "Nothing could be estimated, so the study cannot find any association, however large."
    )
    assert said.levels.endswith("because those estimates were refused.")
    assert "alone" not in said.limits


def test_one_rater_refused_is_told_beside_the_other() -> None:
    made = [
        *estimates(INDICATORS, raters=("participant",)),
        *estimates(INDICATORS, raters=("caseworker",), refused=("alone", "adjusted")),
    ]
    assert "the caseworkers' ratings could not be estimated" in of(made).levels
    assert "caseworkers' ratings (" not in of(made).used


def test_one_rater_is_not_asked() -> None:
    assert "caseworker" not in " ".join(of(CASES["one rater"]).all)


def test_one_round_has_levels_and_no_changes() -> None:
    said = of(CASES["one round"], "en", continuous())
    assert "3 questions tested" in said.levels
    assert said.changes == "Nothing can be said of changes, because no changes were estimated."
    assert "for changes" not in said.detectable


def test_levels_at_the_round_stand_in_where_the_joint_model_was_refused() -> None:
    made = [
        *estimates(INDICATORS, refused=("alone", "adjusted")),
        *estimates(
            INDICATORS, analysis="job_hazard_level", found={("participant", "level", "work_belief"): 0.52}
        ),
    ]
    said = of(made)
    assert "About work belief" in said.levels
    assert said.levels.startswith("Levels at the round itself, adjusted")
    assert of(made, "sv").levels.startswith("Nivåer vid omgången själv, justerat")
    assert said.changes.startswith("Nothing can be said of changes")


def test_adjusted_levels_at_the_round_come_before_the_joint_model_alone() -> None:
    made = [
        *estimates(INDICATORS, refused=("adjusted",)),
        *estimates(
            INDICATORS, analysis="job_hazard_level", found={("participant", "level", "work_belief"): 0.52}
        ),
    ]
    said = of(made)
    assert "one by one" not in said.detectable
    assert "About work belief" in said.levels
    assert said.levels.startswith("Levels at the round itself")
    assert said.changes.startswith("Nothing can be said of changes adjusted")


def test_a_rater_whose_levels_are_at_the_round_is_told_beside_the_other() -> None:
    made = [
        *estimates(INDICATORS, raters=("participant",)),
        *estimates(INDICATORS, raters=("caseworker",), refused=("adjusted",)),
        *estimates(INDICATORS, analysis="job_hazard_level"),
    ]
    levels = of(made).levels
    assert levels.startswith("Levels, adjusted")
    assert "; at the round itself, the caseworkers' ratings show no clear association" in levels
    assert levels.count("at the round itself") == 1


def test_levels_at_the_round_that_are_alone_only_say_so() -> None:
    made = estimates(CONTINUOUS, analysis="job_hazard_level", raters=("participant",), refused=("adjusted",))
    said = of(made, "en", continuous())
    assert said.levels.startswith("Nothing can be said of levels at the round itself adjusted")
    assert said.detectable.startswith("Only questions one by one")


def test_a_low_step_closest_to_work_is_told() -> None:
    found = {("participant", "level", "depress1"): -0.5}
    made = estimates(CONTINUOUS, analysis="job_hazard_level", raters=("participant",), found=found)
    assert "“About depress1” (lower is closer to a job) (fewer jobs" in of(made, "en", continuous()).levels


def test_belief_that_is_shown_alone_is_told_with_its_rater() -> None:
    assert (
        "the caseworkers' answers to “About job belief” are shown alone only" in of(CASES["nothing"]).limits
    )
    assert "shown alone" not in of(CASES["no belief"]).limits


def test_belief_is_told_where_only_its_level_was_estimated() -> None:
    made = [
        replace(e, estimate=None, std_error=None, ci_low=None, ci_high=None, p_value=None, p_holm=None)
        if e.key.quantity == "change"
        else e
        for e in CASES["nothing"]
    ]
    made = [replace(e, refused=REASON) if e.key.quantity == "change" else e for e in made]
    assert "the caseworkers' answers to “About job belief” are shown alone only" in of(made).limits


@pytest.mark.parametrize("case", CASES)
def test_association_is_called_association(case: str) -> None:
    instrument = continuous() if case == "one round" else eleven()
    assert "associations in groups and not effects" in of(CASES[case], "en", instrument).limits
    assert "samband i grupper och inte effekter" in of(CASES[case], "sv", instrument).limits

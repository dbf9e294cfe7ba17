"""The named scenarios. `published` has the size and the figures of the published study."""

from __future__ import annotations

from dataclasses import replace
from math import log
from typing import Final

from analysis.simulate.scenario import (
    ActivityModel,
    BeliefModel,
    Category,
    Centre,
    ExitCause,
    IndicatorModel,
    Scenario,
)

OPTIMISM_RATIO: Final = 1.32
"""Job chance with an optimistic against a pessimistic half of the caseworkers (BIP, summary 2019)."""
HALVES_APART: Final = 1.6
"""Standard deviations between the means of the two halves of a normal distribution."""
NOT_COLLAPSED: Final = 1.08
"""Over persons whose prospects differ, a ratio is nearer to 1 than for each of them: this makes up for it."""
NEW_CASEWORKER_RATIO: Final = 0.78

INDICATORS: Final = {
    "job_search": IndicatorModel(0.22, 0.36, 0.22, -0.20),
    "labour_market_knowledge": IndicatorModel(0.14, 0.22, 0.14, 0.00),
    "skills_awareness": IndicatorModel(easiness=0.15),
    "cooperation": IndicatorModel(0.12, 0.20, 0.12, 0.35),
    "goal_orientation": IndicatorModel(0.18, 0.30, 0.18, 0.05),
    "health_coping": IndicatorModel(0.24, 0.32, 0.24, -0.25),
    "work_belief": IndicatorModel(0.30, 0.44, 0.30, -0.05),
    "network_support": IndicatorModel(easiness=0.20),
    "everyday_coping": IndicatorModel(easiness=-0.05),
    "self_presentation": IndicatorModel(easiness=0.25),
}

COVARIATES: Final = {
    "sex": {"woman": Category(0.48), "man": Category(0.52, 0.10)},
    "origin": {"native": Category(0.62), "foreign": Category(0.38, -0.15, -0.10)},
    "age_band": {
        "18-29": Category(0.11, 0.25),
        "30-39": Category(0.29, 0.10),
        "40-49": Category(0.30),
        "50-59": Category(0.24, -0.30),
        "60-66": Category(0.06, -0.60),
    },
    "education": {
        "none": Category(0.07, -0.30, -0.15),
        "compulsory": Category(0.40),
        "upper_secondary": Category(0.37, 0.20, 0.05),
        "post_secondary": Category(0.13, 0.30, 0.10),
        "unknown": Category(0.03),
    },
}

CENTRES: Final = (
    Centre(0.16, 0.10, 0.05),
    Centre(0.14, -0.15, 0.00),
    Centre(0.12, 0.25, -0.10),
    Centre(0.11, -0.05, 0.10),
    Centre(0.10, 0.15, 0.00),
    Centre(0.09, -0.25, -0.05),
    Centre(0.08, 0.00, 0.10),
    Centre(0.08, 0.20, 0.00),
    Centre(0.07, -0.10, -0.10),
    Centre(0.05, -0.20, 0.05),
)

EXITS: Final = {
    "study": ExitCause(0.020, {"skills_awareness": 0.35, "goal_orientation": 0.25}),
    "goal_met": ExitCause(0.070, {"everyday_coping": 0.25, "goal_orientation": 0.20}),
    "goal_not_met": ExitCause(0.064, {"goal_orientation": -0.20}),
    "ill": ExitCause(0.052, {"health_coping": -0.50}),
    "moved": ExitCause(0.040, {}, 30),
    "interrupted": ExitCause(0.089, {"job_search": -0.20, "everyday_coping": -0.25}, 30),
    "unknown": ExitCause(0.032, {}, 30),
}

PUBLISHED: Final = Scenario(
    name="published",
    description="size, base rate and calibration figures of the published study",
    indicators=INDICATORS,
    covariates=COVARIATES,
    centres=CENTRES,
    exits=EXITS,
    activities=ActivityModel(
        shares=(0.24, 0.24, 0.26, 0.26),
        growth=(-0.06, 0.04, 0.12, 0.00),
        selection=(-0.20, 0.25, 0.10, -0.15),
        kept=0.5,
    ),
    belief=BeliefModel("job_belief", 0.5, 0.90, True, 0.40, (0.20, 0.30, 0.24, 0.20, 0.06)),
    persons=5512,
    rounds=17,
    persons_a_caseworker=5512 / 300,
    intercept=-4.92,
    first_quarter=-0.5,
    frailty_sd=0.9,
    optimism_effect=NOT_COLLAPSED * log(OPTIMISM_RATIO) / HALVES_APART,
    new_caseworker_effect=log(NEW_CASEWORKER_RATIO),
    caseworker_sd=0.0,
    general_share=0.42,
    stable_share=0.70,
    carry_over=0.40,
    drift=0.0,
    participant_error=0.45,
    caseworker_error=0.45,
    leniency_sd=0.15,
    new_caseworker=0.26,
    sorting=0.0,
    participant_answers=2.4,
    caseworker_answers=2.9,
    answers_by_coping=0.20,
    answers_sd=0.7,
    late_share=0.04,
    withdrawal_rate=0.003,
    leaves_after_job=0.85,
    observed_by="register",
    country="DK",
)

_NO_EFFECT: Final = {key: replace(model, level=0.0, change=0.0) for key, model in INDICATORS.items()}

SCENARIOS: Final[dict[str, Scenario]] = {
    scenario.name: scenario
    for scenario in (
        PUBLISHED,
        replace(
            PUBLISHED,
            name="null",
            description="no indicator goes with getting a job; covariates and frailty stay",
            indicators=_NO_EFFECT,
            belief=replace(PUBLISHED.belief, knows=False),
            optimism_effect=0.0,
            intercept=-4.36,
        ),
        replace(
            PUBLISHED,
            name="small",
            description="one project of a few municipalities: 200 persons, three centres",
            persons=200,
            rounds=8,
            centres=(Centre(0.45, 0.10, 0.0), Centre(0.35, -0.10, 0.05), Centre(0.20, 0.0, -0.05)),
        ),
        replace(
            PUBLISHED,
            name="dropout",
            description="jobs known by contact alone; those with the worst prospects are lost",
            observed_by="contact",
            exits={
                **EXITS,
                "interrupted": ExitCause(
                    0.20, {"work_belief": -0.45, "goal_orientation": -0.35, "everyday_coping": -0.30}, 45
                ),
            },
            answers_by_coping=0.60,
            participant_answers=1.8,
        ),
        replace(
            PUBLISHED,
            name="sorting",
            description="persons with better prospects come to optimistic caseworkers",
            sorting=0.6,
        ),
        replace(
            PUBLISHED,
            name="clusters",
            description="centres and caseworkers differ strongly",
            centres=tuple(Centre(c.share, 4 * c.log_odds, 3 * c.trait) for c in CENTRES),
            caseworker_sd=0.6,
            leniency_sd=0.5,
        ),
        replace(
            PUBLISHED,
            name="drift",
            description="all traits rise from round to round, whoever gets a job",
            drift=0.10,
        ),
    )
}

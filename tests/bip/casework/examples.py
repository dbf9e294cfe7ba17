"""A participant and a caseworker over four rounds, with every kind of gap."""

from __future__ import annotations

from bip.casework.comparison import Comparison, Indicator, Round, Words
from surveys.model import Scale
from surveys.schema import RATERS, Rater

LABELS = (
    "Looking for work",
    "Knowledge of the labour market",
    "Knowing one's own skills",
    "Cooperation",
    "Goal orientation",
    "Health, and coping with it in a job",
    "Belief in being able to handle a job",
    "Support from family and network",
    "Energy and coping with everyday life",
    "How I come across in meetings and at work",
    "Belief in having a job within a year",
)
SCALE = Scale("steps", 1, 5, "higher_is_closer")
STEPS = {float(step): f"Step {step} in words" for step in range(1, 6)}
INDICATORS = tuple(
    Indicator(f"item_{number}", number, label, SCALE, {"participant": STEPS, "caseworker": STEPS})
    for number, label in enumerate(LABELS, 1)
)
ROUNDS = tuple(Round(number, f"{number + 1} March 2026") for number in range(4))
WORDS = Words(
    raters={"participant": "Participant", "caseworker": "Caseworker"},
    missing={
        -1: "don't know",
        -2: "prefer not to answer",
        -3: "could not observe",
        -8: "not asked",
        -9: "skipped",
    },
    not_yet="–",
    round="Round",
    due="Due",
    indicator="Indicator",
    before="before",
    now="now",
    spider="Now and before",
)
ANSWERS: dict[tuple[Rater, int, str], float] = {
    (rater, number, f"item_{item}"): float(1 + (item * 3 + number + shift * (item % 3)) % 5)
    for shift, rater in enumerate(RATERS)
    for number in range(3)
    for item in range(1, 12)
} | {
    ("participant", 1, "item_1"): -1.0,
    ("caseworker", 2, "item_2"): -3.0,
    ("participant", 2, "item_4"): -2.0,
}  # fmt: skip
COMPARISON = Comparison(INDICATORS, ROUNDS, ANSWERS)

"""Studies and results made by hand and by a seeded generator, for the report's tests to read.

The estimates are drawn, not fitted: the report shows numbers and is tested on showing them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from analysis.dataset.instrument import Instrument
from analysis.dataset.study import Study, StudyDataset, build_tables
from analysis.estimates.reasons import ModelLabel, Notice, reason
from analysis.estimates.results import Estimate, Key, Manifest, Results
from analysis.estimates.summary import CovariateTerm, FitSummary
from analysis.estimates.unmeasured import e_value, e_value_of_interval
from analysis.panel.build import FlowStep

INDICATORS = (
    "job_search",
    "labour_market_knowledge",
    "skills_awareness",
    "cooperation",
    "goal_orientation",
    "health_coping",
    "work_belief",
    "network_support",
    "everyday_coping",
    "self_presentation",
    "job_belief",
)
RATERS = ("participant", "caseworker")
REASON = reason("few_events_refused", terms=11)
MERGED = Notice(
    reason("merged", covariate="<x>", category="a", into="b"),
    (ModelLabel("caseworker", "job_hazard", "adjusted", None),),
)
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)"> & "quoted" %{x}'


def _label(key: str) -> dict[str, str]:
    words = key.replace("_", " ")
    return {"sv": f"Fråga om {words}", "en": f"About {words}"}


def _item(number: int, key: str, scale: dict[str, Any], raters: tuple[str, ...]) -> dict[str, Any]:
    steps = range(int(scale["lowest"]), int(scale["highest"]) + 1) if scale["kind"] == "steps" else ()
    form = {
        "question": {"sv": f"Hur är det med {key}?", "en": f"How is {key}?"},
        "steps": {
            str(step): {"sv": f"Steg {step} av {key}", "en": f"Step {step} of {key}"} for step in steps
        },
    }
    belief = {**form, "private": True, "alone": True}
    return {
        "key": key,
        "number": number,
        "label": _label(key),
        "scale": scale,
        "raters": {r: belief if (r, key) == ("caseworker", "job_belief") else form for r in raters},
    }


def _instrument(key: str, items: list[dict[str, Any]]) -> Instrument:
    return Instrument.model_validate(
        {
            "key": key,
            "version": "1",
            "status": "provisional",
            "first_language": "sv",
            "languages": ["sv", "en"],
            "title": {"sv": "Elva frågor", "en": "Eleven questions"},
            "description": {"sv": "Prov", "en": "Trial"},
            "references": [],
            "missing_codes": {
                "-1": {"key": "dont_know", "label": {"sv": "Vet inte"}, "raters": list(RATERS)},
                "-9": {"key": "skipped", "label": {"sv": "Inget svar"}, "raters": list(RATERS)},
            },
            "items": items,
        }
    )


def eleven() -> Instrument:
    """Eleven indicators in five steps, both raters."""
    scale = {"kind": "steps", "lowest": 1, "highest": 5}
    return _instrument("eleven", [_item(k, key, scale, RATERS) for k, key in enumerate(INDICATORS, 1)])


def continuous() -> Instrument:
    """Three continuous indicators of the participant; on one a low value is closest to work."""
    scales = {
        "job_seek": {"kind": "continuous", "lowest": 1, "highest": 5},
        "econ_hard": {"kind": "continuous", "lowest": 1, "highest": 5, "direction": "lower_is_closer"},
        "depress1": {"kind": "continuous", "lowest": 0, "highest": 5, "direction": "lower_is_closer"},
    }
    return _instrument(
        "jobs", [_item(k, key, scale, ("participant",)) for k, (key, scale) in enumerate(scales.items(), 1)]
    )


def study(
    instrument: Instrument, *, persons: int = 60, rounds: int = 3, title: str = "En studie"
) -> StudyDataset:
    """Everybody answers round 0, fewer and fewer the later ones; answers drawn with a fixed seed."""
    rng = np.random.default_rng(20260101)
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("persons", "enrolments", "rounds", "responses", "answers", "caseworkers")
    }
    rows["organisations"] = [{"organisation": name, "country": "SE"} for name in ("norr", "söder")]
    rows["caseworkers"] = [
        {"caseworker": f"c-{name}", "organisation": name, "unit": "u"} for name in ("norr", "söder")
    ]
    for number in range(persons):
        _add_person(rows, number, rng)
        for k in range(rounds):
            if k == 0 or rng.random() < 0.9 - 0.2 * k:
                _add_round(rows, number, k, instrument, rng)
    about = Study("prov", title, 91, "utgåva 1", "pseudonymer", "tests")
    return StudyDataset(about, (instrument,), build_tables(rows))


def _add_person(rows: dict[str, list[dict[str, Any]]], number: int, rng: np.random.Generator) -> None:
    organisation = "norr" if number % 3 else "söder"
    rows["persons"].append(
        {
            "person": f"p{number}",
            "organisation": organisation,
            "sex": str(rng.choice(["woman", "man"])),
            "origin": str(rng.choice(["native", "foreign", "unknown"], p=[0.6, 0.35, 0.05])),
            "age_band": str(rng.choice(["18-29", "30-39", "40-49"])),
            "education": str(rng.choice(["compulsory", "upper_secondary"])),
            "language": "sv",
        }
    )
    rows["enrolments"].append(
        {
            "enrolment": f"e{number}",
            "person": f"p{number}",
            "organisation": organisation,
            "unit": "u",
            "enrolled_quarter": "2026Q1",
            "observed_to_day": 700,
            "observed_by": "register",
        }
    )


def _add_round(
    rows: dict[str, list[dict[str, Any]]],
    number: int,
    k: int,
    instrument: Instrument,
    rng: np.random.Generator,
) -> None:
    status = {"participant_status": "answered", "caseworker_status": "answered"}
    days = {"due_day": 91 * k, "opens_day": 91 * k, "closes_day": 91 * k + 21}
    organisation = rows["enrolments"][number]["organisation"]
    rows["rounds"].append({"enrolment": f"e{number}", "round": k, **days, **status})
    for rater in RATERS:
        items = instrument.items_of(rater)
        if not items:
            continue
        response = f"e{number}-{k}-{rater}"
        rows["responses"].append(
            {
                "response": response,
                "enrolment": f"e{number}",
                "round": k,
                "rater": rater,
                "caseworker": f"c-{organisation}" if rater == "caseworker" else None,
                "instrument": instrument.key,
                "instrument_version": instrument.version,
                "language": "sv",
                "mode": "own_device",
                "assistance": "none",
                "proxy": False,
                "independent": True,
                "submitted_day": 91 * k + 3,
            }
        )
        for item in items:
            low, high = float(item.scale.lowest), float(item.scale.highest)
            drawn = rng.uniform(low, high) if item.scale.kind == "continuous" else rng.integers(low, high + 1)
            value = -1.0 if rng.random() < 0.05 else float(drawn)
            rows["answers"].append({"response": response, "item": item.key, "value": value})


def estimates(
    indicators: tuple[str, ...],
    *,
    analysis: str = "job_hazard",
    raters: tuple[str, ...] = RATERS,
    found: dict[tuple[str, str, str], float] | None = None,
    refused: tuple[str, ...] = (),
) -> list[Estimate]:
    """Estimates near zero for every indicator, alone and adjusted.

    `found` gives effects in percentage points by rater, quantity and indicator, which then stand after
    Holm; `refused` names the models that are refused. The caseworker's `job_belief` has no adjusted one.
    """
    quantities = ("level", "change") if analysis == "job_hazard" else ("level",)
    return [
        _estimate(
            Key(analysis, "job_next_interval", rater, key, quantity, model, scale), found or {}, refused
        )
        for rater in raters
        for quantity in quantities
        for model in ("alone", "adjusted")
        for key in indicators
        for scale in ("ame_pp", "log_odds")
        if (rater, key, model) != ("caseworker", "job_belief", "adjusted")
    ]


def _estimate(key: Key, found: dict[tuple[str, str, str], float], refused: tuple[str, ...]) -> Estimate:
    size = {"n_rows": 9650, "n_persons": 4100, "n_events": 171, "cluster": "person", "n_clusters": 4100}
    if key.model in refused:
        return Estimate(key, **{**size, "n_events": 3}, refused=REASON)
    effect = found.get((key.rater or "", key.quantity, key.indicator or ""))
    value = 0.05 if effect is None else effect
    value = value if key.scale == "ame_pp" else value / 2
    error = 0.14 if key.quantity == "level" else 0.2
    p = 0.6 if effect is None else 0.0004
    return Estimate(
        key,
        **size,
        estimate=value,
        std_error=error,
        ci_low=value - 1.96 * error,
        ci_high=value + 1.96 * error,
        p_value=p,
        p_holm=min(1.0, 11 * p),
    )


def risk_ratios(
    worth: dict[str, tuple[float, float, float, float]], raters: tuple[str, ...] = ("participant",)
) -> list[Estimate]:
    """Adjusted levels as risk ratios, with their E-values.

    `worth`: by indicator the ratio, the ends of its interval and p after Holm.
    """
    found = []
    for rater in raters:
        for indicator, (ratio, low, high, p_holm) in worth.items():
            key = Key("job_hazard", "job_next_interval", rater, indicator, "level", "adjusted", "risk_ratio")
            risk = Estimate(key, 9650, 4100, 171, "person", 4100, ratio, 0.1, low, high, p_holm / 3, p_holm)
            limit = e_value_of_interval(low, high)
            bare = Estimate(replace(key, scale="e_value"), 9650, 4100, 171, "person", 4100)
            found += [risk, replace(bare, estimate=e_value(ratio), ci_low=limit)]
    return found


def fits(analysis: str = "job_hazard", *, few_events: bool = False) -> tuple[FitSummary, ...]:
    """The two adjusted fits."""
    terms = (CovariateTerm("sex", "man against woman", -0.2, 0.1),)
    first = FitSummary(
        analysis,
        "participant",
        "adjusted",
        None,
        9650,
        4100,
        171,
        30,
        7.8,
        few_events,
        -800.5,
        6,
        1e-12,
        terms,
    )
    return first, replace(first, rater="caseworker")


def results(made: list[Estimate], *, warnings: tuple[Notice, ...] = ()) -> Results:
    """Results with a manifest and a flow around `made`."""
    manifest = Manifest(
        dataset_sha256="ab" * 32,
        instruments=("eleven@1",),
        code_version="0.1.0",
        seed=None,
        plan=None,
        warnings=warnings,
        covariates=("sex", "origin", "round"),
        outcome_kinds=("job_regular", "job_subsidised"),
        interval_days=91,
        packages={"statsmodels": "0.15"},
    )
    counts = (5400, 5300, 5200, 5100, 4200, 4100)
    names = ("responses", "independent", "at_risk", "observed", "previous_round", "complete")
    raters = sorted({e.key.rater or "" for e in made}, reverse=True)
    flow = [FlowStep("enrolled", 5512, None)]
    for rater in raters:
        flow += [FlowStep(f"{rater}:{n}", c, 3 * c) for n, c in zip(names, counts, strict=True)]
    return Results(manifest, tuple(flow), tuple(made))

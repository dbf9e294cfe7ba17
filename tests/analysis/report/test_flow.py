"""The flow ends where it has nothing more to tell, and no small loss can be read off it."""

from __future__ import annotations

from analysis.panel.build import FlowStep
from analysis.report.flow import flows, uses
from analysis.report.names import Names
from analysis.report.parts import Flow
from analysis.report.words import Words

EN = Words("en")
STEPS = ("responses", "independent", "at_risk", "observed", "previous_round", "complete")


def way(*left: tuple[int, int]) -> list[FlowStep]:
    own = [FlowStep(f"participant:{n}", *counts) for n, counts in zip(STEPS, left, strict=True)]
    return [FlowStep("enrolled", 800, None), *own]


def shown(steps: list[FlowStep], words: Words = EN) -> Flow:
    (found,) = flows(words, Names(words, ()), steps)
    return found


TWO_ROUNDS = way((780, 1500), (780, 1500), (700, 1400), (650, 1300), (600, 640), (500, 520))
ONE_ROUND = way((780, 780), (780, 780), (700, 700), (650, 650), (0, 0), (0, 0))


def test_every_step_with_what_was_lost() -> None:
    flow = shown(TWO_ROUNDS)
    assert [box.title for box in flow.boxes][-2:] == [
        "Answered the previous round too",
        "Answers to all questions",
    ]
    assert flow.boxes[1].counts == ("780 persons", "1,500 occasions")
    assert flow.boxes[1].lost == "20 persons lost: no answers"
    assert (flow.boxes[5].lost or "").startswith("660 occasions lost: no independent answers")
    assert "Answered the previous round too" in uses(EN, TWO_ROUNDS)


def test_one_round_ends_where_the_outcome_is_known() -> None:
    flow = shown(ONE_ROUND)
    assert [box.title for box in flow.boxes][-1] == "The outcome is known"
    assert len(flow.table.rows) == 5
    assert "Answered the previous round too" not in uses(EN, ONE_ROUND)


def test_a_small_loss_is_hidden_and_told_with_the_next() -> None:
    flow = shown(way((780, 1500), (779, 1497), (700, 1400), (650, 1300), (600, 640), (500, 520)))
    independent, at_risk = flow.boxes[2:4]
    assert independent.counts == (
        "almost as many persons (fewer than 5 fewer)",
        "almost as many occasions (fewer than 5 fewer)",
    )
    assert (independent.lost or "").startswith("fewer than 5 occasions lost: whoever answered")
    assert at_risk.counts == ("700 persons", "1,400 occasions")
    # Two reasons, for the loss since the last total that was shown.
    assert (at_risk.lost or "").startswith("100 occasions lost: whoever answered had already seen")
    assert "; had got the job already" in (at_risk.lost or "")
    assert flow.table.rows[2][1:4] == (
        "almost as many (fewer than 5 fewer)",
        "almost as many (fewer than 5 fewer)",
        "fewer than 5 occasions",
    )
    assert "1,497" not in str(flow)
    assert "779" not in str(flow)


def test_what_would_betray_a_small_total_is_hidden() -> None:
    flow = shown(way((780, 1500), (780, 1500), (700, 1400), (3, 4), (0, 0), (0, 0)))
    assert flow.boxes[-1].counts == ("fewer than 5 persons", "fewer than 5 occasions")
    assert (flow.boxes[-1].lost or "").startswith("a hidden number of occasions lost")
    assert "1,396" not in str(flow)
    swedish = shown(way((780, 1500), (780, 1500), (700, 1400), (3, 4), (0, 0), (0, 0)), Words("sv"))
    assert (swedish.boxes[-1].lost or "").startswith("ett dolt antal svarstillfällen föll bort")

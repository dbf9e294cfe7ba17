"""The way from enrolled to used as a part of a page: a flow a rater, small losses hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.dataset.schema import RATERS
from analysis.panel.build import FlowStep
from analysis.report.names import Names
from analysis.report.parts import Column, Flow, FlowBox, Table
from analysis.report.suppression import LIMIT, Left, steps_left
from analysis.report.words import Words

# The steps on the way to a change; a study of one round has none.
CHANGE_STEPS = ("previous_round", "complete")


@dataclass(frozen=True)
class _Step:
    """A step's name with what is left of persons, and of occasions where these exist yet."""

    name: str
    persons: Left
    occasions: Left | None
    # The steps whose losses are counted here: its own, and those before it that could not be told.
    since: tuple[str, ...]


def flows(words: Words, names: Names, steps: Sequence[FlowStep]) -> tuple[Flow, ...]:
    """A flow a rater that has any; the step before raters part stands first in each."""
    found = []
    for rater in RATERS:
        own = _own(steps, rater)
        if own:
            found.append(_flow(words, names.rater(rater), rater, _steps(own)))
    return tuple(found)


def uses(words: Words, steps: Sequence[FlowStep]) -> str:
    """Which step the estimates rest on."""
    change = any(_name(step) == CHANGE_STEPS[0] for rater in RATERS for step in _own(steps, rater))
    level = words("flow.uses_level")
    return f"{level} {words('flow.uses_change')}" if change else level


def _own(steps: Sequence[FlowStep], rater: str) -> list[FlowStep]:
    """The steps of a rater, ending where the outcome is known if nobody answered two rounds running."""
    own = [step for step in steps if step.step.startswith(f"{rater}:")]
    if not own:
        return []
    if any(_name(step) == CHANGE_STEPS[0] and step.rows == 0 for step in own):
        own = [step for step in own if _name(step) not in CHANGE_STEPS]
    return [*(step for step in steps if ":" not in step.step), *own]


def _name(step: FlowStep) -> str:
    return step.step.partition(":")[2] or step.step


def _steps(steps: Sequence[FlowStep]) -> list[_Step]:
    names = [_name(step) for step in steps]
    persons = steps_left([step.persons for step in steps])
    first = next((k for k, step in enumerate(steps) if step.rows is not None), len(steps))
    occasions = steps_left([step.rows or 0 for step in steps[first:]])
    found = []
    for k, name in enumerate(names):
        rows = occasions[k - first] if k >= first else None
        since = rows.since + first if rows is not None and k > first else persons[k].since
        found.append(_Step(name, persons[k], rows, tuple(names[since + 1 : k + 1])))
    return found


def _flow(words: Words, title: str, rater: str, steps: Sequence[_Step]) -> Flow:
    boxes, rows = [], []
    none = words("number.none")
    for before, step in zip([None, *steps[:-1]], steps, strict=True):
        label = words.name("flow.steps", step.name)
        lost = _lost(words, before, step)
        why = "; ".join(words.name("flow.reasons", name) for name in step.since)
        counts = [_value(words, "flow.persons_value", step.persons)]
        if step.occasions is not None:
            counts.append(_value(words, "flow.rows_value", step.occasions))
        said = words("flow.dropped_value", n=lost, why=why) if lost else None
        boxes.append(FlowBox(label, tuple(counts), said))
        cells = (_cell(words, step.persons), _cell(words, step.occasions))
        rows.append((label, *cells, lost or none, why if lost else none))
    caption = words("flow.caption", rater=title.lower())
    columns = (
        Column(words("flow.step")),
        Column(words("flow.persons"), number=True),
        Column(words("flow.rows"), number=True),
        Column(words("flow.dropped"), number=True),
        Column(words("flow.why"), wide=True),
    )
    return Flow(caption, tuple(boxes), Table(f"flow-{rater}", caption, columns, tuple(rows)))


def _value(words: Words, key: str, left: Left) -> str:
    """`4,100 persons`, or what may be said instead."""
    if left.total is not None:
        return words.count(key, left.total)
    if left.few:
        return words.count(key, 1, guarded=True)
    return words(f"{key}_almost", limit=words.whole(LIMIT)) if left.almost else words(f"{key}_hidden")


def _cell(words: Words, left: Left | None) -> str:
    if left is None:
        return words("number.none")
    if left.total is not None:
        return words.whole(left.total)
    if left.few:
        return words("number.fewer", limit=words.whole(LIMIT))
    return words("flow.almost", limit=words.whole(LIMIT)) if left.almost else words("number.hidden")


def _lost(words: Words, before: _Step | None, step: _Step) -> str | None:
    """Occasions lost on the way, or persons where occasions do not exist yet; None at the first step."""
    if before is None:
        return None
    key, left = "flow.rows_value", step.occasions
    if left is None or before.occasions is None:
        key, left = "flow.persons_value", step.persons
    if left.lost is not None:
        return words.count(key, left.lost)
    few = left.almost or left.total == 0
    return words.count(key, 1, guarded=True) if few else words(f"{key}_hidden")

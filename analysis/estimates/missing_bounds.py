"""How far unknown outcomes could move things: all of them a job, or none. Bounds, not intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from analysis.estimates.hazard import fit_model, refusals_of
from analysis.estimates.hazard_model import Model, count
from analysis.estimates.job_hazard import JOB_HAZARD
from analysis.estimates.measurement_number import number_of
from analysis.estimates.missing_entry import Size, percent, plain, refused
from analysis.estimates.reasons import SMALLEST_GROUP, reason
from analysis.estimates.results import Estimate, Key
from analysis.panel.build import Panel

ANALYSIS: Final = "job_share_bounds"
HAZARD: Final = "job_hazard_bounds"
# A slope has no simple bounds: what is unknown would have to go with the answers in the worst way.
AS_NO_JOB: Final = replace(JOB_HAZARD, analysis=HAZARD, term="censored_as_no_job")


def share_bounds(panel: Panel, outcome: str) -> Iterator[Estimate]:
    """The share of person-rounds with a job in the next interval, `panel` holding the censored rows too.

    `known`: of the intervals observed to their end. `lowest` and `highest`: of all, those that are not being
    no job, or a job. As everywhere, a job known in an interval cut short counts no more than one that is not.
    Source: Manski (1990), American Economic Review 80, 319-323.
    """
    rows = panel.rows
    persons = pd.factorize(rows["person"])[0].astype(np.int64)
    observed = rows["observed"].to_numpy(bool)
    had = rows["outcome"].to_numpy(bool) & observed
    keys = {
        name: Key(ANALYSIS, outcome, panel.rater, None, "share", None, "percent", term=name)
        for name in ("known", "lowest", "highest")
    }
    counts = [number_of(persons[flags]) for flags in (had, observed & ~had, ~observed)]
    if len(rows) == 0 or any(0 < count < SMALLEST_GROUP for count in counts):
        why = reason("no_rows" if len(rows) == 0 else "hidden_group")
        yield from (refused(key, why) for key in keys.values())
        return
    yield percent(keys["known"], had[observed], persons[observed])
    for name, flags in (("lowest", had), ("highest", had | ~observed)):
        size = Size(len(rows), number_of(persons), int(flags.sum()))
        yield plain(keys[name], size, 100 * float(flags.mean()))


def no_job(model: Model, panel: Panel) -> Iterator[Estimate]:
    """A model of AS_NO_JOB on all rows at risk, every interval cut short being one without a job.

    Refused where no interval is cut short, which would only say E1 again.
    """
    without = panel.rows.assign(outcome=panel.rows["outcome"] & panel.rows["observed"])
    own = replace(model, panel=replace(panel, rows=without))
    used = own.rows()
    if len(used) and bool(used["observed"].all()):
        yield from refusals_of(own, count(own, used), own.terms, reason("nothing_censored"))
    else:
        yield from fit_model(own).estimates

"""A logit's maximum by Newton's method over blocks of rows, in memory that does not grow with the rows.

For fits that are repeated many times and for those too large for statsmodels, whose numbers it gives. The
rows come as a matrix or as a stream that is walked once a step, in the order of their clusters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lstsq, qr
from scipy.special import logit
from threadpoolctl import ThreadpoolController

from analysis.estimates.block_sums import ClusterSums, Sums, Wanted, no_sums, sums_of
from analysis.estimates.blocks import BLOCK_ROWS, MANY_ROWS, Blocks, FloatArray, Source
from analysis.estimates.reasons import Refused
from analysis.estimates.survey import Survey

# The sums of some rows at given parameters (k).
Walk = Callable[[FloatArray, Wanted], Sums]

_BLAS = ThreadpoolController()
_MOST_STEPS = 50
# Steps are in units of the columns' deviations. The error after a step is of the order of its square; of
# what order, the step before it tells.
_LAST_STEP = 1e-6
_SMALL_ERROR = 1e-9
# The rest of the score beside those of the clusters, each of which it changes by its part.
_SCORE_IN_CLUSTERS = 2e-9
_SAMPLE_STEP = 1e-2
# After a step as short as this the information has hardly changed.
_SHORT_STEP = 5e-3
# Where it did not bring the steps down to this share, it is made anew.
_LITTLE_GAINED = 0.1
_SHORTEST_STEP = 1e-9
# By so much of itself may a likelihood of many rows fall through rounding alone.
_ROUNDING = 1e-12
# A sample may be separated where the whole is not; start values beyond this are not used.
_WILD_PREDICTOR = 15.0
# Of a column's mean square: less deviation than this is none.
_NO_SPREAD = 1e-14
# A share of the largest eigenvalue; far below what is refused as collinear.
_NO_PIVOT = 1e-15


@dataclass(frozen=True)
class Maximum:
    """Where Newton's steps ended, for k columns; whether to believe it is the caller's to judge.

    `params`, `covariance`, `ame`, `ame_se`, `log_likelihood` and `n_clusters` are those of `LogitFit`;
    `iterations` counts the walks through all rows. `largest_score` is the largest absolute element of the
    score, a unit of weight and of the columns' `spread` (k: deviations weighted by p(1-p), 1 for the
    constant). `largest_predictor` is the largest |x'b|; `smallest_pivot` is next to 0 where columns are
    collinear.
    """

    params: FloatArray
    covariance: FloatArray
    ame: FloatArray
    ame_se: FloatArray
    log_likelihood: float
    iterations: int
    largest_score: float
    largest_predictor: float
    smallest_pivot: float
    spread: FloatArray
    n_rows: int
    n_clusters: int


def maximise(source: Source) -> Maximum:
    """Climb to the maximum of the (weighted) log-likelihood.

    Raises Refused where the outcomes are all alike, rows no more than columns, or a step cannot be made.
    """
    params, walks = near_maximum(source)
    while True:
        ends = _ends(source, params)
        walks += 1
        # The score is not yet 0 to the last digit: one more step, which costs no walk.
        params = params + _newton_step(ends.sums.information, ends.sums.score)
        if walks >= _MOST_STEPS or not ends.scores_off:
            return _told(params, walks, ends)


def told_at(source: Source, params: FloatArray) -> Maximum:
    """The same numbers at other parameters (k), such as those of a fit with a penalty."""
    return _told(params, 1, _ends(source, params))


def near_maximum(source: Source) -> tuple[FloatArray, int]:
    """Where the last of Newton's steps leads (k), and how many walks through all rows that took.

    Raises Refused as `maximise` does.
    """
    survey = Survey(source)
    with _at_once(source) as each:

        def walker(source: Source) -> Walk:
            def walk(params: FloatArray, wanted: Wanted) -> Sums:
                parts: list[Sums] = list(each(lambda part: _walk(part, params, wanted)[0], source))
                return sum(parts[1:], start=parts[0])

            return walk

        try:
            return _climb(walker(source), *_start(survey, walker), _LAST_STEP)
        except np.linalg.LinAlgError:
            raise Refused("no_maximum") from None


@contextmanager
def _at_once(source: Source) -> Iterator[Callable[..., Iterator[Any]]]:
    """A `map` with a thread for each part; a single part stays on this one, which costs nothing to start.

    BLAS keeps to the thread it is called on: its own, woken for every block, stand in the way of ours.
    """
    with _BLAS.limit(limits=1, user_api="blas"):
        if len(source) == 1:
            yield map
            return
        with ThreadPoolExecutor(len(source)) as threads:
            yield threads.map


def _walk(part: Blocks, params: FloatArray, wanted: Wanted) -> tuple[Sums, ClusterSums]:
    """The sums of a part's rows, and within its clusters if all is wanted."""
    room = np.empty((BLOCK_ROWS, len(params)))
    total, by_cluster = no_sums(len(params)), ClusterSums(len(params))
    for block in part():
        for piece in block.pieces():
            sums, residuals = sums_of(piece, params, wanted, room)
            total = total + sums
            if wanted is Wanted.ALL:
                by_cluster.add(piece, residuals)
    by_cluster.close()
    return total, by_cluster


def _start(survey: Survey, walker: Callable[[Source], Walk]) -> tuple[FloatArray, FloatArray | None]:
    """A sample's maximum (k), and the information there as if it were of all rows (k x k).

    Where there are few rows, or the sample has no ordinary maximum: the share of events alone, and None.
    """
    base = np.zeros(survey.columns)
    base[0] = logit(survey.share)
    if survey.rows < MANY_ROWS:
        return base, None
    walk = walker(survey.sample)
    try:
        start, _ = _climb(walk, base, None, _SAMPLE_STEP)
        there = walk(start, Wanted.STEP)
    except np.linalg.LinAlgError:
        return base, None
    if there.largest_predictor > _WILD_PREDICTOR:
        return base, None
    return start, there.information * (survey.weight / there.weight)


def _climb(
    walk: Walk,
    start: FloatArray,
    information: FloatArray | None,
    last_step: float,
) -> tuple[FloatArray, int]:
    """The parameters after a step of at most `last_step`, and how many walks that took.

    `information` at the start (k x k), if about that is known; it serves for the first step. Plain Newton
    oversteps where a small category has a high share of events at a low base rate, so a step is halved until
    the likelihood does not fall. Next to the maximum the information of the place before serves once more:
    by how little it differs, by so little of the last step is the next one wrong.
    """
    params, walks, before, kept = start, 1, 0.0, information is not None
    here = walk(params, Wanted.SCORE if kept else Wanted.STEP)
    information = here.information if information is None else information
    while walks < _MOST_STEPS:
        step = _newton_step(information, here.score)
        spread = _spread(information)
        size = float(np.max(np.abs(step * spread)))
        small = size**2 <= _SMALL_ERROR * before if kept else size**3 <= _SMALL_ERROR * before**2
        if small or (size <= last_step and not kept):
            return params + step, walks
        # What is known at the start may be of a sample, which may not hold a rare category at all.
        kept = before > 0.0 and size <= _SHORT_STEP and not (kept and size > _LITTLE_GAINED * before)
        there = walk(params + step, Wanted.SCORE if kept else Wanted.STEP)
        walks += 1
        lowest = here.log_likelihood - _ROUNDING * abs(here.log_likelihood)
        while not there.log_likelihood >= lowest and np.max(np.abs(step * spread)) > _SHORTEST_STEP:
            step, kept = step / 2.0, False
            there = walk(params + step, Wanted.STEP)
            walks += 1
        params, here, before = params + step, there, size
        information = information if kept else here.information
    return params, walks


def _newton_step(information: FloatArray, score: FloatArray) -> FloatArray:
    """Information^-1 score (k); the shortest one where columns are collinear, as in a sample they may be."""
    unit, lengths = _unit(information)
    try:
        step: FloatArray = lstsq(unit, score / lengths, cond=_NO_PIVOT, lapack_driver="gelsy")[0] / lengths
    except ValueError:  # something in it is no number
        raise np.linalg.LinAlgError from None
    if not np.all(np.isfinite(step)):
        raise np.linalg.LinAlgError
    return step


def _unit(information: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The cross-product of the columns brought to unit length (k x k), and their lengths (k)."""
    squares = np.diag(information)
    lengths = np.sqrt(np.where(squares > 0.0, squares, 1.0))
    return information / np.outer(lengths, lengths), lengths


def _spread(information: FloatArray) -> FloatArray:
    """The columns' deviations under the weights p(1-p), from the information of a design with a constant."""
    weight = information[0, 0]
    squares, means = np.diag(information) / weight, information[0] / weight
    variances = squares - means**2
    spread = np.sqrt(np.where(variances > _NO_SPREAD * squares, variances, squares))
    spread[0] = 1.0
    return np.where(spread > 0.0, spread, 1.0)


def pivots(information: FloatArray) -> tuple[FloatArray, NDArray[np.intp]]:
    """How far each column is from the span of those before it, as a share of its length squared, by order.

    From a cross-product (k x k), by QR with pivoting of the columns scaled to unit length: k sizes that
    fall, and the column that each belongs to.
    """
    _, triangle, order = qr(_unit(information)[0], pivoting=True)
    return np.abs(np.diag(triangle)), np.asarray(order, dtype=np.intp)


@dataclass(frozen=True)
class _Ends:
    """Everything summed over all rows at some parameters: `meat` and `squares` as of ClusterSums."""

    sums: Sums
    meat: FloatArray
    squares: int
    clusters: int

    @property
    def scores_off(self) -> bool:
        """Whether what is left of the score is noticeable in the clusters' own.

        Of it lies in each cluster what that has of the rows. Where nearly all rows are of one cluster, whose
        score is then no more than that of the few others, a small rest is much.
        """
        in_clusters = np.abs(self.sums.score) * np.sqrt(self.squares) / self.sums.rows
        return bool(np.any(in_clusters > _SCORE_IN_CLUSTERS * np.sqrt(np.diag(self.meat))))


def _ends(source: Source, params: FloatArray) -> _Ends:
    with _at_once(source) as each:
        walked = list(each(lambda part: _walk(part, params, Wanted.ALL), source))
    sums, by_cluster = zip(*walked, strict=True)
    return _Ends(
        sum(sums[1:], start=sums[0]),
        np.sum([c.meat for c in by_cluster], axis=0),
        sum(c.squares for c in by_cluster),
        sum(c.clusters for c in by_cluster),
    )


def _told(params: FloatArray, walks: int, ends: _Ends) -> Maximum:
    """The numbers of a walk's sums.

    Source: statsmodels' cluster covariance with `use_correction`; AME_j = b_j mean(p(1-p)) with the delta
    method's gradient mean(p(1-p)) e_j + b_j mean(p(1-p)(1-2p) x), means weighted as the rows are.
    """
    sums, spread = ends.sums, _spread(ends.sums.information)
    covariance = _sandwich(sums, ends.meat, ends.clusters)
    slope, curvature = sums.information[0, 0] / sums.weight, sums.curvature / sums.weight
    gradient = slope * np.eye(len(params)) + np.outer(params, curvature)
    variance = np.einsum("ij,jk,ik->i", gradient, covariance, gradient)
    return Maximum(
        params=params,
        covariance=covariance,
        ame=params * slope,
        ame_se=np.sqrt(np.maximum(variance, 0.0)),
        log_likelihood=sums.log_likelihood,
        iterations=walks,
        largest_score=float(np.max(np.abs(sums.score / spread)) / sums.weight),
        largest_predictor=sums.largest_predictor,
        smallest_pivot=float(pivots(sums.information)[0][-1]),
        spread=spread,
        n_rows=sums.rows,
        n_clusters=ends.clusters,
    )


def _sandwich(sums: Sums, meat: FloatArray, groups: int) -> FloatArray:
    """Cluster-robust covariance (k x k) with the factor G/(G-1) x (N-1)/(N-k)."""
    unit, lengths = _unit(sums.information)
    bread = np.linalg.pinv(unit, rcond=_NO_PIVOT, hermitian=True) / np.outer(lengths, lengths)
    factor = groups / max(groups - 1, 1) * (sums.rows - 1) / (sums.rows - len(lengths))
    return factor * bread @ meat @ bread

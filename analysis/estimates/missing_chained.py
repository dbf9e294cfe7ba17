"""Chained equations (statsmodels' MICE with predictive mean matching) at a study's size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.imputation.mice import MICEData

from analysis.estimates.design import FloatArray

# Rows with an observed answer close to the one expected, of which one gives its answer.
_DONORS: Final = 5
# With a few per cent missing the chain forgets its start at once.
_BURN_IN: Final = 4


class LeastSquares:
    """What MICE asks of a model, by the normal equations: many times as fast as OLS, whose SVD it needs not.

    `endog` (n), `exog` (n x k). Columns that follow from others share what they explain.
    """

    params: FloatArray

    def __init__(self, endog: FloatArray, exog: FloatArray) -> None:
        self.endog, self.exog = endog, exog
        self._covariance = np.empty((0, 0))

    def fit(self) -> Self:
        """Estimate `params` (k) and their covariance."""
        inverse = np.linalg.pinv(self.exog.T @ self.exog, hermitian=True)
        self.params = inverse @ (self.exog.T @ self.endog)
        residuals = self.endog - self.exog @ self.params
        freedom = max(len(self.endog) - self.exog.shape[1], 1)
        covariance = inverse * float(residuals @ residuals) / freedom
        self._covariance = (covariance + covariance.T) / 2
        return self

    def cov_params(self) -> FloatArray:
        """The covariance of `params` (k x k)."""
        return self._covariance

    def predict(self, params: FloatArray, exog: FloatArray) -> FloatArray:
        """What is expected of rows (m x k) at `params` (k)."""
        predicted: FloatArray = exog @ params
        return predicted


class Chained(MICEData):  # type: ignore[misc]  # statsmodels has no types
    """MICEData without formulas: it would read one and build its matrix anew twice a variable and cycle."""

    def _matrix(self, name: str) -> tuple[FloatArray, FloatArray]:
        """The variable, and all others with a constant in its place."""
        exog = self.data.to_numpy(np.float64, copy=True)
        at = self.data.columns.get_loc(name)
        endog = exog[:, at].copy()
        exog[:, at] = 1.0
        return endog, exog

    def get_fitting_data(self, vname: str) -> tuple[FloatArray, FloatArray, dict[str, Any], dict[str, Any]]:
        """The variable and its predictors where it is observed, and no keywords."""
        endog, exog = self._matrix(vname)
        rows = self.ix_obs[vname]
        return endog[rows], exog[rows], {}, {}

    def get_split_data(
        self, vname: str
    ) -> tuple[FloatArray, FloatArray, FloatArray, dict[str, Any], dict[str, Any]]:
        """The same, then the predictors where it is missing."""
        endog, exog = self._matrix(vname)
        rows = self.ix_obs[vname]
        return endog[rows], exog[rows], exog[self.ix_miss[vname]], {}, {}


def imputed(answers: FloatArray, helping: FloatArray, draws: int, seed: int) -> Iterator[FloatArray]:
    """`draws` copies of `answers` (n x k, NaN where missing) with every gap filled by an observed answer.

    Each column is regressed on all others and on `helping` (n x l, complete: the outcome must be among
    them, or what is filled in would not go together with it); its parameters are drawn from their
    distribution and a gap takes the answer of one of the closest rows. No column may be missing throughout.
    Sources: van Buuren and Groothuis-Oudshoorn (2011), Journal of Statistical Software 45(3); Moons and
    others (2006), Journal of Clinical Epidemiology 59, 1092-1101, for the outcome.
    """
    spread = helping.std(axis=0)
    units = (helping - helping.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    names = [f"answer{at}" for at in range(answers.shape[1])]
    others = [f"helping{at}" for at in range(helping.shape[1])]
    frame = pd.DataFrame(np.column_stack([answers, units[:, spread > 0]]), dtype=np.float64)
    frame.columns = pd.Index([*names, *np.array(others)[spread > 0]], dtype=object)
    chain = Chained(frame, k_pmm=_DONORS, rng=seed)
    for name in names:
        chain.set_imputer(name, model_class=LeastSquares, k_pmm=_DONORS)
    chain.update_all(_BURN_IN)
    for _ in range(draws):
        chain.update_all(1)
        filled: NDArray[np.float64] = chain.data[names].to_numpy(np.float64, copy=True)
        yield filled

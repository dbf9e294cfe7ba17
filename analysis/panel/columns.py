"""Which covariates a study has, where they lie and whether they are numbers or categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from analysis.dataset.open import OpenStudy

ROUND = "round"
_PERSON_CATEGORIES = ("sex", "origin", "age_band", "education", "language")
_ENROLMENT_CATEGORIES = ("organisation", "unit", "enrolled_quarter", "intake", "referral", "observed_by")
DEFAULT_COVARIATES = ("sex", "origin", "age_band", "education", "organisation", ROUND)


class UnknownCovariateError(ValueError):
    """A covariate was asked for that the dataset does not have."""


@dataclass(frozen=True)
class CovariateColumn:
    """A covariate to adjust for: numeric ones enter linearly, the others as categories."""

    name: str
    numeric: bool
    source: str


# The organisation that somebody is enrolled by.
ORGANISATION: Final = CovariateColumn("organisation", False, "e")


def available_covariates(study: OpenStudy) -> dict[str, CovariateColumn]:
    """Every covariate that models of this study may hold, by name."""
    columns = [CovariateColumn(name, False, "p") for name in _PERSON_CATEGORIES]
    columns += [CovariateColumn(name, False, "e") for name in _ENROLMENT_CATEGORIES]
    columns.append(CovariateColumn(ROUND, True, "t"))
    columns += [CovariateColumn(c.name, c.type in {"integer", "number"}, "p") for c in study.covariates]
    return {column.name: column for column in columns}


def choose_covariates(study: OpenStudy, names: Sequence[str] | None) -> tuple[CovariateColumn, ...]:
    """The covariates called `names`, or the default ones and those that the dataset flags.

    Raises UnknownCovariateError, which lists what there is.
    """
    available = available_covariates(study)
    if names is None:
        names = (*DEFAULT_COVARIATES, *(c.name for c in study.covariates))
    unknown = [name for name in names if name not in available]
    if unknown:
        raise UnknownCovariateError(
            f"covariates: the dataset has no {', '.join(unknown)}; it has {', '.join(sorted(available))}"
        )
    return tuple(available[name] for name in dict.fromkeys(names))

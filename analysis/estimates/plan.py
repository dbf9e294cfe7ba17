"""`plan.yaml`: what was decided before anybody looked, and so what a report may call planned.

Fields: `title`, `written` (a day), `outcome` (kinds of event), `covariates` (or left out: the usual ones) and
`analyses` (names). The rest of the report is there as ever; whatever the plan does not name is added.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    ValidationError,
    field_validator,
)
from pydantic_core import ErrorDetails

from analysis.dataset.plain_words import in_plain_words
from analysis.dataset.schema import OUTCOME_KINDS
from analysis.dataset.yaml_file import YamlFileError, read_yaml

_DOCUMENTATION = "docs/estimating.md"
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class PlanError(Exception):
    """A plan that cannot be followed; the words name file, field and remedy."""


class Plan(BaseModel):
    """What was decided; `sha256` is that of the file, so that a later change shows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Name
    written: date
    outcome: tuple[Name, ...] = Field(default=tuple(OUTCOME_KINDS), min_length=1)
    covariates: tuple[Name, ...] | None = None
    analyses: tuple[Name, ...] = Field(min_length=1)
    _sha256: str = PrivateAttr("")

    @field_validator("written")
    @classmethod
    def _not_ahead(cls, written: date) -> date:
        # East of Greenwich the new day has begun before UTC's.
        if written > datetime.now(UTC).date() + timedelta(days=1):
            raise ValueError(f"{written} lies ahead; give the day on which the plan was decided")
        return written

    @property
    def sha256(self) -> str:
        """Of the file's bytes."""
        return self._sha256

    @classmethod
    def read(cls, path: Path) -> Self:
        """The plan in a file. Raises PlanError."""
        try:
            plan = cls.model_validate(read_yaml(path, "the plan", _DOCUMENTATION))
        except YamlFileError as error:
            raise PlanError(f"{path}: {error}") from None
        except ValidationError as error:
            raise PlanError("\n".join(_in_words(path, one) for one in error.errors())) from None
        plan._sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        return plan


def _in_words(path: Path, details: ErrorDetails) -> str:
    place = ".".join(str(part) for part in details["loc"])
    return f"{path}: {place}: {in_plain_words(details)}; {_DOCUMENTATION} lists the fields"

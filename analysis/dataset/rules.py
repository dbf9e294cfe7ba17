"""Every rule on the rows of a study dataset: those that follow from the schema, and those of the contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analysis.dataset.contract_rules import ANSWER_RULES, ORGANISATION_RULES, SPELL_RULES, TIME_RULES
from analysis.dataset.rule import Rule
from analysis.dataset.schema import TABLES
from analysis.dataset.schema_rules import covariate_rules, table_rules
from analysis.dataset.study import Covariate


def rules(covariates: Iterable[Covariate]) -> Iterator[Rule]:
    """Every rule: from the schema first, since the others rely on keys and types."""
    for table in TABLES.values():
        yield from table_rules(table)
    yield from covariate_rules(covariates)
    yield from SPELL_RULES
    yield from ANSWER_RULES
    yield from TIME_RULES
    yield from ORGANISATION_RULES

"""Who was asked: how many, and how they are spread over a few characteristics, small groups hidden."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.dataset.open import OpenStudy
from analysis.dataset.schema import TABLES
from analysis.report.suppression import LIMIT, Suppressed, suppress

CHARACTERISTICS = ("sex", "origin", "age_band", "education", "organisation")


@dataclass(frozen=True)
class Characteristic:
    """Persons by the values of one column of `persons`."""

    name: str
    values: tuple[str, ...]
    persons: Suppressed


@dataclass(frozen=True)
class People:
    """Persons with an enrolment, their enrolments, organisations and rounds, and their characteristics."""

    persons: int
    enrolments: int
    organisations: int
    rounds: int
    characteristics: tuple[Characteristic, ...]


def people(study: OpenStudy, limit: int = LIMIT) -> People:
    """Count who is enrolled; `rounds` is the number of rounds in which anybody answered."""
    ((persons, enrolments, organisations, rounds),) = study.connection.execute(
        "SELECT count(DISTINCT person), count(*), count(DISTINCT organisation), "
        "(SELECT count(DISTINCT round) FROM responses) FROM enrolments"
    ).fetchall()
    # Of so few people even the names of their categories would tell who they are.
    told = CHARACTERISTICS if persons >= limit else ()
    spread = tuple(_characteristic(study, name, limit) for name in told)
    return People(persons, enrolments, organisations, rounds, spread)


def _characteristic(study: OpenStudy, name: str, limit: int) -> Characteristic:
    query = (
        f'SELECT "{name}", count(*) FROM persons '
        "WHERE person IN (SELECT person FROM enrolments) GROUP BY ALL ORDER BY ALL"
    )
    counted = dict(study.connection.execute(query).fetchall())
    closed = TABLES["persons"].column(name).values
    order = [value for value in closed if value in counted] if closed else list(counted)
    return Characteristic(name, tuple(order), suppress([counted[value] for value in order], limit))

"""What every table has: a typed constructor, named constraints, and the organisation that owns the row."""

import secrets
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, ForeignKeyConstraint, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column
from sqlalchemy.schema import SchemaItem

PSEUDONYM_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
PSEUDONYM_LENGTH = 10


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, repr=False, eq=False):
    """All tables. No repr: what a row holds must not reach a log by accident."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def new_pseudonym() -> str:
    """A random name for exports (about 49 bits): nothing in it comes from the person or from another id."""
    return "".join(secrets.choice(PSEUDONYM_ALPHABET) for _ in range(PSEUDONYM_LENGTH))


class Identified(MappedAsDataclass, kw_only=True):
    """A row with a random id, made before the row is saved."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid4)


class OfOrganisation(MappedAsDataclass, kw_only=True):
    """A row that belongs to one organisation."""

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)


class Pseudonymous(MappedAsDataclass, kw_only=True):
    """A row that leaves the house under a random name of its own."""

    pseudonym: Mapped[str] = mapped_column(String(32), unique=True, default_factory=new_pseudonym)


def same_organisation(column: str, table: str) -> ForeignKeyConstraint:
    """A reference that cannot leave the organisation: the parent must be one of the same organisation's."""
    return ForeignKeyConstraint(["organisation_id", column], [f"{table}.organisation_id", f"{table}.id"])


def referable(*further: SchemaItem) -> tuple[SchemaItem, ...]:
    """Table arguments of a row that others refer to with `same_organisation`."""
    return (UniqueConstraint("organisation_id", "id"), *further)

"""Organisations, their units, and the people who work there."""

from datetime import datetime
from uuid import UUID, uuid4

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bip.store.base import Base, Identified, OfOrganisation, Pseudonymous, referable, same_organisation
from bip.store.lists import Role
from bip.store.types import Moment, closed_list


class Organisation(Base, Identified, Pseudonymous, kw_only=True):
    """A municipality or another body whose data nobody else sees. `country` is ISO 3166-1 alpha-2."""

    __tablename__ = "organisations"
    __table_args__ = (CheckConstraint("length(country) = 2", name="country"),)

    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime] = mapped_column(Moment)


class Unit(Base, Identified, OfOrganisation, Pseudonymous, kw_only=True):
    """A part of an organisation with its own caseworkers and participants.

    `caseload_ceiling`: so many participants a caseworker, at most, those in work but kept on included.
    """

    __tablename__ = "units"
    __table_args__ = referable(
        UniqueConstraint("organisation_id", "name"), CheckConstraint("caseload_ceiling > 0", name="ceiling")
    )

    name: Mapped[str] = mapped_column(String(200))
    caseload_ceiling: Mapped[int] = mapped_column(default=30)


class AccountRole(Base, RoleMixin, OfOrganisation, kw_only=True):
    """One role of one account; a person may have several."""

    __tablename__ = "account_roles"
    __table_args__ = (same_organisation("account_id", "accounts"),)

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[Role] = mapped_column(closed_list(Role, "role"), primary_key=True)


class Account(Base, UserMixin, OfOrganisation, Pseudonymous, kw_only=True):
    """A member of staff who signs in. Without a unit the whole organisation is theirs to see.

    `fs_uniquifier` is what a session holds: a new one ends every session of the account.
    """

    __tablename__ = "accounts"
    __table_args__ = referable(same_organisation("unit_id", "units"))

    id: Mapped[UUID] = mapped_column(  # type: ignore[assignment]  # the mixin expects an int, never uses it so
        primary_key=True, default_factory=uuid4
    )
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password: Mapped[str | None] = mapped_column(String(255))
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    unit_id: Mapped[UUID | None] = mapped_column(default=None)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    roles: Mapped[list[AccountRole]] = relationship(  # type: ignore[assignment]  # roles are RoleMixin too
        init=False,
        lazy="selectin",
        viewonly=True,
        primaryjoin="Account.id == AccountRole.account_id",
        foreign_keys="AccountRole.account_id",
    )


class Invitation(Base, Identified, kw_only=True):
    """A one-time link: to begin an organisation (no organisation yet), to join one, or to a new password.

    Only the keyed hash of the link's token is kept.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        same_organisation("unit_id", "units"),
        same_organisation("account_id", "accounts"),
        CheckConstraint(
            "organisation_id IS NOT NULL OR (unit_id IS NULL AND account_id IS NULL)", name="whose"
        ),
    )

    organisation_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("organisations.id"), default=None, index=True
    )
    unit_id: Mapped[UUID | None] = mapped_column(default=None)
    account_id: Mapped[UUID | None] = mapped_column(default=None)
    email: Mapped[str] = mapped_column(String(254))
    roles: Mapped[list[str]] = mapped_column(JSON)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment, default=None)

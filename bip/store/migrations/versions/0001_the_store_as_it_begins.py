"""The store as it begins."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Spells of one enrolment never overlap: no portable constraint says it, so each database says it its way.
OVERLAP = """
    SELECT RAISE(ABORT, 'assignment spells of an enrolment overlap')
    WHERE EXISTS (
        SELECT 1 FROM assignment_spells AS other
        WHERE other.enrolment_id = NEW.enrolment_id AND other.id <> NEW.id
          AND other.start_on < coalesce(NEW.end_on, '9999-12-31')
          AND NEW.start_on < coalesce(other.end_on, '9999-12-31'));
"""
NO_OVERLAP = {
    "sqlite": tuple(
        f"CREATE TRIGGER assignment_spells_overlap_{action.lower()} BEFORE {action} ON assignment_spells "
        f"BEGIN {OVERLAP} END"
        for action in ("INSERT", "UPDATE")
    ),
    "postgresql": (
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        """ALTER TABLE assignment_spells ADD CONSTRAINT ex_assignment_spells_overlap
           EXCLUDE USING gist (enrolment_id WITH =, daterange(start_on, end_on) WITH &&)""",
    ),
}


def upgrade() -> None:
    """The store as it begins."""
    op.create_table(
        "instruments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruments")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_instruments_key_version")),
    )
    op.create_table(
        "organisations",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pseudonym", sa.String(length=32), nullable=False),
        sa.CheckConstraint("length(country) = 2", name=op.f("ck_organisations_country")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_organisations_pseudonym")),
    )
    op.create_table(
        "participants",
        sa.Column(
            "sex",
            sa.Enum(
                "woman",
                "man",
                "other",
                "unknown",
                name="sex",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "origin",
            sa.Enum(
                "native",
                "foreign",
                "unknown",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "education",
            sa.Enum(
                "none",
                "compulsory",
                "upper_secondary",
                "post_secondary",
                "unknown",
                name="education",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("pseudonym", sa.String(length=32), nullable=False),
        sa.CheckConstraint("birth_year BETWEEN 1900 AND 2100", name=op.f("ck_participants_birth_year")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_participants_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participants")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_participants_organisation_id_id")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_participants_pseudonym")),
    )
    with op.batch_alter_table("participants", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_participants_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "possible_answers",
        sa.Column("instrument_id", sa.Integer(), nullable=False),
        sa.Column(
            "rater",
            sa.Enum(
                "participant",
                "caseworker",
                name="rater",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instruments.id"], name=op.f("fk_possible_answers_instrument_id")
        ),
        sa.PrimaryKeyConstraint("instrument_id", "rater", "item", "value", name=op.f("pk_possible_answers")),
    )
    op.create_table(
        "studies",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("instrument_id", sa.Integer(), nullable=False),
        sa.Column("interval_days", sa.Integer(), nullable=False),
        sa.Column("tolerance_days", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column(
            "legal_basis",
            sa.Enum(
                "public_task",
                "legal_obligation",
                "research",
                "consent",
                name="legal_basis",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("pseudonym", sa.String(length=32), nullable=False),
        sa.CheckConstraint("interval_days > 2 * tolerance_days", name=op.f("ck_studies_interval")),
        sa.CheckConstraint("tolerance_days >= 1", name=op.f("ck_studies_tolerance")),
        sa.ForeignKeyConstraint(["instrument_id"], ["instruments.id"], name=op.f("fk_studies_instrument_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_studies_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studies")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_studies_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_studies_organisation_id_name")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_studies_pseudonym")),
    )
    with op.batch_alter_table("studies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_studies_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "units",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("pseudonym", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_units_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_units_organisation_id_id")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_units_organisation_id_name")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_units_pseudonym")),
    )
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_units_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "accounts",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("pseudonym", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["units.organisation_id", "units.id"],
            name=op.f("fk_accounts_organisation_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_accounts_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_accounts_fs_uniquifier")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_accounts_organisation_id_id")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_accounts_pseudonym")),
    )
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accounts_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "enrolments",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.Column("intake", sa.String(length=100), nullable=True),
        sa.Column("referral", sa.String(length=100), nullable=True),
        sa.Column("observed_to", sa.Date(), nullable=True),
        sa.Column(
            "observed_by",
            sa.Enum(
                "register",
                "contact",
                name="observed_by",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("pseudonym", sa.String(length=32), nullable=False),
        sa.CheckConstraint("observed_to >= enrolled_on", name=op.f("ck_enrolments_observed")),
        sa.CheckConstraint("withdrawn_on >= enrolled_on", name=op.f("ck_enrolments_withdrawn")),
        sa.CheckConstraint(
            "withdrawn_on >= observed_to", name=op.f("ck_enrolments_observed_while_taking_part")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "participant_id"],
            ["participants.organisation_id", "participants.id"],
            name=op.f("fk_enrolments_organisation_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "study_id"],
            ["studies.organisation_id", "studies.id"],
            name=op.f("fk_enrolments_organisation_id_study_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["units.organisation_id", "units.id"],
            name=op.f("fk_enrolments_organisation_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_enrolments_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_enrolments_organisation_id_id")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_enrolments_pseudonym")),
        sa.UniqueConstraint(
            "study_id",
            "participant_id",
            "enrolled_on",
            name=op.f("uq_enrolments_study_id_participant_id_enrolled_on"),
        ),
    )
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolments_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolments_participant_id"), ["participant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolments_study_id"), ["study_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolments_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "identities",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "participant_id"],
            ["participants.organisation_id", "participants.id"],
            name=op.f("fk_identities_organisation_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_identities_organisation_id")
        ),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_identities")),
    )
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identities_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "study_information",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_study_information_version")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "study_id"],
            ["studies.organisation_id", "studies.id"],
            name=op.f("fk_study_information_organisation_id_study_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_study_information_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_information")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_study_information_organisation_id_id")),
        sa.UniqueConstraint(
            "study_id",
            "language",
            "version",
            name=op.f("uq_study_information_study_id_language_version"),
        ),
    )
    with op.batch_alter_table("study_information", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_study_information_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "account_roles",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "name",
            sa.Enum(
                "caseworker",
                "coordinator",
                "researcher",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "account_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_account_roles_organisation_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_account_roles_organisation_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_account_roles")),
    )
    with op.batch_alter_table("account_roles", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_roles_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "activity_spells",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "job_oriented",
                "skills",
                "health",
                "social",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("hours_per_week", sa.Double(), nullable=True),
        sa.Column("completed", sa.Boolean(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("end_on >= start_on", name=op.f("ck_activity_spells_order")),
        sa.CheckConstraint("hours_per_week >= 0", name=op.f("ck_activity_spells_hours")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "enrolment_id"],
            ["enrolments.organisation_id", "enrolments.id"],
            name=op.f("fk_activity_spells_organisation_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_activity_spells_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_spells")),
    )
    with op.batch_alter_table("activity_spells", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_spells_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_activity_spells_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "assignment_spells",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("caseworker_id", sa.Uuid(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("end_on > start_on", name=op.f("ck_assignment_spells_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "caseworker_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_assignment_spells_organisation_id_caseworker_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "enrolment_id"],
            ["enrolments.organisation_id", "enrolments.id"],
            name=op.f("fk_assignment_spells_organisation_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_assignment_spells_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_spells")),
        sa.UniqueConstraint(
            "enrolment_id", "start_on", name=op.f("uq_assignment_spells_enrolment_id_start_on")
        ),
    )
    with op.batch_alter_table("assignment_spells", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assignment_spells_caseworker_id"), ["caseworker_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_assignment_spells_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_assignment_spells_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "audit_events",
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "organisation_id IS NOT NULL OR actor_id IS NULL", name=op.f("ck_audit_events_whose")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "actor_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_audit_events_organisation_id_actor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_audit_events_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
    )
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_events_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_events_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "events",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "job_regular",
                "job_subsidised",
                "study",
                "labour_market_training",
                "placement",
                "return_to_support",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("hours_per_week", sa.Double(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "participant",
                "caseworker",
                "register",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("end_on >= happened_on", name=op.f("ck_events_order")),
        sa.CheckConstraint("hours_per_week >= 0", name=op.f("ck_events_hours")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "enrolment_id"],
            ["enrolments.organisation_id", "enrolments.id"],
            name=op.f("fk_events_organisation_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_events_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "exits",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "work",
                "study",
                "goal_met",
                "goal_not_met",
                "ill",
                "moved",
                "interrupted",
                "unknown",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "enrolment_id"],
            ["enrolments.organisation_id", "enrolments.id"],
            name=op.f("fk_exits_organisation_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_exits_organisation_id")
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_exits")),
    )
    with op.batch_alter_table("exits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exits_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "follow_ups",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("months_after_exit", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "work",
                "study",
                "seeking",
                "ill",
                "unknown",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("months_after_exit >= 0", name=op.f("ck_follow_ups_months")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "enrolment_id"],
            ["enrolments.organisation_id", "enrolments.id"],
            name=op.f("fk_follow_ups_organisation_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_follow_ups_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint(
            "enrolment_id", "months_after_exit", name=op.f("uq_follow_ups_enrolment_id_months_after_exit")
        ),
    )
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_ups_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_ups_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "organisation_id IS NOT NULL OR (unit_id IS NULL AND account_id IS NULL)",
            name=op.f("ck_invitations_whose"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "account_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_invitations_organisation_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["units.organisation_id", "units.id"],
            name=op.f("fk_invitations_organisation_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_invitations_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitations_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "releases",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("requested_by_id", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "writing",
                "analysing",
                "ready",
                "failed",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("step", sa.String(length=200), nullable=True),
        sa.Column("dataset_sha256", sa.String(length=64), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_releases_number")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "requested_by_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_releases_organisation_id_requested_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "study_id"],
            ["studies.organisation_id", "studies.id"],
            name=op.f("fk_releases_organisation_id_study_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_releases_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_releases_organisation_id_id")),
        sa.UniqueConstraint("study_id", "number", name=op.f("uq_releases_study_id_number")),
    )
    with op.batch_alter_table("releases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_releases_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "rounds",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_rounds_number")),
        sa.CheckConstraint("opens_on <= due_on AND due_on <= closes_on", name=op.f("ck_rounds_window")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "enrolment_id"],
            ["enrolments.organisation_id", "enrolments.id"],
            name=op.f("fk_rounds_organisation_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_rounds_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("enrolment_id", "number", name=op.f("uq_rounds_enrolment_id_number")),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_rounds_organisation_id_id")),
    )
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rounds_closes_on"), ["closes_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_rounds_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "steps",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "enrolment_id"],
            ["enrolments.organisation_id", "enrolments.id"],
            name=op.f("fk_steps_organisation_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_steps_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_steps")),
    )
    with op.batch_alter_table("steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_steps_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_steps_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "entry_codes",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "round_id"],
            ["rounds.organisation_id", "rounds.id"],
            name=op.f("fk_entry_codes_organisation_id_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_entry_codes_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_entry_codes_code_hash")),
    )
    with op.batch_alter_table("entry_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_codes_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(
            "uq_entry_codes_open",
            ["round_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "responses",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column(
            "rater",
            sa.Enum(
                "participant",
                "caseworker",
                name="rater",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rated_by_id", sa.Uuid(), nullable=True),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.Column("information_id", sa.Uuid(), nullable=True),
        sa.Column("instrument_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "own_device",
                "shared_tablet",
                "interview",
                "paper",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "assistance",
            sa.Enum(
                "none",
                "interpreter",
                "caseworker",
                "other",
                name="assistance",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("proxy", sa.Boolean(), nullable=False),
        sa.Column("independent", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(rater = 'caseworker') = (rated_by_id IS NOT NULL)", name=op.f("ck_responses_who_rated")
        ),
        sa.CheckConstraint(
            "rater = 'participant' OR entered_by_id IS NULL", name=op.f("ck_responses_who_entered")
        ),
        sa.CheckConstraint("submitted_at >= started_at", name=op.f("ck_responses_order")),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instruments.id"], name=op.f("fk_responses_instrument_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "entered_by_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_responses_organisation_id_entered_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "information_id"],
            ["study_information.organisation_id", "study_information.id"],
            name=op.f("fk_responses_organisation_id_information_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "rated_by_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_responses_organisation_id_rated_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "round_id"],
            ["rounds.organisation_id", "rounds.id"],
            name=op.f("fk_responses_organisation_id_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_responses_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responses")),
        sa.UniqueConstraint(
            "organisation_id",
            "id",
            "instrument_id",
            "rater",
            name=op.f("uq_responses_organisation_id_id_instrument_id_rater"),
        ),
        sa.UniqueConstraint("organisation_id", "id", name=op.f("uq_responses_organisation_id_id")),
        sa.UniqueConstraint("round_id", "rater", name=op.f("uq_responses_round_id_rater")),
    )
    with op.batch_alter_table("responses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_responses_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "answers",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("instrument_id", sa.Integer(), nullable=False),
        sa.Column(
            "rater",
            sa.Enum(
                "participant",
                "caseworker",
                name="rater",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("sitting", sa.Uuid(), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("revision >= 0", name=op.f("ck_answers_revision")),
        sa.ForeignKeyConstraint(
            ["instrument_id", "rater", "item", "value"],
            [
                "possible_answers.instrument_id",
                "possible_answers.rater",
                "possible_answers.item",
                "possible_answers.value",
            ],
            name=op.f("fk_answers_instrument_id_rater_item_value"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "response_id", "instrument_id", "rater"],
            ["responses.organisation_id", "responses.id", "responses.instrument_id", "responses.rater"],
            name=op.f("fk_answers_organisation_id_response_id_instrument_id_rater"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_answers_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint(
            "response_id", "item", "revision", name=op.f("uq_answers_response_id_item_revision")
        ),
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index(
            "uq_answers_current",
            ["response_id", "item"],
            unique=True,
            sqlite_where=sa.text("is_current = 1"),
            postgresql_where=sa.text("is_current"),
        )

    op.create_table(
        "held_answers",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("sent_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "contradicted",
                "submitted",
                "closed",
                "not_asked",
                name="held_reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "response_id"],
            ["responses.organisation_id", "responses.id"],
            name=op.f("fk_held_answers_organisation_id_response_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_held_answers_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_answers")),
        sa.UniqueConstraint(
            "response_id",
            "sent_id",
            "content_hash",
            name=op.f("uq_held_answers_response_id_sent_id_content_hash"),
        ),
    )
    with op.batch_alter_table("held_answers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_held_answers_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "kiosks",
        sa.Column("started_by_id", sa.Uuid(), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ended_at >= started_at", name=op.f("ck_kiosks_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "started_by_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_kiosks_organisation_id_started_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_kiosks_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosks")),
    )
    with op.batch_alter_table("kiosks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kiosks_organisation_id"), ["organisation_id"], unique=False)

    for statement in NO_OVERLAP[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Back to the schema before."""
    op.drop_table("kiosks")
    op.drop_table("held_answers")
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_answers_current",
            sqlite_where=sa.text("is_current = 1"),
            postgresql_where=sa.text("is_current"),
        )

    op.drop_table("answers")
    with op.batch_alter_table("responses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_responses_organisation_id"))

    op.drop_table("responses")
    with op.batch_alter_table("entry_codes", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_entry_codes_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_entry_codes_organisation_id"))

    op.drop_table("entry_codes")
    with op.batch_alter_table("steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_steps_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_steps_enrolment_id"))

    op.drop_table("steps")
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rounds_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_rounds_closes_on"))

    op.drop_table("rounds")
    with op.batch_alter_table("releases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_releases_organisation_id"))

    op.drop_table("releases")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitations_organisation_id"))

    op.drop_table("invitations")
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_ups_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_enrolment_id"))

    op.drop_table("follow_ups")
    with op.batch_alter_table("exits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exits_organisation_id"))

    op.drop_table("exits")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_events_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_events_enrolment_id"))

    op.drop_table("events")
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_events_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_audit_events_at"))

    op.drop_table("audit_events")
    with op.batch_alter_table("assignment_spells", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignment_spells_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_assignment_spells_enrolment_id"))
        batch_op.drop_index(batch_op.f("ix_assignment_spells_caseworker_id"))

    op.drop_table("assignment_spells")
    with op.batch_alter_table("activity_spells", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_spells_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_activity_spells_enrolment_id"))

    op.drop_table("activity_spells")
    with op.batch_alter_table("account_roles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_roles_organisation_id"))

    op.drop_table("account_roles")
    with op.batch_alter_table("study_information", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_study_information_organisation_id"))

    op.drop_table("study_information")
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identities_organisation_id"))

    op.drop_table("identities")
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolments_unit_id"))
        batch_op.drop_index(batch_op.f("ix_enrolments_study_id"))
        batch_op.drop_index(batch_op.f("ix_enrolments_participant_id"))
        batch_op.drop_index(batch_op.f("ix_enrolments_organisation_id"))

    op.drop_table("enrolments")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accounts_organisation_id"))

    op.drop_table("accounts")
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_units_organisation_id"))

    op.drop_table("units")
    with op.batch_alter_table("studies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_studies_organisation_id"))

    op.drop_table("studies")
    op.drop_table("possible_answers")
    with op.batch_alter_table("participants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participants_organisation_id"))

    op.drop_table("participants")
    op.drop_table("organisations")
    op.drop_table("instruments")

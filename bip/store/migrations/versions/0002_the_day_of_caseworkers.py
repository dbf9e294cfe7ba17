"""What the day of caseworkers and coordinators needs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What the day of caseworkers and coordinators needs."""
    op.create_table(
        "intake_pauses",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("end_on >= start_on", name=op.f("ck_intake_pauses_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["units.organisation_id", "units.id"],
            name=op.f("fk_intake_pauses_organisation_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_intake_pauses_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_pauses")),
    )
    with op.batch_alter_table("intake_pauses", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_intake_pauses_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_intake_pauses_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "agreed_steps",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "kept_appointment",
                "daily_routine",
                "took_part_in_group",
                "asked_for_help",
                "language_practice",
                "digital_skills",
                "began_course",
                "finished_course",
                "study_visit",
                "wrote_cv",
                "talked_to_employer",
                "applied_for_job",
                "job_interview",
                "began_placement",
                "more_hours",
                "contact_with_authority",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("by_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("agreed_by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("by_on >= agreed_on", name=op.f("ck_agreed_steps_order")),
        sa.CheckConstraint("done_on >= agreed_on", name=op.f("ck_agreed_steps_done")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "agreed_by_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_agreed_steps_organisation_id_agreed_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "enrolment_id"],
            ["enrolments.organisation_id", "enrolments.id"],
            name=op.f("fk_agreed_steps_organisation_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_agreed_steps_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreed_steps")),
    )
    with op.batch_alter_table("agreed_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreed_steps_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_agreed_steps_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "imports",
        sa.Column(
            "kind",
            sa.Enum(
                "participants",
                "assignments",
                "activities",
                "outcomes",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("made", sa.JSON(), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_by_id", sa.Uuid(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("undone_at >= imported_at", name=op.f("ck_imports_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "imported_by_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_imports_organisation_id_imported_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_imports_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imports_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "reminders",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "task",
            sa.Enum(
                "rate",
                "closing",
                "late",
                "compare",
                "follow_up",
                "gap",
                name="task",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "account_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_reminders_organisation_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_reminders_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint(
            "account_id", "task", "subject_id", name=op.f("uq_reminders_account_id_task_subject_id")
        ),
    )
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminders_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "missed_rounds",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "ill",
                "away",
                "declined",
                "not_reached",
                "not_offered",
                "other",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("noted_by_id", sa.Uuid(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "noted_by_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_missed_rounds_organisation_id_noted_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "round_id"],
            ["rounds.organisation_id", "rounds.id"],
            name=op.f("fk_missed_rounds_organisation_id_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_missed_rounds_organisation_id")
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_missed_rounds")),
    )
    with op.batch_alter_table("missed_rounds", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_missed_rounds_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "round_moves",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "holiday",
                "illness",
                "caseworker_away",
                "participant_asked",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("due_before", sa.Date(), nullable=False),
        sa.Column("due_after", sa.Date(), nullable=False),
        sa.Column("moved_by_id", sa.Uuid(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("due_before <> due_after", name=op.f("ck_round_moves_moved")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "moved_by_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_round_moves_organisation_id_moved_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "round_id"],
            ["rounds.organisation_id", "rounds.id"],
            name=op.f("fk_round_moves_organisation_id_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_round_moves_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_moves")),
    )
    with op.batch_alter_table("round_moves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_moves_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_round_moves_round_id"), ["round_id"], unique=False)

    op.create_table(
        "rating_visits",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("rated_by_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("saved_at >= opened_at", name=op.f("ck_rating_visits_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "rated_by_id"],
            ["accounts.organisation_id", "accounts.id"],
            name=op.f("fk_rating_visits_organisation_id_rated_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "response_id"],
            ["responses.organisation_id", "responses.id"],
            name=op.f("fk_rating_visits_organisation_id_response_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_rating_visits_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_visits")),
    )
    with op.batch_alter_table("rating_visits", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rating_visits_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_rating_visits_response_id"), ["response_id"], unique=False)

    with op.batch_alter_table("activity_spells", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place", sa.String(length=100), nullable=True))

    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.add_column(sa.Column("caseload_ceiling", sa.Integer(), nullable=False, server_default="30"))
        batch_op.create_check_constraint(op.f("ck_units_ceiling"), "caseload_ceiling > 0")
    # What the units that are there begin with; new ones say it themselves.
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.alter_column("caseload_ceiling", server_default=None)


def downgrade() -> None:
    """Back to the schema before."""
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_units_ceiling"), type_="check")
        batch_op.drop_column("caseload_ceiling")

    with op.batch_alter_table("activity_spells", schema=None) as batch_op:
        batch_op.drop_column("place")

    with op.batch_alter_table("rating_visits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rating_visits_response_id"))
        batch_op.drop_index(batch_op.f("ix_rating_visits_organisation_id"))

    op.drop_table("rating_visits")
    with op.batch_alter_table("round_moves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_moves_round_id"))
        batch_op.drop_index(batch_op.f("ix_round_moves_organisation_id"))

    op.drop_table("round_moves")
    with op.batch_alter_table("missed_rounds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_missed_rounds_organisation_id"))

    op.drop_table("missed_rounds")
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reminders_organisation_id"))

    op.drop_table("reminders")
    with op.batch_alter_table("imports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imports_organisation_id"))

    op.drop_table("imports")
    with op.batch_alter_table("agreed_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreed_steps_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_agreed_steps_enrolment_id"))

    op.drop_table("agreed_steps")
    with op.batch_alter_table("intake_pauses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_intake_pauses_unit_id"))
        batch_op.drop_index(batch_op.f("ix_intake_pauses_organisation_id"))

    op.drop_table("intake_pauses")

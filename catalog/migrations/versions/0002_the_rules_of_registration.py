"""The rules of registration: holds, offers, draws, childcare, questions, history, attendance, the counter.

Tables that exist are only added to: SQLite would rebuild a table by dropping it, and what refers to it with it.
There is no way back but a backup: the history would be lost.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counter_applicants",
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("staff", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_counter_applicants_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_counter_applicants")),
    )
    op.create_table(
        "course_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("text", "choice", "consent", name="questionkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("options", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_questions_course_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_questions")),
    )
    with op.batch_alter_table("course_questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_questions_course_id"), ["course_id"], unique=False)

    op.create_table(
        "course_rules",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("hold_minutes", sa.Integer(), nullable=False),
        sa.Column("by_session", sa.Boolean(), nullable=False),
        sa.Column("childcare_capacity", sa.Integer(), nullable=True),
        sa.Column("childcare_min_age", sa.Integer(), nullable=True),
        sa.Column("childcare_max_age", sa.Integer(), nullable=True),
        sa.Column("childcare_taken", sa.Integer(), nullable=False),
        sa.Column("offer_hours", sa.Integer(), nullable=False),
        sa.Column("skip_hours", sa.Integer(), nullable=False),
        sa.Column("join_midway", sa.Boolean(), nullable=False),
        sa.Column("cancel_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("count_no_shows", sa.Boolean(), nullable=False),
        sa.Column("reference_day", sa.Date(), nullable=True),
        sa.Column("min_grade", sa.Integer(), nullable=True),
        sa.Column("max_grade", sa.Integer(), nullable=True),
        sa.Column(
            "gender", sa.Enum("female", "male", "other", name="gender", native_enum=False, length=32), nullable=True
        ),
        sa.Column("first_timers_only", sa.Boolean(), nullable=False),
        sa.Column("series", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("series_members_only", sa.Boolean(), nullable=False),
        sa.Column("quota_per_series", sa.Integer(), nullable=True),
        sa.Column("quota_per_year", sa.Integer(), nullable=True),
        sa.Column("draw_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("priority_residents", sa.Boolean(), nullable=False),
        sa.Column("priority_first_timers", sa.Boolean(), nullable=False),
        sa.Column("priority_all_sessions", sa.Boolean(), nullable=False),
        sa.Column("loser_tickets", sa.Integer(), nullable=False),
        sa.Column("reserves", sa.Integer(), nullable=True),
        sa.Column("confirm_hours", sa.Integer(), nullable=True),
        sa.Column("min_people", sa.Integer(), nullable=True),
        sa.Column("decide_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_rules_course_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_course_rules")),
    )
    with op.batch_alter_table("course_rules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_rules_series"), ["series"], unique=False)

    op.create_table(
        "passport_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_passport_entries_course_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_passport_entries_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passport_entries")),
        sa.UniqueConstraint("person_id", "course_id", name=op.f("uq_passport_entries_person_id_course_id")),
    )
    with op.batch_alter_table("passport_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passport_entries_person_id"), ["person_id"], unique=False)

    op.create_table(
        "link_tries",
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("since", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_link_tries_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_link_tries")),
    )
    op.create_table(
        "staff_tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Enum("too_few", name="stafftaskkind", native_enum=False, length=32), nullable=False),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("decision", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=True),
        sa.Column("staff", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("done_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_staff_tasks_course_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_tasks")),
    )
    with op.batch_alter_table("staff_tasks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_tasks_course_id"), ["course_id"], unique=False)

    op.create_table(
        "answers",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.Column("answered_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["course_questions.id"], name=op.f("fk_answers_question_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_answers_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("question_id", "resident_id", name=op.f("pk_answers")),
    )
    op.create_table(
        "course_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "cancelled",
                "restored",
                "held",
                "session_cancelled",
                "session_moved",
                "session_added",
                "venue_changed",
                "capacity_changed",
                name="coursechangekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("before", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=True),
        sa.Column("after", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=True),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=True),
        sa.Column(
            "by", sa.Enum("resident", "staff", "system", name="actor", native_enum=False, length=32), nullable=False
        ),
        sa.Column("staff", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("to_tell", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_changes_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_course_changes_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_changes")),
    )
    with op.batch_alter_table("course_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_changes_course_id"), ["course_id"], unique=False)
        batch_op.create_index(
            "ix_course_changes_to_tell",
            ["id"],
            unique=False,
            sqlite_where=sa.text("to_tell"),
            postgresql_where=sa.text("to_tell"),
        )

    op.create_table(
        "draws",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("seed", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("commitment", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("public_text", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("entries", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("entries_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=True),
        sa.Column("result", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("opened_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("fixed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("drawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_draws_course_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_draws_session_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draws")),
    )
    with op.batch_alter_table("draws", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draws_course_id"), ["course_id"], unique=False)

    op.create_table(
        "attendances",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column(
            "presence",
            sa.Enum("present", "absent", "no_show", name="presence", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "by", sa.Enum("resident", "staff", "system", name="actor", native_enum=False, length=32), nullable=False
        ),
        sa.Column("staff", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_attendances_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_attendances_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_attendances_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_attendances")),
    )
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendances_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "registration_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column(
            "by", sa.Enum("resident", "staff", "system", name="actor", native_enum=False, length=32), nullable=False
        ),
        sa.Column("staff", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "applied",
                "form_started",
                "form_lapsed",
                "offered",
                "accepted",
                "declined",
                "offer_lapsed",
                "won",
                "reserved",
                "lost",
                "cancelled",
                "person_left",
                "person_replaced",
                "childcare_changed",
                "course_cancelled",
                "course_restored",
                "corrected",
                "linked",
                name="changereason",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column(
            "from_state",
            sa.Enum(
                "held",
                "confirmed",
                "entered",
                "waitlisted",
                "offered",
                "lost",
                "cancelled",
                "lapsed",
                name="registrationstate",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "held",
                "confirmed",
                "entered",
                "waitlisted",
                "offered",
                "lost",
                "cancelled",
                "lapsed",
                name="registrationstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("seats_before", sa.Integer(), nullable=False),
        sa.Column("seats_after", sa.Integer(), nullable=False),
        sa.Column("to_tell", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_registration_changes_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_registration_changes_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_changes")),
    )
    with op.batch_alter_table("registration_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registration_changes_registration_id"), ["registration_id"], unique=False)
        batch_op.create_index(
            "ix_registration_changes_to_tell",
            ["id"],
            unique=False,
            sqlite_where=sa.text("to_tell"),
            postgresql_where=sa.text("to_tell"),
        )

    _add_to_participants()
    _add_to_persons()
    _add_to_registrations()
    _add_to_sessions()


def _add_to_participants() -> None:
    op.add_column("participants", sa.Column("session_id", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("participants", sa.Column("in_childcare", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_index("uq_participants_active", table_name="participants")
    op.create_index(
        "uq_participants_active",
        "participants",
        ["course_id", "session_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("active"),
        postgresql_where=sa.text("active"),
    )


def _add_to_persons() -> None:
    belonging = sa.Enum("resident", "worker", "student", "none", name="belonging", native_enum=False, length=32)
    gender = sa.Enum("female", "male", "other", name="gender", native_enum=False, length=32)
    op.add_column("persons", sa.Column("belonging", belonging, nullable=True))
    op.add_column("persons", sa.Column("gender", gender, nullable=True))


def _add_to_registrations() -> None:
    # Both engines take a reference along with its column; Alembic would add it afterwards, which SQLite cannot.
    op.execute(
        "ALTER TABLE registrations ADD COLUMN session_id INTEGER "
        "CONSTRAINT fk_registrations_session_id REFERENCES sessions (id)"
    )
    utc = sqlmodel.sql.sqltypes.UTCDateTime()
    op.add_column("registrations", sa.Column("childcare", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("registrations", sa.Column("rank", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("registrations", sa.Column("entry_code", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True))
    op.add_column("registrations", sa.Column("all_sessions", sa.Boolean(), nullable=True))
    op.add_column("registrations", sa.Column("expires_at", utc, nullable=True))
    op.add_column("registrations", sa.Column("passed_over_at", utc, nullable=True))
    op.drop_index("ix_registrations_course_id", table_name="registrations")
    op.create_index("ix_registrations_course_id_state", "registrations", ["course_id", "state"])
    op.create_index("ix_registrations_entry_code", "registrations", ["entry_code"], unique=True)
    op.create_index(
        "ix_registrations_expires_at",
        "registrations",
        ["expires_at"],
        sqlite_where=sa.text("expires_at IS NOT NULL"),
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    # The history of those that were there before begins with what they are.
    op.execute(
        "INSERT INTO registration_changes "
        '(registration_id, at, "by", reason, to_state, seats_before, seats_after, to_tell) '
        "SELECT id, changed_at, 'system', 'applied', state, 0, seats, false FROM registrations"
    )


def _add_to_sessions() -> None:
    op.add_column("sessions", sa.Column("seats_taken", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("sessions", sa.Column("checkin_code", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=True))
    op.create_index("ix_sessions_checkin_code", "sessions", ["checkin_code"], unique=True)

"""What residents lean to, the weekly digest, when a course was published; parties with friends.

Of these: the code that invites, who joined, what they are still to be told, and who did what.

Tables that exist are only added to, as in 0002.
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    utc = sqlmodel.sql.sqltypes.UTCDateTime()
    op.create_table(
        "leanings",
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("field_code", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("at", utc, nullable=False),
        sa.ForeignKeyConstraint(
            ["field_code"], ["fields.code"], name=op.f("fk_leanings_field_code"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_leanings_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resident_id", "field_code", name=op.f("pk_leanings")),
    )
    op.add_column("residents", sa.Column("digest_at", utc, nullable=True))
    op.add_column("residents", sa.Column("learns", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_index("ix_residents_digest_at", "residents", ["digest_at"])
    op.add_column("courses", sa.Column("published_at", utc, nullable=True))
    _let_friends_join()


def _let_friends_join() -> None:
    op.add_column("registrations", sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("registration_changes", sa.Column("resident_id", sa.Integer(), nullable=True))
    # What residents did until now they did to their own.
    op.execute(
        "UPDATE registration_changes SET resident_id = "
        "(SELECT resident_id FROM registrations WHERE registrations.id = registration_changes.registration_id) "
        "WHERE \"by\" = 'resident'"
    )
    op.create_table(
        "invitations",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("nickname", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_invitations_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("code", name=op.f("uq_invitations_code")),
    )
    op.create_table(
        "party_friends",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("nickname", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("joined_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_party_friends_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_party_friends_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("registration_id", "resident_id", name=op.f("pk_party_friends")),
    )
    op.create_index("ix_party_friends_resident_id", "party_friends", ["resident_id"])
    op.create_table(
        "party_news",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["registration_changes.id"], name=op.f("fk_party_news_change_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["residents.id"], name=op.f("fk_party_news_resident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("change_id", "resident_id", name=op.f("pk_party_news")),
    )
    op.create_index("ix_party_news_resident_id", "party_news", ["resident_id"])

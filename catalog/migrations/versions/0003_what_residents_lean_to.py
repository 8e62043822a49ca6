"""What residents lean to, the weekly digest, and when a course was published.

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

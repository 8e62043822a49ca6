"""Finds what a resident did by an index: who has left a party with friends still sees their own part of it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    known = sa.text("resident_id IS NOT NULL")
    op.create_index(
        "ix_registration_changes_resident_id",
        "registration_changes",
        ["resident_id"],
        sqlite_where=known,
        postgresql_where=known,
    )

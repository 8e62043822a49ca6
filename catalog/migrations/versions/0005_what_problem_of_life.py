"""The life issues (生活課題) that courses are about. Courses get theirs when their list is imported again."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "life_issues",
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_life_issues")),
    )
    op.create_table(
        "course_life_issues",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("life_issue_code", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_life_issues_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["life_issue_code"], ["life_issues.code"], name=op.f("fk_course_life_issues_life_issue_code")
        ),
        sa.PrimaryKeyConstraint("course_id", "life_issue_code", name=op.f("pk_course_life_issues")),
    )

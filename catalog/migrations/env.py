"""Alembic's entry point. It runs on the connection that `catalog.schema` hands it, never on one of its own."""

import sqlmodel
from alembic import context

import catalog.models  # noqa: F401 - fills the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=sqlmodel.SQLModel.metadata,
    render_as_batch=True,  # SQLite cannot alter a table in place
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

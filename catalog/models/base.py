"""What all tables share: naming of constraints, and enums stored as checked strings."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Enum as SAEnum
from sqlmodel import SQLModel

# Named constraints, so that a migration can find them again on both engines.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def choice(kind: type[StrEnum]) -> Any:
    """The column type of an enum: its values as text, checked by Python on the way in.

    No native type and no CHECK, so that a new value needs no migration.
    """
    return SAEnum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )

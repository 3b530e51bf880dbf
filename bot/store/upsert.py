"""INSERT with ON CONFLICT, which both databases spell alike and SQLAlchemy keeps apart."""

from __future__ import annotations

from typing import cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect


def insert(dialect: Dialect, table: sa.Table) -> sqlite.Insert:
    """An INSERT that may say what a conflict leads to."""
    if dialect.name == "postgresql":
        return cast(sqlite.Insert, postgresql.insert(table))
    return sqlite.insert(table)

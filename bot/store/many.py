"""One statement for many rows, at the driver's own pace.

SQLAlchemy prepares the values of each row anew, which costs more than the row does to write. Here
the statement is compiled once for each database, and the values go to the driver as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection


async def execute_many(
    connection: AsyncConnection, statement: sa.Update, rows: Sequence[Mapping[str, Any]]
) -> int:
    """Execute `statement` for each of `rows`, which hold its bound parameters; how many it changed.

    Instants are to be given as `millis` makes them.
    """
    if not rows:
        return 0
    text, names, fixed = _compiled(statement, connection.dialect)
    if names is None:
        given: list[Any] = [{**fixed, **row} for row in rows]
    else:
        given = [tuple(row[name] if name in row else fixed[name] for name in names) for row in rows]
    return (await connection.exec_driver_sql(text, given)).rowcount


@lru_cache
def _compiled(
    statement: sa.Update, dialect: Dialect
) -> tuple[str, Sequence[str] | None, Mapping[str, Any]]:
    """The text, the names of its parameters by position (None: by name), and the fixed ones."""
    compiled = statement.compile(dialect=dialect)
    fixed = {name: value for name, value in compiled.params.items() if value is not None}
    return str(compiled), getattr(compiled, "positiontup", None), fixed

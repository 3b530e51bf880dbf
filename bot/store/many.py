"""One statement for many rows, at the driver's own pace.

SQLAlchemy prepares the values of each row anew, which costs more than the row does to write. Here
the statement is compiled once for each database, and the values go to the driver as they are; a
set of ids goes there as one value.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


def among(column: sa.ColumnElement[int], name: str = "ids") -> sa.ColumnElement[bool]:
    """Whether a column is one of the numbers in the bound parameter `name`, made by `one_value`."""
    each = _Elements(sa.bindparam(name, type_=sa.Text)).table_valued("value")
    return column.in_(sa.select(sa.cast(each.c.value, sa.BigInteger)))


def one_value(numbers: Iterable[int]) -> str:
    """Numbers as the one value that `among` takes."""
    return json.dumps(list(numbers))


class _Elements(FunctionElement[Any]):
    """The elements of a JSON array."""

    name = "elements"
    inherit_cache = True


@compiles(_Elements, "sqlite")
def _sqlite(element: Any, compiler: Any, **given: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **given)})"


@compiles(_Elements, "postgresql")
def _postgresql(element: Any, compiler: Any, **given: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **given)} AS JSON))"


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

"""SQLite's connections, with fewer trips to their threads.

aiosqlite runs everything on a thread of the connection's own. SQLAlchemy goes there for a cursor,
for the statement, for its rows and for the cursor's end; that costs more than what most statements
do. Here a statement is one trip, and the rollback of nothing is none.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.connectors.asyncio import AsyncAdapt_dbapi_connection
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
)
from sqlalchemy.util import EMPTY_DICT


class OneTripCursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that is read to its end and closed where its statement is executed."""

    __slots__ = ("_description", "_lastrowid", "_rowcount")

    # There is nothing to close afterwards.
    _awaitable_cursor_close = False
    arraysize = 1

    def __init__(self, adapt_connection: AsyncAdapt_dbapi_connection) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._soft_closed_memoized = EMPTY_DICT
        self._rows: deque[Any] = deque()
        self._description: Any = None
        self._rowcount = -1
        self._lastrowid = 0

    @property
    def description(self) -> Any:
        """DBAPI: the columns of the result, or None."""
        return self._description

    @property
    def rowcount(self) -> int:
        """DBAPI: how many rows were changed."""
        return self._rowcount

    @property
    def lastrowid(self) -> int:
        """DBAPI: the id of the row that was added last."""
        return self._lastrowid

    def close(self) -> None:
        """DBAPI: forget the rows that were not fetched."""
        self._rows.clear()

    async def _execute_async(self, operation: Any, parameters: Any) -> None:
        await self._run(sqlite3.Connection.execute, operation, parameters or ())

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        await self._run(sqlite3.Connection.executemany, operation, seq_of_parameters)

    async def _run(
        self, method: Callable[..., sqlite3.Cursor], operation: str, given: Sequence[Any]
    ) -> None:
        connection = self._connection
        async with self._adapt_connection._execute_mutex:
            # SQLAlchemy's own adapter uses this queue of aiosqlite's, too.
            rows, self._description, self._rowcount, self._lastrowid = await connection._execute(
                _to_the_end, method, connection._conn, operation, given
            )
        self._rows = deque(rows)


def _to_the_end(
    method: Callable[..., sqlite3.Cursor],
    connection: sqlite3.Connection,
    operation: str,
    given: Sequence[Any],
) -> tuple[list[Any], Any, int, int | None]:
    cursor = method(connection, operation, given)
    rows = cursor.fetchall() if cursor.description else []
    told = rows, cursor.description, cursor.rowcount, cursor.lastrowid
    cursor.close()
    return told


class OneTripConnection(AsyncAdapt_aiosqlite_connection):
    """A connection with such cursors."""

    __slots__ = ()

    _cursor_cls = OneTripCursor

    def rollback(self) -> None:
        """DBAPI: undo what isn't committed; the pool asks for it each time, to be sure."""
        if self._connection._connection and self._connection.in_transaction:
            super().rollback()

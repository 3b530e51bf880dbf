"""SQLite in the thread of the event loop, for runs on a clock that nothing else may move.

The usual driver works in threads of its own. A loop that jumps to its next timer as soon as nothing
is ready must not jump while a thread is busy; here no thread is.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.util import await_only

from bot.store.database import sqlite_path
from bot.store.tables import EPOCH, MILLI


class _Cursor(sqlite3.Cursor):
    """What SQLAlchemy expects of a cursor behind its asyncio side."""

    server_side = False

    async def _async_soft_close(self) -> None:
        pass


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)


class InlineDialect(SQLiteDialect_pysqlite):
    """Python's own sqlite3, told to SQLAlchemy as an asyncio driver."""

    driver = "inline"
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: URL) -> type[sa.Pool]:
        """A pool that waits in the loop."""
        return sa.AsyncAdaptedQueuePool

    def create_connect_args(self, url: URL) -> Any:
        """Connections whose cursors fit."""
        arguments, options = super().create_connect_args(url)
        return arguments, {**options, "factory": _Connection}

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """Execute at once; SQLAlchemy's asyncio side insists that something is awaited."""
        await_only(_nothing())
        cursor.execute(statement, parameters)

    def do_executemany(
        self, cursor: Any, statement: str, parameters: Any, context: Any = None
    ) -> None:
        """The same for many."""
        await_only(_nothing())
        cursor.executemany(statement, parameters)


async def _nothing() -> None:
    pass


def inline(url: URL) -> URL:
    """The URL of a SQLite file for this driver."""
    registry.register("sqlite.inline", __name__, InlineDialect.__name__)
    return url.set(drivername="sqlite+inline")


class Moments:
    """When the program has something to do next, asked for in microseconds. Close it after use."""

    def __init__(self, url: URL) -> None:
        self._connection = sqlite3.connect(str(sqlite_path(url)), isolation_level=None)

    def next_step(self) -> datetime | None:
        """When the next step is to be queued, or what is queued is due."""
        return self._first(
            "SELECT min(at) FROM (SELECT min(next_due_at) AS at FROM enrolment"
            " WHERE next_due_at IS NOT NULL UNION ALL"
            " SELECT min(due_at) FROM delivery WHERE status = 'queued' AND lane = 0 UNION ALL"
            " SELECT min(due_at) FROM delivery WHERE status = 'queued' AND lane = 1)"
        )

    def next_closing(self) -> datetime | None:
        """When the window of the next check-in is over."""
        return self._first("SELECT min(close_at) FROM delivery WHERE close_at IS NOT NULL")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _first(self, query: str) -> datetime | None:
        with closing(self._connection.execute(query)) as cursor:
            (moment,) = cursor.fetchone()
        return None if moment is None else EPOCH + moment * MILLI

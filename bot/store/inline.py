"""SQLite in the thread of the event loop, for runs on a clock that nothing else may move.

The usual driver works in threads of its own. A loop that jumps to its next timer as soon as nothing
is ready must not jump while a thread is busy; here no thread is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.util import await_only

from bot.store.database import Database
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


registry.register("sqlite.inline", __name__, InlineDialect.__name__)


class ScratchDatabase(Database):
    """A migrated SQLite file that goes with its process, and that nothing else opens.

    Transactions are those of `Database`, but on two connections that stay open: getting one from a
    pool costs more than most statements. Nothing is made to reach the disk.
    """

    def __init__(self, path: Path) -> None:
        url = URL.create("sqlite+inline", database=str(path))
        super().__init__(url)
        self._connections: list[AsyncConnection] = []
        self._engine = create_async_engine(
            url, poolclass=sa.NullPool, connect_args={"isolation_level": None}
        )

    async def open(self) -> None:
        """Open both connections."""
        for _ in range(2):
            connection = await self._engine.connect()
            for pragma in (
                "journal_mode=WAL",
                "synchronous=OFF",
                "foreign_keys=ON",
                "temp_store=MEMORY",
            ):
                await connection.exec_driver_sql(f"PRAGMA {pragma}")
            self._connections.append(connection)

    @asynccontextmanager
    async def write(self, *, bulk: bool = False) -> AsyncIterator[AsyncConnection]:
        """A writing transaction, in its turn."""
        async with self._turns.turn(bulk=bulk):
            driver = self._driver(0)
            driver.execute("BEGIN IMMEDIATE")
            try:
                yield self._connections[0]
            except BaseException:
                driver.execute("ROLLBACK")
                raise
            driver.execute("COMMIT")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """What is committed. Of one state throughout, while nothing else is awaited between."""
        yield self._connections[1]

    async def close(self) -> None:
        """Close both connections."""
        for connection in self._connections:
            await connection.close()
        await self._engine.dispose()
        await super().close()

    def next_step(self, campaign: str) -> datetime | None:
        """When a campaign's next step is to be queued, or what is queued is due; found in
        microseconds."""
        return self._first(
            "SELECT min(at) FROM (SELECT min(next_due_at) AS at FROM enrolment"
            " WHERE campaign = ? AND next_due_at IS NOT NULL UNION ALL"
            " SELECT min(due_at) FROM delivery WHERE status = 'queued' AND lane = 0 UNION ALL"
            " SELECT min(due_at) FROM delivery WHERE status = 'queued' AND lane = 1)",
            campaign,
        )

    def next_closing(self) -> datetime | None:
        """When the window of the next check-in is over."""
        return self._first("SELECT min(close_at) FROM delivery WHERE close_at IS NOT NULL")

    def _first(self, query: str, *given: str) -> datetime | None:
        (moment,) = self._driver(1).execute(query, given).fetchone()
        return None if moment is None else EPOCH + moment * MILLI

    def _driver(self, number: int) -> sqlite3.Connection:
        connection = self._connections[number].sync_connection
        assert connection is not None
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, sqlite3.Connection)
        return driver

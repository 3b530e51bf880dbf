"""The connection to the database: one writer and many readers on SQLite, a pool on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.store.sqlite import OneTripConnection
from bot.store.turns import Turns

BUSY_SECONDS = 5

WRITER_CACHE, READER_CACHE = 16, 2
"""MB of pages that a SQLite connection keeps. A wave writes the same pages of indexes again and
again."""

PATIENCE = 60.0
"""Seconds that a connection from the pool is waited for."""

STILL_SECONDS = 3
"""How long a writing transaction on PostgreSQL may stand still: a program that froze in the middle
of one must not keep what it locked from the others."""


class DatabaseProblem(Exception):
    """The database can't be used as it is; the message says why and what to do."""


def database_url(text: str) -> URL:
    """The async URL of a setting such as `sqlite:///data/rugwijzer.db` or `postgresql://host/name`.

    Raises DatabaseProblem for anything else.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise DatabaseProblem("DATABASE_URL is not a URL") from error
    match url.get_backend_name():
        case "sqlite":
            if url.host or url.database in (None, "", ":memory:"):
                raise DatabaseProblem(
                    "DATABASE_URL names no file; for example sqlite:///data/rugwijzer.db, with "
                    "three slashes"
                )
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
        case name:
            raise DatabaseProblem(
                f"DATABASE_URL: {name} is not supported; use sqlite or postgresql"
            )


class Database:
    """Transactions over either database.

    `write()` gives a transaction that is committed at its end and rolled back on an exception.
    On SQLite writers queue up, each with BEGIN IMMEDIATE, and what somebody waits for goes before
    `bulk` work; `read()` never waits.
    """

    def __init__(self, url: URL) -> None:
        self.url = url
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self._turns = Turns()
        self._returns: set[asyncio.Task[None]] = set()
        self._reader: AsyncEngine
        self._writer: AsyncEngine
        if self.is_sqlite:
            self._writer = _sqlite(url, "BEGIN IMMEDIATE", 1, WRITER_CACHE)
            self._reader = _sqlite(url, "BEGIN DEFERRED", 4, READER_CACHE)
        else:
            self._writer = _postgresql(url)
            self._reader = create_async_engine(
                url, pool_size=4, pool_pre_ping=True, pool_timeout=PATIENCE
            )

    @asynccontextmanager
    async def write(self, *, bulk: bool = False) -> AsyncIterator[AsyncConnection]:
        """A writing transaction. `bulk` is what no one waits for: it may be overtaken."""
        async with (
            self._turns.turn(bulk=bulk) if self.is_sqlite else nullcontext(),
            self._connected(self._writer) as connection,
            connection.begin(),
        ):
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads, and sees one state of the data throughout."""
        async with self._connected(self._reader) as connection:
            if not self.is_sqlite:
                await connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    async def close(self) -> None:
        """Close all connections, once those in use are given back."""
        await asyncio.gather(*self._returns, return_exceptions=True)
        await self._writer.dispose()
        await self._reader.dispose()

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        try:
            connection = await engine.connect()
        except PoolTimeout as error:
            # For who asked, a database that gives no connection is like one that is away.
            raise OperationalError("", None, error) from error
        try:
            yield connection
        finally:
            # Given back to the pool even where its task is cancelled meanwhile.
            back = asyncio.create_task(connection.close())
            self._returns.add(back)
            back.add_done_callback(self._returns.discard)
            await asyncio.shield(back)


def _postgresql(url: URL) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=8, pool_pre_ping=True, pool_timeout=PATIENCE)

    @sa.event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET idle_in_transaction_session_timeout TO '{STILL_SECONDS}s'")
        cursor.close()
        connection.commit()

    return engine


def _sqlite(url: URL, begin: str, connections: int, cache: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=PATIENCE,
        poolclass=sa.AsyncAdaptedQueuePool,
        connect_args={"timeout": BUSY_SECONDS},
    )

    @sa.event.listens_for(engine.sync_engine, "do_connect")
    def _open(dialect: Any, _record: Any, given: Any, named: Any) -> OneTripConnection:
        opened = dialect.connect(*given, **named)
        return OneTripConnection(opened.dbapi, opened.driver_connection)

    @sa.event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # The driver's own implicit BEGIN is deferred; ours is sent by the event below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            # 16 MB of log: a page that a wave changes in every set is copied to its place once.
            "wal_autocheckpoint=4000",
            "foreign_keys=ON",
            # What would undo a statement half done: each page before a set changes it.
            "temp_store=MEMORY",
            f"cache_size={-1024 * cache}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def sqlite_path(url: URL) -> Path | None:
    """The file of a SQLite database, or None for PostgreSQL."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database)


def explain(error: DBAPIError, url: URL) -> str:
    """One line about a driver's error, without the statement and its values."""
    where = sqlite_path(url) or f"{url.host or 'on this machine'}/{url.database}"
    reason = next(iter(str(error.orig or "").splitlines()), type(error).__name__)
    hints = {
        "locked": "another program holds it; stop that one or wait",
        "readonly": "make the file and its folder writable",
        "unable to open": "check that the folder exists and is writable",
        "full": "free some disk space",
        "not a database": "the file is something else; set DATABASE_URL to another path",
    }
    hint = next((text for key, text in hints.items() if key in reason.lower()), "")
    return f"database {where}: {reason}" + (f"; {hint}" if hint else "")

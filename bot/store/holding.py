"""One running program for one SQLite file: two would send from the same outbox."""

from __future__ import annotations

import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.store.database import Database, DatabaseProblem, sqlite_path

RUNNING = 0x72756777
"""The number of the advisory lock: 'rugw'."""


@asynccontextmanager
async def held(db: Database) -> AsyncIterator[None]:
    """Hold the database; raises DatabaseProblem where a program runs on it that can't share it.

    A SQLite file is for one program. PostgreSQL is shared, but not with a version from before that.
    The lock goes with the process, however that ends.
    """
    problem = DatabaseProblem("another program runs on this database; stop that one first")
    path = sqlite_path(db.url)
    if path is not None:
        with path.with_name(path.name + ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise problem from error
            yield
        return
    async with db.read() as session:
        if not await session.scalar(sa.select(sa.func.pg_try_advisory_lock_shared(RUNNING))):
            raise problem
        await session.commit()
        try:
            yield
        finally:
            # Where the session was lost, its lock went with it.
            with suppress(SQLAlchemyError):
                await session.scalar(sa.select(sa.func.pg_advisory_unlock_shared(RUNNING)))

"""SQLite's connections with fewer trips to their threads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.store.database import Database, database_url
from bot.store.deliveries import State
from bot.store.tables import delivery


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(database_url(f"sqlite:///{tmp_path / 'x.db'}"))
    async with database.write() as tx:
        await tx.execute(sa.text("CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT UNIQUE)"))
    yield database
    await database.close()


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what was done on the connections' threads."""
    taken: list[str] = []
    real: Any = aiosqlite.Connection._execute

    async def noting(self: aiosqlite.Connection, fn: Any, *args: Any, **named: Any) -> Any:
        taken.append(fn.__name__)
        return await real(self, fn, *args, **named)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", noting)
    return taken


async def test_a_statement_takes_one_trip_and_a_rollback_of_nothing_none(
    db: Database, trips: list[str]
) -> None:
    async with db.write() as tx:
        added = await tx.execute(sa.text("INSERT INTO t (word) VALUES ('one') RETURNING id"))
        assert added.scalar_one() == 1
        changed = await tx.exec_driver_sql("UPDATE t SET word = ?", [("two",), ("three",)])
        assert changed.rowcount == 2
        found = await tx.execute(sa.text("SELECT id, word FROM t"))
        assert [*found.keys()] == ["id", "word"]
        assert found.fetchmany(5) == [(1, "three")]
    begin_and_statements, commit = trips[:-1], trips[-1]
    assert (begin_and_statements, commit) == (["_to_the_end"] * 4, "commit")


async def test_what_fails_is_rolled_back_and_says_why(db: Database, trips: list[str]) -> None:
    add = sa.text("INSERT INTO t (word) VALUES ('one')")

    async def add_twice() -> None:
        async with db.write() as tx:
            await tx.execute(add)
            await tx.execute(add)

    with pytest.raises(IntegrityError, match="UNIQUE"):
        await add_twice()
    assert "rollback" in trips
    with pytest.raises(OperationalError, match="no such table"):
        async with db.read() as tx:
            await tx.execute(sa.text("SELECT * FROM nowhere"))
    async with db.read() as tx:
        assert await tx.scalar(sa.text("SELECT count(*) FROM t")) == 0


def test_statements_compare_with_our_words_by_the_letter() -> None:
    statement = sa.select(delivery.c.id).where(
        delivery.c.status == State.QUEUED, delivery.c.status.not_in((State.SENT, State.FAILED))
    )
    text = str(statement.compile(dialect=sqlite.dialect()))
    assert "status = 'queued'" in text
    assert "NOT IN ('sent', 'failed')" in text
    assert "?" not in text, "SQLite would prepare it anew for each parameter"
    with pytest.raises(ValueError, match="no word"):
        sa.select(delivery.c.id).where(delivery.c.status == "' OR 1=1")

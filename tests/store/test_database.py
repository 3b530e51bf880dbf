"""Transactions over either database, and what is kept in a column."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.instance import TakenForDead
from bot.store import database as database_module
from bot.store import meta
from bot.store.database import Database, DatabaseProblem, database_url, explain, sqlite_path
from bot.store.holding import RUNNING, held
from bot.store.tables import EPOCH, metadata
from bot.store.tables import inbox as inbox_table


async def test_the_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    def differences(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return compare_metadata(context, metadata)

    async with database.read() as tx:
        assert await tx.run_sync(differences) == []


async def test_a_transaction_is_kept_at_its_end_and_undone_by_an_exception(
    database: Database,
) -> None:
    async with database.write() as tx:
        await meta.put(tx, "kept", "yes")

    async def fail() -> None:
        async with database.write() as tx:
            await meta.put(tx, "kept", "no")
            await meta.put(tx, "undone", "yes")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with database.read() as tx:
        assert await meta.get(tx, "kept") == "yes"
        assert await meta.get(tx, "undone") is None


async def test_a_connection_whose_user_was_cancelled_is_given_back_before_the_end(
    migrated_url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    closes = AsyncConnection.close
    returning, returned = asyncio.Event(), asyncio.Event()

    async def slowly(connection: AsyncConnection) -> None:
        returning.set()
        await asyncio.sleep(0.05)
        await closes(connection)
        returned.set()

    monkeypatch.setattr(AsyncConnection, "close", slowly)
    db = Database(migrated_url)

    async def ask() -> None:
        async with db.read() as tx:
            await meta.get(tx, "something")

    task = asyncio.create_task(ask())
    await returning.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not returned.is_set()
    await db.close()
    assert returned.is_set()


async def test_a_reader_sees_one_state_throughout_and_does_not_wait_for_a_writer(
    database: Database,
) -> None:
    async with database.write() as tx:
        await meta.put(tx, "state", "before")
    async with database.read() as reader:
        assert await meta.get(reader, "state") == "before"
        async with database.write() as tx:
            await meta.put(tx, "state", "after")
            assert await meta.get(reader, "state") == "before"
        assert await meta.get(reader, "state") == "before"
    async with database.read() as reader:
        assert await meta.get(reader, "state") == "after"


async def test_many_writers_at_once_lose_nothing(database: Database) -> None:
    async def add(number: int) -> None:
        async with database.write() as tx:
            await meta.put(tx, f"writer {number}", str(number))
            await meta.get(tx, "anything")

    await asyncio.gather(*(add(number) for number in range(60)))
    async with database.read() as tx:
        assert [await meta.get(tx, f"writer {n}") for n in range(60)] == [str(n) for n in range(60)]


async def test_two_programs_on_one_database_wait_for_each_other(
    database: Database, migrated_url: URL
) -> None:
    other = Database(migrated_url)
    try:

        async def add(db: Database, number: int) -> None:
            async with db.write() as tx:
                await meta.put(tx, f"{id(db)} {number}", "here")

        writers = (add(db, number) for number in range(20) for db in (database, other))
        await asyncio.gather(*writers)
        async with database.read() as tx:
            count = await tx.scalar(sa.text("SELECT count(*) FROM meta WHERE value = 'here'"))
        assert count == 40
    finally:
        await other.close()


async def test_only_one_program_runs_on_a_file(database: Database, migrated_url: URL) -> None:
    other = Database(migrated_url)
    try:
        async with held(database):
            if database.is_sqlite:
                with pytest.raises(DatabaseProblem, match="another program"):
                    async with held(other):
                        pass
            else:
                async with held(other):
                    pass
        async with held(other):
            pass
    finally:
        await other.close()


async def test_a_version_that_can_not_share_keeps_others_away(
    database: Database, migrated_url: URL
) -> None:
    if database.is_sqlite:
        return
    other = Database(migrated_url)
    try:
        async with other.read() as tx:
            assert await tx.scalar(sa.select(sa.func.pg_try_advisory_lock(RUNNING)))
            with pytest.raises(DatabaseProblem, match="another program"):
                async with held(database):
                    pass
    finally:
        await other.close()


async def test_a_database_without_a_connection_to_give_is_out_of_reach(
    migrated_url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "PATIENCE", 0.1)
    database = Database(migrated_url)
    async with contextlib.AsyncExitStack() as all_:

        async def take_all() -> None:
            while True:
                await all_.enter_async_context(database.read())

        with pytest.raises(OperationalError):
            await take_all()
    await database.close()


instants = st.datetimes(
    datetime(1, 1, 2), datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.sampled_from(
        [UTC, ZoneInfo("Europe/Amsterdam"), timezone(timedelta(hours=14)), ZoneInfo("Asia/Tehran")]
    ),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(instants)
async def test_an_instant_comes_back_to_the_millisecond_in_utc(
    database: Database, instant: datetime
) -> None:
    async with database.write() as tx:
        await tx.execute(sa.delete(inbox_table))
        await tx.execute(
            sa.insert(inbox_table).values(update_id=1, received_at=instant, state="new")
        )
        kept = await tx.scalar(sa.select(inbox_table.c.received_at))
    assert kept is not None
    assert kept.tzinfo is UTC
    assert timedelta() <= instant - kept < timedelta(milliseconds=1)


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001
    with pytest.raises((StatementError, TypeError), match="naive"):
        async with database.write() as tx:
            await tx.execute(
                sa.insert(inbox_table).values(update_id=1, received_at=naive, state="new")
            )
    with pytest.raises((StatementError, TypeError), match="naive"):
        async with database.read() as tx:
            await tx.execute(sa.select(inbox_table).where(inbox_table.c.received_at < naive))
    async with database.read() as tx:
        assert await tx.scalar(sa.select(sa.func.count()).select_from(inbox_table)) == 0


def test_time_begins_in_1970() -> None:
    assert datetime.fromtimestamp(0, UTC) == EPOCH


@pytest.mark.parametrize(
    ("setting", "driver"),
    [
        ("sqlite:///data/rugwijzer.db", "sqlite+aiosqlite"),
        ("sqlite+pysqlite:///x.db", "sqlite+aiosqlite"),
        ("postgresql://user:secret@host/name", "postgresql+psycopg"),
        ("postgres://host/name", "postgresql+psycopg"),
        ("postgresql+asyncpg://host/name", "postgresql+psycopg"),
    ],
)
def test_a_setting_becomes_a_url_with_our_driver(setting: str, driver: str) -> None:
    assert database_url(setting).drivername == driver


@pytest.mark.parametrize(
    "setting", ["", "data/rugwijzer.db", "mysql://host/name", "postgresql://host:port/name"]
)
def test_anything_else_is_explained(setting: str) -> None:
    with pytest.raises(DatabaseProblem, match="DATABASE_URL"):
        database_url(setting)


def test_only_a_file_has_a_path() -> None:
    assert str(sqlite_path(database_url("sqlite:///data/x.db"))) == "data/x.db"
    assert sqlite_path(database_url("postgresql://host/name")) is None


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        ("database is locked", "another program holds it"),
        ("attempt to write a readonly database", "writable"),
        ("unable to open database file", "folder exists"),
        ("database or disk is full", "disk space"),
        ("file is not a database", "set DATABASE_URL"),
        ("", "OperationalError"),
    ],
)
def test_a_driver_s_error_is_one_line_with_a_hint_and_without_values(
    message: str, hint: str
) -> None:
    error = DBAPIError.instance(
        "SELECT secret", ("value",), sqlite3.OperationalError(message), sqlite3.Error
    )
    text = explain(error, database_url("sqlite:///x.db"))
    assert hint in text
    assert "\n" not in text
    assert "secret" not in text
    assert "value" not in text


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("ends", [None, TakenForDead])
async def test_a_lost_session_changes_nothing_about_how_a_run_ends(
    database: Database, ends: type[Exception] | None
) -> None:
    holder = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
    with pytest.raises(ends) if ends is not None else contextlib.nullcontext():
        async with held(database):
            async with database.write() as tx:
                await tx.execute(sa.text(holder))
            if ends is not None:
                raise ends

"""Bring a database to the schema of this code, or say why that can't be."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from bot.store.database import BUSY_SECONDS, DatabaseProblem, explain, sqlite_path
from bot.store.schema import MIGRATIONS, newer, revision_of, revisions

MIGRATING = 0x72756779
"""The number of the advisory lock of those who migrate."""


def migrate(url: URL) -> tuple[str | None, str]:
    """Upgrade to the newest schema; gives the revision before (None: empty) and after.

    Raises DatabaseProblem, with nothing touched, for a database that is newer than this code,
    locked, unwritable or none at all.
    """
    path = sqlite_path(url)
    if path is not None:
        _check_file(path)
    engine = sa.create_engine(
        url.set(drivername="sqlite") if path is not None else url,
        connect_args={"timeout": BUSY_SECONDS} if path is not None else {},
    )
    if path is not None:
        _whole_transactions(engine)
    known = revisions(MIGRATIONS)
    try:
        with engine.begin() as connection:
            if path is None:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATING)))
            before = revision_of(connection)
            if before is not None and before not in known:
                raise newer(before)
            if before != known[-1]:
                _upgrade(connection)
    except DBAPIError as error:
        raise DatabaseProblem(explain(error, url)) from error
    finally:
        engine.dispose()
    return before, known[-1]


def _upgrade(connection: sa.Connection) -> None:
    # Imported here: most starts find nothing to do, and Alembic takes its time and memory.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _whole_transactions(engine: sa.Engine) -> None:
    """Let a migration on SQLite happen wholly or not at all, and one at a time."""

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # The driver itself would commit before each change of a table.
        connection.isolation_level = None

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _check_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        existed = path.exists()
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.rollback()
        if not existed:
            path.chmod(0o600)
    except OSError as error:
        raise DatabaseProblem(f"database {path}: {error.strerror}") from error
    except sqlite3.Error as error:
        raise DatabaseProblem(
            explain(DBAPIError("", None, error), sa.make_url(f"sqlite:///{path}"))
        ) from error

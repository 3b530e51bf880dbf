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

MIGRATIONS = Path(__file__).parents[2] / "migrations"

MIGRATING = 0x72756779
"""The number of the advisory lock of those who migrate."""


def migrate(url: URL) -> tuple[str | None, str]:
    """Upgrade to the newest schema; gives the revision before (None: empty) and after.

    Raises DatabaseProblem, with nothing touched, for a database that is newer than this code,
    locked, unwritable or none at all.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    path = sqlite_path(url)
    if path is not None:
        _check_file(path)
    driver = "sqlite" if path is not None or url.get_backend_name() == "sqlite" else None
    engine = sa.create_engine(
        url.set(drivername=driver) if driver else url,
        connect_args={"timeout": BUSY_SECONDS} if driver else {},
    )
    if driver:
        _whole_transactions(engine)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    try:
        with engine.begin() as connection:
            if not driver:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATING)))
            before = MigrationContext.configure(connection).get_current_revision()
            known = {script.revision for script in scripts.walk_revisions()}
            if before is not None and before not in known:
                raise DatabaseProblem(
                    f"the database has schema {before}, which is newer than this program; "
                    "update the program (nothing was changed)"
                )
            head = scripts.get_current_head() or ""
            if before != head:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    except DBAPIError as error:
        raise DatabaseProblem(explain(error, url)) from error
    finally:
        engine.dispose()
    return before, head


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

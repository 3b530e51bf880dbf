"""Which schema a database has, and which ones this code knows."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from bot.store.database import Database, DatabaseProblem, sqlite_path

MIGRATIONS = Path(__file__).parents[2] / "migrations"
TABLE = "alembic_version"


def revisions(migrations: Path = MIGRATIONS) -> list[str]:
    """The revisions that this code knows, oldest first: each migration's file begins with its own.

    Read from the names so that a start on an up-to-date database needn't load Alembic.
    """
    files = (migrations / "versions").glob("[0-9]*_*.py")
    return sorted(file.name.partition("_")[0] for file in files)


def revision_of(connection: sa.Connection) -> str | None:
    """The revision of a database, or None for an empty one."""
    if not sa.inspect(connection).has_table(TABLE):
        return None
    found: str | None = connection.scalar(sa.text(f"SELECT version_num FROM {TABLE}"))
    return found


def newer(revision: str) -> DatabaseProblem:
    """What to say of a revision that this code doesn't know."""
    return DatabaseProblem(
        f"the database has schema {revision}, which is newer than this program; "
        "update the program (nothing was changed)"
    )


async def check_schema(db: Database) -> None:
    """Raise DatabaseProblem unless the database is there and has exactly this code's schema."""
    path = sqlite_path(db.url)
    if path is not None and not path.exists():
        raise DatabaseProblem(f"there is no database {path}; start the bot, or check DATABASE_URL")
    async with db.read() as tx:
        found = await tx.run_sync(revision_of)
    known = revisions()
    if found is not None and found not in known:
        raise newer(found)
    if found != known[-1]:
        raise DatabaseProblem("the database has an older schema; run: python -m bot migrate")

"""Whether a database fits this code, for those who only look at it."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.database import Database, DatabaseProblem, sqlite_path
from bot.store.migrate import MIGRATIONS


async def check_schema(db: Database) -> None:
    """Raise DatabaseProblem unless the database is there and has exactly this code's schema."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    path = sqlite_path(db.url)
    if path is not None and not path.exists():
        raise DatabaseProblem(f"there is no database {path}; start the bot, or check DATABASE_URL")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    async with db.read() as tx:
        there = await tx.run_sync(lambda connection: sa.inspect(connection).has_table(TABLE))
        found = await tx.scalar(sa.text(f"SELECT version_num FROM {TABLE}")) if there else None
    if found == scripts.get_current_head():
        return
    if found is None or found in {script.revision for script in scripts.walk_revisions()}:
        raise DatabaseProblem("the database has an older schema; run: python -m bot migrate")
    raise DatabaseProblem(
        f"the database has schema {found}, which is newer than this program; update the program"
    )


TABLE = "alembic_version"

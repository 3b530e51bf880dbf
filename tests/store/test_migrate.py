"""Bringing a database to the newest schema, and refusing to where that can't be."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL

from bot.store import migrate as migration
from bot.store.database import DatabaseProblem, database_url, sqlite_path
from bot.store.migrate import MIGRATIONS, migrate
from bot.store.tables import metadata


def sync(url: URL) -> sa.Engine:
    return sa.create_engine(url.set(drivername="sqlite") if sqlite_path(url) else url)


def tables(url: URL) -> set[str]:
    engine = sync(url)
    try:
        return set(sa.inspect(engine).get_table_names())
    finally:
        engine.dispose()


def execute(url: URL, statement: str) -> None:
    engine = sync(url)
    try:
        with engine.begin() as connection:
            connection.execute(sa.text(statement))
    finally:
        engine.dispose()


def refusal(url: URL) -> str:
    """The one line that says why a database can't be migrated."""
    with pytest.raises(DatabaseProblem) as caught:
        migrate(url)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_an_empty_database_gets_all_tables_and_a_second_time_changes_nothing(
    empty_url: URL,
) -> None:
    before, head = migrate(empty_url)
    assert before is None
    assert tables(empty_url) == {*metadata.tables, "alembic_version"}
    assert migrate(empty_url) == (head, head)


def test_a_new_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "rugwijzer.db"
    migrate(database_url(f"sqlite:///{path}"))
    assert path.stat().st_mode & 0o777 == 0o600


async def test_two_programs_that_migrate_at_once_do_not_hurt_each_other(empty_url: URL) -> None:
    done = await asyncio.gather(*(asyncio.to_thread(migrate, empty_url) for _ in range(4)))
    heads = {head for _, head in done}
    assert len(heads) == 1
    assert sorted(before or "" for before, _ in done) == ["", *heads, *heads, *heads]


def test_a_newer_schema_is_refused_and_left_alone(migrated_url: URL) -> None:
    execute(migrated_url, "UPDATE alembic_version SET version_num = 'from-the-future'")
    path = sqlite_path(migrated_url)
    content = path.read_bytes() if path is not None else b""
    assert "newer than this program" in refusal(migrated_url)
    assert "from-the-future" in refusal(migrated_url)
    if path is not None:
        assert path.read_bytes() == content


def test_a_migration_that_fails_leaves_everything_as_it_was(
    migrated_url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tables(migrated_url)
    head = migrate(migrated_url)[1]
    broken = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, broken)
    (broken / "versions" / "9999_broken.py").write_text(
        "import sqlalchemy as sa\n"
        "from alembic import op\n"
        f"revision, down_revision = '9999', {head!r}\n"
        "def upgrade():\n"
        "    op.create_table('half', sa.Column('id', sa.Integer))\n"
        "    op.execute('INSERT INTO meta VALUES (1, 2, 3)')\n"
    )
    with monkeypatch.context() as patched:
        patched.setattr(migration, "MIGRATIONS", broken)
        refusal(migrated_url)
    assert tables(migrated_url) == before
    assert migrate(migrated_url) == (head, head)


def test_a_locked_file_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration, "BUSY_SECONDS", 0.05)
    path = tmp_path / "rugwijzer.db"
    url = database_url(f"sqlite:///{path}")
    migrate(url)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "another program holds it" in refusal(url)
        other.execute("ROLLBACK")
    migrate(url)


def test_a_folder_that_cannot_be_made_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    said = refusal(database_url(f"sqlite:///{tmp_path}/file/data/rugwijzer.db"))
    assert str(tmp_path) in said


def test_a_folder_in_the_place_of_the_file_is_refused_in_one_line(tmp_path: Path) -> None:
    assert "unable to open" in refusal(database_url(f"sqlite:///{tmp_path}"))


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(b"\xff\xd8 not a database at all" * 100)
    content = path.read_bytes()
    assert "set DATABASE_URL to another path" in refusal(database_url(f"sqlite:///{path}"))
    assert path.read_bytes() == content


def test_a_server_that_is_not_there_is_refused_in_one_line(tmp_path: Path) -> None:
    url = database_url(f"postgresql://someone:hunter2@/name?host={tmp_path}")
    said = refusal(url)
    assert "name" in said
    assert "hunter2" not in said

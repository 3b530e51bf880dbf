"""Exit codes and one-line complaints, from outside."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from .conftest import Cli

COMMANDS = ("run", "rehearse", "check", "new", "migrate", "stats", "export", "uncertain", "forget")


@pytest.mark.parametrize("command", COMMANDS)
async def test_every_command_explains_itself_in_a_sentence(cli: Cli, command: str) -> None:
    result = await cli(command, "--help")
    assert result.code == 0
    usage, sentence = [line.strip() for line in result.out.splitlines() if line.strip()][:2]
    assert f"rugwijzer {command}" in usage
    assert sentence.endswith(".")


async def test_the_commands_are_listed(cli: Cli) -> None:
    result = await cli("--help")
    assert result.code == 0
    assert all(command in result.out for command in COMMANDS)


@pytest.mark.parametrize(
    "words",
    [
        ("sing",),
        ("export",),
        ("stats", "--loud"),
        ("run", "--role", "chef"),
        ("forget",),
        ("forget", "0123456789abcdef", "--chat-id", "7"),
        ("uncertain", "--resend"),
        ("uncertain", "--all"),
        ("uncertain", "7"),
        ("uncertain", "--resend", "7", "--all"),
        ("uncertain", "--resend", "seven"),
        ("uncertain", "--resend", "9" * 20),
        ("forget", "--chat-id", "9" * 20),
        ("send-test", "--all", "--to", "9" * 20),
        ("rehearse", "--port", "70000"),
    ],
)
async def test_wrong_usage_exits_with_2(cli: Cli, words: tuple[str, ...]) -> None:
    result = await cli(*words)
    assert result.code == 2
    assert "Traceback" not in result.err


async def test_running_needs_a_token(cli: Cli) -> None:
    assert "TELEGRAM_BOT_TOKEN is missing" in (await cli("run")).complaint


async def test_a_wrong_setting_is_named_with_an_example(cli: Cli) -> None:
    complaint = (await cli("stats", PORT="many")).complaint
    assert "PORT" in complaint
    assert "for example PORT=8080" in complaint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ADMIN_IDS", "9" * 20),
        ("STAFF_CHAT_ID", "-" + "9" * 20),
        ("WEBHOOK_URL", "https://bot.example.org:99999/webhook"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite://data/rugwijzer.db"),
    ],
)
async def test_a_setting_that_nothing_can_work_with_is_named(
    cli: Cli, name: str, value: str
) -> None:
    complaint = (await cli("migrate", **{name: value})).complaint
    assert complaint.startswith(f"rugwijzer: {name}")


async def test_an_env_file_that_is_no_utf_8_is_told(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "cwd" / ".env").write_bytes("OPERATOR=Fysiopraktijk één\n".encode("latin-1"))
    assert ".env is not UTF-8" in (await cli("migrate")).complaint


async def test_an_unknown_kind_of_database_is_refused(cli: Cli) -> None:
    complaint = (await cli("migrate", DATABASE_URL="mysql://host/name")).complaint
    assert "use sqlite or postgresql" in complaint


async def test_a_server_that_is_not_there_is_told(cli: Cli) -> None:
    complaint = (await cli("stats", DATABASE_URL="postgresql://127.0.0.1:1/none")).complaint
    assert "127.0.0.1/none" in complaint


async def test_migrating_says_what_it_did(cli: Cli) -> None:
    first, second = await cli("migrate"), await cli("migrate")
    assert (first.code, first.out.split()[:3]) == (0, ["schema", "none", "->"])
    assert (second.code, second.out.split(":")[0]) == (0, "already up to date")


async def test_looking_makes_no_database(cli: Cli, tmp_path: Path) -> None:
    assert "there is no database data/rugwijzer.db" in (await cli("stats")).complaint
    assert not list((tmp_path / "cwd").iterdir())


@pytest.mark.parametrize("command", ["migrate", "stats"])
async def test_a_newer_database_is_left_alone(cli: Cli, tmp_path: Path, command: str) -> None:
    await cli("migrate")
    path = tmp_path / "cwd" / "data" / "rugwijzer.db"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "schema 9999, which is newer than this program" in (await cli(command)).complaint


async def test_a_database_without_tables_asks_for_a_migration(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    complaint = (await cli("stats", DATABASE_URL=f"sqlite:///{path}")).complaint
    assert "run: python -m bot migrate" in complaint


async def test_a_file_that_is_no_database_is_told(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear reader, " * 1000)
    complaint = (await cli("stats", DATABASE_URL=f"sqlite:///{path}")).complaint
    assert "file is not a database" in complaint


async def test_an_export_that_can_not_be_written_is_told(cli: Cli, tmp_path: Path) -> None:
    await cli("migrate")
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    complaint = (await cli("export", str(in_the_way / "folder"))).complaint
    assert f"can't write to {in_the_way / 'folder'}" in complaint


async def test_the_key_of_another_database_does_not_forget(cli: Cli) -> None:
    await cli("migrate")
    complaint = (await cli("forget", "--chat-id", "5", "--yes", DATA_KEY="short")).complaint
    assert "DATA_KEY: the data key" in complaint


async def test_each_error_in_the_practice_is_a_line(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "practice.yaml"
    path.write_text("phone: bel maar\nhours: {maandag: 08:00-12:00}\n")
    result = await cli("run", TELEGRAM_BOT_TOKEN="12:AbC", PRACTICE=str(path))
    assert result.code == 1
    assert [line.partition("practice.yaml:")[2][:12] for line in result.err.splitlines()] == [
        "1: `name` is",
        "1: `phone`: ",
        "2: `hours.ma",
    ]

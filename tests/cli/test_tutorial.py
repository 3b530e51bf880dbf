"""The tutorial and how-to pages, followed word for word on a copy of the program."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest
from process import ROOT
from tools import postgresql_programs
from typer.main import get_command

from bot.cli import main
from bot.content.load import load

PAGES = ROOT / "docs"
FENCE = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
REST = "..."
"""What stands for output that isn't told."""

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class Block:
    """A fenced block: what it is, the file that it is about, and its text."""

    kind: str
    file: str
    text: str


def blocks(page: str) -> Iterator[Block]:
    for kind, file, text in FENCE.findall((PAGES / page).read_text(encoding="utf-8")):
        yield Block(kind, file, text)


def commands(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with what the page says it prints."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


class Reader:
    """Someone who does what a page says, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("bot", "templates", "migrations", "docs"):
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        (folder / ".venv" / "bin").mkdir(parents=True)
        (folder / ".venv" / "bin" / "activate").write_text("")
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(folder),
            "TERM": "dumb",
            "COLUMNS": "200",
            "LC_ALL": "C",
            "BROWSER": "true",  # Opens nothing.
            "PYTHONPATH": str(folder),
        }

    async def follow(self, page: str) -> int:
        """Do everything on a page; gives how many commands that were."""
        done = 0
        for block in blocks(page):
            match block.kind:
                case "console":
                    for command, output in commands(block.text):
                        await self.run(command, output)
                        done += 1
                case "diff":
                    self.change(block)
                case "jinja":
                    path = self.folder / block.file
                    assert not path.exists()
                    path.write_text(block.text, encoding="utf-8")
                case kind:
                    raise AssertionError(f"nobody knows what to do with {kind}")
        return done

    def change(self, block: Block) -> None:
        """Put the lines with + where they stand, and take those with - out."""
        lines = block.text.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] in " -")
        new = "".join(line[1:] for line in lines if line[0] in " +")
        path = self.folder / block.file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new), encoding="utf-8")

    async def run(self, command: str, output: str) -> None:
        process = await asyncio.create_subprocess_exec(
            "sh", "-c", f"trap : INT; {command}",
            cwd=self.folder, env=self.environment, start_new_session=True,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        if "bot rehearse" in command:
            await self.rehearse(process, output)
            return
        said, _ = await process.communicate()
        if output.strip() == REST:
            assert (process.returncode, bool(said)) == (0, True), said.decode()
        else:
            assert said.decode() == output, command

    async def rehearse(self, process: asyncio.subprocess.Process, output: str) -> None:
        """The page is there; Ctrl-C ends it."""
        assert process.stdout is not None
        try:
            line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
            assert ADDRESS.sub("HERE", line) == ADDRESS.sub("HERE", output)
            found = ADDRESS.search(line)
            assert found is not None
            async with aiohttp.ClientSession() as session, session.get(found[0]) as page:
                assert page.status == 200
        finally:
            os.killpg(process.pid, signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 30) == 0


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


async def test_the_first_campaign_comes_about_as_told(reader: Reader) -> None:
    assert await reader.follow("tutorial.md") == 10
    made = load(reader.folder / "templates" / "campaigns" / "walk-more").campaign
    assert (made.weeks, len(made.steps)) == (4, 7)
    assert "<html" in (reader.folder / "report.html").read_text(encoding="utf-8")


async def test_copies_are_kept_and_put_back_as_told(reader: Reader) -> None:
    await reader.run("python -m bot migrate", "...\n")
    assert await reader.follow("how-to/keep-copies.md") == 6
    kept = [reader.folder / name for name in ("copies/monday.db", "data/rugwijzer.db")]
    for path in kept:
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("SELECT count(*) FROM subscriber").fetchall() == [(0,)]


async def test_a_copy_of_postgresql_is_made_and_put_back_as_told(
    reader: Reader, postgresql: Any
) -> None:
    programs = postgresql_programs()
    url = postgresql.create("template_rugwijzer")
    folder = url.query["host"]
    reader.environment |= {
        "PATH": f"{programs}:{reader.environment['PATH']}",
        "DATABASE_URL": f"postgresql://rugwijzer@/{url.database}?host={folder}",
    }
    (reader.folder / "copies").mkdir()
    page = (PAGES / "how-to" / "keep-copies.md").read_text(encoding="utf-8")
    dump, restore = re.findall(r"`(pg_\w+ [^`]+)`", page)
    await reader.run(dump, "")
    with psycopg.connect(reader.environment["DATABASE_URL"]) as connection:
        connection.execute("DROP TABLE meta CASCADE")
    await reader.run(restore, "")
    with psycopg.connect(reader.environment["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT count(*) FROM meta").fetchall()


PAGE_NAMES = sorted(path.relative_to(PAGES).as_posix() for path in PAGES.rglob("*.md"))
COMMAND = re.compile(r"python -m bot ([a-z-]+)((?: --[a-z-]+)*)")


@pytest.mark.parametrize("page", PAGE_NAMES)
def test_commands_and_links_on_a_page_are_real(page: str) -> None:
    text = (PAGES / page).read_text(encoding="utf-8")
    known = {each.name: each for each in get_command(main).commands.values()}
    for name, options in COMMAND.findall(text):
        assert name in known, name
        for option in options.split():
            assert any(option in each.opts for each in known[name].params), (name, option)
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (PAGES / page).parent.joinpath(link).exists(), link

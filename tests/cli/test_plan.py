"""The command `plan`: a changed campaign beside the people of the one that runs."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.content.launched import write_launched
from bot.content.load import STARTER, load
from bot.service import joining
from bot.service.records import Records
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.tables import metadata

from .conftest import SERIES, Cli

WALK = """\
  - tip: good-mood
    day: 7
"""
CHECK = """\
  - check-in: week-1
    day: 3
    questions: [place]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A campaign of one's own, launched."""
    folder = Path(shutil.copytree(STARTER, tmp_path / "cwd" / "starter"))
    write_launched(folder)
    return folder


@pytest.fixture
async def url(database: Database, folder: Path, key: str) -> str:
    """A database with three people at the first tip, which is queued."""
    records = Records(database, Cipher.from_text(key), load(folder).campaign)
    for chat in range(1, 4):
        await joining.enrol(
            records,
            chat,
            language="nl",
            zone="Europe/Amsterdam",
            source="poster",
            wording=SERIES,
            now=datetime.now(UTC),
        )
    return database.url.render_as_string(hide_password=False)


async def test_a_changed_campaign_is_told_in_numbers_and_words(
    cli: Cli, folder: Path, url: str
) -> None:
    path = folder / "campaign.yaml"
    text = path.read_text()
    assert text.count(WALK) == text.count(CHECK) == 1
    path.write_text(text.replace(WALK, WALK.replace("7", "8")).replace(CHECK, ""))
    result = await cli("plan", "./starter", DATABASE_URL=url)
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0].startswith("The campaign starter, if it went live on ")
    assert lines[1:5] == [
        "People: active: 3",
        "Affected: 0 of the 3 whose series goes on",
        "",
        "Changes since the launch",
    ]
    rows = [line.split() for line in lines[6:8]]
    assert rows == [
        ["good-mood", "shifted", "7", "8", "0", "0", "0", "3"],
        ["week-1", "gone", "3", "0", "0", "0", "0"],
    ]
    assert lines[9:11] == [
        "- `week-1` is gone.",
        "- On another day, in the same order: 1. Who has a date keeps it.",
    ]
    week = lines[lines.index("The next seven days, if nobody answers, pauses or stops") :]
    assert week[1].split() == ["day", "step", "messages"]
    assert week[2].split()[2:] == ["short-walk", "3"]
    assert week[-1].endswith(" messages in all")


async def test_programs_get_json(cli: Cli, folder: Path, url: str) -> None:
    result = await cli("plan", "./starter", "--json", DATABASE_URL=url)
    told = json.loads(result.out)
    assert (told["campaign"], told["people"], told["steps"]) == ("starter", {"active": 3}, [])
    assert (told["known"], told["under_way"], told["affected"]) == (True, 3, 0)
    assert len(told["days"]) == 8
    assert told["days"][0]["steps"] == {"short-walk": 3}
    assert sum(day["messages"] for day in told["days"]) >= 6


async def test_without_the_steps_of_the_launch_it_says_so(cli: Cli, folder: Path, url: str) -> None:
    (folder / "launched.yaml").unlink()
    result = await cli("plan", "./starter", DATABASE_URL=url)
    assert "The steps of the launch were never written down (check --launched)" in result.out


async def test_what_keeps_it_from_looking_is_one_line(cli: Cli, folder: Path) -> None:
    assert "there is no such folder" in (await cli("plan", "nowhere")).complaint
    assert "database" in (await cli("plan", "./starter")).complaint


async def test_nothing_is_written(cli: Cli, folder: Path, url: str, database: Database) -> None:
    async def rows() -> list[object]:
        async with database.read() as tx:
            return [
                (table.name, *(await tx.execute(sa.select(table))).all())
                for table in metadata.sorted_tables
            ]

    before = await rows()
    assert (await cli("plan", "./starter", DATABASE_URL=url)).code == 0
    assert await rows() == before

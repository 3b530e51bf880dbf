"""Whole runs of the program: dozens of people, every week, and a process that gets killed.

Twelve weeks where it is `--thorough`; every day the example's four are enough.
"""

from __future__ import annotations

import asyncio
import contextlib
import csv
import json
import random
import re
import sqlite3
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from process import ROOT, Process, running
from soak.crowd import LEAVERS, Crowd, Member

from bot.content.render import Texts, read_texts
from bot.domain.campaign import StepKind
from bot.rehearsal.emulator import World, serve

pytestmark = pytest.mark.soak

SPEED = "75000"
"""A week in eight seconds."""


@pytest.fixture
def people(thorough: bool) -> int:
    """How many people there are: two of each kind, or many."""
    return 50 if thorough else 26


@pytest.fixture
def campaign(thorough: bool) -> str:
    return "rugpijn" if thorough else "example"


def texts_of(campaign: str) -> Texts:
    templates = ROOT / "templates"
    return read_texts(templates / "campaigns" / campaign, templates / "phrases")


class Tips:
    """Tells by their first line which messages are tips, and which."""

    def __init__(self, texts: Texts) -> None:
        self.order = [s.key for s in texts.campaign.steps if s.kind is StepKind.TIP]
        self._by_title = {
            re.sub(r"<[^>]+>", "", texts.tip(key, language)).splitlines()[0]: key
            for key in self.order
            for language in texts.campaign.languages
        }

    def key(self, text: str) -> str | None:
        return self._by_title.get(text.partition("\n")[0])

    def of(self, member: Member) -> list[str]:
        """The tips that arrived with a person, in the order they did."""
        texts = [m.get("text", "") for m in member.person.chat if m["from"]["is_bot"]]
        return [key for text in texts if (key := self.key(text)) is not None]


def _rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(folder / "rugwijzer.db")) as db:
        return db.execute(query).fetchall()


def _running(folder: Path) -> int:
    """How many people the series still runs for, the check-ins on their way included."""
    query = """SELECT (SELECT count(*) FROM enrolment WHERE status IN ('active', 'paused'))
                    + (SELECT count(*) FROM delivery WHERE status IN ('queued', 'sending'))
                    + (SELECT count(*) FROM inbox WHERE state = 'new')"""
    return int(str(_rows(folder, query)[0][0]))


async def _until_over(folder: Path, people: int, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        # The end shows in the database of another process, which nothing announces.
        while not _enrolled(folder, people) or _running(folder):  # noqa: ASYNC110
            await asyncio.sleep(0.5)


def _enrolled(folder: Path, people: int) -> bool:
    if not (folder / "rugwijzer.db").exists():
        return False
    with contextlib.suppress(sqlite3.OperationalError):
        return int(str(_rows(folder, "SELECT count(*) FROM enrolment")[0][0])) == people
    return False


def _check_votes(world: World, folder: Path) -> int:
    """Every vote that stands at Telegram is the answer that stands with us; gives how many."""
    kept = {
        str(poll): (value, question)
        for poll, value, question in _rows(
            folder,
            """SELECT poll_id, value, question FROM delivery JOIN answer ON delivery_id = id
               WHERE poll_id IS NOT NULL""",
        )
    }
    assert not _rows(folder, "SELECT * FROM vote")
    standing = 0
    for poll in world.polls.values():
        for options in poll.votes.values():
            value = kept.get(poll.poll_id, (None, None))[0]
            assert (value is not None) == bool(options), poll.poll_id
            standing += value is not None
    return standing


async def test_everyone_gets_every_step_once_and_in_order(
    tmp_path: Path, people: int, campaign: str
) -> None:
    world = World(lambda: datetime.now(UTC))
    tips, over = Tips(texts_of(campaign)), asyncio.Event()
    crowd = Crowd(world, people, lambda text: tips.key(text) is not None)
    async with serve(world) as url:
        process = Process(
            tmp_path, url, world.token, CAMPAIGN=campaign, CLOCK_SPEED=SPEED, PORT="0"
        )
        async with running(process):
            living = asyncio.create_task(crowd.live(0.05, over))
            await _until_over(tmp_path, people, 600)
            await asyncio.sleep(1)
            over.set()
            await living
            assert await process.stop() == 0
        exported = await process.command("export", "out")
    assert world.complaints == []
    # Thirty a second leave; on a busy machine some arrive closer together than they left.
    assert world.busiest() <= 60
    for member in crowd.members:
        got = tips.of(member)
        if member.kind in LEAVERS:
            assert got == tips.order[: len(got)], member.kind
            late = [s for s in world.log[member.gone_at :] if s.chat_id == member.person.id]
            # The word of goodbye, and what was in flight when they left.
            assert len(late) <= 2, member.kind
        else:
            assert got == tips.order, member.kind
    assert _rows(tmp_path, "SELECT * FROM delivery WHERE status IN ('uncertain', 'failed')") == []
    assert _rows(tmp_path, "SELECT error FROM inbox WHERE state = 'failed'") == []
    answers = _check_votes(world, tmp_path)
    with (tmp_path / "out" / "answers.csv").open(newline="") as file:
        assert sum(1 for row in csv.DictReader(file) if row["value"]) == answers > people
    assert "answers.csv" in exported


async def test_killed_again_and_again_nobody_is_lost_and_nobody_messaged_twice(
    tmp_path: Path, people: int, campaign: str, thorough: bool
) -> None:
    world = World(lambda: datetime.now(UTC))
    tips, over, chance = Tips(texts_of(campaign)), asyncio.Event(), random.Random(3)
    crowd = Crowd(world, people, lambda text: tips.key(text) is not None, seed=2)
    in_flight = 0
    async with serve(world) as url:
        process = Process(
            tmp_path, url, world.token, CAMPAIGN=campaign, CLOCK_SPEED=SPEED, PORT="0"
        )
        async with running(process):
            living = asyncio.create_task(crowd.live(0.05, over))
            for _ in range(30 if thorough else 7):
                await asyncio.sleep(2 + chance.random() * 4)
                await process.kill()
                in_flight += max(world.in_flight, 1)
                await process.start()
            await _until_over(tmp_path, people, 900)
            await asyncio.sleep(1)
            over.set()
            await living
            assert await process.stop() == 0
        doubtful = json.loads(await process.command("uncertain", "--json"))
    assert world.complaints == []
    assert _rows(tmp_path, "SELECT error FROM inbox WHERE state = 'failed'") == []
    assert len(doubtful) <= in_flight
    _check_votes(world, tmp_path)
    doubt = Counter(
        str(key)
        for (key,) in _rows(
            tmp_path, "SELECT step FROM delivery WHERE status = 'uncertain' AND item = 0"
        )
    )
    for member in crowd.members:
        got = tips.of(member)
        assert len(got) == len(set(got)), "a tip came twice"
        assert got == [key for key in tips.order if key in got], "out of order"
        if member.kind not in LEAVERS:
            for key in set(tips.order) - set(got):
                doubt[key] -= 1
                assert doubt[key] >= 0, f"{key} is lost and not listed"
    polls = Counter(poll.poll_id for poll in world.polls.values())
    asked = Counter((s.chat_id, s.text, s.at.date()) for s in world.log if s.poll_id)
    assert polls.total() == asked.total()

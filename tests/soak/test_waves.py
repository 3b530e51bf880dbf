"""A wave whose program dies: at every commit, at random moments, and among a server's troubles.

`KILLS=200 pytest tests/soak/test_waves.py` kills more often than the suite does.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from process import ROOT

from bot.content.load import load, resolve
from bot.rehearsal.emulator import Fault, World, serve
from bot.store.cipher import Cipher, new_key
from bot.store.database import Database
from bot.store.tables import delivery, enrolment, subscriber

pytestmark = pytest.mark.soak

KILLS = int(os.environ.get("KILLS", "25"))
RATE = 100
AHEAD = 10
"""Deliveries claimed ahead at that many messages a second: a tenth of a second's."""
SMALL = 3 * AHEAD
A_LIFE = 3 * AHEAD
"""People for each kill: about what leaves in the life of a program that is killed."""


@dataclass
class Wave:
    """People whose first tip is due, a server for it, and programs that live and die."""

    world: World
    db: Database
    settings: dict[str, str]
    lives: asyncio.subprocess.Process
    may_be_doubtful: int = 0
    """What was claimed ahead and the most requests under way, summed over all deaths."""
    statuses: list[int] = field(default_factory=list)

    async def people(self, first: int, count: int) -> None:
        """Add people whose first tip is due."""
        cipher = Cipher.from_text(self.settings["DATA_KEY"])
        now = datetime.now(UTC)
        zone = f"Etc/GMT{now.hour - 12:+d}" if now.hour != 12 else "Etc/GMT"
        step = load(resolve(ROOT, "rugpijn")).campaign.steps[0].key
        numbers = range(first, first + count)
        for number in numbers:
            self.world.person(number).start()
        self.world.updates.clear()
        async with self.db.write() as tx:
            await tx.execute(
                sa.insert(subscriber),
                [
                    {
                        "id": number,
                        "pseudonym": f"{number:016x}",
                        "chat_ref": cipher.hide_chat(number),
                        "language": "nl",
                        "zone": zone,
                        "weekday": now.weekday(),
                        "part": "morning",
                        "pace": 1,
                        "check_ins": "no",
                        "source": "poster",
                        "created_at": now,
                        "seen_at": now,
                    }
                    for number in numbers
                ],
            )
            await tx.execute(
                sa.insert(enrolment),
                [
                    {
                        "id": number,
                        "subscriber_id": number,
                        "campaign": "rugpijn",
                        "round": 1,
                        "status": "active",
                        "next_step": step,
                        "next_due_at": now - timedelta(seconds=1),
                        "started_at": now,
                    }
                    for number in numbers
                ],
            )

    async def live(self, **job: Any) -> int:
        """A life of the program; gives how many commit points it passed."""
        assert self.lives.stdin is not None
        assert self.lives.stdout is not None
        self.world.max_in_flight = 0
        self.lives.stdin.write(json.dumps({"settings": self.settings, **job}).encode() + b"\n")
        status, points = json.loads(await asyncio.wait_for(self.lives.stdout.readline(), 90))
        self.statuses.append(status)
        if status:
            self.may_be_doubtful += AHEAD + self.world.max_in_flight
        return int(points)

    async def check(self, *, some_wait: bool = False) -> None:
        """Nobody lost, nobody twice, and no more in doubt than was leaving at the deaths.

        With `some_wait` there may be some that will be tried again later.
        """
        async with self.db.read() as tx:
            rows = await tx.execute(
                sa.select(delivery.c.enrolment_id, delivery.c.status, enrolment.c.next_due_at).join(
                    enrolment, enrolment.c.id == delivery.c.enrolment_id
                )
            )
            found = {row.enrolment_id: row for row in rows}
            everyone = set(await tx.scalars(sa.select(enrolment.c.id)))
        arrived = Counter(
            number
            for number, person in self.world.people.items()
            for message in person.chat
            if message["from"]["is_bot"]
        )
        assert set(found) == everyone, "somebody was lost"
        left = [row for row in found.values() if not (some_wait and row.status == "queued")]
        assert {row.status for row in left} <= {"sent", "uncertain"}
        assert all(row.next_due_at is not None for row in left), "a series stands still"
        assert max(arrived.values()) == 1, "somebody got it twice"
        doubtful = {number for number, row in found.items() if row.status == "uncertain"}
        if any(self.statuses):
            assert len(doubtful) <= self.may_be_doubtful, "more is in doubt than can have left"
        waiting = {number for number, row in found.items() if row.status == "queued"}
        assert everyone - set(arrived) <= doubtful | waiting, "what is not in doubt arrived"


@pytest.fixture
async def wave(database: Database, tmp_path: Path) -> AsyncIterator[Wave]:
    world = World(lambda: datetime.now(UTC))
    lives = await asyncio.create_subprocess_exec(
        sys.executable, ROOT / "tests" / "soak" / "lives.py",
        env={**os.environ, "PYTHONPATH": str(ROOT), "LOG_LEVEL": "error"}, cwd=tmp_path,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with serve(world) as url:
        settings = {
            "TELEGRAM_BOT_TOKEN": world.token,
            "TELEGRAM_API_URL": url,
            "DATABASE_URL": database.url.render_as_string(hide_password=False),
            "DATA_KEY": new_key(),
            "PAID_BROADCAST": str(RATE),
        }
        try:
            yield Wave(world, database, settings, lives)
        finally:
            with contextlib.suppress(ProcessLookupError):
                lives.kill()
            await lives.wait()


async def test_a_death_at_any_commit_loses_nobody_and_sends_nothing_twice(wave: Wave) -> None:
    point = 0
    while True:
        point += 1
        await wave.people(1000 * point, SMALL)
        passed = await wave.live(point=point)
        if passed < point:  # It came to its end before.
            assert wave.statuses[-1] == 0
            break
        await wave.live()
        assert wave.statuses[-1] == 0
        await wave.check()
    assert point > 10


async def test_deaths_at_random_moments_lose_nobody_and_send_nothing_twice(wave: Wave) -> None:
    chance = random.Random(5)
    await wave.people(1000, A_LIFE * KILLS)
    for _ in range(KILLS):
        await wave.live(after=chance.uniform(0.2, 0.8))
    await wave.live()
    assert wave.statuses[-1] == 0
    assert len([status for status in wave.statuses if status]) > KILLS / 2, "it died too seldom"
    await wave.check()


@pytest.mark.parametrize(
    "fault",
    [
        Fault("cut", "sendMessage", when="before", times=40, probability=0.3),
        Fault("cut", "sendMessage", when="after", times=40, probability=0.3),
        Fault("server_error", "sendMessage", when="after", times=40, probability=0.3),
        Fault("bad_gateway", "sendMessage", times=40, probability=0.3),
        Fault("garbage", "sendMessage", when="after", times=40, probability=0.3),
        Fault("flood", "sendMessage", times=5, probability=0.2),
        Fault("unauthorized", "sendMessage", times=10),
        Fault("server_error", "*", times=4),
        Fault("forbidden", "sendMessage", times=30),
        Fault("latency", "sendMessage", times=None, seconds=(0.0, 0.3)),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.when}-{fault.method}",
)
async def test_a_server_in_trouble_loses_nobody_and_nothing_comes_twice(
    wave: Wave, fault: Fault
) -> None:
    await wave.people(1000, 100)
    # The first requests are those of the start.
    wave.world.faults.order(fault)
    await wave.live()
    assert wave.statuses == [0]
    await wave.check(some_wait=fault.kind == "forbidden")
    async with wave.db.read() as tx:
        assert set(await tx.scalars(sa.select(enrolment.c.status))) == {"active"}

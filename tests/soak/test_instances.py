"""Three instances on one PostgreSQL database, one of them killed or frozen every ten seconds."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from process import Process, running
from soak.audience import add_people

from bot.rehearsal.emulator import Fault, World, serve
from bot.store import instances
from bot.store.cipher import Cipher, new_key
from bot.store.database import Database
from bot.store.tables import delivery, enrolment

pytestmark = [
    pytest.mark.soak,
    pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True),
]

PER_SECOND = 30
EVERY = 10.0
NEW_LEADER = 15.0
"""Seconds; on a quiet machine less than five."""
PATIENCE = 180.0
"""Seconds for what surely comes, however busy the machine is."""


@dataclass
class Three:
    """Instances that share a database, and the server that they send to."""

    world: World
    db: Database
    processes: list[Process]
    leaderless: list[float] = field(default_factory=list)
    """How long each leader was missed after it fell, in seconds."""

    events: list[tuple[float, str]] = field(default_factory=list)

    def excesses(self) -> list[tuple[float, list[tuple[float, str]]]]:
        """Where too many came within a second, and what happened from seven seconds before."""
        times = [sent.monotonic for sent in self.world.log]
        return [
            (last, [event for event in self.events if last - 7 < event[0] < last])
            for first, last in zip(times, times[PER_SECOND:], strict=False)
            if last - first < 1
        ]

    async def members(self) -> list[int]:
        """The ids of those that are taken for alive; the first of them leads."""
        async with self.db.read() as tx:
            return [member.id for member in await instances.members(tx)]

    async def missed(self, before: int) -> None:
        """Wait until the instance that led is seen to be gone."""
        loop = asyncio.get_running_loop()
        fell = loop.time()
        while (await self.members())[:1] == [before]:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        self.leaderless.append(loop.time() - fell)

    async def fall(self, process: Process, chance: random.Random) -> None:
        """Kill and start again, or freeze and let go on."""
        pid = process.pid
        (before, *_) = await self.members()
        led = before == await self.number_of(process)
        frozen = chance.random() < 0.5
        self.events.append((time.monotonic(), "frozen" if frozen else "killed"))
        if frozen:
            os.kill(pid, signal.SIGSTOP)
        else:
            await process.kill()
        watching = asyncio.create_task(self.missed(before)) if led else None
        await asyncio.sleep(chance.uniform(1.0, 7.0))
        self.events.append((time.monotonic(), "back"))
        if frozen:
            os.kill(pid, signal.SIGCONT)
        else:
            await process.start()
        if watching is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(watching, NEW_LEADER)

    async def number_of(self, process: Process) -> int:
        """The id of an instance, as its log tells."""
        told = [line for line in process.log.read_text().splitlines() if "instance=" in line]
        return int(told[-1].rpartition("instance=")[2].split()[0]) if told else 0


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@asynccontextmanager
async def three(folder: Path, database: Database) -> AsyncIterator[tuple[Three, Cipher]]:
    world = World(lambda: datetime.now(UTC))
    key = new_key()
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serve(world))
        processes = []
        for number in range(3):
            own = folder / str(number)
            own.mkdir()
            process = Process(
                own, url, world.token, DATA_KEY=key, PORT=free_port(),
                DATABASE_URL=database.url.render_as_string(hide_password=False),
            )  # fmt: skip
            processes.append(await stack.enter_async_context(running(process)))
        yield Three(world, database, processes), Cipher.from_text(key)


async def test_deaths_and_freezes_cost_no_pace_and_nobody_a_message(
    database: Database, tmp_path: Path, thorough: bool
) -> None:
    chance = random.Random(7)
    seconds = 300 if thorough else 30
    count = PER_SECOND * (seconds + 10)
    async with three(tmp_path, database) as (all_, cipher):
        world = all_.world
        world.faults.order(Fault("latency", "sendMessage", times=None, seconds=(0.03, 0.04)))
        everyone = range(1000, 1000 + count)
        await add_people(world, database, cipher, everyone)
        async with asyncio.timeout(PATIENCE):
            while len(world.log) < 3 * PER_SECOND:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        loop = asyncio.get_running_loop()
        began, before = loop.time(), len(world.log)
        while loop.time() < began + seconds:
            process = chance.choice(all_.processes)
            falls = loop.time()
            await all_.fall(process, chance)
            await asyncio.sleep(max(0.0, falls + EVERY - loop.time()))
        took, sent = loop.time() - began, len(world.log) - before
        async with asyncio.timeout(PATIENCE):
            while len(await all_.members()) < 3:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        statuses = [await process.stop() for process in all_.processes]
        logs = "".join(process.log.read_text() for process in all_.processes)

    pace, missed = sent / took / PER_SECOND, [round(each, 1) for each in all_.leaderless]
    print(f"{pace:.1%} of the allowance, leader missed for {missed} s")  # noqa: T201
    assert statuses == [0, 0, 0], logs
    assert not all_.excesses()
    # Measured on a quiet machine it is over 0.95; here others may be at work.
    assert pace >= 0.5
    assert all(each < NEW_LEADER for each in missed), missed
    arrived = Counter(sent.chat_id for sent in world.log)
    assert max(arrived.values()) == 1, "somebody got it twice"
    async with database.read() as tx:
        rows = (await tx.execute(sa.select(delivery))).all()
        due = set(
            await tx.scalars(sa.select(enrolment.c.id).where(enrolment.c.next_due_at.is_not(None)))
        )
    assert not [row for row in rows if row.status == "sending"]
    doubtful = {row.enrolment_id for row in rows if row.status == "uncertain"}
    queued = {row.enrolment_id for row in rows if row.status == "queued"}
    # What was claimed ahead, and what was under way.
    falls = seconds / EVERY
    assert len(doubtful) <= falls * 2 * (3 + PER_SECOND * 0.1)
    assert set(everyone) <= set(arrived) | doubtful | queued | due, "somebody is lost"

"""People whose next step is due, a server for it, and programs that live and die."""

from __future__ import annotations

import asyncio
import json
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from soak.audience import add_people

from bot.delivery.sender import MOST_AHEAD
from bot.rehearsal.emulator import World
from bot.store import timeline
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.deliveries import State
from bot.store.tables import delivery, enrolment

RATE = 100

MOST_CLAIMED = 2 * math.ceil(RATE * MOST_AHEAD)
"""Deliveries claimed ahead of their moments at most where the disk is slow, and as many again that
left and wait to be settled."""

LAST_COMMIT = 0.1
"""Seconds in which PostgreSQL is through with what a killed program asked of it."""


@dataclass
class Wave:
    """People whose first tip is due, a server for it, and programs that live and die."""

    world: World
    db: Database
    settings: dict[str, str]
    lives: asyncio.subprocess.Process
    leaving: set[int] = field(default_factory=set)
    """The deliveries that were claimed when a program died."""
    requests: int = 0
    """The most requests under way in each life that was killed, summed."""
    statuses: list[int] = field(default_factory=list)

    async def people(
        self, first: int, count: int, *, step: str | None = None, check_ins: str = "no"
    ) -> None:
        """Add people whose first tip, or another step, is due."""
        cipher = Cipher.from_text(self.settings["DATA_KEY"])
        numbers = range(first, first + count)
        await add_people(self.world, self.db, cipher, numbers, step=step, check_ins=check_ins)

    async def live(self, **job: Any) -> int:
        """A life of the program; gives how many commit points it passed."""
        assert self.lives.stdin is not None
        assert self.lives.stdout is not None
        self.world.max_in_flight = 0
        self.lives.stdin.write(json.dumps({"settings": self.settings, **job}).encode() + b"\n")
        status, points = json.loads(await asyncio.wait_for(self.lives.stdout.readline(), 240))
        self.statuses.append(status)
        if status:
            await self._died()
        return int(points)

    async def _died(self) -> None:
        self.requests += self.world.max_in_flight
        await asyncio.sleep(LAST_COMMIT)
        async with self.db.read() as tx:
            claimed = await timeline.listed(tx, [State.SENDING])
        new = {each.id for each in claimed} - self.leaving
        most = MOST_CLAIMED + self.world.max_in_flight
        assert len(new) <= most, "a death met more than may be claimed at a time"
        self.leaving |= new

    async def check(self, *, some_wait: bool = False) -> None:
        """Nobody lost, nobody twice, and nothing in doubt but what was leaving at a death.

        With `some_wait` there may be some that will be tried again later.
        """
        async with self.db.read() as tx:
            rows = await tx.execute(
                sa.select(
                    delivery.c.id,
                    delivery.c.enrolment_id,
                    delivery.c.status,
                    enrolment.c.next_due_at,
                ).join(enrolment, enrolment.c.id == delivery.c.enrolment_id)
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
            in_doubt = {found[number].id for number in doubtful}
            assert in_doubt <= self.leaving, "something is in doubt that was not leaving"
        waiting = {number for number, row in found.items() if row.status == "queued"}
        assert everyone - set(arrived) <= doubtful | waiting, "what is not in doubt arrived"

"""People whose next step is due, a server for it, and programs that live and die."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from soak.audience import add_people

from bot.rehearsal.emulator import World
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.tables import delivery, enrolment

RATE = 100
AHEAD = 10
"""Deliveries claimed ahead at that many messages a second: a tenth of a second's."""


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

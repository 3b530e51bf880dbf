"""This program among those that share its database: who is alive, and who leads.

Nobody's clock is compared with another's. Each instance counts up a beat in the database; whoever
sees another's beat stand still for `LEASE` on its own clock takes that one for dead, and what it
was sending for uncertain. An instance that can't show its beat stops by itself before anybody can
come to that conclusion, so even one that stood still sends nothing that others have taken over.

What only one may do is done by the oldest of those whose duty it is. An instance that was taken for
dead starts anew as the youngest, so two never lead at once.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from enum import Enum
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import steady
from bot.store import instances
from bot.store.database import Database
from bot.store.instances import Member

log = structlog.get_logger()

LEASE = 3.0
"""Seconds without a beat after which an instance is taken for dead."""

BEATS = 6
"""Beats in that time."""

MARGIN = 0.1
"""The part of its lease in which an instance stops already."""


class Role(Enum):
    """What an instance does: talk with people (web), send the series (worker), or both."""

    WEB = "web"
    WORKER = "worker"
    ALL = "all"

    def does(self, duty: Role) -> bool:
        """Whether an instance of this role has a duty, of `WEB` and `WORKER`."""
        return self in (duty, Role.ALL)


class TakenForDead(Exception):
    """Others have taken over what this instance did: it is to start anew."""


async def _nothing(_tx: AsyncConnection) -> None:
    """There is nothing to take over."""


class Instance:
    """One of those that share the database; on SQLite the only one, and so always the leader.

    `recover` settles in a transaction what instances that are no more were sending, and gives how
    much that was; `adopt` takes over what they were answering, and `adopted` is told when that can
    be read. `monotonic` gives seconds.
    """

    def __init__(
        self,
        db: Database,
        role: Role,
        *,
        monotonic: Callable[[], float] = steady,
        recover: Callable[[AsyncConnection], Awaitable[int]],
        adopt: Callable[[AsyncConnection], Awaitable[None]] = _nothing,
        adopted: Callable[[], None] = lambda: None,
        lease: float | None = None,
    ) -> None:
        self.role = role
        self.id = 0
        self._valid_until = -math.inf
        self._db = db
        self._monotonic = monotonic
        self._recover = recover
        self._adopt = adopt
        self._adopted = adopted
        self._orphaned = False
        """Whether there may be something to adopt: it stays so until that is committed."""
        self._lease = LEASE if lease is None else lease
        self._seen: dict[int, tuple[Member, float]] = {}
        """The others: how they stood, and since when."""
        self._beaten = asyncio.Event()

    async def join(self) -> None:
        """Become one of those on this database, and settle what the dead have left."""
        asked = self._monotonic()
        async with self._db.write() as tx:
            if self._db.is_sqlite:
                # Its file is locked for this program.
                await instances.clear(tx)
            self.id = await instances.add(tx, self.role.value)
            await self._settle_orphans(tx)
            if self.role.does(Role.WEB):
                await self._adopt(tx)
            members = await instances.members(tx)
        self._extend(asked)
        self._look(members)
        if not self._db.is_sqlite:
            log.info("joined", instance=self.id, others=len(self._seen))

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A writing transaction during which nobody can take this instance for dead.

        Raises TakenForDead where that has happened, or it hasn't joined yet.
        """
        async with self._db.write() as tx:
            if not await instances.stands(tx, self.id):
                raise TakenForDead
            yield tx

    async def leave(self) -> None:
        """End in good order: what is still in doubt is settled now, not when others notice."""
        if not self.id:
            return
        async with self._db.write() as tx:
            await instances.leave(tx, self.id)
            await self._settle_orphans(tx)
        self._valid_until = -math.inf

    async def run(self) -> None:
        """Show that it is alive, and look after the others, until cancelled.

        Raises TakenForDead where others have given it up.
        """
        while not self._db.is_sqlite:
            try:
                await self._beat()
            except SQLAlchemyError as error:
                log.error("no beat for now", reason=type(error).__name__)
            self._beaten.set()
            self._beaten = asyncio.Event()
            await asyncio.sleep(self._lease / BEATS)

    @property
    def valid_for(self) -> float:
        """The seconds for which nobody can take it for dead; 0 where somebody may have."""
        return max(0.0, self._valid_until - self._monotonic())

    def leads(self, duty: Role) -> bool:
        """Whether it is the one to do what only one may, of those whose role has the `duty`."""
        elder = any(
            member.id < self.id and Role(member.role).does(duty)
            for member, _ in self._seen.values()
        )
        return self.valid_for > 0 and self.role.does(duty) and not elder

    async def while_leading(
        self, duty: Role, work: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """Do `work` whenever it leads, from the start each time, until cancelled.

        Raises what the work raises; work that ends is not repeated until it leads anew.
        """
        while True:
            while not self.leads(duty):
                await self._beaten.wait()
            task = asyncio.create_task(work())
            try:
                while self.leads(duty):
                    next_beat = asyncio.create_task(self._beaten.wait())
                    waiting = {next_beat} if task.done() else {next_beat, task}
                    await asyncio.wait(
                        waiting,
                        timeout=min(60.0, self.valid_for),
                        return_when=asyncio.FIRST_COMPLETED,
                    )
                    next_beat.cancel()
                    if task.done():
                        task.result()
            finally:
                task.cancel()
                # To await the task itself would hide our own end in its.
                await asyncio.wait({task})
                if not task.cancelled():
                    task.result()

    async def _beat(self) -> None:
        asked = self._monotonic()
        async with self._db.write() as tx:
            standing = await instances.beat(tx, self.id)
            members = await instances.members(tx)
        if not standing:
            raise TakenForDead
        self._extend(asked)
        gone = self._seen.keys() - {member.id for member in members}
        self._look(members)
        self._orphaned |= bool(gone) and self.role.does(Role.WEB)
        if self._orphaned:
            async with self.write() as tx:
                await self._adopt(tx)
            self._orphaned = False
            self._adopted()
        for member, since in list(self._seen.values()):
            if self._monotonic() - since > self._lease:
                await self._take_over(member)

    def _extend(self, asked: float) -> None:
        # Others can't have seen this beat before it was asked for.
        lease = math.inf if self._db.is_sqlite else self._lease * (1 - MARGIN)
        self._valid_until = asked + lease

    def _look(self, members: list[Member]) -> None:
        now = self._monotonic()
        before, self._seen = self._seen, {}
        for member in members:
            if member.id != self.id:
                known = before.get(member.id)
                since = known[1] if known is not None and known[0] == member else now
                self._seen[member.id] = (member, since)

    async def _take_over(self, member: Member) -> None:
        async with self._db.write() as tx:
            if not await instances.remove(tx, member):
                return
            await self._settle_orphans(tx)
        # Its entry stays until the next beat, which finds it gone as those of the others do.
        log.warning("an instance is gone; its work goes on here")

    async def _settle_orphans(self, tx: AsyncConnection) -> None:
        doubtful = await self._recover(tx)
        if doubtful:
            log.warning("deliveries in doubt; see the command uncertain", deliveries=doubtful)

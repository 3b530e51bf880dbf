"""Replies that wait for their moment in the inbox: as many as there are, in little memory.

The update is handled; its replies stand in its row. They leave in the order they came, safety cards
first, and few are lined up at a time, so that whoever asks for something meanwhile hears soon. Each
is counted before it leaves, so at most once, and its row is done only after it left: until then the
outbox holds back what else its person would get after a safety card.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from itertools import chain, repeat
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError
from telegram.ext import ExtBot

from bot.chat import answer
from bot.chat.charts import Charts
from bot.chat.handling import PAUSES
from bot.chat.reader import InboxReader
from bot.chat.stored import Reply, read, stored
from bot.delivery.pacer import Lane, Pacer
from bot.domain.message import ChartMessage
from bot.instance import Instance
from bot.store import inbox
from bot.store.batch import Batch
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.inbox import Answering

log = structlog.get_logger()

LINE, LONGEST_LINE = 2.0, 500
"""Seconds' worth of the allowance, and replies at most, that are lined up at a time, not counting
safety cards whose people wait for something else meanwhile."""
SOON = 0.1
"""Seconds between two looks whether a safety card has left."""


class Replies:
    """Sends what stands in the inbox; `card_left` is told when a safety card has left."""

    def __init__(
        self,
        db: Database,
        cipher: Cipher,
        bot: ExtBot[Any],
        pacer: Pacer,
        charts: Charts,
        instance: Instance,
        card_left: Callable[[], None],
    ) -> None:
        self._db = db
        self._cipher = cipher
        self._bot = bot
        self._pacer = pacer
        self._charts = charts
        self._instance = instance
        self._card_left = card_left
        self._room = int(min(LONGEST_LINE, LINE * pacer.per_second))
        self._reader = InboxReader(self._read)
        self._held: set[int] = set()
        """The rows in memory."""
        self._lines: dict[bytes, deque[Answering]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._leaving: set[asyncio.Task[None]] = set()
        self._counts = Batch(self._count)
        self._done = Batch(self._mark)

    def wake(self) -> None:
        """There is something new to say."""
        self._reader.wake()

    @property
    def idle(self) -> bool:
        """Whether nothing is being read, waits in memory or leaves."""
        return self._reader.idle and not self._tasks

    def hide(self, reply: Reply) -> bytes:
        """The stored form of a reply."""
        return self._cipher.hide(stored(reply))

    async def run(self) -> None:
        """Send until cancelled; what a former run left comes first."""
        await self._reader.run()

    async def card_first(self, chat_id: int) -> None:
        """Wait until no safety card waits for this person; theirs are lined up next."""
        person = self._cipher.hide_chat(chat_id)
        while True:
            async with self._db.read() as tx:
                cards = await inbox.cards_for(tx, person)
            if not cards:
                return
            for row in cards:
                if row.instance == self._instance.id:
                    self._line_up(row)
            await asyncio.sleep(SOON)

    async def stop(self, grace: float) -> None:
        """Let what leaves end, for `grace` seconds at most; the rest leaves next time."""
        for line in self._lines.values():
            line.clear()
        for task in self._tasks - self._leaving:
            task.cancel()
        if self._leaving:
            await asyncio.wait(self._leaving, timeout=grace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _read(self) -> None:
        """Line up a good handful, or nothing as long as there is no room for that."""
        room = self._room - len(self._held)
        if not self._reader.behind or room < max(1, self._room // 2):
            return
        self._reader.behind = False
        async with self._db.read() as tx:
            rows = await inbox.to_answer(tx, self._instance.id, [*self._held], room)
        for row in rows:
            self._line_up(row)
        if len(rows) == room:
            self.wake()

    def _line_up(self, row: Answering) -> None:
        """To its person's line, one after the other: a card before what waits in it."""
        if row.id in self._held:
            return
        self._held.add(row.id)
        line = self._lines.get(row.person)
        if line is None:
            self._lines[row.person] = deque([row])
            task = asyncio.create_task(self._work_off(row.person))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif row.urgent:
            line.appendleft(row)
        else:
            line.append(row)

    async def _work_off(self, person: bytes) -> None:
        line = self._lines[person]
        try:
            while line:
                row = line.popleft()
                await self._send(row)
                self._held.remove(row.id)
                self._reader.room()
                if row.urgent:
                    self._card_left()
        finally:
            del self._lines[person]

    async def _send(self, row: Answering) -> None:
        try:
            reply = read(self._cipher.reveal(row.payload))
            for number in range(row.replies + 1, len(reply.messages) + 1):
                if not await self._leaves(row.id, number, reply):
                    return
        except Exception as error:
            log.error("reply lost", error=type(error).__name__)
        await self._answered(row.id)

    async def _leaves(self, id_: int, number: int, reply: Reply) -> bool:
        """Send a message at its moment; False where it is no longer ours to send."""
        task = asyncio.current_task()
        assert task is not None
        # It surely didn't leave: it is tried for as long as it takes.
        pauses = chain(PAUSES, repeat(PAUSES[-1]))
        said = reply.messages[number - 1]
        message = await self._charts.drawn(said) if isinstance(said, ChartMessage) else said
        while True:
            ticket = await self._pacer.moment(Lane.INTERACTIVE, reply.chat_id)
            self._leaving.add(task)
            try:
                if not await self._counted(id_, number - 1, number):
                    self._pacer.give_back(ticket)
                    return False
                if await answer.left(self._bot, self._pacer, reply.chat_id, message, ticket):
                    return True
                await self._counted(id_, number, number - 1)
            finally:
                self._leaving.discard(task)
            await asyncio.sleep(next(pauses))

    async def _counted(self, id_: int, before: int, now: int) -> bool:
        """Write how many left, however long the database takes; False where others have the row."""
        stands = {before}
        while True:
            try:
                return await self._counts.do((id_, frozenset(stands), now))
            except DBAPIError as error:
                await _wait_for_database(error)
                stands.add(now)  # It may have been written, though no answer came.

    async def _count(self, asked: Sequence[tuple[int, frozenset[int], int]]) -> Sequence[bool]:
        """Of rows, each with what it may say of how many left, write how many left now.

        Gives which of them said so: the others were erased meanwhile, or are in other hands.
        """
        async with self._db.write() as tx:
            ids = [id_ for id_, _, _ in asked]
            known = await inbox.replies_left(tx, ids, self._instance.id)
            stood = [known.get(id_) in stands for id_, stands, _ in asked]
            counts = [(id_, now) for (id_, _, now), so in zip(asked, stood, strict=True) if so]
            await inbox.replying(tx, counts)
        return stood

    async def _answered(self, id_: int) -> None:
        while True:
            try:
                return await self._done.do(id_)
            except DBAPIError as error:
                await _wait_for_database(error)

    async def _mark(self, ids: Sequence[int]) -> Sequence[None]:
        async with self._db.write(bulk=True) as tx:
            await inbox.handled(tx, ids)
        return [None] * len(ids)


async def _wait_for_database(error: DBAPIError) -> None:
    log.error("reply waits for the database", reason=type(error.orig).__name__)
    await asyncio.sleep(1)

"""Replies that wait for their moment in the inbox: as many as there are, in little memory.

The update is handled; its replies stand in its row. They leave in the order they came, those with a
safety card first, and few are lined up at a time, so that whoever asks for something meanwhile
hears soon. Each is counted before it leaves, so at most once; what didn't leave before a crash
leaves after it. Who had everything erased in between gets nothing more.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

import structlog
from sqlalchemy.exc import DBAPIError

from bot.domain.message import Button, TextMessage
from bot.store import inbox, people
from bot.store.batch import Batch
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.inbox import Waiting

log = structlog.get_logger()

LINE, LONGEST_LINE = 2.0, 500
"""Seconds' worth of the allowance, and replies at most, that are lined up at a time."""

MOST_URGENT = 2_000
"""So many urgent replies are lined up beyond that."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is still to be said to the update of an inbox `row`; `left` of it have left before."""

    row: int
    chat_id: int
    messages: Sequence[TextMessage]
    left: int = 0
    urgent: bool = False


Deliver = Callable[[int, TextMessage, Callable[[], Awaitable[bool]]], Awaitable[None]]
"""Sends a message to a chat at its moment, if it may leave then."""


class Replies:
    """Sends what stands in the inbox with `deliver`, at a pace of `per_second`."""

    def __init__(self, db: Database, cipher: Cipher, deliver: Deliver, per_second: int) -> None:
        self._db = db
        self._cipher = cipher
        self._deliver = deliver
        self._room = int(min(LONGEST_LINE, LINE * per_second))
        self._later: deque[int] = deque()
        """Rows whose replies aren't in memory."""
        self._later_urgent: deque[int] = deque()
        self._lined_up: set[asyncio.Task[None]] = set()
        self._leaving: set[asyncio.Task[None]] = set()
        self._fetching: asyncio.Task[None] | None = None
        self._stopped = False
        self._departures = Batch(self._depart)

    @property
    def idle(self) -> bool:
        """Whether nothing waits or leaves."""
        lined_up = self._lined_up or self._leaving or self._fetching
        return not (lined_up or self._later or self._later_urgent)

    def hide(self, reply: Reply) -> bytes:
        """The stored form of a reply."""
        told = {
            "chat": reply.chat_id,
            "urgent": reply.urgent,
            "messages": [
                {
                    "html": message.html,
                    "buttons": [
                        [{"text": each.text, "data": each.data, "url": each.url} for each in line]
                        for line in message.buttons
                    ],
                }
                for message in reply.messages
            ],
        }
        return self._cipher.hide(json.dumps(told).encode())

    def _revealed(self, row: Waiting) -> Reply:
        told = json.loads(self._cipher.reveal(row.payload))
        messages = [
            TextMessage(
                each["html"],
                tuple(tuple(Button(**button) for button in line) for line in each["buttons"]),
            )
            for each in told["messages"]
        ]
        return Reply(row.id, told["chat"], messages, row.replies, told["urgent"])

    def add(self, replies: Sequence[Reply]) -> None:
        """Send replies that stand in the inbox already, as soon as it is their turn."""
        for reply in replies:
            if self._stopped:
                return
            room = self._room + (MOST_URGENT if reply.urgent else 0)
            others = self._later_urgent if reply.urgent else self._later
            if not others and len(self._lined_up) < room:
                self._line_up(reply)
            else:
                others.append(reply.row)

    async def recover(self) -> None:
        """Take up what an earlier run left."""
        async with self._db.read() as tx:
            self._later_urgent.extend(await inbox.to_answer(tx, urgent=True))
            self._later.extend(await inbox.to_answer(tx, urgent=False))
        self._fetch()
        if self._fetching is not None:
            await self._fetching

    async def stop(self, grace: float) -> None:
        """Let what leaves end, for `grace` seconds at most; the rest leaves next time."""
        self._stopped = True
        waiting = [*self._lined_up, *([self._fetching] if self._fetching else [])]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        if self._leaving:
            await asyncio.wait(self._leaving, timeout=grace)

    def _line_up(self, reply: Reply) -> None:
        task = asyncio.create_task(self._send(reply))
        self._lined_up.add(task)
        task.add_done_callback(self._gone)

    def _gone(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("reply lost", error=type(error).__name__)
        self._lined_up.discard(task)
        self._leaving.discard(task)
        self._fetch()

    def _fetch(self) -> None:
        """Bring the next replies into memory, a good handful at a time."""
        if self._stopped or self._fetching is not None:
            return
        room = self._room - len(self._lined_up)
        ids: list[int] = []
        # A safety card is in line before the next question can be.
        _move(self._later_urgent, ids, room + MOST_URGENT)
        if room >= max(1, self._room // 2):
            _move(self._later, ids, room)
        if ids:
            self._fetching = asyncio.create_task(self._bring(ids))

    async def _bring(self, ids: list[int]) -> None:
        try:
            while True:
                try:
                    async with self._db.read() as tx:
                        found = await inbox.get(tx, ids)
                    break
                except DBAPIError as error:
                    log.error("inbox out of reach", reason=type(error.orig).__name__)
                    await asyncio.sleep(1)
            replies = [self._revealed(row) for row in found]
            for reply in sorted(replies, key=lambda reply: not reply.urgent):
                self._line_up(reply)
        finally:
            self._fetching = None
        self._fetch()

    async def _send(self, reply: Reply) -> None:
        task = asyncio.current_task()
        assert task is not None
        for number in range(reply.left + 1, len(reply.messages) + 1):
            self._leaving.discard(task)
            self._lined_up.add(task)
            message = reply.messages[number - 1]
            may_leave = partial(self._may_leave, task, reply, number)
            await self._deliver(reply.chat_id, message, may_leave)

    async def _may_leave(self, task: asyncio.Task[None], reply: Reply, number: int) -> bool:
        self._lined_up.discard(task)
        self._leaving.add(task)
        self._fetch()
        while True:
            try:
                return await self._departures.do((reply, number))
            except DBAPIError as error:
                log.error("reply waits for the database", reason=type(error.orig).__name__)
                await asyncio.sleep(1)

    async def _depart(self, asked: Sequence[tuple[Reply, int]]) -> Sequence[bool]:
        """Count replies that leave next, each with its number; which of them may.

        A row is done with its last one.
        """
        refs = [self._cipher.hide_chat(reply.chat_id) for reply, _ in asked]
        async with self._db.write() as tx:
            known = await people.known(tx, refs)
            over, others = [], []
            for (reply, number), ref in zip(asked, refs, strict=True):
                if number == len(reply.messages) or ref not in known:
                    over.append(reply.row)
                else:
                    others.append((reply.row, number))
            await inbox.handled(tx, over)
            await inbox.replying(tx, others)
        return [ref in known for ref in refs]


def _move(rows: deque[int], ids: list[int], most: int) -> None:
    """Take rows from the front until there are so many."""
    while rows and len(ids) < most:
        ids.append(rows.popleft())

"""Updates come in: written to the inbox first, then confirmed, then handled."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import ExtBot

from bot.chat.handling import Counts, Handling, current
from bot.chat.reader import InboxReader
from bot.domain.ids import BIGGEST
from bot.instance import Instance, TakenForDead
from bot.store import inbox
from bot.store.batch import OUT_OF_REACH, Batch
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.inbox import Received, Waiting

log = structlog.get_logger()

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member", "poll_answer"]
"""What Telegram is to send. `poll` is left out: it would double the volume and adds nothing."""

POLL_SECONDS = 30
GATHER = 0.005
"""Seconds that an update waits for others at most, to be written with them: Telegram sends the next
one of a connection when this one is acknowledged."""
AT_ONCE = 500
"""Updates that are worked on at a time. Those that only wait for the pace don't count, but for the
following."""
MOST_HELD = 2_000
"""Updates in memory at most."""
BLOCKED = 0.1
"""Seconds until another look at an update that waits for one of the same person elsewhere."""
TRIES = 3
PAUSES = (0.5, 2.0)
"""Seconds before the second and the third try of an update that failed."""


class Intake:
    """Writes raw updates to the inbox. Anything that isn't an update is dropped with one line."""

    def __init__(
        self,
        instance: Instance,
        cipher: Cipher,
        now: Callable[[], datetime],
        arrived: Callable[[], None],
    ) -> None:
        self._instance = instance
        self._cipher = cipher
        self._now = now
        self._arrived = arrived
        self._batch = Batch(self._put, longest=GATHER)

    async def take(self, updates: Sequence[Any]) -> None:
        """Write updates durably; when this returns they may be confirmed to Telegram.

        Raises TakenForDead where they wouldn't be handled, and what the database's driver does.
        """
        received = [item for update in updates if (item := self._received(update)) is not None]
        if len(received) < len(updates):
            log.warning("not an update", dropped=len(updates) - len(received))
        await self._batch.do(received)

    async def _put(self, taken: Sequence[Sequence[Received]]) -> Sequence[None]:
        items = [item for received in taken for item in received]
        async with self._instance.write() as tx:
            await inbox.put(tx, items, self._now(), self._instance.id)
        self._arrived()
        return [None] * len(taken)

    def _received(self, update: Any) -> Received | None:
        update_id = update_id_of(update)
        if update_id is None:
            return None
        sender = sender_of(update)
        person = self._cipher.hide_chat(sender) if sender is not None else None
        return Received(update_id, person, self._cipher.hide(json.dumps(update).encode()))


def update_id_of(update: Any) -> int | None:
    """The id of an update, or None for what is none."""
    id_ = update.get("update_id") if isinstance(update, dict) else None
    return id_ if isinstance(id_, int) and 0 <= id_ < BIGGEST else None


def sender_of(update: dict[str, Any]) -> int | None:
    """The Telegram id of who caused an update: updates of one person are handled in order."""
    for kind in ALLOWED:
        part = update.get(kind)
        if isinstance(part, dict):
            user = part.get("user" if kind == "poll_answer" else "from")
            id_ = user.get("id") if isinstance(user, dict) else None
            return id_ if isinstance(id_, int) and abs(id_) <= BIGGEST else None
    return None


def chat_of(update: dict[str, Any]) -> int | None:
    """The chat in which an update happened, where it has one."""
    for kind in ALLOWED:
        part = update.get(kind)
        if isinstance(part, dict):
            message = part.get("message") if kind == "callback_query" else part
            chat = message.get("chat") if isinstance(message, dict) else None
            id_ = chat.get("id") if isinstance(chat, dict) else None
            return id_ if isinstance(id_, int) else None
    return None


class Poller:
    """Long polling: asks for updates, hands them to the intake, and only then confirms them."""

    def __init__(self, bot: ExtBot[Any], intake: Intake) -> None:
        self._bot = bot
        self._intake = intake
        self._offset: int | None = None
        self.healthy = False
        """Whether the last request went well."""

    async def run(self) -> None:
        """Poll until cancelled. Raises InvalidToken when Telegram no longer knows the token."""
        pause = 1.0
        while True:
            try:
                await self._once()
                self.healthy, pause = True, 1.0
                continue
            except InvalidToken:
                raise
            except Conflict:
                log.warning("another program polls with this token; stop that one")
            except TelegramError as error:
                kind = type(error) if isinstance(error, NetworkError) else TelegramError
                log.warning("no updates for now", reason=kind.__name__)
            except DBAPIError as error:
                log.error("updates can't be kept for now", reason=type(error.orig).__name__)
            self.healthy = False
            await asyncio.sleep(pause)
            pause = min(pause * 2, 30.0)

    async def _once(self) -> None:
        # The underscore keeps PTB from warning that it has a method for this; that method builds
        # objects, and one malformed update would hold up all that follow.
        updates = await self._bot.do_api_request(
            "getUpdates_",
            api_kwargs={
                "timeout": POLL_SECONDS,
                "allowed_updates": ALLOWED,
                **({} if self._offset is None else {"offset": self._offset}),
            },
            read_timeout=POLL_SECONDS + 10,
        )
        if not isinstance(updates, list):
            raise TelegramError("getUpdates gave no list")
        if not updates:
            return
        await self._intake.take(updates)
        ids = [id_ for update in updates if (id_ := update_id_of(update)) is not None]
        if not ids:
            raise TelegramError("nothing that could be confirmed")
        self._offset = max(ids) + 1


class Inbox:
    """Handles what the inbox holds: people side by side, each person's updates in order.

    `handle` gets a decoded update; what it raises, or leaves in `Handling.error`, is a failed try.
    `apologise` gets the person of an update that was given up, and the update.
    """

    def __init__(
        self,
        db: Database,
        instance: Instance,
        cipher: Cipher,
        handle: Callable[[dict[str, Any]], Awaitable[None]],
        apologise: Callable[[int, dict[str, Any]], Awaitable[None]],
    ) -> None:
        self._db = db
        self._instance = instance
        self._cipher = cipher
        self._handle = handle
        self._apologise = apologise
        self._counts = Counts(instance)
        self._done = Batch(self._mark)
        self._reader = InboxReader(self._read)
        self._lines: dict[bytes | int, deque[Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._last = 0
        self._looked_back = 0
        """How often it was told to."""
        self._held: set[int] = set()
        self._working = 0

    def wake(self) -> None:
        """Something has arrived."""
        self._reader.wake()

    def look_back(self) -> None:
        """There may be updates that are older than those read before."""
        self._last = 0
        self._looked_back += 1
        self.wake()

    @property
    def idle(self) -> bool:
        """Whether nothing is being read, handled or known to wait."""
        return self._reader.idle and not self._tasks

    async def run(self) -> None:
        """Handle until cancelled; what a former run left comes first."""
        await self._reader.run()

    async def stop(self, grace: float) -> None:
        """Wait for what is being handled, `grace` seconds at most; the rest comes next time."""
        for line in self._lines.values():
            line.clear()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace)
            for task in late:
                task.cancel()

    async def _read(self) -> None:
        """Read what there is room for: a good handful, or nothing as long as there is no room for
        that."""
        room = min(AT_ONCE - self._working, MOST_HELD - len(self._held))
        if not self._reader.behind or room < AT_ONCE // 4:
            return
        self._reader.behind = False
        after, held, looked_back = self._last, set(self._held), self._looked_back
        # Those that are in memory come along when it looks back.
        most = room + sum(id_ > after for id_ in held)
        async with self._db.read() as tx:
            rows = await inbox.waiting(tx, self._instance.id, after, most)
        blocked = [row.id for row in rows if row.blocked]
        for row in rows:
            if row.id not in held and not row.blocked:
                self._line_up(row)
        if rows and self._looked_back == looked_back:
            self._last = min([rows[-1].id, *(id_ - 1 for id_ in blocked)])
        if blocked:
            asyncio.get_running_loop().call_later(BLOCKED, self.wake)
        elif len(rows) == most:
            self.wake()

    def _line_up(self, row: Waiting) -> None:
        self._held.add(row.id)
        # Updates of nobody in particular each stand in a line of their own.
        line = row.person if row.person is not None else row.id
        if line in self._lines:
            self._lines[line].append(row)
            return
        self._lines[line] = deque([row])
        self._working += 1
        task = asyncio.create_task(self._work_off(line))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _works(self, change: int) -> None:
        self._working += change
        self._reader.room()

    async def _work_off(self, line: bytes | int) -> None:
        rows = self._lines[line]
        try:
            while rows:
                row = rows.popleft()
                try:
                    await self._handle_row(row)
                finally:
                    self._held.discard(row.id)
        finally:
            del self._lines[line]
            self._works(-1)

    async def _handle_row(self, row: Waiting) -> None:
        replies, tries = row.replies, row.tries
        while tries < TRIES:
            handling = Handling(self._counts, row.id, replies, self._works)
            current.set(handling)
            try:
                await self._handle(json.loads(self._cipher.reveal(row.payload)))
                if handling.error is not None:
                    raise handling.error
                if not handling.done:
                    await self._done.do(row.id)
                return
            except TakenForDead:
                return
            except OUT_OF_REACH as error:
                # The database is out of reach; that says nothing about the update.
                replies = max(replies, handling.count)
                log.error("update waits for the database", reason=type(error.orig).__name__)
                await asyncio.sleep(1)
            except Exception as error:
                replies = max(replies, handling.count)
                tries += 1
                # The kind and the place of the error are told, never its content.
                where = _where(error)
                last = tries == TRIES
                log.error("update failed", inbox=row.id, tries=tries, error=where, given_up=last)
                await self._note(row, where, give_up=last)
                if not last:
                    await asyncio.sleep(PAUSES[min(tries, len(PAUSES)) - 1])
                elif row.person is not None:
                    await self._excuse(row)

    async def _mark(self, ids: Sequence[int]) -> Sequence[None]:
        async with self._db.write(bulk=True) as tx:
            await inbox.handled(tx, ids)
        return [None] * len(ids)

    async def _excuse(self, row: Waiting) -> None:
        try:
            update = json.loads(self._cipher.reveal(row.payload))
            assert row.person is not None
            await self._apologise(self._cipher.chat(row.person), update)
        except Exception as error:
            log.error("no apology", inbox=row.id, error=_where(error))

    async def _note(self, row: Waiting, where: str, *, give_up: bool) -> None:
        try:
            async with self._db.write() as tx:
                await inbox.failed_try(tx, row.id, where, give_up=give_up)
        except DBAPIError as error:
            log.error("inbox out of reach", reason=type(error.orig).__name__)


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    place = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        if "/bot/" in code.co_filename:
            place = f"{code.co_filename.rpartition('/bot/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {place}" if place else type(error).__name__

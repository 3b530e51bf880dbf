"""Waking those who wait: long polls, tests that wait for something, and chat pages."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from .errors import Json

Event = tuple[str, Json]


class Signal:
    """Something happened; whoever waits looks for himself whether it concerns him."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Wake all who wait."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self, seconds: float) -> bool:
        """Whether it happened within so many seconds."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await asyncio.wait_for(future, seconds)
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(future)
        return True


class Events:
    """What happens in each chat, for the pages that show it."""

    def __init__(self) -> None:
        self._streams: defaultdict[int, set[asyncio.Queue[Event | None]]] = defaultdict(set)

    def publish(self, chat_id: int, name: str, data: Json) -> None:
        """Tell those who follow the chat."""
        for queue in self._streams.get(chat_id, ()):
            queue.put_nowait((name, data))

    def broadcast(self, name: str) -> None:
        """Tell those who follow any chat."""
        for chat_id in list(self._streams):
            self.publish(chat_id, name, {})

    def close(self) -> None:
        """End all streams."""
        for queues in self._streams.values():
            for queue in queues:
                queue.put_nowait(None)

    async def follow(self, chat_id: int) -> AsyncIterator[Event]:
        """The events of a chat from now on; `ready` first, after which none is missed."""
        with self._queue(chat_id) as queue:
            yield "ready", {}
            while (event := await queue.get()) is not None:
                yield event

    @contextmanager
    def _queue(self, chat_id: int) -> Iterator[asyncio.Queue[Event | None]]:
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._streams[chat_id].add(queue)
        try:
            yield queue
        finally:
            self._streams[chat_id].discard(queue)
            if not self._streams[chat_id]:
                del self._streams[chat_id]

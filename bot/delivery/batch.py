"""Group commit: what is asked for while a transaction runs goes together into the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Asked = TypeVar("Asked")

EACH, LONGEST = 0.001, 0.1
"""Seconds waited before a set for each request of the set before, and at most: the more there is to
do, the larger the sets, and a single request hardly waits."""


class Batch(Generic[Asked]):
    """Collects single requests and does them as sets with `work`, one set at a time.

    `work` gets the requests in the order they came. When it raises, every request of that set
    raises the same.
    """

    def __init__(
        self, work: Callable[[Sequence[Asked]], Awaitable[object]], most: int = 500
    ) -> None:
        self._work = work
        self._most = most
        self._waiting: list[tuple[Asked, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None
        self._last = 0

    async def do(self, asked: Asked) -> None:
        """Take part in the next set; returns when it is done."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, done))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        await done

    async def _run(self) -> None:
        try:
            while self._waiting:
                if len(self._waiting) < self._last:
                    await asyncio.sleep(min(EACH * self._last, LONGEST))
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                self._last = len(batch)
                try:
                    await self._work([asked for asked, _ in batch])
                except Exception as error:
                    for _, done in batch:
                        if not done.done():
                            done.set_exception(error)
                else:
                    for _, done in batch:
                        if not done.done():
                            done.set_result(None)
        finally:
            self._task = None

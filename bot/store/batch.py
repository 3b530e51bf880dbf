"""Group commit: what is asked for while a transaction runs goes together into the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError

Asked = TypeVar("Asked")
Result = TypeVar("Result")

EACH, LONGEST = 0.001, 0.1
"""Seconds waited before a set for each request of the set before, and at most: the more there is to
do, the larger the sets, and a single request hardly waits."""

OUT_OF_REACH = (OperationalError, InterfaceError)
"""What says something about the database, and nothing about what was asked."""


class Batch(Generic[Asked, Result]):
    """Collects single requests and does them as sets with `work`, one set at a time.

    `work` gets the requests in the order they came and gives a result for each. When it raises,
    each of that set is done alone, so that one can't spoil the others; with the database out of
    reach all of them raise the same.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Asked]], Awaitable[Sequence[Result]]],
        most: int = 500,
        longest: float = LONGEST,
    ) -> None:
        """Sets hold `most` requests; before one, `longest` seconds are waited for others."""
        self._work = work
        self._most = most
        self._longest = longest
        self._waiting: list[tuple[Asked, asyncio.Future[Result]]] = []
        self._task: asyncio.Task[None] | None = None
        self._last = 0

    async def do(self, asked: Asked) -> Result:
        """Take part in the next set; returns when it is done."""
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, done))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return await done

    async def _run(self) -> None:
        try:
            while self._waiting:
                if len(self._waiting) < self._last:
                    await asyncio.sleep(min(EACH * self._last, self._longest))
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                self._last = len(batch)
                await self._do(batch)
        finally:
            self._task = None

    async def _do(self, batch: list[tuple[Asked, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._work([asked for asked, _ in batch])
        except Exception as error:
            if len(batch) > 1 and not isinstance(error, OUT_OF_REACH):
                for each in batch:
                    await self._do([each])
                return
            for _, done in batch:
                if not done.done():
                    done.set_exception(error)
        else:
            for (_, done), result in zip(batch, results, strict=True):
                if not done.done():
                    done.set_result(result)

"""Group commit: what is asked for while a transaction runs goes together into the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Given = TypeVar("Given")


class Batch(Generic[Asked, Given]):
    """Collects single requests and does them as sets with `work`, one set at a time.

    `work` gets the requests in the order they came and gives as many results. When it raises, every
    request of that set raises the same.
    """

    def __init__(
        self, work: Callable[[Sequence[Asked]], Awaitable[Sequence[Given]]], most: int = 500
    ) -> None:
        self._work = work
        self._most = most
        self._waiting: list[tuple[Asked, asyncio.Future[Given]]] = []
        self._task: asyncio.Task[None] | None = None

    async def do(self, asked: Asked) -> Given:
        """Take part in the next set; gives this request's result."""
        done: asyncio.Future[Given] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, done))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return await done

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                try:
                    results = await self._work([asked for asked, _ in batch])
                except Exception as error:
                    for _, done in batch:
                        if not done.done():
                            done.set_exception(error)
                else:
                    for (_, done), result in zip(batch, results, strict=True):
                        if not done.done():
                            done.set_result(result)
        finally:
            self._task = None

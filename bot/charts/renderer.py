"""Pictures are made in a process of their own: one at a time, few in line, and never waited for
long. Who doesn't get one says it in words."""

from __future__ import annotations

import asyncio
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from multiprocessing import get_context

import structlog

from bot.charts import worker

log = structlog.get_logger()

MOST = 16
"""Pictures in line; whoever comes then gets none, so that a burst costs no more than this."""
PATIENCE = 3.0
"""Seconds that somebody waits for a picture."""


class Renderer:
    """Makes pictures; the process starts with the first one, and anew where it has died."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._line: list[Future[bytes]] = []

    async def png(self, svg: str) -> bytes | None:
        """A picture as PNG; None where it can't be had soon."""
        self._line = [future for future in self._line if not future.done()]
        if len(self._line) >= MOST:
            return None
        pool = self._pool = self._pool or _pool()
        try:
            future = pool.submit(worker.png, svg)
            self._line.append(future)
            coming = asyncio.wrap_future(future)
            coming.add_done_callback(_seen)
            # Not cancelled: an executor that breaks can't bear a future that was.
            await asyncio.wait((coming,), timeout=PATIENCE)
            if coming.done():
                return coming.result()
            log.warning("a chart took too long")
        except (BrokenExecutor, OSError) as error:
            log.warning("the drawing of charts starts anew", reason=type(error).__name__)
            if self._pool is pool:
                self._pool = None
            pool.shutdown(wait=False)
        except ValueError:
            log.error("a chart can't be drawn")
        return None

    async def close(self) -> None:
        """End the process."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)


def _seen(future: asyncio.Future[bytes]) -> None:
    """Nobody may be waiting any more for what went wrong."""
    if not future.cancelled():
        future.exception()


def _pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, get_context("spawn"), worker.begin)

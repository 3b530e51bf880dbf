"""Reading the inbox: when there may be something new in it, and when there is room for more."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import DBAPIError

log = structlog.get_logger()

PAUSE = 1.0
"""Seconds until the next try where the database is out of reach."""


class InboxReader:
    """Calls `read` again and again. What it reads, and whether there is room, is for it to know."""

    def __init__(self, read: Callable[[], Awaitable[None]]) -> None:
        self._read = read
        self._event = asyncio.Event()
        self._reading = False
        self.behind = True
        """Whether there may be rows that weren't read yet; `read` says when that is over."""

    def wake(self) -> None:
        """There may be rows that weren't read yet."""
        self.behind = True
        self._event.set()

    def room(self) -> None:
        """There may be room for more."""
        self._event.set()

    @property
    def idle(self) -> bool:
        """Whether nothing is being read or asks to be."""
        return not (self._reading or self._event.is_set())

    async def run(self) -> None:
        """Read until cancelled; what a former run left comes first."""
        self._event.set()
        while True:
            await self._event.wait()
            self._event.clear()
            self._reading = True
            try:
                await self._read()
            except DBAPIError as error:
                log.error("inbox out of reach", reason=type(error.orig).__name__)
                await asyncio.sleep(PAUSE)
                self.wake()
            finally:
                self._reading = False

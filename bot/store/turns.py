"""Whose turn it is to write, where only one may at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

IN_A_ROW = 4
"""So many may overtake bulk work that waits before its turn comes: it is slowed, not stopped."""


class Turns:
    """A lock for one at a time: what somebody waits for goes before bulk work, else in order."""

    def __init__(self) -> None:
        self._taken = False
        self._first: deque[asyncio.Future[None]] = deque()
        self._bulk: deque[asyncio.Future[None]] = deque()
        self._overtook = 0

    @asynccontextmanager
    async def turn(self, *, bulk: bool = False) -> AsyncIterator[None]:
        """Wait for a turn, and have it until the end of the block."""
        if self._taken:
            granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            (self._bulk if bulk else self._first).append(granted)
            try:
                await granted
            except asyncio.CancelledError:
                if not granted.cancelled():  # It was granted just before.
                    self._pass_on()
                raise
        self._taken = True
        try:
            yield
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        for queue in (self._first, self._bulk):
            while queue and queue[0].done():  # Cancelled.
                queue.popleft()
        overtaken = self._first and self._bulk and self._overtook < IN_A_ROW
        self._overtook = self._overtook + 1 if overtaken else 0
        queue = self._first if self._first and (overtaken or not self._bulk) else self._bulk
        if queue:
            queue.popleft().set_result(None)
        else:
            self._taken = False

"""An event loop in which waiting takes no time: it jumps to the next timer when nothing is ready.

Whatever runs in it and asks the loop (or `VirtualClock`) for the time sees weeks pass, and runs in
the same order every time. Nothing in it may wait for a thread, a socket or another process.
"""

from __future__ import annotations

import asyncio
import selectors
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock


class Standstill(Exception):
    """Everything waits, and no timer will ever go off."""


class _Jump(selectors.SelectSelector):
    """Stands where the loop waits for the outside world, and moves the loop's time instead."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise Standstill
        if timeout > 0:
            self.seconds += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """The loop; its time begins at 0 seconds."""

    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)
        # Past two months of seconds a nanosecond is lost in rounding, and a timer never reached.
        self._clock_resolution = 1e-6

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._jump.seconds


class VirtualClock(Clock):
    """The time of a virtual loop, counted from an instant (aware UTC)."""

    def __init__(self, loop: asyncio.AbstractEventLoop, starts: datetime) -> None:
        super().__init__(anchor=(starts, starts))
        self._loop = loop
        self._starts = starts

    def now(self) -> datetime:
        """The present instant of the simulation."""
        return self._starts + timedelta(seconds=self._loop.time())

    def monotonic(self) -> float:
        """The loop's own seconds, so that pace is kept in virtual time."""
        return self._loop.time()

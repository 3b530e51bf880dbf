"""The only place that asks what time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

# On Linux this one counts the time that a machine sleeps, too.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady() -> float:
    """Seconds that pass in real time, whoever sets or turns a clock."""
    return time.clock_gettime(_STEADY)


class Clock:
    """Time as this program sees it: real time, faster than real time, or turned by hand."""

    def __init__(self, speed: float = 1.0, anchor: tuple[datetime, datetime] | None = None) -> None:
        self.speed = speed
        real = datetime.now(UTC)
        self._real, self._shown = anchor or (real, real)
        self._turned = timedelta()

    def now(self) -> datetime:
        """The present instant (aware UTC)."""
        return self._shown + (datetime.now(UTC) - self._real) * self.speed + self._turned

    def monotonic(self) -> float:
        """Seconds for measuring pace. They pass in real time, since Telegram's limits do, but a
        turn by hand counts: nobody waits a week's turn for a second's spacing."""
        return steady() + self._turned.total_seconds()

    def turn(self, ahead: timedelta) -> None:
        """Turn the clock ahead."""
        self._turned += max(ahead, timedelta())

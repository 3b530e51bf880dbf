"""The only place that asks what time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from bot.store import meta
from bot.store.database import Database, DatabaseProblem

LIFE, REHEARSAL = "life", "rehearsal"

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


async def clock_for(db: Database, speed: float) -> Clock:
    """The clock for a database, anchored there so that a restart doesn't turn it back.

    A database serves life or rehearsals, never both: raises DatabaseProblem otherwise.
    """
    kind = LIFE if speed == 1 else REHEARSAL
    async with db.write() as tx:
        stamped = await meta.get(tx, "serves")
        if stamped is None:
            await meta.put(tx, "serves", kind)
        elif stamped != kind:
            raise DatabaseProblem(
                f"this database serves {stamped}, so CLOCK_SPEED={speed:g} is refused; "
                + ("leave CLOCK_SPEED at 1" if stamped == LIFE else "use another DATABASE_URL")
            )
        if kind == LIFE:
            return Clock()
        real = datetime.now(UTC)
        shown = real
        anchor = await meta.get(tx, "clock")
        if anchor is not None:
            then_real, then_shown, then_speed = anchor.split()
            shown = datetime.fromisoformat(then_shown) + (
                real - datetime.fromisoformat(then_real)
            ) * float(then_speed)
        await meta.put(tx, "clock", f"{real.isoformat()} {shown.isoformat()} {speed}")
        return Clock(speed, (real, shown))

"""The clock that a database keeps: real, or turned for good."""

from __future__ import annotations

from datetime import datetime

from bot.clock import Clock
from bot.store import meta
from bot.store.database import Database, DatabaseProblem

LIFE, REHEARSAL = "life", "rehearsal"


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
        clock = Clock()
        if kind == LIFE:
            return clock
        real = clock.now()
        shown = real
        anchor = await meta.get(tx, "clock")
        if anchor is not None:
            then_real, then_shown, then_speed = anchor.split()
            shown = datetime.fromisoformat(then_shown) + (
                real - datetime.fromisoformat(then_real)
            ) * float(then_speed)
        await meta.put(tx, "clock", f"{real.isoformat()} {shown.isoformat()} {speed}")
        return Clock(speed, (real, shown))

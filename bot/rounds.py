"""What is done again and again while the bot runs: planning, closing polls, tidying, looking ahead.

Every instance wakes its sender; the rest is the leading worker's. A database that is away for a
moment is no reason to stop.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.delivery.closing import close_due_polls
from bot.delivery.messenger import Messenger
from bot.delivery.pacer import Pacer
from bot.delivery.planner import Planner
from bot.report import wave_lines
from bot.service import asking, forgetting, waves
from bot.service.records import Records
from bot.store import inbox as inbox_rows

log = structlog.get_logger()

REMEMBER_UPDATES = timedelta(hours=72)
"""How long ids of handled updates are kept; Telegram brings an update again for a day at most."""


class Rounds:
    """The rounds of one instance.

    `leads` says whether it is the leading worker, and `wake` lets the sender look for what is due.
    """

    def __init__(
        self,
        records: Records,
        clock: Clock,
        messenger: Messenger,
        pacer: Pacer,
        leads: Callable[[], bool],
        wake: Callable[[], None],
        queued: Callable[[], None],
    ) -> None:
        """`queued` is told of each set of a large wave."""
        self._records = records
        self._clock = clock
        self._messenger = messenger
        self._pacer = pacer
        self._leads = leads
        self._wake = wake
        self._planner = Planner(records, clock.now, queued)
        self.ticked_at = clock.monotonic()
        """By the monotonic clock: when the database was last seen at work."""

    async def tick(self) -> None:
        """Queue what is due and wake the sender."""
        try:
            if self._leads():
                await self._planner.tick()
        except DBAPIError as error:
            log.error("tick failed", reason=type(error.orig).__name__)
            return
        self.ticked_at = self._clock.monotonic()
        self._wake()

    async def close_polls(self) -> None:
        """Close the check-ins whose window is over."""
        if not self._leads():
            return
        try:
            await close_due_polls(self._records, self._messenger, self._pacer, self._clock.now)
        except DBAPIError as error:
            log.error("closing polls failed", reason=type(error.orig).__name__)

    async def tidy(self) -> None:
        """Erase for good whom and what nobody needs any more, as promised."""
        if not self._leads():
            return
        now = self._clock.now()
        try:
            erased = await forgetting.erase_long_gone(self._records.db, now)
            await asking.tidy(self._records, now)
            async with self._records.db.write() as tx:
                await inbox_rows.forget_before(tx, now - REMEMBER_UPDATES)
        except DBAPIError as error:
            log.error("tidying failed", reason=type(error.orig).__name__)
            return
        if erased:
            log.info("erased for good, as promised", people=erased)

    async def tell_waves(self) -> None:
        """Say before it happens how long the largest waves of the week will take."""
        try:
            async with self._records.db.read() as tx:
                forecast = await waves.expected(
                    tx, self._records.campaign, self._pacer.per_second, self._clock.now()
                )
        except DBAPIError as error:
            log.error("no forecast of the waves", reason=type(error.orig).__name__)
            return
        for line in wave_lines(forecast, most=3):
            (log.warning if forecast.overruns else log.info)("expected", wave=line)

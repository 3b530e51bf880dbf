"""An allowance that several instances share through the database."""

from __future__ import annotations

import asyncio
import bisect
import contextlib
import math
from collections.abc import Awaitable, Callable
from operator import attrgetter

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery.allowance import RoundTrips, Ticket
from bot.delivery.places import LATE, Asked, Grant, Places, exchange
from bot.store import pace
from bot.store.database import Database

log = structlog.get_logger()

EACH = 0.04
"""Seconds between two exchanges while messages wait for places."""

AT_LEISURE = 0.1
"""Seconds after which places are given back while nobody waits. The fewer are in hand, the less a
death costs."""

LINGER = 1.0
"""Seconds for which it looks out for more after the last exchange."""

CONNECTED_AGAIN = 1.0
"""Seconds until the next try after the database was out of reach."""


Exchange = Callable[[Asked], Awaitable[list[Grant]]]


def in_database(db: Database, per_second: int) -> Exchange:
    """The exchange with the places that stand in a database; raises what its driver does."""

    async def exchange_there(asked: Asked) -> list[Grant]:
        async with db.write() as tx:
            stored, now = await pace.locked(tx)
            places, granted = exchange(Places.from_bytes(stored), asked, now, per_second)
            await pace.put(tx, places.to_bytes())
        return granted

    return exchange_there


class SharedAllowance:
    """Takes places by `exchange` as messages want them, and gives them back.

    `valid_for` tells for how many seconds nobody can take this instance for dead: no place is good
    for longer. `sleep` is for tests in virtual time.
    """

    def __init__(
        self,
        per_second: int,
        exchange: Exchange,
        *,
        monotonic: Callable[[], float],
        valid_for: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._exchange = exchange
        self._monotonic = monotonic
        self._valid_for = valid_for
        self._sleep = sleep
        self._trips = RoundTrips(per_second)
        self._changed: Callable[[], None] = lambda: None
        self._replies = self._wave = 0
        self._stock: list[Ticket] = []
        """Places in hand, by their moments, which stand in `left_at` until they are taken."""
        self._back: list[tuple[float, float]] = []
        """What each returned place was held as, and when it is free."""
        self._rest_until = -math.inf
        self._task: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()

    def watch(self, changed: Callable[[], None]) -> None:
        self._changed = changed

    def want(self, replies: int, wave: int) -> None:
        more = replies > self._replies
        self._replies, self._wave = replies, wave
        if self._missing():
            self._begin()
            if more:
                self._hurry.set()

    def free_at(self, now: float, *, wave: bool) -> float:
        while self._stock and self._stock[0].latest < now:
            self.give_back(self._stock.pop(0))
        return max(now, self._stock[0].left_at) if self._stock else math.inf

    def take(self, now: float, *, wave: bool) -> Ticket:
        return self._stock.pop(0)

    def give_back(self, ticket: Ticket) -> None:
        self._return(ticket, max(self._monotonic(), ticket.left_at))

    def answered(self, ticket: Ticket, now: float) -> None:
        self._trips.note(now - ticket.left_at)
        # Half of what is trusted of a round trip is the way back; who takes the place next knows
        # its own way there.
        self._return(ticket, now + 1.0 - self._trips.trusted / 2 + self._trips.ease(now))

    def given_up(self, ticket: Ticket, now: float) -> None:
        self._return(ticket, now + 1.0 + self._trips.trusted / 2)

    def refused(self, now: float, seconds: float) -> None:
        self._trips.refused(now)
        self._rest_until = max(self._rest_until, now + seconds)
        self._begin()

    async def close(self) -> None:
        """Give back what is in hand."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self._replies = self._wave = 0
        if self._stock or self._back:
            with contextlib.suppress(SQLAlchemyError):
                await self._once()

    def _return(self, ticket: Ticket, free_at: float) -> None:
        self._back.append((ticket.held, free_at))
        self._begin()

    def _missing(self) -> int:
        return self._replies + self._wave - len(self._stock)

    def _begin(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._go_on())

    async def _go_on(self) -> None:
        last = self._monotonic()
        while True:
            now = self._monotonic()
            at_leisure = (self._back or self._missing() < 0) and now >= last + AT_LEISURE
            if self._missing() > 0 or at_leisure or self._rest_until > now:
                last = now
                try:
                    await self._once()
                except SQLAlchemyError as error:
                    log.error("no places for now", reason=type(error).__name__)
                    await self._sleep(CONNECTED_AGAIN)
            elif now >= last + LINGER:
                return
            await self._doze()

    async def _doze(self) -> None:
        """Sleep, unless a reply is in a hurry."""
        self._hurry.clear()
        sleeping = asyncio.ensure_future(self._sleep(EACH))
        hurried = asyncio.create_task(self._hurry.wait())
        try:
            await asyncio.wait((sleeping, hurried), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            hurried.cancel()

    async def _once(self) -> None:
        """Exchange once: what is in hand beyond need goes back, what is missing comes."""
        now = self._monotonic()
        while self._missing() < 0:
            self.give_back(self._stock.pop())
        missing = self._missing()
        replies = min(missing, self._replies)
        returned, self._back = self._back, []
        asked = Asked(
            replies,
            missing - replies,
            [(held, free_at - now) for held, free_at in returned],
            max(0.0, self._rest_until - now),
            self._trips.late,
            self._trips.trusted / 2,
        )
        try:
            granted = await self._exchange(asked)
        except BaseException:
            self._back += returned
            raise
        if self._rest_until <= now + asked.rest:
            self._rest_until = -math.inf
        arrived = self._monotonic()
        valid = arrived + self._valid_for()
        for grant in granted:
            at = arrived + grant.after
            # By when the place is free again counts from the question, not from its answer.
            latest = min(now + grant.after + LATE, valid)
            ticket = Ticket(at, latest, grant.held)
            bisect.insort(self._stock, ticket, key=attrgetter("left_at"))
        if granted:
            self._changed()

"""Sends what the outbox holds: claimed in sets, each at its moment, settled in sets."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial

import structlog
from sqlalchemy.exc import DBAPIError

from bot.delivery import pacer as pace
from bot.delivery.allowance import Ticket
from bot.delivery.breaker import Breaker, Suspects, Trouble
from bot.delivery.encoding import Body
from bot.delivery.ledger import Claimed, Claims, Ledger
from bot.delivery.messenger import Messenger
from bot.domain.outcome import Blocked, Flood, Outcome, Refused, Sent
from bot.store.batch import Batch
from bot.store.deliveries import Delivery, Lane

log = structlog.get_logger()

AHEAD, MOST_AHEAD = 0.05, 0.5
"""Seconds' worth of the allowance that is claimed ahead of its moments, and at most where claims
take long: the larger, the larger the sets, and the more deliveries are in doubt after a crash."""
LATEST = 4
"""Claims whose time counts most."""
LEAST, MOST = 2, 100
"""Deliveries of one lane claimed ahead, whatever the allowance."""

LANES = {Lane.INTERACTIVE: pace.Lane.INTERACTIVE, Lane.BULK: pace.Lane.BULK}

BUSY_CHAT = 0.2
"""Seconds until a delivery is looked at again whose chat may not get another message yet."""

PROBES = (2, 5, 15, 30, 60)
"""Seconds between two looks whether Telegram can be reached again, the last ones for ever."""


class Sender:
    """Empties `lanes` of the outbox. `compose` turns what was claimed into what is sent.

    `at_once` is how many requests may be under way. When most sends fail in one way, nothing more
    is claimed until a probe gets through; `on_trouble` is told of the beginning (what it is) and of
    the end (None).
    """

    def __init__(
        self,
        ledger: Ledger,
        messenger: Messenger,
        pacer: pace.Pacer,
        compose: Callable[[Claimed], Body],
        *,
        lanes: Collection[Lane] = tuple(Lane),
        at_once: int = 100,
        on_trouble: Callable[[Trouble | None], None] = lambda _trouble: None,
    ) -> None:
        self._ledger = ledger
        self._messenger = messenger
        self._pacer = pacer
        self._compose = compose
        self._at_once = at_once
        self._claim_takes = 0.0
        """Seconds, on the average of the last ones."""
        self._on_trouble = on_trouble
        self._settlements: Batch[tuple[Delivery, Outcome], None] = Batch(ledger.settle)
        self._breaker = Breaker()
        self._suspects = Suspects()
        self._work = {lane: asyncio.Event() for lane in lanes}
        self._dry: set[Lane] = set()
        """Those of which everything was claimed that was due when somebody last said that something
        may be."""
        self._stock: dict[Lane, dict[int, asyncio.Task[None]]] = {lane: {} for lane in lanes}
        """What is claimed and waits for its moment."""
        self._leaving: Counter[int] = Counter()
        """What leaves and isn't settled yet, and how many tries of it."""
        self._to_release = False
        """Whether something may stand as claimed that doesn't leave."""
        self._claiming: dict[Lane, asyncio.Task[Claims]] = {}
        self._one_by_one = asyncio.Lock()
        """So that what is released is known from what another lane has just claimed."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_flight = 0
        self._looking: set[Lane] = set()
        self._loops: list[asyncio.Task[None]] = []
        self._prober: asyncio.Task[None] | None = None
        self._failures: asyncio.Queue[BaseException] = asyncio.Queue()

    async def run(self) -> None:
        """Send until cancelled. Raises what nothing that is expected raises."""
        self.wake()
        self._loops = [asyncio.create_task(self._empty(lane)) for lane in self._work]
        try:
            await asyncio.gather(*self._loops, self._failure())
        finally:
            self._claim_no_more()

    def wake(self, *lanes: Lane) -> None:
        """Something may be due in these lanes, or in any."""
        for lane in lanes or self._work:
            self._dry.discard(lane)
            if lane in self._work:
                self._work[lane].set()

    @property
    def trouble(self) -> Trouble | None:
        """What keeps the sending stopped, if anything."""
        return self._breaker.trouble

    @property
    def idle(self) -> bool:
        """Whether nothing is under way, being looked for, or announced since the last look."""
        announced = any(event.is_set() for event in self._work.values())
        return not (self._tasks or self._looking or announced)

    async def stop(self, grace: float) -> None:
        """Claim nothing more, release what waits for its moment, and let what is in flight end, for
        `grace` seconds at most."""
        self._claim_no_more()
        await asyncio.gather(*self._loops, *self._claiming.values(), return_exceptions=True)
        self._suspects.give_up()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._release(), grace)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)

    def _claim_no_more(self) -> None:
        for loop in (*self._loops, *((self._prober,) if self._prober else ())):
            loop.cancel()

    async def _empty(self, lane: Lane) -> None:
        event = self._work[lane]
        while True:
            await event.wait()
            event.clear()
            self._looking.add(lane)
            try:
                while await self._round(lane):
                    pass
            except DBAPIError as error:
                log.error("outbox out of reach", reason=type(error.orig).__name__)
                await asyncio.sleep(1)
                await self._release()
            finally:
                self._looking.discard(lane)

    async def _round(self, lane: Lane) -> bool:
        """Claim what there is room for; whether to look again at once."""
        if self._breaker.trouble is not None:
            return False
        rest = self._pacer.rests_for()
        if rest:
            await self._release()  # Meanwhile people may stop, or the day may end.
            await asyncio.sleep(min(rest, pace.POLL))
            return True
        room = self._room(lane)
        if not room:
            return False
        # Before it looks: what is announced meanwhile may come too late for it.
        self._dry.add(lane)
        # Not cancelled halfway: what is committed as sending must be known here.
        self._claiming[lane] = asyncio.create_task(self._claim(lane, room))
        claims = await asyncio.shield(self._claiming[lane])
        if self._stopped:
            await self._release()
        if claims.waiting:
            asyncio.get_running_loop().call_later(BUSY_CHAT, self.wake, lane)
        if claims.more:
            self._dry.discard(lane)
        return claims.more

    async def _claim(self, lane: Lane, room: int) -> Claims:
        clock = asyncio.get_running_loop().time
        async with self._one_by_one:
            began = clock()
            try:
                claims = await self._ledger.claim(
                    lane, room, lambda chat: self._pacer.chat_waits_for(chat) <= 0
                )
            except DBAPIError:
                self._to_release = True  # It may stand, though no answer came.
                raise
            self._claim_takes += (clock() - began - self._claim_takes) / LATEST
            for claimed in claims.claimed:
                task = asyncio.create_task(self._deliver(claimed, lane))
                self._stock[lane][claimed.delivery.id] = task
                self._tasks.add(task)
                task.add_done_callback(partial(self._over, lane))
            if self._stopped:  # It may have begun while this was being claimed.
                self._hold_back()
        return claims

    @property
    def _stopped(self) -> bool:
        return self._breaker.trouble is not None or self._pacer.rests_for() > 0

    def _room(self, lane: Lane) -> int:
        """How many to claim: a good handful, or none as long as there is no room for that."""
        if self._breaker.on_trial:
            return 0 if self._tasks else 1
        stock = len(self._stock[lane])
        ahead = self._ahead()
        room = min(ahead - stock, self._at_once - self._in_flight)
        return room if room >= ahead // 2 else 0

    def _ahead(self) -> int:
        """How many to claim ahead: half of them last for as long as a claim takes."""
        seconds = min(MOST_AHEAD, max(AHEAD, 2 * self._claim_takes))
        return max(LEAST, min(MOST, math.ceil(self._pacer.per_second * seconds)))

    def _over(self, lane: Lane, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:  # It stays as being sent; the others go on.
            log.error("a delivery broke", reason=type(error).__name__)
        self._more(lane)

    def _note_failure(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._failures.put_nowait(error)

    async def _failure(self) -> None:
        raise await self._failures.get()

    def _more(self, lane: Lane) -> None:
        """There may be room for more."""
        if lane not in self._dry and self._room(lane):
            self._work[lane].set()

    async def _deliver(self, claimed: Claimed, lane: Lane) -> None:
        ticket = await self._pacer.moment(LANES[lane], claimed.chat)
        del self._stock[lane][claimed.delivery.id]
        self._leaving[claimed.delivery.id] += 1
        self._in_flight += 1
        self._more(lane)
        outcome = await self._send(claimed, ticket)
        self._in_flight -= 1
        self._more(lane)
        if self._breaker.note(outcome):
            await self._halt()
        if isinstance(outcome, Sent):
            self._suspects.reached(ticket.left_at)
        elif isinstance(outcome, Blocked):
            # On trial nobody else is being sent anything that could confirm it.
            well = self._breaker.trouble is None and not self._breaker.on_trial
            sure = well and await self._suspects.confirmed(ticket.left_at)
            outcome = replace(outcome, sure=sure)
        await self._settle(claimed.delivery, outcome)
        if others := self._leaving.pop(claimed.delivery.id) - 1:
            self._leaving[claimed.delivery.id] = others
        if not isinstance(outcome, Sent):
            self.wake(lane)  # For another try, perhaps.
        elif outcome.poll_id is not None:
            self.wake(Lane.INTERACTIVE)  # A vote may have been here before its poll was known.

    async def _send(self, claimed: Claimed, ticket: Ticket) -> Outcome:
        try:
            body = self._compose(claimed)
        except Exception as error:  # A text that can't be rendered must not stop the others.
            self._pacer.give_back(ticket)
            step = claimed.delivery.step
            log.error("text failed", step=step, reason=type(error).__name__)
            return Refused(f"the text failed: {type(error).__name__}")
        outcome = await self._messenger.send(claimed.chat, body, claimed.delivery.id, ticket)
        if isinstance(outcome, Flood):
            self._pacer.rest(outcome.retry_after)
            await self._release()
        return outcome

    async def _settle(self, delivery: Delivery, outcome: Outcome) -> None:
        while True:
            try:
                return await self._settlements.do((delivery, outcome))
            except DBAPIError as error:
                log.error("can't settle", delivery=delivery.id, reason=type(error.orig).__name__)
                await asyncio.sleep(1)

    async def _release(self) -> None:
        """Queue again what stands as claimed and has not left, however long the database takes."""
        self._hold_back()
        while self._to_release:
            async with self._one_by_one:
                self._hold_back()
                if not self._to_release:  # Another did it meanwhile.
                    return
                try:
                    await self._ledger.release(all_but=self._leaving)
                    self._to_release = False
                    return self.wake()  # They are due as before.
                except DBAPIError as error:
                    log.error("can't release", reason=type(error.orig).__name__)
            await asyncio.sleep(1)

    def _hold_back(self) -> None:
        """Let nothing leave that waits for its moment."""
        for stock in self._stock.values():
            for task in stock.values():
                task.cancel()
                self._to_release = True
            stock.clear()

    async def _halt(self) -> None:
        """Stop sending until Telegram can be reached again."""
        trouble = self._breaker.trouble
        log.error("sending stops", trouble=trouble)
        self._on_trouble(trouble)
        self._suspects.give_up()
        self._prober = asyncio.create_task(self._probe())
        self._prober.add_done_callback(self._note_failure)
        await self._release()

    async def _probe(self) -> None:
        tries = 0
        while True:
            await asyncio.sleep(PROBES[min(tries, len(PROBES) - 1)])
            try:
                chat = await self._ledger.next_chat(tries)
            except DBAPIError:
                continue
            if not self._breaker.remains(await self._messenger.probe(chat)):
                break
            tries += 1
        self._breaker.resume()
        log.warning("sending goes on")
        self._on_trouble(None)
        self.wake()

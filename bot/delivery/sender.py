"""Sends what the outbox holds: a moment from the pacer, a claim, a request, an outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy.exc import DBAPIError

from bot.delivery import pacer as pace
from bot.delivery.batch import Batch
from bot.delivery.ledger import Claimed, Ledger
from bot.delivery.messenger import Messenger
from bot.domain.message import Message
from bot.domain.outcome import Flood, NotSent, Outcome, Refused
from bot.service.records import Records
from bot.store import outbox
from bot.store.outbox import Delivery, Lane

log = structlog.get_logger()

AT_ONCE = 60
"""Deliveries of one lane under way at a time, at thirty a second and two seconds each."""

LANES = {Lane.INTERACTIVE: pace.Lane.INTERACTIVE, Lane.BULK: pace.Lane.BULK}


class Sender:
    """Empties the outbox, lane by lane. `compose` turns what was claimed into a message."""

    def __init__(
        self,
        records: Records,
        ledger: Ledger,
        messenger: Messenger,
        pacer: pace.Pacer,
        compose: Callable[[Claimed], Message],
        now: Callable[[], datetime],
    ) -> None:
        self._records = records
        self._messenger = messenger
        self._pacer = pacer
        self._compose = compose
        self._now = now
        self._claims: Batch[int, Claimed | None] = Batch(ledger.claim)
        self._settlements: Batch[tuple[int, Outcome], None] = Batch(ledger.settle)
        self._work = {lane: asyncio.Event() for lane in Lane}
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._sending: set[int] = set()
        self._looking: set[Lane] = set()
        self._loops: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to send."""
        self._loops = [asyncio.create_task(self._empty(lane)) for lane in Lane]
        self.wake()

    def wake(self) -> None:
        """Something may be due."""
        for event in self._work.values():
            event.set()

    @property
    def idle(self) -> bool:
        """Whether nothing is under way, being looked for, or announced since the last look."""
        announced = any(event.is_set() for event in self._work.values())
        return not (self._under_way or self._looking or announced)

    async def stop(self, grace: float) -> None:
        """Claim nothing more and let what is in flight end, for `grace` seconds at most."""
        for loop in self._loops:
            loop.cancel()
        for delivery_id, task in list(self._under_way.items()):
            if delivery_id not in self._sending:
                task.cancel()
        tasks = [*self._loops, *self._under_way.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=grace)

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
                event.set()
            finally:
                self._looking.discard(lane)

    async def _round(self, lane: Lane) -> bool:
        """Start as many deliveries as there are moments for; whether more may be waiting."""
        ready = await self._ready(lane)
        if not ready:
            return False
        held = await self._pacer.moments(LANES[lane], len(ready))
        for delivery in ready[:held]:
            task = asyncio.create_task(self._deliver(delivery))
            self._under_way[delivery.id] = task
            task.add_done_callback(partial(self._over, delivery.id, lane))
        return True

    def _over(self, delivery_id: int, lane: Lane, _task: asyncio.Task[None]) -> None:
        self._under_way.pop(delivery_id, None)
        self._sending.discard(delivery_id)
        self._work[lane].set()

    async def _ready(self, lane: Lane) -> list[Delivery]:
        room = AT_ONCE - len(self._under_way)
        if room <= 0:
            return []
        async with self._records.db.read() as tx:
            found = await outbox.ready(tx, self._now(), AT_ONCE + len(self._under_way), lane)
        return [delivery for delivery in found if delivery.id not in self._under_way][:room]

    async def _deliver(self, delivery: Delivery) -> None:
        chat = self._records.cipher.chat(delivery.chat_ref)
        await self._pacer.spend(chat, LANES[delivery.lane])
        try:
            claimed = await self._claims.do(delivery.id)
        except DBAPIError as error:
            log.error("claim failed", delivery=delivery.id, reason=type(error.orig).__name__)
            await asyncio.sleep(1)
            return
        if claimed is None:
            return
        self._sending.add(delivery.id)
        outcome = await self._send(chat, claimed)
        await self._settle(claimed.delivery, outcome)
        if isinstance(outcome, NotSent):
            # It stays under way, and so out of the next rounds, until the pause is over.
            await asyncio.sleep(min(60, 2 ** min(claimed.delivery.tries, 6)))

    async def _send(self, chat: int, claimed: Claimed) -> Outcome:
        delivery = claimed.delivery
        try:
            message = self._compose(claimed)
        except Exception as error:  # A text that can't be rendered must not stop the others.
            log.error("text failed", step=delivery.step, reason=type(error).__name__)
            return Refused(f"the text failed: {type(error).__name__}")
        outcome = await self._messenger.send(chat, message)
        if isinstance(outcome, Flood):
            self._pacer.rest(outcome.retry_after)
        return outcome

    async def _settle(self, delivery: Delivery, outcome: Outcome) -> None:
        while True:
            try:
                await self._settlements.do((delivery.id, outcome))
            except DBAPIError as error:
                log.error("can't settle", delivery=delivery.id, reason=type(error.orig).__name__)
                await asyncio.sleep(1)
            else:
                log.debug("settled", delivery=delivery.id, outcome=type(outcome).__name__)
                return

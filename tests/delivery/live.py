"""A campaign with people in it, planned and settled for real on a clock that a test turns."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from bot.delivery.ledger import Ledger
from bot.delivery.outlook import Outlook, named, outlook
from bot.delivery.planner import Planner
from bot.domain.campaign import Campaign
from bot.domain.changes import Before
from bot.domain.outcome import Outcome, Sent
from bot.domain.schedule import local_date
from bot.instance import Instance, Role
from bot.service import joining, silence
from bot.service.records import Records
from bot.store import enrolments, instances, outbox, tables
from bot.store.consents import Wording
from bot.store.deliveries import Delivery, Lane
from bot.store.tables import subscriber

SERIES = Wording(joining.SERIES, 1, "nl", "Ik wil de tips ontvangen.")
CHECK_INS = Wording(joining.CHECK_INS, 1, "nl", "Ik doe mee met de check-ins.")
ZONE = "Europe/Amsterdam"

look_at = tables.delivery.c.close_at
message_ids = itertools.count(1)


class Live:
    """The bot on `records`, at `now`."""

    def __init__(self, records: Records, now: datetime) -> None:
        self.records = records
        self.now = now
        self.left: list[tuple[datetime, str, int]] = []
        """Everything that was sent: when, step and item."""
        self.lanes: list[tuple[datetime, str, int, Lane]] = []
        """The same with its lane."""
        self._ready()

    def _ready(self) -> None:
        self.planner = Planner(self.records, lambda: self.now)
        self.ledger = Ledger(
            self.records,
            lambda: self.now,
            instance=lambda: self.instance.id,
            on_uncertain="hold",
            shows_answers=lambda _key: False,
        )
        self.instance = Instance(self.records.db, Role.ALL, recover=self.ledger.recover)

    async def edit(self, campaign: Campaign) -> None:
        """The program ends without a word and starts again with an edited campaign."""
        self.records = Records(self.records.db, self.records.cipher, campaign)
        self._ready()
        await self._begin()

    async def _begin(self) -> None:
        async with self.records.db.write() as tx:
            await instances.clear(tx)
        await self.instance.join()

    async def enrol(self, chat: int, zone: str) -> None:
        await joining.enrol(
            self.records, chat, language="nl", zone=zone, source="poster", wording=SERIES,
            now=self.now,
        )  # fmt: skip

    async def claim(self) -> list[Delivery]:
        """What may leave now, committed to sending."""
        if not self.instance.id:
            await self._begin()
        claimed = []
        for lane in Lane:
            more = True
            while more:
                claims = await self.ledger.claim(lane, 50)
                claimed += [item.delivery for item in claims.claimed]
                more = claims.more
        return claimed

    async def deliver(self, outcome: Outcome | None = None) -> None:
        """Look at what was left open, plan and send what is due; Telegram takes it unless told
        otherwise."""
        await silence.closed(
            self.records, await silence.look_round(self.records, self.now), self.now
        )
        await self.planner.tick()
        for delivery in await self.claim():
            self.left.append((self.now, delivery.step, delivery.item))
            self.lanes.append((self.now, delivery.step, delivery.item, delivery.lane))
            number = next(message_ids)
            poll = f"poll {number}" if delivery.item > 0 else None
            await self.ledger.settle([(delivery, outcome or Sent(number, poll))])

    async def until(self, end: datetime) -> None:
        """Turn the clock from one moment at which something is due to the next."""
        while True:
            async with self.records.db.read() as tx:
                moments = (
                    await outbox.next_due_at(tx),
                    await enrolments.next_due_at(tx, self.records.campaign.key),
                    await tx.scalar(sa.select(sa.func.min(look_at, type_=look_at.type))),
                )
            moment = min(filter(None, moments), default=end)
            if max(moment, self.now) >= end:
                break
            self.now = max(moment, self.now)
            await self.deliver()
        self.now = end

    async def outlook(self, campaign: Campaign, before: Before | None = None) -> Outlook:
        """What `plan` says about a campaign."""
        async with self.records.db.read() as tx:
            return await outlook(tx, campaign, before, self.now, ZONE, "hold")

    async def clear(self) -> None:
        """Nobody is left."""
        async with self.records.db.write() as tx:
            await tx.execute(sa.delete(subscriber))


def said(found: Outlook) -> dict[tuple[date, str], int]:
    """What an outlook says, by day and step."""
    return {(each.day, step): n for each in found.days for step, n in each.steps.items()}


def happened(live: Live, since: int) -> dict[tuple[date, str], int]:
    """What was sent since then, by day and step."""
    campaign = live.records.campaign
    return dict(
        Counter(
            (local_date(at, ZONE), named(campaign, step, item))
            for at, step, item in live.left[since:]
        )
    )


WEEK = timedelta(days=7)

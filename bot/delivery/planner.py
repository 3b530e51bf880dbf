"""Queues what is due. A tick costs what is due, however many people there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.campaign import StepKind
from bot.domain.schedule import WINDOW
from bot.domain.series import advance, next_step, plan
from bot.domain.subscriber import CheckIns, Person, Status
from bot.service.records import Records
from bot.store import outbox, people
from bot.store.outbox import STEP_ITEM, Lane, Planned
from bot.store.people import Due

AT_ONCE = 1000
"""People of one transaction: the larger, the quicker, and the longer others wait for it."""


class Planner:
    """Moves due enrolments into the outbox, each step at most once."""

    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records = records
        self._now = now

    async def tick(self) -> int:
        """Queue everything that is due; gives how many deliveries that were."""
        queued = 0
        while True:
            async with self._records.db.write() as tx:
                batch = await people.due(tx, self._now(), self._records.campaign.key, AT_ONCE)
                queued += await self._queue(tx, batch)
            if len(batch) < AT_ONCE:
                return queued

    async def _queue(self, tx: AsyncConnection, batch: list[Due]) -> int:
        """Queue the steps of most as they stand, in sets; look closer at who needs it."""
        gone = await outbox.left_before(tx, [due.enrolment_id for due in batch])
        plain: dict[int, list[int]] = defaultdict(list)
        odd = []
        for due in batch:
            item = None if due.enrolment_id in gone else self._item(due)
            if item is None:
                odd.append(due.enrolment_id)
            else:
                plain[item].append(due.enrolment_id)
        for item, ids in plain.items():
            await outbox.queue_next(tx, ids, item, WINDOW)
            await people.planned(tx, ids)
        queued = sum(len(ids) for ids in plain.values())
        for person in await people.by_enrolment(tx, odd):
            queued += await self._queue_one(tx, person, left_before=person.enrolment.id in gone)
        return queued

    def _item(self, due: Due) -> int | None:
        """The item of the step that is due to be sent, or None where another step is to come."""
        step = self._records.campaign.step(due.step) if due.step is not None else None
        if step is None:
            return None
        if step.kind is StepKind.TIP:
            return STEP_ITEM
        return _first_item(due.check_ins) if due.check_ins.planned else None

    async def _queue_one(self, tx: AsyncConnection, person: Person, *, left_before: bool) -> int:
        campaign, now = self._records.campaign, self._now()
        enrolment = person.enrolment
        step = next_step(campaign, person)
        if enrolment.status is Status.PAUSED:
            enrolment = replace(enrolment, status=Status.ACTIVE, paused_until=None)
        awake = replace(person, enrolment=enrolment)
        if step is not None and not left_before and step.key != enrolment.next_step:
            steps = [(enrolment.id, step.key)]
            left_before = bool(await outbox.settled(tx, steps))
        if step is None:
            await self._records.move(tx, person, plan(campaign, awake, now), now)
            return 0
        if left_before:
            # It left before, by a campaign whose steps stood in another order.
            last = enrolment.place.last_step_at or now
            await self._records.move(tx, person, advance(campaign, awake, step.key, last, now), now)
            return 0
        due_at = enrolment.next_due_at
        assert due_at is not None
        await people.move(tx, [replace(enrolment, next_step=step.key, next_due_at=None)])
        item = (
            _first_item(person.subscriber.check_ins)
            if step.kind is StepKind.CHECK_IN
            else STEP_ITEM
        )
        await outbox.queue(
            tx, [Planned(enrolment.id, step.key, item, Lane.BULK, due_at, due_at + WINDOW)]
        )
        return 1


def _first_item(check_ins: CheckIns) -> int:
    """A check-in begins with its first question for who agreed to them, else with asking that."""
    return STEP_ITEM + 1 if check_ins is CheckIns.YES else STEP_ITEM

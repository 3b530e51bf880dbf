"""Queues what is due. A tick costs what is due, however many people there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.campaign import Step, StepKind
from bot.domain.schedule import WINDOW
from bot.domain.series import next_step, turn
from bot.domain.subscriber import CheckIns, Person
from bot.service.records import Records
from bot.store import enrolments, outbox, people, timeline
from bot.store.deliveries import STEP_ITEM, Lane, Planned
from bot.store.enrolments import Due

AT_ONCE = 1250
"""People of one transaction: the larger, the quicker, and the longer others wait for it."""

AHEAD = 100_000
"""People looked up together; the sets are made of neighbours, whose rows share pages on disk."""


class Planner:
    """Moves due enrolments into the outbox, each step at most once.

    `queued` is told of each set, so that the first of many leave before the last are queued.
    """

    def __init__(
        self,
        records: Records,
        now: Callable[[], datetime],
        queued: Callable[[], None] = lambda: None,
    ) -> None:
        self._records = records
        self._now = now
        self._queued = queued

    async def tick(self) -> int:
        """Queue everything that is due; gives how many deliveries that were."""
        db, campaign = self._records.db, self._records.campaign.key
        queued = 0
        while True:
            async with db.read() as tx:
                ids = sorted(await enrolments.due(tx, self._now(), campaign, AHEAD))
            claimed = 0
            for first in range(0, len(ids), AT_ONCE):
                some = ids[first : first + AT_ONCE]
                async with db.write(bulk=True) as tx:
                    batch = await enrolments.claim_due(tx, self._now(), some)
                    queued += await self._queue(tx, batch)
                claimed += len(batch)
                self._queued()
            if len(ids) < AHEAD or not claimed:
                return queued

    async def _queue(self, tx: AsyncConnection, batch: list[Due]) -> int:
        """Queue the steps of most as they stand, in sets; look closer at who needs it."""
        plain: dict[int, list[int]] = defaultdict(list)
        odd: dict[int, bool] = {}
        for due in batch:
            item = None if due.left_before else self._item(due)
            if item is None:
                odd[due.enrolment_id] = due.left_before
            else:
                plain[item].append(due.enrolment_id)
        for item, ids in plain.items():
            await outbox.queue_next(tx, ids, item, WINDOW)
            await enrolments.planned(tx, ids)
        queued = sum(len(ids) for ids in plain.values())
        for person in await people.by_enrolment(tx, list(odd)):
            queued += await self._queue_one(tx, person, gone=odd[person.enrolment.id])
        return queued

    def _item(self, due: Due) -> int | None:
        """The item of the step that is due to be sent, or None where another step is to come."""
        step = self._records.campaign.step(due.step) if due.step is not None else None
        if step is None:
            return None
        wanted = step.kind is StepKind.TIP or due.check_ins.planned
        return item_of(step, due.check_ins) if wanted else None

    async def _queue_one(self, tx: AsyncConnection, person: Person, *, gone: bool) -> int:
        campaign, now = self._records.campaign, self._now()
        enrolment = person.enrolment
        step = next_step(campaign, person)
        if step is not None and step.key != enrolment.next_step:
            gone = bool(await timeline.settled(tx, [(enrolment.id, step.key)]))
        came = turn(campaign, person, now, left_before=gone)
        await self._records.move(tx, person, came.enrolment, now)
        if came.step is None:
            return 0
        due_at = enrolment.next_due_at
        assert due_at is not None
        item = item_of(came.step, person.subscriber.check_ins)
        planned = Planned(enrolment.id, came.step.key, item, Lane.BULK, due_at, due_at + WINDOW)
        await outbox.queue(tx, [planned])
        return 1


def item_of(step: Step, check_ins: CheckIns) -> int:
    """The item that a step begins with: the tip itself; of a check-in the first question for who
    agreed to them, else asking that."""
    asks = step.kind is StepKind.CHECK_IN and check_ins is CheckIns.YES
    return STEP_ITEM + 1 if asks else STEP_ITEM

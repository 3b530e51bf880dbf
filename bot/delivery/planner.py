"""Queues what is due. A tick costs what is due, however many people there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.campaign import StepKind
from bot.domain.schedule import WINDOW
from bot.domain.series import advance, next_step, plan
from bot.domain.subscriber import CheckIns, Enrolment, Person, Status
from bot.service.records import Records
from bot.store import outbox, people
from bot.store.outbox import STEP_ITEM, Lane, Planned

AT_ONCE = 500


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

    async def _queue(self, tx: AsyncConnection, batch: list[Person]) -> int:
        campaign, now = self._records.campaign, self._now()
        planned: list[Planned] = []
        moved: list[Enrolment] = []
        upcoming = [(person, next_step(campaign, person)) for person in batch]
        gone = await outbox.settled(
            tx, [(person.enrolment.id, step.key) for person, step in upcoming if step is not None]
        )
        for person, step in upcoming:
            enrolment = person.enrolment
            if enrolment.status is Status.PAUSED:
                enrolment = replace(enrolment, status=Status.ACTIVE, paused_until=None)
            awake = replace(person, enrolment=enrolment)
            if step is None:
                await self._records.move(tx, person, plan(campaign, awake, now), now)
            elif (enrolment.id, step.key) in gone:
                # It left before, by a campaign whose steps stood in another order.
                last = enrolment.place.last_step_at or now
                onward = advance(campaign, awake, step.key, last, now)
                await self._records.move(tx, person, onward, now)
            else:
                assert enrolment.next_due_at is not None
                moved.append(replace(enrolment, next_step=step.key, next_due_at=None))
                planned.append(
                    Planned(
                        enrolment.id,
                        step.key,
                        _first_item(step.kind, person),
                        Lane.BULK,
                        enrolment.next_due_at,
                        enrolment.next_due_at + WINDOW,
                    )
                )
        await people.move(tx, moved)
        await outbox.queue(tx, planned)
        return len(planned)


def _first_item(kind: StepKind, person: Person) -> int:
    """A check-in begins with its first question for who agreed to them, else with asking that."""
    if kind is StepKind.CHECK_IN and person.subscriber.check_ins is CheckIns.YES:
        return STEP_ITEM + 1
    return STEP_ITEM

"""Claims deliveries and settles them, in sets: each set in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.campaign import StepKind
from bot.domain.outcome import Blocked, Flood, NotSent, Outcome, Refused, Sent, Uncertain
from bot.domain.schedule import WINDOW, Reschedule, Send, Wait, due
from bot.domain.series import Cancel, advance, last_look
from bot.domain.subscriber import CheckIns
from bot.service import checkins, joining
from bot.service.records import Records
from bot.store import answers, outbox, people
from bot.store.answers import Answer
from bot.store.outbox import STEP_ITEM, Delivery, State

RESEND = "resend"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours to send now, with its person's answers where its text shows them."""

    delivery: Delivery
    answers: list[Answer]


class Ledger:
    """What the outbox says before and after a request.

    `shows_answers` tells by step key whether its text holds the person's own answers.
    """

    def __init__(
        self,
        records: Records,
        now: Callable[[], datetime],
        *,
        on_uncertain: str,
        shows_answers: Callable[[str], bool],
    ) -> None:
        self._records = records
        self._now = now
        self._on_uncertain = on_uncertain
        self._shows_answers = shows_answers

    async def claim(self, ids: Sequence[int]) -> list[Claimed | None]:
        """Look at each delivery a last time and commit to sending those whose moment is now.

        The others are put off, planned anew or cancelled, and come back as None.
        """
        async with self._records.db.write() as tx:
            found = {item.id: item for item in await outbox.queued(tx, ids)}
            claimed: dict[int, Claimed] = {}
            for delivery in found.values():
                if await self._may_leave(tx, delivery):
                    shown: list[Answer] = []
                    if delivery.item == STEP_ITEM and self._shows_answers(delivery.step):
                        shown = await answers.of_enrolment(tx, delivery.person.enrolment.id)
                    claimed[delivery.id] = Claimed(delivery, shown)
            if claimed:
                await outbox.mark_sending(tx, list(claimed), self._now())
            return [claimed.get(id_) for id_ in ids]

    async def _may_leave(self, tx: AsyncConnection, delivery: Delivery) -> bool:
        now, campaign, person = self._now(), self._records.campaign, delivery.person
        look = last_look(
            campaign,
            person,
            delivery.step,
            poll=delivery.item > STEP_ITEM,
            due_at=delivery.due_at,
            send_before=delivery.send_before,
            now=now,
        )
        match look:
            case Send():
                return True
            case Wait(until):
                await outbox.postpone(tx, delivery.id, until, delivery.send_before)
            case Reschedule():
                step = campaign.step(delivery.step)
                assert step is not None
                later = due(campaign, step, person.enrolment.place, person.subscriber.rhythm, now)
                await outbox.postpone(tx, delivery.id, later, later + WINDOW)
            case Cancel(reason):
                await outbox.set_status(tx, [delivery.id], State.CANCELLED, reason)
                await self._records.replan(tx, person, now)
        return False

    async def settle(self, outcomes: Sequence[tuple[int, Outcome]]) -> list[None]:
        """Write what became of deliveries and move their people on."""
        async with self._records.db.write() as tx:
            for delivery_id, outcome in outcomes:
                # Read one by one: an outcome before may have moved the same person.
                delivery = await outbox.get(tx, delivery_id)
                if delivery is not None and delivery.status is State.SENDING:
                    await self._settle(tx, delivery, outcome)
        return [None for _ in outcomes]

    async def _settle(self, tx: AsyncConnection, delivery: Delivery, outcome: Outcome) -> None:
        match outcome:
            case Sent(message_id, poll_id):
                await outbox.settle_sent(
                    tx, delivery.id, message_id, poll_id, self._close_at(delivery)
                )
                await self._onward(tx, delivery)
                if poll_id is not None:
                    await checkins.settle_kept(self._records, tx, delivery, poll_id, self._now())
            case Uncertain(reason) if self._on_uncertain == RESEND and delivery.tries < 2:
                await self._again(tx, delivery, reason)
            case Uncertain(reason):
                await outbox.set_status(tx, [delivery.id], State.UNCERTAIN, reason)
                await self._onward(tx, delivery)
                await self._match_kept(tx, delivery)
            case Refused(reason):
                await outbox.set_status(tx, [delivery.id], State.FAILED, reason)
                await self._onward(tx, delivery)
            case Blocked(reason):
                await outbox.set_status(tx, [delivery.id], State.CANCELLED, reason)
                await joining.block(self._records, tx, delivery.person, self._now())
            case Flood():
                await self._again(tx, delivery, "too many requests")
            case NotSent(reason):
                await self._again(tx, delivery, reason)

    async def _again(self, tx: AsyncConnection, delivery: Delivery, reason: str) -> None:
        await outbox.postpone(tx, delivery.id, delivery.due_at, delivery.send_before, reason=reason)

    async def _match_kept(self, tx: AsyncConnection, delivery: Delivery) -> None:
        """A vote may be here already that proves this very question arrived."""
        if delivery.item == STEP_ITEM:
            return
        for kept in await answers.kept_by(tx, delivery.chat_ref):
            await outbox.settle_sent(tx, delivery.id, None, kept.poll_id, self._close_at(delivery))
            await checkins.settle_kept(self._records, tx, delivery, kept.poll_id, self._now())
            return

    def _close_at(self, delivery: Delivery) -> datetime | None:
        if delivery.item == STEP_ITEM:
            return None
        return self._now() + timedelta(days=self._records.campaign.check_in_window)

    async def _onward(self, tx: AsyncConnection, delivery: Delivery) -> None:
        """Move the person on, if this was the step they waited for."""
        person, campaign, now = delivery.person, self._records.campaign, self._now()
        step = campaign.step(delivery.step)
        asked = (
            step is not None
            and step.kind is StepKind.CHECK_IN
            and delivery.item == STEP_ITEM
            and person.subscriber.check_ins is CheckIns.UNASKED
        )
        if asked:
            await people.change(tx, person.subscriber.id, check_ins=CheckIns.ASKED)
            found = await outbox.get(tx, delivery.id)
            assert found is not None
            person = found.person
        if person.enrolment.next_step == delivery.step:
            moved = advance(campaign, person, delivery.step, now, now)
            await self._records.move(tx, person, moved, now)
        elif delivery.send_before is not None:
            # An operator sent an earlier step again: what follows keeps its distance to this one.
            place = replace(person.enrolment.place, last_step_at=now)
            later = replace(person, enrolment=replace(person.enrolment, place=place))
            await people.move(tx, [later.enrolment])
            await self._records.replan(tx, later, now)

    async def recover(self) -> int:
        """Settle as uncertain what an earlier run left in flight; gives how many there were."""
        async with self._records.db.write() as tx:
            left = await outbox.in_doubt(tx)
            for delivery in left:
                await self._settle(tx, delivery, Uncertain("the program ended while sending"))
            return len(left)

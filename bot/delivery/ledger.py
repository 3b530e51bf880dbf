"""Claims deliveries and settles them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain import beside
from bot.domain.campaign import Step, StepKind
from bot.domain.outcome import Blocked, Flood, Late, NotSent, Outcome, Refused, Sent, Uncertain
from bot.domain.schedule import WINDOW, Reschedule, Send, Wait, due
from bot.domain.series import Cancel, advance, last_look
from bot.domain.subscriber import CheckIns, Enrolment
from bot.domain.watching import offer_looked_at, question_looked_at
from bot.service import checkins, joining
from bot.service.records import Records
from bot.store import answers, enrolments, instances, outbox, people, timeline
from bot.store.answers import Answer
from bot.store.deliveries import STEP_ITEM, Delivery, Lane, State
from bot.store.outbox import Arrival

log = structlog.get_logger()

RESEND = "resend"

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=1)
"""How long a delivery that couldn't leave waits for its next try: doubling, up to the longest."""

BLOCKED_TRIES = 5
"""So often, over an hour and a half, a block that nothing confirms is tried before it counts."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours to send now, with its person's answers where its text shows them."""

    delivery: Delivery
    chat: int
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a claim gave. `more`: others may be claimed now. `waiting`: some chats are not free."""

    claimed: list[Claimed]
    more: bool
    waiting: bool


class _Changed(Exception):
    """Somebody changed between claim and settlement."""


class Ledger:
    """What the outbox says before and after a request, in sets: each set in one transaction.

    `instance` tells which one of those that share the database this is. `shows_answers` tells by
    step key whether its text holds the person's own answers.
    """

    def __init__(
        self,
        records: Records,
        now: Callable[[], datetime],
        *,
        instance: Callable[[], int],
        on_uncertain: str,
        shows_answers: Callable[[str], bool],
    ) -> None:
        self._records = records
        self._instance = instance
        self._now = now
        self._on_uncertain = on_uncertain
        self._shows_answers = shows_answers

    async def claim(
        self, lane: Lane, most: int, may_get: Callable[[int], bool] = lambda _chat: True
    ) -> Claims:
        """Look at up to `most` due deliveries a last time; commit to sending those whose moment is
        now.

        The others are put off, planned anew or cancelled. Those to a chat that `may_get` nothing
        yet, and those beside the series while something else leaves, are left as they are. Nothing
        is claimed for an instance that was taken for dead.
        """
        instance = self._instance()
        async with self._records.db.write(bulk=True) as tx:
            if not await instances.stands(tx, instance):
                return Claims([], more=False, waiting=False)
            now = self._now()
            found = await outbox.claimable(tx, now, lane, most)
            ready: list[tuple[Delivery, int]] = []
            passed = 0
            for delivery in found:
                chat = self._records.cipher.chat(delivery.chat_ref)
                if not may_get(chat) or await self._crowded(tx, delivery, ready):
                    passed += 1
                elif await self._may_leave(tx, delivery, now):
                    ready.append((delivery, chat))
            shown = await self._shown(tx, [delivery for delivery, _ in ready])
            claimed = [
                Claimed(delivery, chat, shown.get(delivery.id, [])) for delivery, chat in ready
            ]
            if claimed:
                ids = [item.delivery.id for item in claimed]
                await outbox.mark_sending(tx, ids, now, instance)
        # With everybody at the front waiting for their chat, another look would find the same.
        return Claims(claimed, len(found) == most and passed < most, passed > 0)

    async def _shown(
        self, tx: AsyncConnection, deliveries: Sequence[Delivery]
    ) -> dict[int, list[Answer]]:
        """By delivery, the standing answers of those whose text depends on them."""
        people_of = {
            each.id: each.person.enrolment.id
            for each in deliveries
            if each.item == STEP_ITEM and self._shows_answers(each.step)
        }
        if not people_of:
            return {}
        given = await answers.of_enrolments(tx, sorted(set(people_of.values())))
        return {
            id_: [each for each in given[enrolment_id] if each.value is not None]
            for id_, enrolment_id in people_of.items()
        }

    async def next_chat(self, after: int) -> int | None:
        """The chat of a queued delivery, passing over `after` others if there are so many."""
        async with self._records.db.read() as tx:
            refs = await outbox.next_refs(tx, after + 1)
        return self._records.cipher.chat(refs[-1]) if refs else None

    async def release(self, *, all_but: Collection[int]) -> None:
        """What stands as being sent by this instance is queued as before, `all_but` what leaves."""
        async with self._records.db.write() as tx:
            await outbox.release(tx, self._instance(), all_but)

    async def _may_leave(self, tx: AsyncConnection, delivery: Delivery, now: datetime) -> bool:
        campaign, person = self._records.campaign, delivery.person
        if delivery.item < STEP_ITEM:
            return await self._may_leave_beside(tx, delivery, now)
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

    @staticmethod
    async def _crowded(
        tx: AsyncConnection, delivery: Delivery, ready: Sequence[tuple[Delivery, int]]
    ) -> bool:
        """Whether something else leaves to the person of a message beside the series: what that
        takes of the budget stands nowhere before it is settled."""
        if delivery.item >= STEP_ITEM or delivery.send_before is None:
            return False
        id_ = delivery.person.enrolment.id
        return any(each.person.enrolment.id == id_ for each, _ in ready) or (
            await timeline.anything_leaving(tx, id_)
        )

    async def _may_leave_beside(
        self, tx: AsyncConnection, delivery: Delivery, now: datetime
    ) -> bool:
        """The same for an offer or a reminder, which isn't planned anew."""
        match beside.last_look(
            self._records.campaign,
            delivery.person,
            delivery.step,
            due_at=delivery.due_at,
            send_before=delivery.send_before,
            now=now,
        ):
            case Send():
                return True
            case Wait(until):
                await outbox.postpone(tx, delivery.id, until, delivery.send_before)
            case Cancel(reason):
                await outbox.set_status(tx, [delivery.id], State.CANCELLED, reason)
        return False

    async def settle(self, outcomes: Sequence[tuple[Delivery, Outcome]]) -> Sequence[None]:
        """Write what became of deliveries, as they were claimed, and move their people on."""
        try:
            await self._settle_set(outcomes, as_claimed=True)
        except _Changed:
            await self._settle_set(outcomes, as_claimed=False)
        return [None] * len(outcomes)

    async def _settle_set(
        self, outcomes: Sequence[tuple[Delivery, Outcome]], *, as_claimed: bool
    ) -> None:
        """One transaction for all. What arrived as planned goes by what was read at the claim; it
        raises _Changed where that doesn't hold any more."""
        async with self._records.db.write(bulk=True) as tx:
            if not self._records.db.is_sqlite:  # There only one writes anyway.
                await enrolments.hold(tx, [each.person.enrolment.id for each, _ in outcomes])
            now = self._now()
            plain: dict[int, tuple[Delivery, Sent, Enrolment]] = {}
            others = []
            polls = [out.poll_id for _, out in outcomes if isinstance(out, Sent) and out.poll_id]
            voted = await answers.polls_kept(tx, polls)
            for delivery, outcome in outcomes:
                onward = None
                if as_claimed and isinstance(outcome, Sent) and outcome.poll_id not in voted:
                    onward = self._plainly_onward(delivery, now)
                if isinstance(outcome, Sent) and onward is not None and onward.id not in plain:
                    plain[onward.id] = delivery, outcome, onward
                else:
                    others.append((delivery, outcome))
            await self._move_plainly(tx, list(plain.values()))
            for delivery, outcome in others:
                # Read one by one: an outcome before may have moved the same person.
                found = await outbox.unsettled(tx, delivery.id, self._instance())
                # Another try of it may be under way, where this one's answer got lost once.
                if found is not None and found.tries == delivery.tries + 1:
                    await self._settle(tx, found, outcome)

    async def _move_plainly(
        self, tx: AsyncConnection, plain: list[tuple[Delivery, Sent, Enrolment]]
    ) -> None:
        moves = [(delivery.person, onward) for delivery, _, onward in plain]
        arrivals = [self._arrival(delivery, sent) for delivery, sent, _ in plain]
        if plain and not (
            await enrolments.move_as_read(tx, moves)
            and await outbox.settle_claimed(tx, arrivals, self._instance())
        ):
            raise _Changed

    def _plainly_onward(self, delivery: Delivery, now: datetime) -> Enrolment | None:
        """Where the person of a delivery that arrived stands now; None if there is more to do."""
        person, campaign = delivery.person, self._records.campaign
        beside = delivery.item < STEP_ITEM
        if beside or person.enrolment.next_step != delivery.step or self._asks(delivery):
            return None
        onward = advance(campaign, person, delivery.step, now, now)
        return onward if onward.status is person.enrolment.status else None

    def _beside(self, delivery: Delivery) -> Enrolment:
        """Where somebody stands after a message beside the series: nothing else is due by it."""
        person = delivery.person
        if delivery.send_before is None:
            return person.enrolment
        place = person.enrolment.place.reached(self._now(), person.subscriber.zone)
        return replace(person.enrolment, place=place)

    def _asks(self, delivery: Delivery) -> bool:
        step = self._records.campaign.step(delivery.step)
        return asks(step, delivery.item, delivery.person.subscriber.check_ins)

    async def _settle(self, tx: AsyncConnection, delivery: Delivery, outcome: Outcome) -> None:
        if delivery.status is State.UNCERTAIN:
            # Given up on, and here is its answer after all. The person has moved on already.
            if isinstance(outcome, Sent):
                await outbox.settle_sent(tx, [self._arrival(delivery, outcome)])
                await self._match(tx, delivery, outcome)
            return
        if delivery.status is not State.SENDING:
            return
        match outcome:
            case Sent():
                await outbox.settle_sent(tx, [self._arrival(delivery, outcome)])
                await self._onward(tx, delivery)
                await self._match(tx, delivery, outcome)
            case Uncertain(reason) if self._on_uncertain == RESEND and delivery.tries < 2:
                await self._again(tx, delivery, reason)
            case Uncertain(reason):
                await outbox.set_status(tx, [delivery.id], State.UNCERTAIN, reason)
                await self._onward(tx, delivery)
                await self._match_kept(tx, delivery)
            case Refused(reason):
                await outbox.set_status(tx, [delivery.id], State.FAILED, reason)
                await self._onward(tx, delivery)
            case Blocked(reason, sure=False) if delivery.tries < BLOCKED_TRIES:
                wait = timedelta(minutes=4 ** (delivery.tries - 1))
                await self._again(tx, delivery, reason, wait)
            case Blocked(reason):
                await outbox.set_status(tx, [delivery.id], State.CANCELLED, reason)
                await joining.block(self._records, tx, delivery.person, self._now())
            case Flood():
                await self._again(tx, delivery, "too many requests")
            case Late():
                await self._again(tx, delivery, "its moment had passed")
            case NotSent(reason):
                wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(delivery.tries, 16))
                await self._again(tx, delivery, reason, wait)

    async def _again(
        self, tx: AsyncConnection, delivery: Delivery, reason: str, wait: timedelta = timedelta()
    ) -> None:
        due_at = max(delivery.due_at, self._now() + wait) if wait else delivery.due_at
        await outbox.postpone(tx, delivery.id, due_at, delivery.send_before, reason=reason)

    async def _match(self, tx: AsyncConnection, delivery: Delivery, sent: Sent) -> None:
        if sent.poll_id is not None:
            await checkins.settle_kept(self._records, tx, delivery, sent.poll_id, self._now())

    async def _match_kept(self, tx: AsyncConnection, delivery: Delivery) -> None:
        """A vote may be here already that proves this very question arrived."""
        if delivery.item <= STEP_ITEM:
            return
        for kept in await answers.kept_by(tx, delivery.chat_ref):
            proof = Arrival(delivery.id, None, kept.poll_id, self._close_at(delivery))
            await outbox.settle_sent(tx, [proof])
            await checkins.settle_kept(self._records, tx, delivery, kept.poll_id, self._now())
            return

    def _arrival(self, delivery: Delivery, sent: Sent) -> Arrival:
        return Arrival(delivery.id, sent.message_id, sent.poll_id, self._close_at(delivery))

    def _close_at(self, delivery: Delivery) -> datetime | None:
        campaign, now = self._records.campaign, self._now()
        if delivery.item > STEP_ITEM:
            return question_looked_at(campaign, delivery.person, delivery.item, now)
        if delivery.item < STEP_ITEM:
            return offer_looked_at(campaign, delivery.step, now)
        return None

    async def _onward(self, tx: AsyncConnection, delivery: Delivery) -> None:
        """Move the person on, if this was the step they waited for."""
        person, campaign, now = delivery.person, self._records.campaign, self._now()
        if delivery.item < STEP_ITEM:
            await enrolments.move(tx, [self._beside(delivery)])
            return
        if self._asks(delivery):
            await people.change(tx, person.subscriber.id, check_ins=CheckIns.ASKED)
            found = await outbox.get(tx, delivery.id)
            assert found is not None
            person = found.person
        if person.enrolment.next_step == delivery.step:
            moved = advance(campaign, person, delivery.step, now, now)
            await self._records.move(tx, person, moved, now)
        elif delivery.send_before is not None:
            # An operator sent an earlier step again: what follows keeps its distance to this one.
            place = person.enrolment.place.reached(now, person.subscriber.zone)
            later = replace(person, enrolment=replace(person.enrolment, place=place))
            await enrolments.move(tx, [later.enrolment])
            await self._records.replan(tx, later, now)

    async def recover(self, tx: AsyncConnection) -> int:
        """Settle as uncertain what instances that are no more left in flight; gives how many."""
        left = await outbox.orphans(tx)
        for each in left:
            # Read one by one, as in `_settle_set`.
            delivery = await outbox.get(tx, each.id)
            if delivery is not None:
                await self._give_up(tx, delivery)
        return len(left)

    async def _give_up(self, tx: AsyncConnection, delivery: Delivery) -> None:
        """Settle as uncertain; where its person can't be moved on, that keeps nobody else waiting
        and no program from starting."""
        reason = "the program ended while sending"
        try:
            async with tx.begin_nested():
                await self._settle(tx, delivery, Uncertain(reason))
        except SQLAlchemyError:
            raise
        except Exception as error:
            log.error("can't move on", delivery=delivery.id, reason=type(error).__name__)
            await outbox.set_status(tx, [delivery.id], State.UNCERTAIN, reason)


def asks(step: Step | None, item: int, check_ins: CheckIns) -> bool:
    """Whether an item of a step asks for consent to check-ins, for the first time."""
    asking = step is not None and step.kind is StepKind.CHECK_IN and item == STEP_ITEM
    return asking and check_ins is CheckIns.UNASKED

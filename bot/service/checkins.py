"""Check-ins: consent to them, and what a vote leads to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.campaign import Question, Step, StepKind
from bot.domain.checkin import Thanks, option_value, thanks
from bot.domain.series import next_step
from bot.domain.subscriber import CheckIns, Person, Status
from bot.service.joining import CHECK_INS
from bot.service.records import Records
from bot.store import answers, outbox, people
from bot.store.outbox import Arrival, Delivery, Lane, Planned
from bot.store.people import Wording


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a yes to check-ins came to; `at_once` where the first question follows right away."""

    person: Person
    at_once: bool


async def agree(records: Records, chat_id: int, wording: Wording, now: datetime) -> Agreed | None:
    """Record consent to check-ins. The one that asked goes on at once while its time lasts.

    None for someone who isn't enrolled, and for who is through unless the last step asked.
    Agreeing twice changes nothing.
    """
    async with records.db.write() as tx:
        person = await records.find(tx, chat_id)
        if person is None or person.enrolment.status is Status.LEFT:
            return None
        asked = await _asked_just_now(records, tx, person, now)
        if person.enrolment.status is Status.FINISHED and asked is None:
            return None
        before = person.subscriber.check_ins
        if before is not CheckIns.YES:
            await people.record_consent(tx, person.subscriber.id, wording, "given", now)
            await people.change(tx, person.subscriber.id, check_ins=CheckIns.YES)
            person = replace(person, subscriber=replace(person.subscriber, check_ins=CheckIns.YES))
        at_once = False
        if asked is not None and person.enrolment.status in (Status.ACTIVE, Status.FINISHED):
            await outbox.queue(
                tx, [Planned(person.enrolment.id, asked.key, 1, Lane.INTERACTIVE, now, None)]
            )
            at_once = await outbox.step_under_way(tx, person.enrolment.id, asked.key)
        return Agreed(await _onward(records, tx, person, now), at_once)


async def _onward(records: Records, tx: AsyncConnection, person: Person, now: datetime) -> Person:
    """Date the next step anew where a yes or a no changes it; a tip that comes next stays put."""
    step = next_step(records.campaign, person)
    if (
        step is not None
        and step.kind is StepKind.TIP
        and step.key == person.enrolment.next_step
        and person.enrolment.status is Status.ACTIVE
    ):
        return person
    return await records.replan(tx, person, now)


async def _asked_just_now(
    records: Records, tx: AsyncConnection, person: Person, now: datetime
) -> Step | None:
    last, at = person.enrolment.last_step, person.enrolment.place.last_step_at
    step = records.campaign.step(last) if last else None
    window = timedelta(days=records.campaign.check_in_window)
    if step is None or step.kind is not StepKind.CHECK_IN or at is None or now > at + window:
        return None
    return step


async def decline(records: Records, chat_id: int, now: datetime) -> Person | None:
    """No check-ins (any more): consent is withdrawn, open polls close, the series goes on."""
    async with records.db.write() as tx:
        person = await records.find(tx, chat_id)
        if person is None:
            return None
        await people.withdraw_consent(tx, person.subscriber.id, CHECK_INS, now)
        await people.change(tx, person.subscriber.id, check_ins=CheckIns.NO)
        await outbox.cancel_questions(tx, person.enrolment.id, "no consent to check-ins")
        await outbox.close_soon(tx, person.enrolment.id, now)
        changed = replace(person, subscriber=replace(person.subscriber, check_ins=CheckIns.NO))
        return await _onward(records, tx, changed, now)


@dataclass(frozen=True, slots=True)
class Voted:
    """What a vote came to.

    `kind`: first, changed, withdrawn, kept (the poll is not known yet) or foreign: not theirs, or
    nothing that may be kept of someone who doesn't take part in check-ins (any more).
    `last` says that no further question of this check-in follows.
    """

    kind: str
    person: Person | None = None
    question: Question | None = None
    value: str | None = None
    thanks: Thanks | None = None
    last: bool = False


async def vote(
    records: Records, chat_id: int, poll_id: str, option: int | None, now: datetime
) -> Voted:
    """Write a vote (None withdraws it) and queue the next question with it, once.

    A vote on an unknown poll proves that the person's uncertain question did arrive; where there
    is none, or one is being sent this very moment, the vote is kept and matched later.
    """
    ref = records.cipher.hide_chat(chat_id)
    async with records.db.write() as tx:
        delivery = await outbox.by_poll(tx, poll_id)
        if delivery is None:
            person = await records.find(tx, chat_id)
            delivery = await _proved(records, tx, person, ref, poll_id, now)
            if delivery is None:
                if person is None or person.subscriber.check_ins is not CheckIns.YES:
                    return Voted("foreign", person)
                await answers.keep_vote(tx, poll_id, ref, option, now)
                return Voted("kept", person)
        elif delivery.chat_ref != ref:
            return Voted("foreign")
        return await apply(records, tx, delivery, option, now)


async def _proved(
    records: Records,
    tx: AsyncConnection,
    person: Person | None,
    ref: bytes,
    poll_id: str,
    now: datetime,
) -> Delivery | None:
    if person is None or await outbox.question_leaving(tx, person.enrolment.id):
        return None
    doubtful = await outbox.unproved_polls(tx, ref)
    if not doubtful:
        return None
    close_at = now + timedelta(days=records.campaign.check_in_window)
    await outbox.settle_sent(tx, [Arrival(doubtful[0].id, None, poll_id, close_at)])
    return doubtful[0]


async def apply(
    records: Records, tx: AsyncConnection, delivery: Delivery, option: int | None, now: datetime
) -> Voted:
    """Write a vote on a known delivery, in the caller's transaction."""
    step = records.campaign.step(delivery.step)
    person = delivery.person
    if step is None or not 1 <= delivery.item <= len(step.questions):
        return Voted("foreign", person)
    question = step.questions[delivery.item - 1]
    last = delivery.item == len(step.questions)
    before = await answers.get(tx, delivery.id)
    known = await answers.exists(tx, delivery.id)
    value = option_value(question, option) if option is not None else None
    if option is not None and value is None:
        return Voted("foreign", person)
    earlier = await answers.earlier(tx, person.enrolment.id, question.key, delivery.id)
    if value is not None and person.subscriber.check_ins is not CheckIns.YES:
        # Safety comes first all the same.
        return Voted("foreign", person, question, value, thanks(question, value, earlier))
    await answers.put(tx, delivery.id, question.key, value, now)
    if value is None:
        return Voted("withdrawn", person, question)
    running = person.enrolment.status in (Status.ACTIVE, Status.PAUSED, Status.FINISHED)
    if not last and running:
        following = delivery.item + 1
        await outbox.queue(
            tx,
            [Planned(person.enrolment.id, step.key, following, Lane.INTERACTIVE, now, None)],
        )
    kind = "first" if not known or before == value else "changed"
    return Voted(kind, person, question, value, thanks(question, value, earlier), last)


async def settle_kept(
    records: Records, tx: AsyncConnection, delivery: Delivery, poll_id: str, now: datetime
) -> None:
    """Match a vote that came before its poll was known."""
    kept = await answers.kept_for(tx, poll_id, delivery.chat_ref)
    if kept is not None:
        await apply(records, tx, delivery, kept.option, now)
        await answers.drop_vote(tx, poll_id, delivery.chat_ref)

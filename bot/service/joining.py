"""Coming and going: enrol, come back, pause, resume, stop, block."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.asking import Ended
from bot.domain.schedule import Part, Slot, local_date, part_at
from bot.domain.series import halted, paused, resumed
from bot.domain.subscriber import CheckIns, Person, Status
from bot.service.records import Records
from bot.store import consents, conversations, enrolments, outbox, people, polls
from bot.store.consents import Wording
from bot.store.deliveries import STEP_ITEM, Lane, Planned

SERIES = "series"
CHECK_INS = "check-ins"
"""The two scopes of consent."""

AT_REST = (Status.FINISHED, Status.LEFT, Status.BLOCKED)
"""Who may begin a new round."""


@dataclass(frozen=True, slots=True)
class Joined:
    """What enrolling came to. `was` is the status before, or None for someone new."""

    person: Person
    was: Status | None


async def look(records: Records, chat_id: int) -> Person | None:
    """The person of a chat, or None for a stranger."""
    async with records.db.read() as tx:
        return await records.find(tx, chat_id, lock=False)


async def enrol(
    records: Records,
    chat_id: int,
    *,
    language: str,
    zone: str,
    source: str,
    wording: Wording,
    now: datetime,
) -> Joined:
    """Record consent to the series and begin it, or go on with it after a stop or a block.

    The first tip is queued in the same transaction, to leave at once. Consenting twice changes
    nothing, so the tap may be handled twice.
    """
    ref = records.cipher.hide_chat(chat_id)
    async with records.db.write() as tx:
        person = await people.find(tx, ref, records.campaign.key)
        if person is not None:
            was = person.enrolment.status
            if was is Status.LEFT:
                await consents.record(tx, person.subscriber.id, wording, "given", now)
            if was in (Status.LEFT, Status.BLOCKED):
                person = await records.move(tx, person, resumed(records.campaign, person, now), now)
            return Joined(person, was)
        subscriber_id = await people.add(
            tx,
            ref,
            pseudonym=records.pseudonym(chat_id),
            language=language,
            zone=zone,
            slot=Slot(local_date(now, zone).weekday(), part_at(now, zone)),
            source=source,
            now=now,
        )
        meanwhile = await people.find(tx, ref, records.campaign.key)
        if meanwhile is not None:
            return Joined(meanwhile, meanwhile.enrolment.status)
        await consents.record(tx, subscriber_id, wording, "given", now)
        await _begin(records, tx, subscriber_id, 1, now)
        new = await people.find(tx, ref, records.campaign.key)
        assert new is not None
        return Joined(new, None)


async def start_again(
    records: Records, chat_id: int, wording: Wording, now: datetime
) -> Person | None:
    """Begin a new round for who is at rest; None for strangers and those under way."""
    ref = records.cipher.hide_chat(chat_id)
    async with records.db.write() as tx:
        person = await people.find(tx, ref, records.campaign.key)
        if person is None or person.enrolment.status not in AT_REST:
            return None
        if person.enrolment.status is Status.LEFT:
            await consents.record(tx, person.subscriber.id, wording, "given", now)
        await _begin(records, tx, person.subscriber.id, person.enrolment.round + 1, now)
        return await people.find(tx, ref, records.campaign.key)


async def _begin(
    records: Records, tx: AsyncConnection, subscriber_id: int, round_: int, now: datetime
) -> None:
    first = records.campaign.steps[0].key
    enrolment_id = await enrolments.add(
        tx, subscriber_id, records.campaign.key, round_=round_, first_step=first, now=now
    )
    await outbox.queue(
        tx,
        [Planned(enrolment_id, first, STEP_ITEM, Lane.INTERACTIVE, now, None)],
    )


async def pause(records: Records, chat_id: int, weeks: int | None, now: datetime) -> Person | None:
    """Rest for some weeks, or (None) until the person says. None for who isn't under way."""
    async with records.db.write() as tx:
        person = await records.find(tx, chat_id)
        if person is None or person.enrolment.status not in (Status.ACTIVE, Status.PAUSED):
            return None
        return await rest(records, tx, person, weeks, now)


async def rest(
    records: Records, tx: AsyncConnection, person: Person, weeks: int | None, now: datetime
) -> Person:
    """The pause of someone under way, in the caller's transaction."""
    await outbox.cancel_queued(tx, person.enrolment.id, "paused")
    until = now + timedelta(weeks=weeks) if weeks is not None else None
    return await records.move(tx, person, paused(records.campaign, person, until, now), now)


async def resume(records: Records, chat_id: int, now: datetime) -> Person | None:
    """Go on after a pause or a block. None where there is nothing to go on with."""
    async with records.db.write() as tx:
        person = await records.find(tx, chat_id)
        if person is None or person.enrolment.status not in (Status.PAUSED, Status.BLOCKED):
            return None
        return await records.move(tx, person, resumed(records.campaign, person, now), now)


async def stop(records: Records, chat_id: int, now: datetime) -> Person | None:
    """Withdraw all consent and end the series; what is queued is cancelled with it."""
    async with records.db.write() as tx:
        person = await records.find(tx, chat_id)
        if person is None or person.enrolment.status is Status.LEFT:
            return None
        return await leave(records, tx, person, now)


async def leave(records: Records, tx: AsyncConnection, person: Person, now: datetime) -> Person:
    """The stop of someone who takes part, in the caller's transaction."""
    await consents.withdraw_all(tx, person.subscriber.id, now)
    await people.change(tx, person.subscriber.id, check_ins=CheckIns.UNASKED)
    await conversations.end(tx, person.subscriber.id, Ended.PERSON)
    await outbox.cancel_queued(tx, person.enrolment.id, "left")
    await polls.close_soon(tx, person.enrolment.id, now, offers=True)
    left = replace(person, subscriber=replace(person.subscriber, check_ins=CheckIns.UNASKED))
    return await records.move(tx, left, halted(person.enrolment, Status.LEFT), now)


async def block(records: Records, tx: AsyncConnection, person: Person, now: datetime) -> None:
    """Telegram says that the person blocked the bot: nothing more is sent, nothing is lost."""
    await conversations.end(tx, person.subscriber.id, Ended.BLOCKED)
    if person.enrolment.status in (Status.ACTIVE, Status.PAUSED):
        await outbox.cancel_queued(tx, person.enrolment.id, "blocked")
        await records.move(tx, person, halted(person.enrolment, Status.BLOCKED), now)


async def blocked(records: Records, chat_id: int, now: datetime) -> None:
    """The same, by chat; nothing for strangers."""
    async with records.db.write() as tx:
        person = await records.find(tx, chat_id)
        if person is not None:
            await block(records, tx, person, now)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person may change; None leaves it as it is."""

    language: str | None = None
    weekday: int | None = None
    part: Part | None = None
    zone: str | None = None
    pace: int | None = None


async def choose(records: Records, chat_id: int, choices: Choices, now: datetime) -> Person | None:
    """Change a person's choices; their next step is dated anew where the rhythm changes."""
    async with records.db.write() as tx:
        person = await records.find(tx, chat_id)
        if person is None:
            return None
        values = {
            name: value
            for name in ("language", "weekday", "part", "zone", "pace")
            if (value := getattr(choices, name)) is not None
        }
        if not values:
            return person
        await people.change(tx, person.subscriber.id, **values)
        changed = await records.find(tx, chat_id)
        assert changed is not None
        if changed.subscriber.rhythm == person.subscriber.rhythm:
            return changed
        return await records.replan(tx, changed, now)


async def seen(records: Records, chat_id: int, now: datetime) -> None:
    """Remember that a person was here."""
    async with records.db.write() as tx:
        await people.see(tx, [records.cipher.hide_chat(chat_id)], now)

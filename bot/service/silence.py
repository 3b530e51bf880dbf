"""What follows when people say nothing: a reminder, then the end of the question, then an offer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.branch import Action
from bot.domain.watching import BEFORE_END, LookAgain, closes_at, look, silences
from bot.service import offers
from bot.service.records import Records
from bot.store import answers, outbox, people, polls, timeline
from bot.store.deliveries import REMINDER, STEP_ITEM, Delivery, Lane, Planned
from bot.store.polls import Watched

AT_ONCE = 1000
"""Questions and offers of one transaction."""


async def look_round(records: Records, now: datetime) -> list[Delivery]:
    """Remind of questions, and do what was said of offers that nobody chose from.

    Gives the questions that are to be closed now. Everything else whose moment has come is done.
    """
    closing: dict[int, Delivery] = {}
    while True:
        async with records.db.write() as tx:
            watched = await polls.to_look_at(tx, now, AT_ONCE)
            fresh = [each for each in watched if each.delivery.id not in closing]
            closing |= await _looked(records, tx, fresh, now)
        if len(watched) < AT_ONCE or len(closing) >= AT_ONCE:
            return list(closing.values())


async def _looked(
    records: Records, tx: AsyncConnection, watched: Sequence[Watched], now: datetime
) -> dict[int, Delivery]:
    again: list[tuple[int, datetime | None]] = []
    reminders: list[Planned] = []
    closing: dict[int, Delivery] = {}
    for each in watched:
        delivery = each.delivery
        if delivery.item < STEP_ITEM:
            if await polls.take(tx, delivery.id) and not each.answered:
                await _ignored(records, tx, delivery, now)
            continue
        found = look(
            records.campaign, delivery.person, each.sent_at, answered=each.answered, now=now
        )
        if not isinstance(found, LookAgain):
            closing[delivery.id] = delivery
            continue
        again.append((delivery.id, found.at))
        if found.remind and delivery.item == STEP_ITEM + 1:
            before = closes_at(records.campaign, each.sent_at) - BEFORE_END
            id_ = delivery.person.enrolment.id
            reminders.append(Planned(id_, delivery.step, REMINDER, Lane.BULK, now, before))
    await polls.look_again(tx, again)
    await outbox.queue(tx, reminders)
    return closing


async def _ignored(
    records: Records, tx: AsyncConnection, delivery: Delivery, now: datetime
) -> None:
    branch = records.campaign.branch(delivery.step)
    action: Action | None = branch.ignored if branch is not None else None
    for person in await people.by_enrolment(tx, [delivery.person.enrolment.id]):
        if person.enrolment.status in offers.UNDER_WAY:
            await offers.act(records, tx, person, action, now)


async def look_later(records: Records, questions: Sequence[Delivery], at: datetime) -> None:
    """These could not be closed yet."""
    async with records.db.write() as tx:
        await polls.look_again(tx, [(each.id, at) for each in questions])


async def closed(records: Records, questions: Sequence[Delivery], now: datetime) -> None:
    """These questions are closed at Telegram; who was silent once too often gets an offer."""
    async with records.db.write() as tx:
        new = await polls.closed(tx, [each.id for each in questions])
        ids = sorted(
            {
                each.person.enrolment.id
                for each in questions
                if each.id in new and each.item == STEP_ITEM + 1
            }
        )
        if not ids or not records.campaign.branches:
            return
        asked = await timeline.check_ins_asked(tx, ids)
        silent = {id_: count for id_ in ids if (count := silences(asked[id_]))}
        found = await people.by_enrolment(tx, list(silent))
        given = await answers.of_enrolments(tx, list(silent))
        heard = [
            (
                person,
                offers.history(given[person.enrolment.id], silences=silent[person.enrolment.id]),
            )
            for person in found
        ]
        await offers.break_silence(records, tx, heard, now)

"""Closes check-ins whose window is over. Telegram's own timer would follow real time alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.delivery.messenger import Messenger
from bot.delivery.pacer import Lane, Pacer
from bot.domain.outcome import Flood, Late, NotSent, Uncertain
from bot.service import silence
from bot.service.records import Records
from bot.store.deliveries import Delivery

AT_ONCE = 100
UNDER_WAY = 10
LATER = timedelta(minutes=1)
"""Until the next try where one failed, so that it holds up none behind it."""


async def close_due_polls(
    records: Records, messenger: Messenger, pacer: Pacer, now: Callable[[], datetime]
) -> int:
    """Close what is to be closed; gives how many. Closing twice does no harm, so it may repeat.

    On the way people are reminded of what they may still answer.
    """
    polls = (await silence.look_round(records, now()))[:AT_ONCE]
    free = asyncio.Semaphore(UNDER_WAY)

    async def close(poll: Delivery) -> int | None:
        if poll.message_id is None:
            return poll.id
        async with free:
            ticket = await pacer.moment(Lane.SPARE)
            chat = records.cipher.chat(poll.chat_ref)
            outcome = await messenger.close_poll(chat, poll.message_id, ticket)
        if isinstance(outcome, Flood):
            pacer.rest(outcome.retry_after)
        return None if isinstance(outcome, Flood | Late | NotSent | Uncertain) else poll.id

    closed = await asyncio.gather(*(close(poll) for poll in polls))
    done = set(closed) - {None}
    if done:
        await silence.closed(records, [poll for poll in polls if poll.id in done], now())
    if waiting := [poll for poll in polls if poll.id not in done]:
        await silence.look_later(records, waiting, now() + LATER)
    return len(done)

"""Closes check-ins whose window is over. Telegram's own timer would follow real time alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.delivery.messenger import Messenger
from bot.delivery.pacer import Lane, Pacer
from bot.domain.outcome import Flood, NotSent, Uncertain
from bot.service.records import Records
from bot.store import outbox

AT_ONCE = 100


async def close_due_polls(
    records: Records, messenger: Messenger, pacer: Pacer, now: Callable[[], datetime]
) -> int:
    """Close what is to be closed; gives how many. Closing twice does no harm, so it may repeat."""
    async with records.db.read() as tx:
        polls = await outbox.to_close(tx, now(), AT_ONCE)
    done = []
    for poll in polls:
        if poll.message_id is not None:
            await pacer.moment(Lane.BULK)
            chat = records.cipher.chat(poll.chat_ref)
            outcome = await messenger.close_poll(chat, poll.message_id)
            if isinstance(outcome, Flood):
                pacer.rest(outcome.retry_after)
            if isinstance(outcome, Flood | NotSent | Uncertain):
                continue
        done.append(poll.id)
    if done:
        async with records.db.write() as tx:
            await outbox.closed(tx, done)
    return len(done)

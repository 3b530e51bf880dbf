"""Messages beside the series, claimed for real: never two on one day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from domain.examples import MONDAY, campaign_of, check_in, tip

from bot.domain.outcome import Sent
from bot.domain.schedule import local_date
from bot.service import checkins
from bot.service.records import Records
from bot.store import outbox
from bot.store.deliveries import REMINDER, Lane, Planned

from .live import CHECK_INS, ZONE, Live

CHAT = 1
STEPS = replace(
    campaign_of(tip("first", 0), check_in("asked", 2), check_in("asked-again", 3), tip("far", 28)),
    check_in_window=1,  # Too short for reminders but those of the test.
)


async def reminded(records: Records) -> Live:
    """Somebody to whom two reminders are due at the same moment, on a day without a step."""
    live = Live(Records(records.db, records.cipher, STEPS), MONDAY)
    await live.enrol(CHAT, ZONE)
    await live.deliver()
    await checkins.agree(live.records, CHAT, CHECK_INS, live.now)
    await live.until(live.now + timedelta(days=10))
    before = live.now + timedelta(days=3)
    async with live.records.db.write() as tx:
        await outbox.queue(
            tx,
            [
                Planned(1, key, REMINDER, Lane.BULK, live.now, before)
                for key in ("asked", "asked-again")
            ],
        )
    return live


async def test_two_that_are_due_together_come_on_two_days(records: Records) -> None:
    live = await reminded(records)
    since = len(live.left)
    await live.until(live.now + timedelta(days=3))
    days = [local_date(at, ZONE) for at, _, _ in live.left[since:]]
    assert len(days) == len(set(days)) == 2


async def test_one_waits_while_another_is_being_sent(records: Records) -> None:
    live = await reminded(records)
    (first,) = await live.claim()
    assert await live.claim() == []
    await live.ledger.settle([(first, Sent(1))])
    assert await live.claim() == []

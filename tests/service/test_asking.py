"""Conversations with the staff, as the group's messages find them."""

from __future__ import annotations

import asyncio

from domain.examples import MONDAY

from bot.service import asking, reading
from bot.service.records import Records
from bot.store import conversations
from bot.store.consents import Wording

from .world import World

THREAD = 7
WORDING = Wording("physio", 1, "nl", "Ik stel mijn vraag aan de fysio.")


async def test_whose_topic_it_is_waits_for_nobody(records: Records) -> None:
    await World(records, MONDAY).enrol()
    assert await asking.begin(records, 1, WORDING, MONDAY)
    async with records.db.write() as tx:
        found = await conversations.of_person(tx, 1)
        assert found is not None
        assert await conversations.settle_in(tx, found.id, None, THREAD)
    async with records.db.write() as tx:
        await conversations.of_topic(tx, THREAD)
        assert await asyncio.wait_for(asking.knows(records, THREAD), 2)
        assert not await asyncio.wait_for(asking.knows(records, THREAD + 1), 2)


async def test_own_data_tells_of_the_conversation(records: Records) -> None:
    world = World(records, MONDAY)
    await world.instance.join()
    await world.enrol()
    await world.deliver()
    assert await asking.begin(records, 1, WORDING, MONDAY)
    own = await reading.own_data(records, 1, MONDAY)
    assert own is not None
    assert own["physio"]["conversation"] == {
        "number": 1, "thread_id": None, "ended": None, "active_at": MONDAY.isoformat(),
    }  # fmt: skip
    assert own["series"]["last_message_at"] == MONDAY.isoformat()
    assert own["series"]["days_with_a_message"] == 1

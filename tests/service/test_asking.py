"""Conversations with the staff, as the group's messages find them."""

from __future__ import annotations

import asyncio

from domain.examples import MONDAY

from bot.service import asking
from bot.service.records import Records
from bot.store import conversations
from bot.store.people import Wording

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

"""Erasing: nothing of a person stays but a count, and nobody goes who came back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.schedule import Part, Slot
from bot.domain.subscriber import Status
from bot.service import forgetting, joining
from bot.service.forgetting import KEEP
from bot.service.records import Records
from bot.store import answers, enrolments, inbox, meta, people
from bot.store.inbox import Received

from .world import World

DAY = timedelta(days=1)


async def test_erasing_leaves_only_a_count(world: World) -> None:
    other = World(world.records, world.now, 2)
    await other.to_check_in()
    before = await world.rows("meta")
    await world.to_check_in()
    (question,) = [item for item in await world.outbox() if item.item == 1]
    await world.vote(question.poll_id or "", 4)
    ref = world.records.cipher.hide_chat(1)
    async with world.records.db.write() as tx:
        await answers.keep_vote(tx, "unknown", ref, 1, world.now)
        await inbox.put(tx, [Received(9, ref, b"hidden")], world.now, 1)
        (row,) = await inbox.waiting(tx, 1, 0, 9)
        await inbox.handled(tx, [row.id])
    assert await forgetting.forget_chat(world.records.db, world.records.cipher, 1)
    assert await joining.look(world.records, 1) is None
    # The number of the update stays, so that it isn't handled twice; nothing says whose it was.
    assert await world.rows("meta") == {**before, "inbox": 1}
    async with world.records.db.read() as tx:
        assert await meta.get(tx, "erased") == "1"
    assert not await forgetting.forget_chat(world.records.db, world.records.cipher, 1)
    assert await joining.look(world.records, 2) is not None


async def test_who_followed_another_campaign_can_be_erased_too(
    world: World, records: Records
) -> None:
    async with records.db.write() as tx:
        ref = records.cipher.hide_chat(1)
        id_ = await people.add(
            tx, ref, pseudonym="p", language="nl", zone="UTC", slot=Slot(0, Part.MORNING),
            source="x", now=world.now,
        )  # fmt: skip
        await enrolments.add(tx, id_, "earlier", round_=1, first_step="a", now=world.now)
    assert await forgetting.forget_chat(records.db, records.cipher, 1)
    assert sum((await world.rows("meta")).values()) == 0


async def test_data_is_kept_for_half_a_year_after_the_last_sign_and_no_longer(
    world: World,
) -> None:
    await world.enrol()
    await world.deliver()
    world.turn(hours=1)
    await joining.stop(world.records, 1, world.now)
    running = World(world.records, world.now, 2)
    await running.enrol()
    stopped = world.now
    async with world.records.db.write() as tx:
        await answers.keep_vote(tx, "unknown", world.records.cipher.hide_chat(1), 1, world.now)
    assert await forgetting.erase_long_gone(world.records.db, stopped + KEEP) == 0
    assert await forgetting.erase_long_gone(world.records.db, stopped + KEEP + DAY) == 1
    assert await joining.look(world.records, 1) is None
    assert await joining.look(world.records, 2) is not None
    assert (await world.rows())["vote"] == 0


async def test_being_seen_puts_erasure_off(world: World) -> None:
    await world.enrol()
    await joining.stop(world.records, 1, world.now)
    world.turn(days=100)
    await joining.seen(world.records, 1, world.now)
    await joining.seen(world.records, 99, world.now)
    assert await forgetting.erase_long_gone(world.records.db, world.now + KEEP) == 0
    later = world.now + KEEP + timedelta(seconds=1)
    assert await forgetting.erase_long_gone(world.records.db, later) == 1


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)
async def test_who_comes_back_while_the_long_gone_are_erased_stays(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.enrol()
    await world.deliver()
    await joining.stop(world.records, 1, world.now)
    gone = World(world.records, world.now, 2)
    await gone.enrol()
    await joining.stop(world.records, 2, world.now)
    world.turn(days=KEEP.days + 1)
    look = people.long_gone

    async def came_back(tx: AsyncConnection, before: datetime, limit: int) -> Sequence[int]:
        found = await look(tx, before, limit)
        if len(found) == 2:
            await world.enrol()
        return found

    monkeypatch.setattr(people, "long_gone", came_back)
    assert await forgetting.erase_long_gone(world.records.db, world.now) == 1
    assert await world.status() is Status.ACTIVE
    assert await joining.look(world.records, 2) is None


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)
async def test_a_vote_that_is_being_written_goes_with_its_person(world: World) -> None:
    await world.enrol()
    db, cipher = world.records.db, world.records.cipher
    async with db.write() as tx:
        assert await world.records.find(tx, 1) is not None  # Locked.
        erasing = asyncio.create_task(forgetting.forget_chat(db, cipher, 1))
        await asyncio.sleep(0.3)
        await answers.keep_vote(tx, "unknown", cipher.hide_chat(1), 1, world.now)
    assert await erasing
    assert await joining.look(world.records, 1) is None
    assert (await world.rows())["vote"] == 0


async def test_many_who_are_long_gone_are_erased_a_few_at_a_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "ERASED_AT_ONCE", 2)
    for chat_id in range(1, 6):
        await World(world.records, world.now, chat_id).enrol()
        await joining.stop(world.records, chat_id, world.now)
    world.turn(days=KEEP.days + 1)
    assert await forgetting.erase_long_gone(world.records.db, world.now) == 5

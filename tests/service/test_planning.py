"""Planning in sets: everyone who is due, each once, however the sets fall."""

from __future__ import annotations

import asyncio

import pytest

from bot.delivery import planner
from bot.store.deliveries import State

from .world import World


@pytest.mark.parametrize(("ahead", "at_once"), [(4, 2), (3, 5), (100, 1)])
async def test_everyone_due_is_planned_once_whatever_the_size_of_the_sets(
    world: World, monkeypatch: pytest.MonkeyPatch, ahead: int, at_once: int
) -> None:
    monkeypatch.setattr(planner, "AHEAD", ahead)
    monkeypatch.setattr(planner, "AT_ONCE", at_once)
    chats = range(1, 8)
    for world.chat_id in chats:
        await world.enrol()
        await world.settle(await world.claim())
    world.turn(days=14)
    planned = await asyncio.gather(world.planner.tick(), world.planner.tick())
    assert sum(planned) == len(chats)
    assert await world.planner.tick() == 0
    for world.chat_id in chats:
        assert len(await world.outbox(State.QUEUED)) == 1


async def test_each_set_is_announced_before_the_next_is_planned(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planner, "AT_ONCE", 2)
    for world.chat_id in range(1, 6):
        await world.enrol()
        await world.settle(await world.claim())
    world.turn(days=14)
    announced: list[None] = []
    planning = planner.Planner(world.records, lambda: world.now, lambda: announced.append(None))
    assert await planning.tick() == 5
    assert len(announced) == 3

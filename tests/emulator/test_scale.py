"""A wave to many people costs the same per person as to a few."""

from __future__ import annotations

import time

from bot.rehearsal.emulator import World
from bot.rehearsal.emulator.methods import METHODS


def seconds_per_send(world: World, people: range) -> float:
    for user_id in people:
        world.person(user_id).start()
    world.updates.clear()
    began = time.process_time()
    for user_id in people:
        METHODS["sendMessage"](world, {"chat_id": user_id, "text": "Tip van de week"})
    return (time.process_time() - began) / len(people)


def test_fifty_thousand_people(world: World) -> None:
    few = seconds_per_send(world, range(1, 5_001))
    many = seconds_per_send(world, range(5_001, 50_001))
    assert many < 5 * few
    assert len(world.log) == 50_000
    assert len(world.person(4).chat) == 2

"""Several instances over one allowance, in virtual time: never too much, hardly ever too little."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.pacer import Lane, Pacer
from bot.delivery.places import HOLD, Asked, Grant, Places, exchange
from bot.delivery.shared import SharedAllowance
from bot.delivery.transport import Lapsed

from .conftest import Clock
from .test_pacer import busiest

pytestmark = pytest.mark.soak


@dataclass
class Shared:
    """The row in the database, and the server that all instances send to."""

    clock: Clock
    per_second: int
    places: Places = field(default_factory=Places)
    away: float = 0.001
    """Seconds to the database and back."""
    arrived: list[float] = field(default_factory=list)

    async def exchange(self, asked: Asked) -> list[Grant]:
        await self.clock.sleep(self.away / 2)
        # The database's clock is its own, and what is stored is what comes back.
        now = self.clock.now + 1.7e9
        places, grants = exchange(self.places, asked, now, self.per_second)
        self.places = Places.from_bytes(places.to_bytes())
        await self.clock.sleep(self.away / 2)
        return grants


class Instance:
    """Sends a wave as fast as it may; `way` is the least and most seconds there, and back."""

    def __init__(self, shared: Shared, way: tuple[float, float], chance: random.Random) -> None:
        clock = shared.clock
        self.shared = shared
        self.way = way
        self.chance = chance
        self.frozen: asyncio.Event = asyncio.Event()
        self.frozen.set()
        self.allowance = SharedAllowance(
            shared.per_second,
            self._exchange,
            monotonic=clock.monotonic,
            valid_for=lambda: 3.0,
            sleep=self._sleep,
        )
        self.pacer = Pacer(
            monotonic=clock.monotonic,
            sleep=self._sleep,
            per_second=shared.per_second,
            allowance=self.allowance,
        )
        self.tasks = [
            asyncio.create_task(self.send(Lane.BULK))
            for _ in range(max(3, shared.per_second // 10))
        ]
        self.waits: list[float] = []

    async def _sleep(self, seconds: float) -> None:
        await self.shared.clock.sleep(seconds)
        await self.frozen.wait()

    async def _exchange(self, asked: Asked) -> list[Grant]:
        grants = await self.shared.exchange(asked)
        await self.frozen.wait()
        return grants

    async def once(self, lane: Lane) -> None:
        asked = self.shared.clock.now
        ticket = await self.pacer.moment(lane)
        await self.frozen.wait()
        if lane is Lane.INTERACTIVE:
            self.waits.append(self.shared.clock.now - asked)
        try:
            await self.pacer.spend(ticket, self._request)
        except Lapsed:
            return

    async def send(self, lane: Lane) -> None:
        while True:
            await self.once(lane)

    async def _request(self) -> None:
        await self.shared.clock.sleep(self.chance.uniform(*self.way))
        self.shared.arrived.append(self.shared.clock.now)
        await self.shared.clock.sleep(self.chance.uniform(*self.way))
        await self.frozen.wait()

    async def die(self) -> None:
        """What is in hand is never given back."""
        tasks = [*self.tasks, *([self.allowance._task] if self.allowance._task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize(("per_second", "seconds"), [(30, 60), (300, 12)])
async def test_one_instance_uses_the_allowance_and_never_more(
    clock: Clock, per_second: int, seconds: int
) -> None:
    shared = Shared(clock, per_second)

    async def story() -> None:
        instance = Instance(shared, (0.025, 0.026), random.Random(1))
        await clock.sleep(seconds)
        await instance.die()

    await clock.run(story())
    assert busiest(shared.arrived, 1) <= per_second
    assert len(shared.arrived) > 0.97 * seconds * per_second


@settings(max_examples=8)
@given(st.integers(0, 10**6))
def test_deaths_and_freezes_neither_exceed_the_allowance_nor_waste_it(seed: int) -> None:
    async def test() -> None:
        clock = Clock()
        chance = random.Random(seed)
        shared = Shared(clock, 30, away=chance.uniform(0.001, 0.02))
        ways = [(short, short + chance.uniform(0, 0.005)) for short in (0.01, 0.025, 0.045)]

        async def story() -> None:
            instances = [Instance(shared, way, chance) for way in ways]
            for _ in range(6):
                await clock.sleep(chance.uniform(8, 12))
                victim = chance.randrange(3)
                if chance.random() < 0.5:
                    await instances[victim].die()
                    await clock.sleep(chance.uniform(0, 3))
                    instances[victim] = Instance(shared, ways[victim], chance)
                else:
                    instances[victim].frozen.clear()
                    await clock.sleep(chance.uniform(1, 8))
                    instances[victim].frozen.set()
            for instance in instances:
                await instance.die()

        began = clock.now
        await clock.run(story())
        assert busiest(shared.arrived, 1) <= 30
        assert len(shared.arrived) >= 0.95 * 30 * (clock.now - began)

    asyncio.run(test())


async def test_a_reply_overtakes_the_waves_of_all_instances(clock: Clock) -> None:
    """It finds the place that they leave free as long as people ask for something."""
    shared = Shared(clock, 30)

    async def story() -> list[float]:
        instances = [Instance(shared, (0.025, 0.03), random.Random(n)) for n in range(3)]
        await clock.sleep(10)
        for _ in range(40):
            await clock.sleep(0.37)
            await instances[0].once(Lane.INTERACTIVE)
        for instance in instances:
            await instance.die()
        return instances[0].waits

    waits = await clock.run(story())
    assert median(waits) < 0.02
    assert max(waits) < 0.2
    assert busiest(shared.arrived, 1) <= 30


async def test_a_429_rests_every_instance(clock: Clock) -> None:
    shared = Shared(clock, 30)

    async def story() -> tuple[float, float]:
        instances = [Instance(shared, (0.025, 0.03), random.Random(n)) for n in range(2)]
        await clock.sleep(5)
        refused = clock.now
        instances[0].pacer.rest(6)
        await clock.sleep(5.9)
        for instance in instances:
            await instance.die()
        return refused, clock.now

    refused, end = await clock.run(story())
    assert end > refused + 5
    # What was taken before the word got round may still leave.
    assert not [at for at in shared.arrived if at > refused + 0.3]


async def test_places_in_hand_are_given_back_at_the_end(clock: Clock) -> None:
    shared = Shared(clock, 30)

    async def story() -> None:
        instance = Instance(shared, (0.025, 0.03), random.Random(1))
        await clock.sleep(5)
        for task in instance.tasks:
            task.cancel()
        await clock.sleep(0.2)
        await instance.pacer.shutdown()

    await clock.run(story())
    assert max(shared.places.free) < clock.now + 1.7e9 + 1.5


def test_a_clock_that_is_set_back_stops_nobody() -> None:
    places, grants = exchange(Places(), Asked(0, 40), 5000.0, 30)
    assert 3 <= len(grants) <= 5
    returned = [(grant.held, 1.0) for grant in grants]
    places, _ = exchange(places, Asked(0, 0, returned, rest=30.0), 5000.2, 30)
    hour_ago = 5000.0 - 3600
    places, grants = exchange(places, Asked(30, 0), hour_ago, 30)
    assert max(places.free) <= hour_ago + HOLD + 1
    _, grants = exchange(places, Asked(30, 0), hour_ago + 1, 30)
    assert grants


def test_a_changed_limit_changes_the_number_of_places() -> None:
    places, _ = exchange(Places(), Asked(1, 0), 10.0, 30)
    more, _ = exchange(places, Asked(0, 0), 10.0, 100)
    assert len(more.free) == 100
    fewer, _ = exchange(more, Asked(0, 0), 10.0, 30)
    # Those that are in use are kept.
    assert len(fewer.free) == 30
    assert max(fewer.free) == 10.0 + HOLD


def test_what_was_given_back_already_is_not_given_back_twice() -> None:
    places, grants = exchange(Places(), Asked(2, 0), 10.0, 2)
    first, second = grants
    places, _ = exchange(places, Asked(0, 0, [(first.held + 9, 0.0)]), 10.1, 2)
    assert sorted(places.free) == [first.held, second.held]
    places, _ = exchange(places, Asked(0, 0, [(first.held, 0.5)]), 10.1, 2)
    assert sorted(places.free) == [10.6, second.held]

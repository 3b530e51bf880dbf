"""A wave whose program dies: at every commit, at random moments, and among a server's troubles."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL
from waves import Wave

from bot.rehearsal.emulator import Fault
from bot.store.tables import enrolment

pytestmark = pytest.mark.soak

SMALL = 30
A_LIFE = 30
"""People for each kill: about what leaves in the life of a program that is killed."""


async def test_a_death_at_any_commit_loses_nobody_and_sends_nothing_twice(
    wave: Wave, thorough: bool
) -> None:
    # An odd stride: right before and right after a commit alike.
    point, stride = 0, 1 if thorough else 19
    while True:
        point += stride
        await wave.people(1000 * point, SMALL)
        passed = await wave.live(point=point)
        if passed < point:  # It came to its end before.
            assert wave.statuses[-1] == 0
            break
        await wave.live()
        assert wave.statuses[-1] == 0
        await wave.check()
    assert point > 10


async def test_deaths_at_random_moments_lose_nobody_and_send_nothing_twice(
    wave: Wave, kills: int
) -> None:
    chance = random.Random(5)
    await wave.people(1000, A_LIFE * kills)
    for _ in range(kills):
        await wave.live(after=chance.uniform(0.2, 0.8))
    await wave.live()
    assert wave.statuses[-1] == 0
    assert len([status for status in wave.statuses if status]) > kills / 2, "it died too seldom"
    await wave.check()


@pytest.fixture(
    params=[
        Fault("cut", "sendMessage", when="before", times=40, probability=0.3),
        Fault("cut", "sendMessage", when="after", times=40, probability=0.3),
        Fault("server_error", "sendMessage", when="after", times=40, probability=0.3),
        Fault("bad_gateway", "sendMessage", times=40, probability=0.3),
        Fault("garbage", "sendMessage", when="after", times=40, probability=0.3),
        Fault("flood", "sendMessage", times=5, probability=0.2),
        Fault("unauthorized", "sendMessage", times=10),
        Fault("server_error", "*", times=4),
        Fault("forbidden", "sendMessage", times=30),
        Fault("latency", "sendMessage", times=None, seconds=(0.0, 0.3)),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.when}-{fault.method}",
)
def fault(request: pytest.FixtureRequest, migrated_url: URL, thorough: bool) -> Fault:
    """Each trouble on both databases where it is thorough, else on one of them by turns."""
    sqlite = migrated_url.get_backend_name() == "sqlite"
    if not thorough and request.param_index % 2 != sqlite:
        pytest.skip("on the other database, unless it is --thorough")
    found: Fault = request.param
    return found


async def test_a_server_in_trouble_loses_nobody_and_nothing_comes_twice(
    fault: Fault, wave: Wave
) -> None:
    await wave.people(1000, 100)
    # The first requests are those of the start.
    wave.world.faults.order(fault)
    await wave.live()
    assert wave.statuses == [0]
    await wave.check(some_wait=fault.kind == "forbidden")
    async with wave.db.read() as tx:
        assert set(await tx.scalars(sa.select(enrolment.c.status))) == {"active"}

"""The loop whose time jumps."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.simulation.loop import Standstill, VirtualClock, VirtualLoop

START = datetime(2027, 3, 1, tzinfo=UTC)


def test_weeks_pass_in_no_time_and_in_order() -> None:
    seen: list[tuple[str, timedelta]] = []

    async def nap(name: str, clock: VirtualClock, seconds: float) -> None:
        await asyncio.sleep(seconds)
        seen.append((name, clock.now() - START))

    async def live() -> None:
        clock = VirtualClock(asyncio.get_running_loop(), START)
        week = 7 * 86400
        await asyncio.gather(nap("b", clock, 12 * week), nap("a", clock, week), nap("c", clock, 0))

    before = time.monotonic()
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(live())
    assert time.monotonic() - before < 5
    assert [(name, round(at / timedelta(weeks=1), 6)) for name, at in seen] == [
        ("c", 0),
        ("a", 1),
        ("b", 12),
    ]


def test_a_timeout_goes_off_at_its_moment() -> None:
    async def live() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(90):
                await asyncio.Event().wait()
        return asyncio.get_running_loop().time()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        assert runner.run(live()) == pytest.approx(90)


def test_waiting_for_what_never_comes_is_an_error_not_a_hang() -> None:
    async def live() -> None:
        await asyncio.Event().wait()

    loop = VirtualLoop()
    waiting = loop.create_task(live())
    with pytest.raises(Standstill):
        loop.run_until_complete(waiting)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(waiting)
    loop.close()

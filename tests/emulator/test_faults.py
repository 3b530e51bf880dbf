"""What can be ordered to go wrong, and the limits on speed."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from telegram import Bot
from telegram.error import (
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.rehearsal.emulator import Fault, Limits, World
from bot.rehearsal.emulator.faults import Faults
from bot.rehearsal.emulator.limits import Gate


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        ("server_error", NetworkError, "Internal Server Error"),
        ("bad_gateway", NetworkError, "Bad Gateway"),
        ("cut", NetworkError, "httpx"),
        ("garbage", TelegramError, "Invalid server response"),
    ],
)
async def test_faults_that_leave_a_bot_in_doubt(
    bot: Bot, world: World, kind: Any, error: type[TelegramError], words: str, when: Any
) -> None:
    world.person(7).start()
    world.faults.order(Fault(kind, "sendMessage", when=when))
    with pytest.raises(error, match=words):
        await bot.send_message(7, "Hallo")
    assert len(world.log) == (1 if when == "after" else 0)
    await bot.send_message(7, "Nog eens")
    assert world.faults.orders == []
    assert world.complaints == []


@pytest.mark.parametrize(
    ("kind", "error"),
    [("flood", RetryAfter), ("unauthorized", InvalidToken), ("forbidden", Forbidden)],
)
async def test_faults_that_are_refusals(
    bot: Bot,
    world: World,
    kind: Any,
    error: type[TelegramError],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Without it PTB warns that the type of `retry_after` is going to change.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    world.person(7).start()
    world.faults.order(Fault(kind, times=2, retry_after=9))
    for _ in range(2):
        with pytest.raises(error) as raised:
            await bot.send_message(7, "Hallo")
    if isinstance(raised.value, RetryAfter):
        assert raised.value.retry_after == timedelta(seconds=9)
    assert world.log == []


async def test_latency_is_felt_and_calls_overlap(bot: Bot, world: World) -> None:
    world.person(7).start()
    world.faults.order(Fault("latency", "sendMessage", times=None, seconds=(0.1, 0.2)))
    began = time.monotonic()
    await asyncio.gather(*(bot.send_message(7, str(number)) for number in range(5)))
    assert 0.1 <= time.monotonic() - began < 0.6
    assert world.max_in_flight == 5
    assert world.in_flight == 0


def test_chance_can_be_repeated() -> None:
    def run() -> list[int]:
        faults = Faults(seed=3)
        faults.order(Fault("flood", times=None, probability=0.3))
        return [len(faults.strike("sendMessage")) for _ in range(100)]

    assert run() == run()
    assert 15 < sum(run()) < 45


def test_a_refusal_executes_nothing_so_it_has_no_after() -> None:
    with pytest.raises(ValueError, match="nothing was executed"):
        Fault("flood", when="after")


async def test_the_thirty_first_message_in_a_second_is_refused(
    bot: Bot, world: World, url: str
) -> None:
    world.limits = Limits()
    for user_id in range(1, 32):
        world.person(user_id).start()
    target = f"{url}/bot{world.token}/sendMessage"
    async with aiohttp.ClientSession() as http:
        for user_id in range(1, 31):
            async with http.post(target, json={"chat_id": user_id, "text": "x"}) as answer:
                assert answer.status == 200
        async with http.post(target, json={"chat_id": 31, "text": "x"}) as answer:
            assert answer.status == 429
            assert answer.headers["Retry-After"] == "1"
            assert await answer.json() == {
                "ok": False,
                "error_code": 429,
                "description": "Too Many Requests: retry after 1",
                "parameters": {"retry_after": 1},
            }
        paid = {"chat_id": 31, "text": "x", "allow_paid_broadcast": True}
        async with http.post(target, json=paid) as answer:
            assert answer.status == 200
    assert world.busiest() == 31


@pytest.mark.parametrize(
    ("sends", "wait"),
    [
        ([(7, 0.0)], 0),
        ([(7, 0.0), (7, 0.5)], 1),
        ([(7, 0.0), (7, 1.0)], 0),
        ([(7, 0.0), (8, 0.0), (9, 0.0), (10, 0.9)], 1),
        ([(7, 0.0), (8, 0.5), (9, 0.5), (10, 1.0)], 0),
    ],
)
def test_the_window_slides(sends: list[tuple[int, float]], wait: int) -> None:
    gate = Gate()
    *before, (chat_id, now) = sends
    for earlier, moment in before:
        assert gate.admit(Limits(overall=3), earlier, moment, paid=False) == 0
    assert gate.admit(Limits(overall=3), chat_id, now, paid=False) == wait

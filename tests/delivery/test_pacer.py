"""The pacer on virtual time: never too much, replies first, nobody forgotten."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bot.delivery.allowance import MARGIN, UNLIMITED, Allowance
from bot.delivery.pacer import JITTER, POLL, TRIES, Lane, Pacer

from .conftest import Clock

INTERACTIVE, BULK = Lane.INTERACTIVE, Lane.BULK
DAY = 86_400.0


def pacer_on(clock: Clock, **limits: Any) -> Pacer:
    return Pacer(monotonic=clock.monotonic, sleep=clock.sleep, **limits)


class Log:
    """When each message was sent, on which lane, to which chat."""

    def __init__(self, pacer: Pacer, clock: Clock) -> None:
        self.pacer = pacer
        self.clock = clock
        self.sent: list[tuple[float, Lane, int | None]] = []

    async def send(self, lane: Lane, chat: int | None = None, after: float = 0) -> None:
        if after:
            await self.clock.sleep(after)
        await self.pacer.moment(lane, chat)
        self.note(lane, chat)

    def note(self, lane: Lane, chat: int | None) -> None:
        self.sent.append((self.clock.now, lane, chat))

    @property
    def times(self) -> list[float]:
        return [time for time, _, _ in self.sent]

    @property
    def lanes(self) -> list[Lane]:
        return [lane for _, lane, _ in self.sent]


def busiest(times: Sequence[float], span: float) -> int:
    """The most that fell within any `span` seconds, both ends counted but for a rounding."""
    return max(sum(1 for other in times if time <= other < time + span - 1e-6) for time in times)


messages = st.lists(
    st.tuples(st.sampled_from([INTERACTIVE, BULK]), st.integers(1, 9), st.floats(0, 3, width=16)),
    min_size=1,
    max_size=80,
)
claims = st.lists(
    st.tuples(st.lists(st.integers(1, 9), max_size=6), st.floats(0, 0.5, width=16)), max_size=6
)


@settings(deadline=None)
@given(per_second=st.integers(1, 40), messages=messages, claims=claims)
def test_no_window_is_ever_overfull_and_all_get_through(
    per_second: int, messages: list[tuple[Lane, int, float]], claims: list[tuple[list[int], float]]
) -> None:
    clock = Clock()
    pacer = pacer_on(clock, per_second=per_second)
    log = Log(pacer, clock)

    async def wave() -> None:
        for chats, seconds in claims:
            held = await pacer.moments(BULK, 5)
            assert 1 <= held <= 5
            await clock.sleep(seconds)
            claimed = chats[:held]
            pacer.give_back(held - len(claimed))
            for chat in claimed:
                await pacer.spend(chat)
                log.note(BULK, chat)

    async def story() -> None:
        await asyncio.gather(wave(), *(log.send(*message) for message in messages))
        await pacer.shutdown()

    asyncio.run(clock.run(story()))
    assert len(log.sent) >= len(messages)
    if log.sent:
        assert busiest(log.times, 1 + MARGIN) <= per_second
    by_chat: dict[int | None, list[float]] = defaultdict(list)
    for time, _, chat in log.sent:
        by_chat[chat].append(time)
    assert all(busiest(times, 1 + MARGIN) == 1 for times in by_chat.values())


async def test_a_lane_is_first_in_first_out_and_replies_overtake_a_wave(clock: Clock) -> None:
    pacer = pacer_on(clock, per_second=5)
    log = Log(pacer, clock)
    wave = [log.send(BULK, chat) for chat in range(20)]
    replies = [log.send(INTERACTIVE, chat, after=0.5) for chat in range(100, 110)]
    await clock.run(together(*wave, *replies))
    first, last = log.lanes.index(INTERACTIVE), 29 - log.lanes[::-1].index(INTERACTIVE)
    assert log.lanes[first : last + 1] == [INTERACTIVE] * 10
    assert BULK in log.lanes[:first]
    for lane, chats in ((BULK, range(20)), (INTERACTIVE, range(100, 110))):
        assert [chat for _, sent, chat in log.sent if sent is lane] == list(chats)
    await pacer.shutdown()


async def test_a_reply_during_a_wave_waits_about_a_tenth_of_a_second(clock: Clock) -> None:
    pacer = pacer_on(clock)
    log = Log(pacer, clock)
    wave = [log.send(BULK) for _ in range(200)]
    await clock.run(together(*wave, *(log.send(INTERACTIVE, 7, after=n) for n in (2, 4))))
    start = log.times[0]
    replies = [time - start for time, lane, _ in log.sent if lane is INTERACTIVE]
    assert [reply - asked < 0.11 for reply, asked in zip(replies, (2, 4), strict=True)] == [
        True
    ] * 2
    assert log.times[-1] - start < 202 / 29, "the whole allowance was used"
    await pacer.shutdown()


async def test_a_chat_that_must_wait_holds_up_nobody(clock: Clock) -> None:
    pacer = pacer_on(clock)
    log = Log(pacer, clock)
    await clock.run(
        together(log.send(BULK, 1), log.send(BULK, 1), log.send(BULK, 2), log.send(BULK, 3))
    )
    assert [chat for _, _, chat in log.sent] == [1, 2, 3, 1]
    await pacer.shutdown()


async def test_a_group_gets_twenty_a_minute(clock: Clock) -> None:
    pacer = pacer_on(clock)
    log = Log(pacer, clock)
    await clock.run(together(*(log.send(INTERACTIVE, -5) for _ in range(41))))
    assert busiest(log.times, 60) == 20
    assert busiest(log.times, 1) == 20
    await pacer.shutdown()


async def test_moments_are_gathered_but_not_waited_for_long(clock: Clock) -> None:
    pacer = pacer_on(clock, per_second=1000, margin=0.0)
    assert await clock.run(pacer.moments(INTERACTIVE, 3)) == 3
    pacer.give_back(3)
    log = Log(pacer, clock)
    for _ in range(1000):
        await clock.run(log.send(INTERACTIVE))
        clock.now += 0.001
    start = clock.now
    assert await clock.run(pacer.moments(INTERACTIVE, 500)) in (20, 21)
    assert 0.02 <= clock.now - start < 0.022
    await pacer.shutdown()


async def test_what_is_held_counts_until_it_is_given_back(clock: Clock) -> None:
    pacer = pacer_on(clock, per_second=10)
    held = await clock.run(pacer.moments(INTERACTIVE, 99))
    assert held == 10
    waiting = asyncio.create_task(pacer.moment(INTERACTIVE))
    clock.turn(DAY)
    pacer.nudge()
    assert not await clock.settled(waiting)
    pacer.give_back(1)
    assert await clock.settled(waiting)
    await pacer.shutdown()


async def test_a_cancelled_wait_takes_nothing(clock: Clock) -> None:
    pacer = pacer_on(clock, per_second=1)
    before = asyncio.create_task(pacer.moments(INTERACTIVE, 1))
    assert await clock.settled(before)
    queued, granted = (asyncio.create_task(pacer.moments(INTERACTIVE, 1)) for _ in range(2))
    await clock.settled(queued)
    queued.cancel()
    pacer.give_back(1)
    granted.cancel()
    assert await clock.settled(granted)
    assert queued.cancelled()
    assert granted.cancelled()
    assert await clock.run(pacer.moments(INTERACTIVE, 1)) == 1
    await pacer.shutdown()


async def test_a_rest_stops_both_lanes_or_one(clock: Clock) -> None:
    pacer = pacer_on(clock)
    log = Log(pacer, clock)
    start = clock.now
    pacer.rest(7)
    pacer.rest(30, BULK)
    await clock.run(together(log.send(BULK), log.send(INTERACTIVE)))
    (reply, _, _), (wave, _, _) = log.sent
    assert 7 <= reply - start <= 7 + JITTER + 0.01
    assert 30 <= wave - start <= 30 + JITTER + 0.01
    assert pacer.floods == 2
    await pacer.shutdown()


async def test_a_held_moment_waits_for_a_rest_too(clock: Clock) -> None:
    pacer = pacer_on(clock, per_second=1)
    assert await clock.run(pacer.moments(BULK, 1)) == 1
    start = clock.now
    pacer.rest(5)
    await clock.run(pacer.spend(1))
    assert clock.now - start >= 5
    await pacer.shutdown()


@pytest.mark.parametrize("nudged", [True, False])
async def test_a_jump_of_the_clock_frees_everything(clock: Clock, nudged: bool) -> None:
    pacer = pacer_on(clock, per_second=1)
    await clock.run(pacer.moment(INTERACTIVE, 1))
    pacer.rest(DAY)
    waiting = asyncio.create_task(pacer.moment(INTERACTIVE, 1))
    assert not await clock.settled(waiting)
    clock.turn(2 * DAY)
    if nudged:
        pacer.nudge()
        assert await clock.settled(waiting)
    else:
        start = clock.now
        await clock.run(together(waiting))
        assert clock.now - start <= POLL
    await pacer.shutdown()


async def test_a_nap_from_before_a_jump_delays_nobody_after_it(clock: Clock) -> None:
    pacer = pacer_on(clock, per_second=10)
    pacer.rest(DAY)
    waiting = asyncio.create_task(pacer.moment(BULK))
    await clock.settled(waiting)
    clock.turn(2 * DAY)
    pacer.nudge()
    start = clock.now
    await clock.run(pacer.moment(BULK))
    assert clock.now - start == pytest.approx(0.1)
    await pacer.shutdown()


class Request:
    """Stands for PTB's callback: fails as told, then succeeds."""

    def __init__(self, clock: Clock, *errors: TelegramError) -> None:
        self.errors = list(errors)
        self.clock = clock
        self.times: list[float] = []

    async def __call__(self) -> bool:
        self.times.append(self.clock.now)
        if self.errors:
            raise self.errors.pop(0)
        return True


async def process(
    pacer: Pacer, request: Request, method: str, chat: object = 7, lane: Lane | None = None
) -> bool:
    result: bool = await pacer.process_request(request, (), {}, method, {"chat_id": chat}, lane)
    return result


@pytest.mark.parametrize(
    ("method", "lane", "waits"),
    [
        ("sendMessage", None, True),
        ("copyMessage", BULK, True),
        ("forwardMessage", None, True),
        ("sendMessage", Lane.HELD, False),
        ("editMessageText", None, False),
        ("sendChatAction", None, False),
        ("answerCallbackQuery", None, False),
        ("deleteMessage", None, False),
    ],
)
async def test_only_messages_wait_for_their_chat(
    clock: Clock, method: str, lane: Lane | None, waits: bool
) -> None:
    pacer = pacer_on(clock)
    await clock.run(pacer.moment(INTERACTIVE, 7))
    start = clock.now
    assert await clock.run(process(pacer, Request(clock), method, "7", lane))
    assert clock.now == pytest.approx(start + (1 + MARGIN if waits else 0))
    await pacer.shutdown()


@pytest.mark.parametrize(("method", "waits"), [("editMessageText", True), ("getMe", False)])
async def test_edits_count_for_the_allowance(clock: Clock, method: str, waits: bool) -> None:
    pacer = pacer_on(clock, per_second=1)
    await clock.run(pacer.moment(INTERACTIVE, 7))
    start = clock.now
    await clock.run(process(pacer, Request(clock), method))
    assert (clock.now > start) is waits
    await pacer.shutdown()


async def test_a_flood_rests_the_pacer_and_repeats_the_request(clock: Clock) -> None:
    pacer = pacer_on(clock)
    request = Request(
        clock, RetryAfter(timedelta(seconds=9)), NetworkError("Too Many Requests: wait")
    )
    assert await clock.run(process(pacer, request, "sendMessage", "@channel"))
    first, second, third = request.times
    assert second - first >= 9
    assert third - second >= 1
    assert pacer.floods == 2
    await pacer.shutdown()


async def test_a_flood_that_lasts_is_told_in_the_end(clock: Clock) -> None:
    pacer = pacer_on(clock)
    request = Request(clock, *(RetryAfter(1) for _ in range(TRIES)))
    with pytest.raises(RetryAfter):
        await clock.run(process(pacer, request, "sendMessage"))
    assert len(request.times) == TRIES
    await pacer.shutdown()


@pytest.mark.parametrize(
    ("method", "error"),
    [("sendMessage", BadRequest("no")), ("setMyName", RetryAfter(9999))],
)
async def test_other_errors_pass(clock: Clock, method: str, error: TelegramError) -> None:
    pacer = pacer_on(clock)
    with pytest.raises(type(error)):
        await clock.run(process(pacer, Request(clock, error), method))
    assert pacer.floods == 0


async def test_without_limits_nobody_waits(clock: Clock) -> None:
    pacer = pacer_on(clock, per_second=UNLIMITED, per_chat=UNLIMITED)
    start = clock.now
    await clock.run(together(*(pacer.moment(BULK, 1) for _ in range(500))))
    assert clock.now == start


def test_chats_are_forgotten() -> None:
    allowance = Allowance(per_second=UNLIMITED, per_chat=1, per_group=20)
    for chat in range(5000):
        allowance.hold(1, chat / 100, wave=False)
        allowance.note(chat, chat / 100)
    assert len(allowance._chats) < 1000


async def together(*stories: Any) -> None:
    """`asyncio.gather` as a coroutine, which is what a clock runs."""
    await asyncio.gather(*stories)

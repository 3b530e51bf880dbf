"""The pacer on virtual time: never too much, replies first, nobody forgotten."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bot.delivery.allowance import CHAT_MARGIN, UNLIMITED, Chats, Ticket
from bot.delivery.pacer import JITTER, POLL, TRIES, Lane, Pacer
from bot.delivery.transport import NotConnected

from .conftest import Clock

INTERACTIVE, BULK = Lane.INTERACTIVE, Lane.BULK
DAY = 86_400.0


def pacer_on(clock: Clock, **limits: Any) -> Pacer:
    return Pacer(monotonic=clock.monotonic, sleep=clock.sleep, **limits)


class Log:
    """When each message arrived at a server `trip` seconds away and was answered, and its lane."""

    def __init__(self, pacer: Pacer, clock: Clock) -> None:
        self.pacer = pacer
        self.clock = clock
        self.sent: list[tuple[float, Lane, int | None]] = []

    async def send(
        self,
        lane: Lane,
        chat: int | None = None,
        after: float = 0,
        trip: tuple[float, float] = (0, 0),
    ) -> None:
        if after:
            await self.clock.sleep(after)
        ticket = await self.pacer.moment(lane, chat)
        there, back = trip
        if there:
            await self.clock.sleep(there)
        self.note(lane, chat)
        if back:
            await self.clock.sleep(back)
        self.pacer.answered(ticket)

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
    st.tuples(st.sampled_from(Lane), st.integers(1, 9), st.floats(0, 3, width=16)),
    min_size=1,
    max_size=80,
)


@settings(deadline=None)
@given(per_second=st.integers(1, 40), messages=messages)
def test_no_window_is_ever_overfull_and_all_get_through(
    per_second: int, messages: list[tuple[Lane, int, float]]
) -> None:
    clock = Clock()
    pacer = pacer_on(clock, per_second=per_second)
    log = Log(pacer, clock)

    async def story() -> None:
        await asyncio.gather(*(log.send(*message) for message in messages))
        await pacer.shutdown()

    asyncio.run(clock.run(story()))
    assert len(log.sent) == len(messages)
    assert busiest(log.times, 1) <= per_second
    by_chat: dict[int | None, list[float]] = defaultdict(list)
    for time, _, chat in log.sent:
        by_chat[chat].append(time)
    assert all(busiest(times, 1 + CHAT_MARGIN) == 1 for times in by_chat.values())


@pytest.mark.parametrize(
    ("shortest", "longest", "share"), [(0.05, 0.05, 0.99), (0.05, 0.06, 0.98), (0.02, 0.2, 0.9)]
)
async def test_the_server_never_counts_too_many_and_most_of_the_allowance_is_used(
    clock: Clock, shortest: float, longest: float, share: float
) -> None:
    pacer = pacer_on(clock)
    log = Log(pacer, clock)
    chance = random.Random(1)
    trips = [(chance.uniform(shortest, longest), 0.0) for _ in range(3000)]
    start = clock.now
    await clock.run(together(*(log.send(BULK, trip=trip) for trip in trips)))
    arrivals = sorted(log.times)
    seconds = arrivals[-1] - start
    refused = sum(
        1 for i, time in enumerate(arrivals[30:], start=30) if time - arrivals[i - 30] < 1 - 1e-9
    )
    # The shortest trip is not known before it has happened.
    assert refused <= (2 if longest > shortest else 0)
    assert 3000 / seconds >= share * 30
    await pacer.shutdown()


async def test_a_place_is_taken_until_a_second_after_the_answer(clock: Clock) -> None:
    pacer = pacer_on(clock, per_second=1)
    ticket = await clock.run(pacer.moment(INTERACTIVE))
    waiting = asyncio.create_task(pacer.moment(INTERACTIVE))
    clock.turn(DAY)
    pacer.nudge()
    assert not await clock.settled(waiting), "it may still be on its way"
    pacer.answered(ticket)
    assert not await clock.settled(waiting)
    clock.turn(1.01)
    pacer.nudge()
    assert await clock.settled(waiting)
    await pacer.shutdown()


async def test_a_refusal_eases_the_pace_for_a_while(clock: Clock) -> None:
    async def pace() -> float:
        log = Log(pacer, clock)
        start = clock.now
        await clock.run(together(*(log.send(BULK) for _ in range(301))))
        return 300 / (clock.now - start)

    pacer = pacer_on(clock)
    before = await pace()
    pacer.rest(1)
    pacer.rest(1)
    await clock.run(clock.sleep(2))
    eased = await pace()
    await clock.run(clock.sleep(300))
    assert before > 29.5
    assert 27 < eased < 29.3
    assert await pace() > 29.5
    await pacer.shutdown()


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


async def test_a_reply_during_a_wave_hardly_waits(clock: Clock) -> None:
    pacer = pacer_on(clock)
    log = Log(pacer, clock)
    asked = (2, 4, 4.1, 4.2, 13)
    wave = [log.send(BULK) for _ in range(2400)]
    await clock.run(
        together(*wave, *(log.send(INTERACTIVE, n, after=t) for n, t in enumerate(asked)))
    )
    start = log.times[0]
    replies = [time - start for time, lane, _ in log.sent if lane is INTERACTIVE]
    waits = [reply - moment for reply, moment in zip(replies, asked, strict=True)]
    assert waits[0] < 0.05
    assert max(waits[1:]) < 0.005, "as long as people ask, a place is kept for them"
    ended = log.times[-1] - start
    kept = 13 + 10 - 2
    assert ended < (len(log.times) + kept) / 29.5, "only one place is kept, and only so long"
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


async def test_what_can_wait_waits_for_the_end_of_a_wave(clock: Clock) -> None:
    pacer = pacer_on(clock, per_second=5)
    log = Log(pacer, clock)
    await clock.run(together(log.send(Lane.SPARE), *(log.send(BULK) for _ in range(9))))
    await clock.run(
        together(
            log.send(BULK), log.send(Lane.SPARE), *(log.send(BULK, after=0.1) for _ in range(9))
        )
    )
    assert log.lanes[-1] is Lane.SPARE
    await pacer.shutdown()


async def test_what_is_given_back_is_there_for_others(clock: Clock) -> None:
    pacer = pacer_on(clock, per_second=1)
    ticket = await clock.run(pacer.moment(INTERACTIVE))
    waiting = asyncio.create_task(pacer.moment(INTERACTIVE))
    assert not await clock.settled(waiting)
    pacer.give_back(ticket)
    assert await clock.settled(waiting)
    await pacer.shutdown()


async def test_a_cancelled_wait_takes_nothing(clock: Clock) -> None:
    pacer = pacer_on(clock, per_second=1)
    ticket = await clock.run(pacer.moment(INTERACTIVE))
    queued, granted = (asyncio.create_task(pacer.moment(INTERACTIVE)) for _ in range(2))
    await clock.settled(queued)
    queued.cancel()
    pacer.give_back(ticket)
    granted.cancel()
    assert await clock.settled(granted)
    assert queued.cancelled()
    assert granted.cancelled()
    await clock.run(pacer.moment(INTERACTIVE))
    await pacer.shutdown()


async def test_a_rest_stops_both_lanes_and_the_longest_counts(clock: Clock) -> None:
    pacer = pacer_on(clock)
    log = Log(pacer, clock)
    start = clock.now
    pacer.rest(30)
    pacer.rest(7)
    await clock.run(together(log.send(BULK), log.send(INTERACTIVE)))
    (reply, _, _), (wave, _, _) = log.sent
    assert 30 <= reply - start <= wave - start <= 30 + JITTER + 0.05
    assert pacer.floods == 2
    await pacer.shutdown()


async def test_it_is_known_how_long_it_rests_and_a_chat_waits(clock: Clock) -> None:
    pacer = pacer_on(clock)
    assert (pacer.rests_for(), pacer.chat_waits_for(7)) == (0, 0)
    pacer.answered(await clock.run(pacer.moment(BULK, 7)))
    pacer.rest(5)
    assert 5 <= pacer.rests_for() <= 5 + JITTER
    assert pacer.chat_waits_for(7) == pytest.approx(1 + CHAT_MARGIN)
    await pacer.shutdown()


@pytest.mark.parametrize("nudged", [True, False])
async def test_a_jump_of_the_clock_frees_everything(clock: Clock, nudged: bool) -> None:
    pacer = pacer_on(clock, per_second=1)
    pacer.answered(await clock.run(pacer.moment(INTERACTIVE, 1)))
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
    assert clock.now - start < 0.11
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
    pacer: Pacer, request: Request, method: str, chat: object = 7, lane: Lane | Ticket | None = None
) -> bool:
    result: bool = await pacer.process_request(request, (), {}, method, {"chat_id": chat}, lane)
    return result


@pytest.mark.parametrize(
    ("method", "lane", "waits"),
    [
        ("sendMessage", None, True),
        ("copyMessage", BULK, True),
        ("forwardMessage", None, True),
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
    pacer.answered(await clock.run(pacer.moment(INTERACTIVE, 7)))
    start = clock.now
    assert await clock.run(process(pacer, Request(clock), method, "7", lane))
    assert clock.now == pytest.approx(start + (1 + CHAT_MARGIN if waits else 0))
    await pacer.shutdown()


async def test_who_has_a_ticket_doesnt_wait_and_holds_its_place_until_the_answer(
    clock: Clock,
) -> None:
    pacer = pacer_on(clock, per_second=1)
    ticket = await clock.run(pacer.moment(BULK, 7))
    start = clock.now
    assert await clock.run(process(pacer, Request(clock), "sendMessage", "7", ticket))
    assert clock.now == start
    await clock.run(pacer.moment(INTERACTIVE))
    assert clock.now - start == pytest.approx(1, abs=0.01)
    await pacer.shutdown()


async def test_what_surely_never_left_takes_no_place(clock: Clock) -> None:
    pacer = pacer_on(clock, per_second=1)
    request = Request(clock, NotConnected("no"))
    with pytest.raises(NotConnected):
        await clock.run(process(pacer, request, "sendMessage"))
    start = clock.now
    await clock.run(pacer.moment(INTERACTIVE, 8))
    assert clock.now == start
    await pacer.shutdown()


@pytest.mark.parametrize(("method", "waits"), [("editMessageText", True), ("getMe", False)])
async def test_edits_count_for_the_allowance(clock: Clock, method: str, waits: bool) -> None:
    pacer = pacer_on(clock, per_second=1)
    pacer.answered(await clock.run(pacer.moment(INTERACTIVE, 7)))
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
    chats = Chats(per_chat=1, per_group=20)
    for chat in range(5000):
        chats.note(chat, chat / 100)
    assert len(chats) < 1000


async def together(*stories: Any) -> None:
    """`asyncio.gather` as a coroutine, which is what a clock runs."""
    await asyncio.gather(*stories)

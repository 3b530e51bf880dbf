"""Who may send when: the allowance Telegram gives a bot, shared by replies and waves."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from enum import Enum
from typing import Any

from telegram.error import TelegramError
from telegram.ext import BaseRateLimiter

from bot.delivery.allowance import MARGIN, Allowance
from bot.delivery.transport import flood_wait

GATHER = 0.02
"""Seconds a bulk sender may wait for moments to add up, so that it claims rows by the handful."""

POLL = 0.5
"""Longest nap in seconds, so that a turned clock is noticed without a nudge too."""

JITTER = 0.25
"""Up to so many seconds are added to a rest, so that instances don't all return at once."""

TRIES = 5
"""How often a request is made in all when it meets a 429."""

SENDING = ("send", "copy", "forward")
UNSEEN = frozenset({"sendChatAction", "sendMessageDraft"})


class Lane(Enum):
    """Whose turn it is. Interactive overtakes bulk, always."""

    INTERACTIVE = "interactive"
    BULK = "bulk"
    HELD = "held"
    """Marks a request whose moment is already spent: it passes the rate limiter at once."""


@dataclass(slots=True, eq=False)
class _Waiter:
    lane: Lane
    chat: int | None
    most: int
    """How many moments to hold; 0 for one that is spent as soon as it is granted."""
    granted: asyncio.Future[int]
    gathering_since: float | None = None


class Pacer(BaseRateLimiter[Lane]):
    """Keeps every message within the allowance: so many a second in all, and one a second per chat.

    Serves as PTB's rate limiter for replies. A bulk sender doesn't know the chat before it has
    claimed a delivery, and shouldn't claim before it may send, so it takes two steps: `moments`
    holds some of the allowance, then `spend` turns one into a send to a chat.

    All times are seconds of `monotonic`. A jump forward (a turned clock) frees everything; call
    `nudge` after it. Belongs to one event loop.
    """

    def __init__(
        self,
        *,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        per_second: int = 30,
        per_chat: int = 1,
        per_group: int = 20,
        margin: float = MARGIN,
    ) -> None:
        """`per_chat` is messages a second to a person, `per_group` a minute to a negative chat."""
        self._monotonic = monotonic
        self._sleep = sleep
        self._allowance = Allowance(per_second, per_chat, per_group, margin)
        self._rests = {Lane.INTERACTIVE: -math.inf, Lane.BULK: -math.inf}
        self._queues: dict[Lane, dict[_Waiter, None]] = {Lane.INTERACTIVE: {}, Lane.BULK: {}}
        self._nap: asyncio.Task[None] | None = None
        self._nap_ends = math.inf
        self.floods = 0
        """How many 429s there were."""

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Stop waking; who still waits is for the caller to cancel."""
        nap, self._nap = self._nap, None
        if nap is not None:
            nap.cancel()
            await asyncio.gather(nap, return_exceptions=True)

    async def moment(self, lane: Lane, chat: int | None = None) -> None:
        """Wait for one moment and spend it, on a message to `chat` if given: send right after."""
        await self._wait(lane, chat, most=0)

    async def moments(self, lane: Lane, most: int) -> int:
        """Wait for a moment; hold it and up to `most` in all that come free within `GATHER`.

        Returns how many (1 to `most`); each is to be passed to `spend` or `give_back`.
        """
        return await self._wait(lane, None, most)

    async def spend(self, chat: int, lane: Lane = Lane.BULK) -> None:
        """Turn a held moment into a message to `chat`: send right after.

        Returns at once unless the chat has had its message of this second or the lane rests; then
        the moment goes to others and this waits in `lane` for another. Cancelled while it waits, it
        leaves nothing to give back.
        """
        now = self._monotonic()
        if max(self._rests[lane], self._allowance.chat_free_at(chat, now)) > now:
            self.give_back(1)
            await self.moment(lane, chat)
        else:
            self._allowance.note(chat, now)
            self._serve()

    def give_back(self, count: int) -> None:
        """Release held moments that won't be spent."""
        if count:
            self._allowance.release(count)
            self._serve()

    def rest(self, seconds: float, lane: Lane | None = None) -> None:
        """Stop a lane, or both, for so long and a little more: for every 429, which this counts."""
        self.floods += 1
        until = self._monotonic() + seconds + random.uniform(0, JITTER)
        for resting in self._rests if lane is None else (lane,):
            self._rests[resting] = max(self._rests[resting], until)

    def nudge(self) -> None:
        """Look at the clock again, because it was turned."""
        self._serve()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Lane | None,
    ) -> Any:
        """Make PTB's request when its turn comes: interactive unless it names another lane.

        Messages and edits count; anything else passes at once, and so do its errors, for a method
        may have a limit of its own that is no reason to stop the messages. A counted request that
        meets a 429 rests both lanes and is made again, `TRIES` times in all: nothing was sent.
        """
        lane = rate_limit_args or Lane.INTERACTIVE
        sending = endpoint.startswith(SENDING) and endpoint not in UNSEEN
        if lane is Lane.HELD or not (sending or endpoint.startswith("edit")):
            return await callback(*args, **kwargs)
        chat = _chat(data) if sending else None
        tries = TRIES
        while True:
            await self.moment(lane, chat)
            try:
                return await callback(*args, **kwargs)
            except TelegramError as error:
                seconds = flood_wait(error)
                if seconds is None:
                    raise
                self.rest(seconds)
                tries -= 1
                if not tries:
                    raise

    async def _wait(self, lane: Lane, chat: int | None, most: int) -> int:
        waiter = _Waiter(lane, chat, most, asyncio.get_running_loop().create_future())
        queue = self._queues[lane]
        queue[waiter] = None
        self._serve()
        try:
            return await waiter.granted
        except asyncio.CancelledError:
            if not waiter.granted.cancelled():  # It was granted just before.
                self.give_back(waiter.granted.result())
            raise
        finally:
            queue.pop(waiter, None)

    def _serve(self) -> None:
        """Grant whatever may be granted now, and nap until the next moment that somebody awaits."""
        now = self._monotonic()
        wake = min(self._serve_lane(lane, now) for lane in self._queues)
        if wake < math.inf and not (self._nap and now <= self._nap_ends <= wake):
            if self._nap is not None:
                self._nap.cancel()
            # A millisecond at least, or rounding could make naps that don't move the clock.
            nap = min(max(wake - now, 0.001), POLL)
            self._nap_ends = now + nap
            self._nap = asyncio.create_task(self._doze(nap))

    def _serve_lane(self, lane: Lane, now: float) -> float:
        """Grant in order, passing over who waits for their chat; returns when to look again."""
        wake = math.inf
        queue = self._queues[lane]
        wave = lane is Lane.BULK
        for waiter in tuple(queue):
            at = max(self._rests[lane], self._allowance.free_at(now, wave=wave))
            if at <= now and waiter.most:
                at = self._gathered_at(waiter, now, wave=wave)
            if at > now:
                return min(wake, at)
            if waiter.chat is not None:
                at = self._allowance.chat_free_at(waiter.chat, now)
                if at > now:
                    wake = min(wake, at)
                    continue
            del queue[waiter]
            if waiter.granted.done():  # Cancelled, and its task has yet to run.
                continue
            count = min(waiter.most, self._allowance.room(now, wave=wave))
            self._allowance.hold(count or 1, now, wave=wave)
            if not count:
                self._allowance.note(waiter.chat, now)
            waiter.granted.set_result(count)
        return wake

    def _gathered_at(self, waiter: _Waiter, now: float, *, wave: bool) -> float:
        """When to grant held moments: now, or once those about to come free have joined."""
        if waiter.gathering_since is None:
            waiter.gathering_since = now
        until = waiter.gathering_since + GATHER
        soon = min(waiter.most, self._allowance.room(until, wave=wave))
        return until if until > now and soon > self._allowance.room(now, wave=wave) else now

    async def _doze(self, seconds: float) -> None:
        await self._sleep(seconds)
        self._nap = None
        self._serve()


def _chat(data: dict[str, Any]) -> int | None:
    try:
        return int(data["chat_id"])
    except (KeyError, ValueError, TypeError):
        return None

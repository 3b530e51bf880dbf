"""Who may send when: the allowance Telegram gives a bot, shared by replies and waves."""

from __future__ import annotations

import asyncio
import math
import random
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, TypeVar

from telegram.error import TelegramError
from telegram.ext import BaseRateLimiter

from bot.delivery.allowance import Allowance, Chats, OwnAllowance, Ticket
from bot.delivery.transport import Lapsed, NotConnected, flood_wait, in_time

POLL = 0.5
"""Longest nap in seconds, so that a turned clock is noticed without a nudge too."""

JITTER = 0.25
"""Up to so many seconds are added to a rest, so that instances don't all return at once."""

TRIES = 5
"""How often a request is made in all when it meets a 429."""

SENDING = ("send", "copy", "forward")
UNSEEN = frozenset({"sendChatAction", "sendMessageDraft"})


Result = TypeVar("Result")


class Lane(Enum):
    """Whose turn it is: each lane overtakes those below it, always."""

    INTERACTIVE = "interactive"
    BULK = "bulk"
    SPARE = "spare"
    """What can wait for the end of a wave."""


@dataclass(slots=True, eq=False)
class _Waiter:
    chat: int | None
    granted: asyncio.Future[Ticket]


class Pacer(BaseRateLimiter[Lane | Ticket]):
    """Keeps every message within the allowance: so many a second in all, and one a second per chat.

    Serves as PTB's rate limiter. Who has something to do between a message's moment and its leaving
    takes a ticket with `moment` and makes the request with it, by `spend` or as PTB's
    `rate_limit_args`; that the answer has come is noticed here. A ticket that isn't used is to be
    given back.

    All times are seconds of `monotonic`. A jump forward (a turned clock) frees everything that was
    answered; call `nudge` after it. Belongs to one event loop.
    """

    def __init__(
        self,
        *,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        per_second: int = 30,
        per_chat: int = 1,
        per_group: int = 20,
        allowance: Allowance | None = None,
    ) -> None:
        """`per_chat` is messages a second to a person, `per_group` a minute to a negative chat.

        `allowance` is where `per_second` places come from, if they aren't all our own.
        """
        self.per_second = per_second
        self._monotonic = monotonic
        self._sleep = sleep
        self._allowance = allowance or OwnAllowance(per_second)
        self._allowance.watch(self.nudge)
        self._chats = Chats(per_chat, per_group)
        self._rests_until = -math.inf
        self._queues: dict[Lane, deque[_Waiter]] = {lane: deque() for lane in Lane}
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
        await self._allowance.close()

    async def moment(self, lane: Lane, chat: int | None = None) -> Ticket:
        """Wait for the moment of one message, to `chat` if given. Send right after, or give back.

        Cancelled while it waits, it leaves nothing to give back.
        """
        waiter = _Waiter(chat, asyncio.get_running_loop().create_future())
        self._queues[lane].append(waiter)
        self._serve()
        try:
            return await waiter.granted
        except asyncio.CancelledError:
            if not waiter.granted.cancelled():  # It was granted just before.
                self.give_back(waiter.granted.result())
            raise

    def give_back(self, ticket: Ticket) -> None:
        """The message of this ticket doesn't leave."""
        self._allowance.give_back(ticket)
        self._serve()

    def answered(self, ticket: Ticket) -> None:
        """The message of this ticket left, and its answer is here."""
        self._allowance.answered(ticket, self._monotonic())
        self._serve()

    def rests_for(self) -> float:
        """The seconds until a 429 no longer stops everything; 0 where none does."""
        return max(0.0, self._rests_until - self._monotonic())

    def chat_waits_for(self, chat: int) -> float:
        """The seconds until this chat may get a message; 0 for at once."""
        now = self._monotonic()
        return self._chats.free_at(chat, now) - now

    def rest(self, seconds: float) -> None:
        """Stop everything for so long and a little more: for every 429, which this counts."""
        now = self._monotonic()
        self.floods += 1
        self._allowance.refused(now, seconds)
        until = now + seconds + random.uniform(0, JITTER)
        self._rests_until = max(self._rests_until, until)

    def nudge(self) -> None:
        """Look again: the clock was turned, or there are new places."""
        self._serve()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Lane | Ticket | None,
    ) -> Any:
        """Make PTB's request when its turn comes: interactive unless it names another lane.

        One that comes with its ticket passes at once. Messages and edits count; anything else
        passes too, and so do its errors, for a method may have a limit of its own that is no reason
        to stop the messages. A counted request that meets a 429 rests all lanes and is made again,
        `TRIES` times in all: nothing was sent.
        """
        if isinstance(rate_limit_args, Ticket):
            return await self.spend(rate_limit_args, partial(callback, *args, **kwargs))
        sending = endpoint.startswith(SENDING) and endpoint not in UNSEEN
        if not (sending or endpoint.startswith("edit")):
            return await callback(*args, **kwargs)
        lane = rate_limit_args or Lane.INTERACTIVE
        chat = _chat(data) if sending else None
        tries = TRIES
        while True:
            ticket = await self.moment(lane, chat)
            try:
                return await self.spend(ticket, partial(callback, *args, **kwargs))
            except TelegramError as error:
                seconds = flood_wait(error)
                if seconds is None:
                    raise
                self.rest(seconds)
                tries -= 1
                if not tries:
                    raise

    async def spend(self, ticket: Ticket, request: Callable[[], Awaitable[Result]]) -> Result:
        """Make the request of a ticket; its place is free again a second after the answer.

        Raises Lapsed, and nothing leaves, where the ticket isn't good any more.
        """
        good = partial(self._good, ticket)
        looking = in_time.set(good)
        try:
            if not good():
                raise Lapsed("its moment has passed")
            result = await request()
        except NotConnected:
            self.give_back(ticket)
            raise
        except BaseException:
            self._allowance.given_up(ticket, self._monotonic())
            self._serve()
            raise
        finally:
            in_time.reset(looking)
        self.answered(ticket)
        return result

    def _good(self, ticket: Ticket) -> bool:
        ticket.left_at = self._monotonic()
        return ticket.left_at <= ticket.latest

    def _serve(self) -> None:
        """Grant whatever may be granted now, and nap until the next moment that somebody awaits."""
        now = self._monotonic()
        wake = math.inf
        for lane, queue in self._queues.items():
            if queue:
                wake = min(wake, self._serve_lane(lane, queue, now))
        replies = len(self._queues[Lane.INTERACTIVE])
        self._allowance.want(replies, sum(map(len, self._queues.values())) - replies)
        if wake < math.inf and not (self._nap and now <= self._nap_ends <= wake):
            if self._nap is not None:
                self._nap.cancel()
            # A millisecond at least, or rounding could make naps that don't move the clock.
            nap = min(max(wake - now, 0.001), POLL)
            self._nap_ends = now + nap
            self._nap = asyncio.create_task(self._doze(nap))

    def _serve_lane(self, lane: Lane, queue: deque[_Waiter], now: float) -> float:
        """Grant in order, passing over who waits for their chat; returns when to look again."""
        if self._rests_until > now:
            return self._rests_until
        wake = math.inf
        wave = lane is not Lane.INTERACTIVE
        passed: list[_Waiter] = []
        while queue:
            at = self._allowance.free_at(now, wave=wave)
            if at > now:
                # With every place taken by messages that aren't answered yet there is no knowing
                # when; their answers look again.
                wake = min(wake, at)
                break
            waiter = queue.popleft()
            if waiter.granted.done():  # Cancelled.
                continue
            if waiter.chat is not None:
                at = self._chats.free_at(waiter.chat, now)
                if at > now:
                    wake = min(wake, at)
                    passed.append(waiter)
                    continue
                self._chats.note(waiter.chat, now)
            waiter.granted.set_result(self._allowance.take(now, wave=wave))
        queue.extendleft(reversed(passed))
        return wake

    async def _doze(self, seconds: float) -> None:
        await self._sleep(seconds)
        self._nap = None
        self._serve()


def _chat(data: dict[str, Any]) -> int | None:
    try:
        return int(data["chat_id"])
    except (KeyError, ValueError, TypeError):
        return None

"""What Telegram allows a bot: so many messages a second in all, and few to one chat."""

from __future__ import annotations

import math
from collections import deque
from itertools import takewhile

UNLIMITED = 10**9
"""A limit that nothing reaches, for tests and simulations."""

MARGIN = 0.025
"""Seconds added to every span: requests arrive with jitter, and a thinner margin earns refusals."""

SWEEP = 5.0
"""Seconds between prunings of the chats remembered."""


class Window:
    """A log of moments, at most `limit` of which may fall within any `span` seconds."""

    __slots__ = ("_limit", "_log", "_span")

    def __init__(self, limit: int, span: float) -> None:
        self._limit = limit
        self._span = span
        self._log: deque[float] = deque()

    def note(self, now: float) -> None:
        self._log.append(now)

    def idle(self, now: float) -> bool:
        """Forget what is past; whether nothing is left."""
        while self._log and self._log[0] + self._span <= now:
            self._log.popleft()
        return not self._log

    def free_at(self, now: float, held: int = 0) -> float:
        """When one more may be noted beside `held` promised ones: `now`, later, or never (inf)."""
        self.idle(now)
        over = len(self._log) + held - self._limit
        if over < 0:
            return now
        return self._log[over] + self._span if over < len(self._log) else math.inf

    def room(self, at: float) -> int:
        """How many more fit at the time `at`, if none is noted before."""
        gone = sum(1 for _ in takewhile(lambda noted: noted + self._span <= at, self._log))
        return self._limit - len(self._log) + gone


class Allowance:
    """The windows that a message must fit in, and the messages promised to a wave (`held`).

    What is held counts against the allowance until it is spent or released, so that claiming
    deliveries slowly between holding and sending can't end in a burst. All times are in seconds
    of one clock that never runs back.
    """

    def __init__(
        self, per_second: int, per_chat: int, per_group: int, margin: float = MARGIN
    ) -> None:
        self._margin = margin
        self._per_chat = per_chat
        self._per_group = per_group
        self._overall = Window(per_second, 1 + margin)
        # A wave that spent a whole second's allowance at once would keep replies waiting for the
        # rest of that second; spread over tenths, a reply finds room within about a tenth.
        tenth = math.ceil(per_second / 10)
        self._wave = Window(tenth, tenth / per_second)
        self._chats: dict[int, Window] = {}
        self._swept = -math.inf
        self._held = 0

    def free_at(self, now: float, *, wave: bool) -> float:
        """When a message may go, or never (inf) as long as everything is held."""
        at = self._overall.free_at(now, self._held)
        return max(at, self._wave.free_at(now)) if wave else at

    def chat_free_at(self, chat: int, now: float) -> float:
        window = self._chats.get(chat)
        return window.free_at(now) if window is not None else now

    def room(self, at: float, *, wave: bool) -> int:
        """How many messages may go at the time `at`."""
        room = self._overall.room(at) - self._held
        return min(room, self._wave.room(at)) if wave else room

    def hold(self, count: int, now: float, *, wave: bool) -> None:
        self._held += count
        if wave:
            for _ in range(count):
                self._wave.note(now)

    def release(self, count: int) -> None:
        self._held -= count

    def note(self, chat: int | None, now: float) -> None:
        """Record a held message as sent."""
        self._held -= 1
        self._overall.note(now)
        if chat is not None:
            self._chat(chat).note(now)
            self._sweep(now)

    def _chat(self, chat: int) -> Window:
        if chat not in self._chats:
            # A negative id is a group or a channel; its limit is per minute.
            self._chats[chat] = (
                Window(self._per_chat, 1 + self._margin)
                if chat >= 0
                else Window(self._per_group, 60 + self._margin)
            )
        return self._chats[chat]

    def _sweep(self, now: float) -> None:
        if now < self._swept + SWEEP:
            return
        self._swept = now
        for chat in [chat for chat, window in self._chats.items() if window.idle(now)]:
            del self._chats[chat]

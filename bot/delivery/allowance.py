"""What Telegram allows a bot: so many messages a second in all, and few to one chat."""

from __future__ import annotations

import math
from collections import deque

UNLIMITED = 10**9
"""A limit that nothing reaches, for tests and simulations."""

GUARD = 0.003
"""Seconds that the shortest round trip is trusted less than measured."""

CHAT_MARGIN = 0.025
"""Seconds added to a chat's own span: there, being late costs nothing."""

SAMPLES = 256
"""Round trips after which the shortest of them is forgotten at the latest twice over."""

EASE, MOST_EASE = 0.02, 0.5
EASE_HALVES = 30.0
"""A refusal adds so many seconds to the span, doubling up to a most; they halve in so many."""

EVEN = 0.99
"""The wave's own spacing as a share of an even one, so that what was lost can be made up."""

CATCH_UP, MOST_CATCH_UP = 0.01, 0.1
"""Seconds of its spacing that the wave may make up at once.

A quarter of what round trips are longer than the shortest is added, up to a most: that uses more of
the allowance on an unsteady way, and lets replies wait longer behind what was bunched."""

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

    def free_at(self, now: float) -> float:
        """When one more may be noted: `now` or later."""
        self.idle(now)
        over = len(self._log) - self._limit
        return now if over < 0 else self._log[over] + self._span


class Ticket:
    """One message's place in the allowance, from its leaving until a second after its answer."""

    __slots__ = ("left_at",)

    def __init__(self, left_at: float) -> None:
        self.left_at = left_at


class Allowance:
    """So many messages in any one second, as the server counts them when they arrive.

    We know when a message left and when its answer came; it arrived in between. A place is free
    again one second after the answer, less the shortest round trip: the message that takes it
    arrives no sooner than its own way there, so the two are a second apart at the server, however
    unsteady the way. At a rate of L this holds L / (1 + mean - shortest round trip) a second.

    After a refusal the second is stretched, and shrinks back with time. All times are in seconds of
    one clock that never runs back.
    """

    def __init__(self, per_second: int) -> None:
        self._limit = per_second
        self._leaving = 0
        self._answers: deque[float] = deque()
        """When the answers came to the messages whose places aren't free again yet."""
        self._shortest = [math.inf, math.inf]
        self._samples = 0
        self._unsteady = 0.0
        self._ease, self._eased_at = 0.0, 0.0
        self._gap = EVEN / per_second
        # Where places come thick and fast, no reply notices what is bunched.
        self._catch_up = MOST_CATCH_UP if self._gap < CATCH_UP else CATCH_UP
        self._wave_at = -math.inf

    def free_at(self, now: float, *, wave: bool) -> float:
        """When a message may leave: `now`, later, or never (inf) before one is answered.

        A `wave` is spread evenly, so that a reply soon finds a free place.
        """
        answers, span = self._answers, self._span(now)
        while answers and answers[0] + span <= now:
            answers.popleft()
        if self._leaving + len(answers) >= self._limit:
            return answers[0] + span if answers else math.inf
        return max(now, self._wave_at) if wave else now

    def take(self, now: float, *, wave: bool) -> Ticket:
        """A place for a message that leaves now."""
        self._leaving += 1
        if wave:
            late = min(MOST_CATCH_UP, self._catch_up + self._unsteady / 4)
            self._wave_at = max(self._wave_at, now - late) + self._gap
        return Ticket(now)

    def give_back(self) -> None:
        """A message didn't leave after all."""
        self._leaving -= 1

    def answered(self, ticket: Ticket, now: float) -> None:
        """The answer to a message is here, or nobody waits for it any more."""
        self._leaving -= 1
        self._answers.append(now)
        self._samples += 1
        if self._samples % SAMPLES == 0:
            self._shortest = [math.inf, self._shortest[0]]
        round_trip = now - ticket.left_at
        self._shortest[0] = min(self._shortest[0], round_trip)
        self._unsteady += (round_trip - min(self._shortest) - self._unsteady) / SAMPLES

    def refused(self, now: float) -> None:
        """There was a 429: the pace eases."""
        self._ease = min(MOST_EASE, max(EASE, 2 * self.ease(now)))
        self._eased_at = now

    def ease(self, now: float) -> float:
        """The seconds that a refusal still adds to the span."""
        if self._ease < GUARD:
            return 0.0
        return self._ease * math.pow(0.5, (now - self._eased_at) / EASE_HALVES)

    def _span(self, now: float) -> float:
        """The seconds from an answer until its place is free."""
        trusted = min(*self._shortest, 1.0) - GUARD
        return 1.0 - max(0.0, trusted) + self.ease(now)


class Chats:
    """What single chats may get: so many messages a second, to a group so many a minute."""

    def __init__(self, per_chat: int, per_group: int) -> None:
        self._per_chat = per_chat
        self._per_group = per_group
        self._windows: dict[int, Window] = {}
        self._swept = -math.inf

    def __len__(self) -> int:
        return len(self._windows)

    def free_at(self, chat: int, now: float) -> float:
        window = self._windows.get(chat)
        return window.free_at(now) if window is not None else now

    def note(self, chat: int, now: float) -> None:
        if self._per_chat == UNLIMITED:
            return
        if chat not in self._windows:
            # A negative id is a group or a channel; its limit is per minute.
            self._windows[chat] = (
                Window(self._per_chat, 1 + CHAT_MARGIN)
                if chat >= 0
                else Window(self._per_group, 60 + CHAT_MARGIN)
            )
        self._windows[chat].note(now)
        if now >= self._swept + SWEEP:
            self._swept = now
            for idle in [chat for chat, window in self._windows.items() if window.idle(now)]:
                del self._windows[idle]

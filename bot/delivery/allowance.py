"""What Telegram allows a bot: so many messages a second in all, and few to one chat."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import Protocol

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

KEPT_FOR = 10.0
"""Seconds after a reply for which a wave leaves places free for the next ones."""

KEPT_OF, MOST_KEPT = 300, 10
"""One place is kept so, and one more for so many a second; at most every tenth."""

SWEEP = 5.0
"""Seconds between prunings of the chats remembered."""


def kept(per_second: int, since_reply: float) -> int:
    """How many places a wave leaves free for replies, so many seconds after the last one."""
    if since_reply >= KEPT_FOR:
        return 0
    return min(1 + per_second // KEPT_OF, per_second // MOST_KEPT)


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
    """One message's place in the allowance, from its leaving until a second after its answer.

    After `latest` it is good for nothing any more. `held` is what its source knows it by.
    """

    __slots__ = ("held", "latest", "left_at")

    def __init__(self, left_at: float, latest: float = math.inf, held: float = 0.0) -> None:
        self.left_at = left_at
        self.latest = latest
        self.held = held


class Allowance(Protocol):
    """Where places come from. All times are seconds of one clock that never runs back."""

    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` whenever there are new places without anyone's answer."""

    def want(self, replies: int, wave: int) -> None:
        """So many messages of each kind wait for a place."""

    def free_at(self, now: float, *, wave: bool) -> float:
        """When a message may leave: `now`, later, or inf where there is no knowing yet.

        A `wave` is spread evenly, and leaves some places free as long as people ask for something,
        so that a reply soon finds one.
        """

    def take(self, now: float, *, wave: bool) -> Ticket:
        """A place for a message that leaves now."""

    def give_back(self, ticket: Ticket) -> None:
        """A message didn't leave after all."""

    def answered(self, ticket: Ticket, now: float) -> None:
        """The answer to a message is here."""

    def given_up(self, ticket: Ticket, now: float) -> None:
        """Nobody waits for the answer to a message any more, which may be arriving only now."""

    def refused(self, now: float, seconds: float) -> None:
        """There was a 429 that asks to rest for so long: the pace eases."""

    async def close(self) -> None:
        """No more places are needed."""


class RoundTrips:
    """What is learned from answers: how long a place stays taken after one.

    We know when a message left and when its answer came; it arrived in between. A place is free
    again one second after the answer, less the shortest round trip: the message that takes it
    arrives no sooner than its own way there, so the two are a second apart at the server, however
    unsteady the way. At a rate of L this holds L / (1 + mean - shortest round trip) a second.

    After a refusal the second is stretched, and shrinks back with time.
    """

    def __init__(self, per_second: int) -> None:
        self._shortest = [math.inf, math.inf]
        self._samples = 0
        self._unsteady = 0.0
        self._ease, self._eased_at = 0.0, 0.0
        # Where places come thick and fast, no reply notices what is bunched.
        self._catch_up = MOST_CATCH_UP if EVEN / per_second < CATCH_UP else CATCH_UP

    def note(self, seconds: float) -> None:
        """An answer took so long."""
        self._samples += 1
        if self._samples % SAMPLES == 0:
            self._shortest = [math.inf, self._shortest[0]]
        self._shortest[0] = min(self._shortest[0], seconds)
        self._unsteady += (seconds - min(self._shortest) - self._unsteady) / SAMPLES

    def refused(self, now: float) -> None:
        """There was a 429: the pace eases."""
        self._ease = min(MOST_EASE, max(EASE, 2 * self.ease(now)))
        self._eased_at = now

    def ease(self, now: float) -> float:
        """The seconds that a refusal still adds to the span."""
        if self._ease < GUARD:
            return 0.0
        return self._ease * math.pow(0.5, (now - self._eased_at) / EASE_HALVES)

    @property
    def trusted(self) -> float:
        """The seconds that a round trip surely takes."""
        return max(0.0, min(*self._shortest, 1.0) - GUARD) if self._samples else 0.0

    @property
    def late(self) -> float:
        """The seconds of its spacing that a wave may make up at once."""
        return min(MOST_CATCH_UP, self._catch_up + self._unsteady / 4)


class OwnAllowance:
    """So many messages in any one second, all of them this program's own."""

    def __init__(self, per_second: int) -> None:
        self._limit = per_second
        self._trips = RoundTrips(per_second)
        self._leaving = 0
        self._answers: deque[float] = deque()
        """When the answers came to the messages whose places aren't free again yet."""
        self._gap = EVEN / per_second
        self._wave_at = -math.inf
        self._replied_at = -math.inf

    def watch(self, changed: Callable[[], None]) -> None:
        """Nothing changes without an answer."""

    def want(self, replies: int, wave: int) -> None:
        """Nobody else is to be asked."""

    def free_at(self, now: float, *, wave: bool) -> float:
        answers, span = self._answers, 1.0 - self._trips.trusted + self._trips.ease(now)
        while answers and answers[0] + span <= now:
            answers.popleft()
        spared = kept(self._limit, now - self._replied_at) if wave else 0
        over = self._leaving + len(answers) + spared - self._limit
        if over >= 0:
            return answers[over] + span if over < len(answers) else math.inf
        return max(now, self._wave_at) if wave else now

    def take(self, now: float, *, wave: bool) -> Ticket:
        self._leaving += 1
        if wave:
            self._wave_at = max(self._wave_at, now - self._trips.late) + self._gap
        else:
            self._replied_at = now
        return Ticket(now)

    def give_back(self, ticket: Ticket) -> None:
        self._leaving -= 1

    def answered(self, ticket: Ticket, now: float) -> None:
        self._leaving -= 1
        self._answers.append(now)
        self._trips.note(now - ticket.left_at)

    def given_up(self, ticket: Ticket, now: float) -> None:
        self._leaving -= 1
        self._answers.append(now + self._trips.trusted)

    def refused(self, now: float, seconds: float) -> None:
        self._trips.refused(now)

    async def close(self) -> None:
        """Nothing is held elsewhere."""


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

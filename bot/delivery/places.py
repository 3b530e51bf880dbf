"""The allowance that several instances share: its places, and how they go round.

All together there are as many places as messages may leave in a second. An instance takes some that
are free soon, uses each at its moment, and gives it back with the moment at which it is free again.
Whoever dies gives nothing back: a place that was taken is free by itself after `HOLD`. So a death
costs no more than the few places that were in hand, and nobody has to notice it.

Everything is in seconds of the database's clock, which all instances share; what passes between
instances and here is relative to now, so no other clocks are compared.
"""

from __future__ import annotations

import heapq
import math
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.delivery.allowance import EVEN, kept

LATE = 0.5
"""Seconds after its moment until which a place may be used."""

HOLD = 2.5
"""Seconds after its moment at which a place is free though nobody gave it back: it was used within
`LATE`, the message arrived soon after, and that is more than a second ago."""

FOR_REPLIES, FOR_WAVE = 0.25, 0.1
"""How many seconds ahead a place may be taken. Those that a wave doesn't reach yet are what lets a
reply overtake it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an instance wants: places for so many replies and so many messages of a wave.

    `returned` are places it had: what each was held as, and in how many seconds it is free.
    `rest` is how many seconds a 429 asked everybody to wait. `late` is how many seconds of its
    spacing the wave may make up at once. `lead` is how many seconds before it is free a place may
    be used, because a message is under way at least so long.
    """

    replies: int
    wave: int
    returned: Sequence[tuple[float, float]] = ()
    rest: float = 0.0
    late: float = 0.0
    lead: float = 0.0


@dataclass(frozen=True, slots=True)
class Grant:
    """A place, to be used in `after` seconds; it is to be given back as `held`."""

    after: float
    held: float


@dataclass(frozen=True, slots=True)
class Places:
    """When each place is free, from when on a wave, and anybody, may go on, and when a reply was
    last asked for."""

    free: Sequence[float] = ()
    wave_at: float = -math.inf
    rest_until: float = -math.inf
    replied_at: float = -math.inf

    def to_bytes(self) -> bytes:
        """As it is stored."""
        moments = (self.wave_at, self.rest_until, self.replied_at, *self.free)
        return array("d", moments).tobytes()

    @classmethod
    def from_bytes(cls, stored: bytes) -> Places:
        """From what was stored; nothing gives no places."""
        if not stored:
            return cls()
        wave_at, rest_until, replied_at, *free = array("d", stored)
        return cls(free, wave_at, rest_until, replied_at)


def exchange(
    places: Places, asked: Asked, now: float, per_second: int
) -> tuple[Places, list[Grant]]:
    """Take back what is returned and grant what is asked, as far as there are places soon."""
    rest_until = max(places.rest_until, now + asked.rest if asked.rest else -math.inf)
    free = _returned(places.free, asked.returned, now)
    heapq.heapify(free)
    while len(free) > per_second:
        heapq.heappop(free)
    while len(free) < per_second:
        heapq.heappush(free, now)
    wave_at, gap = places.wave_at, EVEN / per_second
    # The clock may have been set back; nothing is ever planned that far ahead.
    wave_at = min(wave_at, now + HOLD)
    replied_at = now if asked.replies else min(places.replied_at, now)
    if rest_until > now + 3600:
        rest_until = -math.inf
    grants = []

    def grant(moment: float) -> None:
        held = moment + HOLD
        heapq.heapreplace(free, held)
        grants.append(Grant(moment - now, held))

    for _ in range(asked.replies):
        moment = max(free[0] - asked.lead, rest_until, now)
        if moment > now + FOR_REPLIES:
            break
        grant(moment)
    spared = [heapq.heappop(free) for _ in range(kept(per_second, now - replied_at))]
    for _ in range(asked.wave):
        moment = max(free[0] - asked.lead, rest_until, wave_at, now)
        if moment > now + FOR_WAVE:
            break
        wave_at = max(wave_at, moment - asked.late) + gap
        grant(moment)
    return Places([*free, *spared], wave_at, rest_until, replied_at), grants


def _returned(
    free: Sequence[float], returned: Sequence[tuple[float, float]], now: float
) -> list[float]:
    """The places after some are given back. One that isn't held as told has gone round already."""
    # Later than any hold: the database's clock was set back.
    latest = now + FOR_REPLIES + HOLD
    at = Counter(moment if moment <= latest else now + 1 for moment in free)
    for held, after in returned:
        if at[held] > 0:
            at[held] -= 1
            at[now + min(after, HOLD)] += 1
    return list(at.elements())

"""When most sends fail in one way, the trouble is not with the people: sending stops."""

from __future__ import annotations

import asyncio
from enum import StrEnum

from bot.domain.outcome import Blocked, Flood, Late, NotSent, Outcome, Uncertain


class Trouble(StrEnum):
    """What keeps messages from arriving."""

    UNREACHABLE = "unreachable"  # no connection, no answer, or none that can be used
    UNAUTHORISED = "unauthorised"
    BLOCKED = "blocked"  # everyone seems to have blocked the bot


UNAUTHORISED = "unauthorised"
"""The reason of a NotSent with which Telegram refuses the token."""

IN_A_ROW = {Trouble.UNREACHABLE: 5, Trouble.UNAUTHORISED: 3, Trouble.BLOCKED: 15}
"""So many failures of one kind with nothing else between them stop the sending."""


def trouble_in(outcome: Outcome) -> Trouble | None:
    """What an outcome says about the way to Telegram; None where it is open."""
    match outcome:
        case NotSent(reason) if reason == UNAUTHORISED:
            return Trouble.UNAUTHORISED
        case NotSent() | Uncertain():
            return Trouble.UNREACHABLE
        case Blocked():
            return Trouble.BLOCKED
        case _:
            return None


class Breaker:
    """Counts failures in a row; `trouble` is what keeps the sending stopped, None where it runs.

    After `resume` one failure is enough to stop again, until something gets through.
    """

    def __init__(self) -> None:
        self.trouble: Trouble | None = None
        self.on_trial = False
        self._last: Trouble | None = None
        self._count = 0

    def note(self, outcome: Outcome) -> bool:
        """Learn from a send; whether it is this one that stops the sending."""
        if isinstance(outcome, Flood | Late):  # The pacer's business.
            return False
        trouble = trouble_in(outcome)
        self._count = self._count + 1 if trouble is self._last else 1
        self._last = trouble
        if trouble is None:
            self.on_trial = False
            return False
        if self.trouble is not None:
            return False
        if self._count >= IN_A_ROW[trouble] or (self.on_trial and trouble is not Trouble.BLOCKED):
            self.trouble = trouble
            return True
        return False

    def remains(self, probe: Outcome) -> bool:
        """Whether a probe with this outcome found the trouble still there."""
        found = trouble_in(probe)
        # One person who blocked the bot shows that Telegram answers.
        return found is not None and (found is self.trouble or found is not Trouble.BLOCKED)

    def resume(self) -> None:
        """The way seems open again."""
        self.trouble = None
        self.on_trial = True
        self._count = 0


CONFIRMED_WITHIN = 5.0
"""Seconds in which somebody else must be reached for a block to count."""


class Suspects:
    """Requests that met a block, until a later one that got through shows that Telegram is well."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, asyncio.Future[bool]]] = []

    async def confirmed(self, left_at: float) -> bool:
        """Wait for a message that left after `left_at` (seconds) to arrive; whether one did."""
        waiting = asyncio.get_running_loop().create_future()
        entry = (left_at, waiting)
        self._waiting.append(entry)
        try:
            return await asyncio.wait_for(waiting, CONFIRMED_WITHIN)
        except TimeoutError:
            return False
        finally:
            if entry in self._waiting:
                self._waiting.remove(entry)

    def reached(self, left_at: float) -> None:
        """A message that left at this time arrived."""
        if self._waiting:
            self._answer([entry for entry in self._waiting if entry[0] < left_at], True)

    def give_up(self) -> None:
        """Nothing more will arrive for now."""
        self._answer(list(self._waiting), False)

    def _answer(self, entries: list[tuple[float, asyncio.Future[bool]]], sure: bool) -> None:
        for entry in entries:
            self._waiting.remove(entry)
            if not entry[1].done():
                entry[1].set_result(sure)

"""Branches of the series: when one is offered, and what its choices do.

A branch is offered, never taken by itself: the person confirms with a button.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.condition import Condition

OPEN = timedelta(days=6)
"""So long an offer waits for a choice before it counts as ignored. A later tap still counts.

Less than a week: with the next weekly tip it is decided whether that one comes at all.
"""

PACES = (1, 2, 4)
"""Weeks between two tips that people may choose, the quickest first."""


@dataclass(frozen=True, slots=True)
class Show:
    """Read a card."""

    card: str


@dataclass(frozen=True, slots=True)
class Jump:
    """Go on with a later tip of the series."""

    step: str


@dataclass(frozen=True, slots=True)
class Slower:
    """Get tips at the next slower pace."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Rest for some weeks, or (None) until the person says."""

    weeks: int | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """Leave the series and withdraw all consent."""


Action = Show | Jump | Slower | Pause | Stop


@dataclass(frozen=True, slots=True)
class Choice:
    """A button under an offer. Without an action everything stays as it is."""

    key: str
    labels: Mapping[str, str]
    does: Action | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """An offer to somebody for whom `when` came true.

    Whatever came of it, it isn't made again within `rest`. `ignored` is what happens to who
    doesn't choose while it is `OPEN`; its text has to say so. `cards` are one tap away under it.
    """

    key: str
    when: Condition
    choices: tuple[Choice, ...]
    cards: tuple[str, ...] = ()
    rest: timedelta = timedelta(weeks=4)
    ignored: Action | None = None

    def choice(self, key: str) -> Choice | None:
        """The choice with this key, or None where it has left the campaign."""
        return next((each for each in self.choices if each.key == key), None)


def slower(pace: int) -> int | None:
    """The next slower pace, or None at the slowest."""
    return next((each for each in PACES if each > pace), None)

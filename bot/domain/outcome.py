"""What became of one request to Telegram, as values: each says what to do next."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram took it. `poll_id` is set where the message holds a poll."""

    message_id: int
    poll_id: str | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """The person can't be reached: they blocked the bot, are deactivated or never started.

    Not `sure` where nobody else was reached since: then it may be Telegram's trouble, not theirs.
    """

    reason: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """Telegram refused this very message (400), and would refuse it again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Flood:
    """Too many requests (429): nothing was sent; the lane rests for `retry_after` seconds."""

    retry_after: float


@dataclass(frozen=True, slots=True)
class Late:
    """Its moment had passed before it could leave, so it didn't: safe to try again at once."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """The request surely never left (no connection): safe to try again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The request left and no answer came: never tried again blindly."""

    reason: str


Outcome = Sent | Blocked | Refused | Flood | Late | NotSent | Uncertain

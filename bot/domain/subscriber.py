"""A subscriber and their way through the series, as the rules see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.schedule import Place, Rhythm, Slot


class CheckIns(StrEnum):
    """Whether someone takes part in check-ins. Only YES lets a poll be sent."""

    UNASKED = "unasked"
    ASKED = "asked"  # asked, and no answer yet
    YES = "yes"
    NO = "no"

    @property
    def planned(self) -> bool:
        """Whether a check-in's turn brings something: the question of consent, or the poll."""
        return self in (CheckIns.UNASKED, CheckIns.YES)


class Status(StrEnum):
    """How an enrolment stands. Only ACTIVE (and PAUSED, once its time is over) is planned for."""

    ACTIVE = "active"
    PAUSED = "paused"
    BLOCKED = "blocked"  # Telegram says so; the person may be back
    LEFT = "left"  # the person's own stop
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Someone who gave consent. `pseudonym` is random and stands for them outside the database."""

    id: int
    pseudonym: str
    language: str
    zone: str
    slot: Slot
    pace: int
    check_ins: CheckIns
    source: str

    @property
    def rhythm(self) -> Rhythm:
        """What decides when their steps come."""
        return Rhythm(self.slot, self.zone, self.pace, self.pseudonym)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A subscriber's way through one campaign.

    `next_step` is the key of the step to come (None at the end); `next_due_at` is None while
    a delivery is under way, and while nothing is planned (paused without end, blocked, left).
    """

    id: int
    campaign: str
    round: int
    status: Status
    next_step: str | None
    last_step: str | None
    next_due_at: datetime | None
    paused_until: datetime | None
    place: Place
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A subscriber with their present enrolment."""

    subscriber: Subscriber
    enrolment: Enrolment

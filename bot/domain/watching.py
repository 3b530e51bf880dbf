"""What becomes of a question, or an offer, that nobody answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.branch import OPEN
from bot.domain.campaign import Campaign
from bot.domain.schedule import instant_at, local_date, minute_of
from bot.domain.subscriber import CheckIns, Person, Status

DAY = timedelta(days=1)

BEFORE_END = timedelta(hours=3)
"""A reminder that can't come so long before its question closes doesn't come."""


def reminder_at(campaign: Campaign, person: Person, sent_at: datetime) -> datetime | None:
    """When somebody is reminded of a question: at their own minute on the day before it closes.

    None where that is less than a day after the question.
    """
    rhythm = person.subscriber.rhythm
    end = closes_at(campaign, sent_at)
    day = local_date(end, rhythm.zone) - DAY
    moment = instant_at(day, minute_of(rhythm.slot.part, rhythm.seed), rhythm.zone)
    return moment if moment is not None and moment >= sent_at + DAY else None


def closes_at(campaign: Campaign, sent_at: datetime) -> datetime:
    """When a question closes."""
    return sent_at + timedelta(days=campaign.check_in_window)


def question_looked_at(campaign: Campaign, person: Person, number: int, now: datetime) -> datetime:
    """When to look again at the question with this number in its check-in, sent at `now`.

    Only the first is reminded of: who answered it is there.
    """
    reminder = reminder_at(campaign, person, now) if number == 1 else None
    return reminder or closes_at(campaign, now)


def offer_looked_at(campaign: Campaign, key: str, now: datetime) -> datetime | None:
    """When to look again at an offer sent at `now`; None where nothing follows from silence."""
    branch = campaign.branch(key)
    return now + OPEN if branch is not None and branch.ignored is not None else None


@dataclass(frozen=True, slots=True)
class Close:
    """The question closes now."""


@dataclass(frozen=True, slots=True)
class LookAgain:
    """There is nothing to do before `at`; `remind` asks for a reminder."""

    at: datetime
    remind: bool = False


def look(
    campaign: Campaign, person: Person, sent_at: datetime, *, answered: bool, now: datetime
) -> Close | LookAgain:
    """What to do about a question whose moment has come."""
    end = closes_at(campaign, sent_at)
    takes_part = person.subscriber.check_ins is CheckIns.YES
    if now >= end or not takes_part or person.enrolment.status is Status.LEFT:
        return Close()
    remind = not answered and person.enrolment.status is Status.ACTIVE
    return LookAgain(end, remind and now <= end - BEFORE_END)


def silences(check_ins: Sequence[tuple[bool, bool]]) -> int:
    """How many check-ins in a row went unanswered, up to the last one that is over.

    Each check-in, oldest first, tells whether it was answered and whether it is still open.
    """
    count = 0
    for answered, still_open in reversed(check_ins):
        if answered:
            break
        count += not still_open
    return count

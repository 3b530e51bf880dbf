"""Asking the operator's physios a question: what is passed on, and who may write to whom.

A conversation is a person's, and has one topic in the staff's group. What stands in a topic goes to
its person alone, and only while the conversation is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.safety import Alarm, alarm

SCOPE = "physio"
"""The scope of the consent that it takes, apart from all others."""

LONGEST = 1000
"""Characters of a person's message at most."""

MOST = 5
"""Messages of a person in a day at most."""

DAY = timedelta(days=1)

SILENCE = timedelta(days=7)
"""After so long without a message a conversation closes: what someone types a month later is not
meant for the physio any more."""

ANSWER_LONGEST = 3500
"""Characters of an answer at most: what stands around it must fit the same message."""


class Side(StrEnum):
    """Who wrote a message."""

    PERSON = "person"
    STAFF = "staff"


class Ended(StrEnum):
    """Why a conversation is closed."""

    PERSON = "person"
    STAFF = "staff"
    SILENCE = "silence"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Conversation:
    """How a conversation stands.

    `id` is all that the staff knows a person by. `subscriber_id` is None once that one is erased,
    `thread_id` until there is a topic. `shut` says that the topic is closed at Telegram.
    """

    id: int
    subscriber_id: int | None
    thread_id: int | None
    ended: Ended | None
    shut: bool

    @property
    def open(self) -> bool:
        """Whether anything is passed on."""
        return self.ended is None and self.subscriber_id is not None


class Verdict(StrEnum):
    """What becomes of a person's message."""

    PASS = "pass"
    SUICIDE = "suicide"  # The help line is told instead; it is never passed on.
    ALARM = "alarm"  # The safety card comes first; passed on once the person says so.
    TOO_LONG = "too-long"
    TOO_MANY = "too-many"
    ALREADY = "already"


def verdict(text: str, sent: int, *, confirmed: bool) -> Verdict:
    """What becomes of a text of somebody who had `sent` so many passed on within a day.

    `confirmed` says that they saw the safety card because of it and want it passed on all the same.
    """
    raised = alarm(text)
    if raised is Alarm.SUICIDE:
        return Verdict.SUICIDE
    if raised is Alarm.MEDICAL and not confirmed:
        return Verdict.ALARM
    if len(text) > LONGEST:
        return Verdict.TOO_LONG
    return Verdict.TOO_MANY if sent >= MOST else Verdict.PASS


def silent_since(now: datetime) -> datetime:
    """Conversations without a message since then are over."""
    return now - SILENCE

"""What comes first in an exchange, and what is held: the one table of safety.

There is no column for how a person stands, and that is the rule: active, paused, finished, stopped,
blocked and back, without check-ins, in the middle of the night, in any language, it is the same.
`tests/chat/test_alarms.py` walks every row through every state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.safety import Alarm


class Said(StrEnum):
    """What a person told the bot, by an answer or in their own words."""

    CHANGE_WORSE = "change-worse"  # worse than at the start, however much
    PAIN_HIGH = "pain-high"
    PAIN_UP = "pain-up"  # clearly more than the time before
    OTHER_ANSWER = "other-answer"
    SUICIDE_WORDS = "suicide-words"
    MEDICAL_WORDS = "medical-words"
    OTHER_WORDS = "other-words"


class First(StrEnum):
    """What leaves before anything else."""

    CARD = "card"  # the safety card
    HELP_LINE = "help-line"  # whom to call with suicidal thoughts, and the card one tap away
    REPLY = "reply"  # what there is to say


@dataclass(frozen=True, slots=True)
class Exchange:
    """`first` leaves at once and before all else; `exercises` tells whether any may be offered."""

    first: First
    exercises: bool


EXCHANGES: Mapping[Said, Exchange] = {
    Said.CHANGE_WORSE: Exchange(First.CARD, exercises=False),
    Said.PAIN_HIGH: Exchange(First.CARD, exercises=False),
    Said.PAIN_UP: Exchange(First.CARD, exercises=False),
    Said.OTHER_ANSWER: Exchange(First.REPLY, exercises=True),
    Said.SUICIDE_WORDS: Exchange(First.HELP_LINE, exercises=False),
    Said.MEDICAL_WORDS: Exchange(First.CARD, exercises=False),
    Said.OTHER_WORDS: Exchange(First.REPLY, exercises=True),
}

BY_ALARM: Mapping[Alarm, Said] = {
    Alarm.SUICIDE: Said.SUICIDE_WORDS,
    Alarm.MEDICAL: Said.MEDICAL_WORDS,
    Alarm.NONE: Said.OTHER_WORDS,
}
"""What someone's own words count as."""

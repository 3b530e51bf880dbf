"""What a button sends back: `verb:argument:argument`, 64 bytes at most.

The buttons of every message that was ever sent stay in people's chats, so a verb keeps its meaning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

LIMIT = 64
"""Bytes that Telegram carries in a button."""

OF_DELIVERY = "ID-OF-THIS-DELIVERY-"
"""Stands for the id of the delivery that a button is under, until that is known: the same message
goes to many people. As long as the longest id, so that what fits with it fits with all."""

_PART = re.compile(r"[A-Za-z0-9_-]+")
_DATA = re.compile(r"[A-Za-z0-9_-]+(:[A-Za-z0-9_-]+)*")


class Verb(StrEnum):
    """What a button asks for, with its arguments."""

    CARD = "card"  # name [delivery id, or the language of a stranger]
    OFFER = "offer"  # key of a choice, delivery id
    CHECK_INS = "checkins"  # yes or no, [delivery id]
    WELCOME = "welcome"  # language, source: the welcome in that language
    CONSENT = "consent"  # language, source
    DECLINE = "decline"  # language
    START_AGAIN = "again"
    ONWARD = "onward"  # delivery id: what there is to choose after the last step
    BOOSTERS = "boosters"  # [yes or no]
    SETTINGS = "set"  # [field [value]]
    PAUSE = "pause"  # [weeks, or `open`]
    RESUME = "resume"
    STOP = "stop"  # [yes]
    TIPS = "tips"  # [page, from 0]
    TIP = "tip"  # key of the step
    EXERCISES = "exercises"  # page or `idea`, [language of a stranger]; or `mine`, [page]
    EXERCISE = "exercise"  # key, `still` or `moving`, [language of a stranger]
    FAVOURITE = "favourite"  # key, yes or no, `still` or `moving`
    PROGRESS = "progress"
    PLACE = "place"  # [language of a stranger]
    ASK = "ask"  # [yes, no, send, drop, close or withdraw]
    EXPORT = "export"
    FORGET = "forget"  # [yes, language; or no]
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Tap:
    """A button's data, understood. Whether the arguments make sense is the verb's own matter."""

    verb: Verb
    args: tuple[str, ...] = ()

    def arg(self, index: int) -> str | None:
        """An argument, or None where there is none."""
        return self.args[index] if index < len(self.args) else None


def made(verb: Verb, *args: object) -> str:
    """The data of a button; raises ValueError for what would not come back as it went out."""
    data = ":".join([verb.value, *map(str, args)])
    if len(data) > LIMIT or not _DATA.fullmatch(data) or data.count(":") != len(args):
        raise ValueError(f"{data!r} can't be the data of a button")
    return data


def parsed(data: str | None) -> Tap | None:
    """The tap behind a button's data; None for anything that `made` doesn't make."""
    verb, *args = (data or "").split(":")
    if verb not in _VERBS or not all(_PART.fullmatch(arg) for arg in args):
        return None
    return Tap(Verb(verb), tuple(args))


_VERBS = frozenset(Verb)


def card_data(name: str) -> str:
    """For a button that opens a card, under a message of the series."""
    return made(Verb.CARD, name, OF_DELIVERY)


def onward_data() -> str:
    """For the way on, under the last tip."""
    return made(Verb.ONWARD, OF_DELIVERY)


def offer_data(choice: str) -> str:
    """For a choice under an offer."""
    return made(Verb.OFFER, choice, OF_DELIVERY)


def check_ins_data(yes: bool) -> str:
    """For the yes and the no under the question whether check-ins are welcome."""
    return made(Verb.CHECK_INS, "yes" if yes else "no", OF_DELIVERY)

"""Alarm words in what people write, in Dutch and English whatever the person's language.

Nothing is diagnosed. A word too many only shows the safety card once more than needed, so the words
are wide, and misspellings count. Only what is plainly denied or harmless is let pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import reduce
from operator import or_

from bot.domain import alarm_words
from bot.domain.signs import Signs
from bot.domain.spoken import BREAK, spoken

NEAR = 8
"""Words among which those of an entry stand."""
COMPANY = 4
"""Words to either side in which a word's company excuses it."""


class Alarm(StrEnum):
    """What a text must be answered with first."""

    NONE = "none"
    MEDICAL = "medical"
    SUICIDE = "suicide"


def alarm(text: str) -> Alarm:
    """The alarm that a text raises; the help line comes before the safety card."""
    signs = _read(text)
    if _raised(_SUICIDE, signs):
        return Alarm.SUICIDE
    return Alarm.MEDICAL if _raised(_MEDICAL, signs) else Alarm.NONE


def _raised(entries: Iterable[int], signs: Sequence[int]) -> bool:
    """Whether all words of an entry stand near each other."""
    everything = reduce(or_, signs)
    present = [entry for entry in entries if entry & everything == entry]
    near = {reduce(or_, signs[at : at + NEAR]) for at in range(max(1, len(signs) - NEAR + 1))}
    return any(entry & each == entry for entry in present for each in near)


_SIGNS = Signs(alarm_words.CLASSES, alarm_words.PLAIN.split())
_SUICIDE = _SIGNS.entries(alarm_words.SUICIDE)
_MEDICAL = _SIGNS.entries(alarm_words.MEDICAL)
_DENIABLE = _SIGNS.all(alarm_words.DENIABLE)
_EXCUSED = tuple(
    (_SIGNS.all(words), _SIGNS.all(company)) for words, company in alarm_words.EXCUSED.items()
)
_BODY = _SIGNS.all("<leg> <below> <pain>")
_FINE = _SIGNS.bit("<fine>")
_TROUBLE = _SIGNS.all("<not> <trouble> <pain>")
_RELIEF = _SIGNS.all("<pee> <poo>")
_REPLACED = re.compile(rf"\b(?:{'|'.join(alarm_words.REPLACED)})", re.IGNORECASE)
_NAY = frozenset(spoken(alarm_words.NAY))
_FILLER = frozenset(spoken(alarm_words.FILLER))


def _read(text: str) -> list[int]:
    """What each word of a text is a sign of, as bits; at least one."""
    words = spoken(_REPLACED.sub(lambda found: alarm_words.REPLACED[found[0].lower()], text))
    signs = [_SIGNS.meaning(word) for word in words]
    _deny(words, signs)
    signs = [sign for word, sign in zip(words, signs, strict=True) if word != BREAK] or [0]
    _SIGNS.chain(signs)
    everything = reduce(or_, signs)
    if not everything & _BODY:
        _excuse(signs, everything)
    if everything & _FINE and not everything & _TROUBLE:
        signs = [0 if sign & _RELIEF else sign for sign in signs]
    return signs


def _deny(words: Sequence[str], signs: list[int]) -> None:
    """Forget what a "not" right before a word denies; a sign between the two keeps them apart."""
    denied = False
    for at, word in enumerate(words):
        if denied and signs[at] & _DENIABLE:
            signs[at] &= ~_DENIABLE
        elif word in _NAY:
            denied = True
        elif word not in _FILLER:
            denied = False


def _excuse(signs: list[int], everything: int) -> None:
    """Forget words whose company makes them harmless."""
    for words, company in _EXCUSED:
        if words & everything and company & everything:
            for at, sign in enumerate(signs):
                around = signs[max(0, at - COMPANY) : at + COMPANY + 1]
                if sign & words and company & reduce(or_, around):
                    signs[at] &= ~words

"""How hard a text is to read, by the formula that its language has for that.

Dutch: Flesch-Douma (Douma 1960). English: Flesch reading ease (Flesch 1948). Either way 60 to 70 is
plain, 70 to 80 fairly easy and 80 to 90 easy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.content.syllables import syllables

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
"""A word: letters, with apostrophes and hyphens inside. Figures don't count."""

# A full stop or question mark before a small letter ends nothing: "Tap 'Why?' and read on."
_SENTENCE = re.compile(r".+?(?:[.!?…]+[\"'”’)]*(?=\s+(?![a-zà-ÿ])|$)|$)")

_NO_PROSE = re.compile(
    r"https?://\S+|(?<!\w)[/@]\w+|\b\w+(?:\.\w+)+\b|\b[A-Z]\w+/[A-Z]\w+(?:/\w+)*|\b\w*\d\w*\b"
)
"""Addresses, commands, names of sites and of time zones, and what has figures in it."""

_WEIGHTS = {"nl": (0.93, 77.0), "en": (1.015, 84.6)}
"""What the words per sentence and the syllables per word take from 206.835."""


def words(text: str) -> list[str]:
    """The words of a text, in order."""
    return WORD.findall(text)


def sentences(line: str) -> list[str]:
    """The sentences of one line; the end of a line ends a sentence, as under a heading."""
    return [each[0].strip() for each in _SENTENCE.finditer(line) if WORD.search(each[0])]


def prose_only(line: str) -> str:
    """A line without what is named rather than read."""
    return _NO_PROSE.sub(" ", line)


def can_score(language: str) -> bool:
    """Whether there is a formula for a language."""
    return language in _WEIGHTS


def score(said: Sequence[str], language: str) -> float:
    """The reading score of some sentences, which hold words.

    It means something from some 25 words on; single sentences swing wildly.
    """
    per_sentence, per_word = _WEIGHTS[language]
    spoken = [word for sentence in said for word in words(sentence)]
    sounds = sum(syllables(word, language) for word in spoken)
    return 206.835 - per_sentence * len(spoken) / len(said) - per_word * sounds / len(spoken)

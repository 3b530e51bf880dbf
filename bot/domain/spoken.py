"""Words as people type them: folded by sound, and known in spite of a slip.

Only dictionary look-ups, so a text costs microseconds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

BREAK = "|"
"""Stands where a sign parts what was typed."""

SLIP_FROM = 6
"""Letters of a word in which one may be wrong, missing, too many or swapped with the next."""
VOWELS_FROM = 8
"""Letters of a word of which the vowels may be anything, if five consonants remain."""


def spoken(text: str) -> list[str]:
    """Lower-case words spelled by sound so that near misses come out alike; BREAK between parts."""
    plain = unicodedata.normalize("NFKD", text.lower())
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    for pattern, sound in _SOUNDS:
        letters = pattern.sub(sound, letters)
    return letters.split()


_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"\b(?:3[89]|4[01])[.,]\d\b(?! ?(?:k|euro|min|%))", " hightemp "),
        (r"[’'`´]", ""),  # m'n, can't
        (r"[^a-z0-9\s]+", f" {BREAK} "),
        (r"([^aeiou0-9\s])\1+", r"\1"),  # plasen, koortss
        (r"([aeiou])\1{2,}", r"\1\1"),  # doooof
        (r"ph|v", "f"),  # gefoelloos
        (r"c(?=[eiy])|z", "s"),  # suiside, canser
        (r"ck|[cq](?!h)", "k"),
        (r"ij|ei|ie|y", "i"),
        (r"dt?\b|dt", "t"),  # verlamt
        (r"(?<=[a-z]{2}e)n\b", ""),  # bene, gevalle
    )
)


class Vocabulary:
    """Words and beginnings of words, each with what it means: bits of a number."""

    def __init__(self, entries: Iterable[tuple[str, int]], plain: Iterable[str] = ()) -> None:
        """`entries` are words with their meaning; a star lets a word go on, or begin before.

        `plain` are ordinary words that are no misspelling of anything.
        """
        self._exact: dict[str, int] = {}
        self._starts: dict[str, int] = {}
        self._ends: dict[str, int] = {}
        self._whole: dict[str, int] = {}
        self._slips: dict[str, int] = {}
        self._plain = frozenset(word for each in plain for word in spoken(each))
        for word, meaning in entries:
            self._add(word, meaning)

    def meaning(self, word: str) -> int:
        """What a folded word means, exactly or with a slip; 0 where it means nothing."""
        found = self._exact.get(word, 0)
        for length in range(3, len(word) + 1):
            found |= self._starts.get(word[:length], 0) | self._ends.get(word[-length:], 0)
        if found or word in self._plain or len(word) < SLIP_FROM - 1:
            return found
        found = self._slips.get(word, 0)
        for nearly in (*_shorter(word), *_swapped(word)):
            found |= self._whole.get(nearly, 0)
        for nearly in (*_holed(word), *_consonants(word)):
            found |= self._slips.get(nearly, 0)
        return found

    def _add(self, word: str, meaning: int) -> None:
        (folded,) = spoken(word.strip("*"))
        if word.startswith("*"):
            _put(self._ends, folded, meaning)
        elif word.endswith("*"):
            # As it sounds where it ends here, and where it goes on.
            for start in {folded, spoken(f"{word[:-1]}x")[0].removesuffix("x")}:
                _put(self._starts, start, meaning)
        else:
            _put(self._exact, folded, meaning)
        if len(folded) >= SLIP_FROM:
            _put(self._whole, folded, meaning)
            for slip in (*_shorter(folded), *_holed(folded), *_consonants(folded)):
                _put(self._slips, slip, meaning)


def _put(known: dict[str, int], word: str, meaning: int) -> None:
    known[word] = known.get(word, 0) | meaning


# The first letter is seldom wrong.


def _shorter(word: str) -> Iterator[str]:
    return (word[:index] + word[index + 1 :] for index in range(1, len(word)))


def _holed(word: str) -> Iterator[str]:
    return (f"{word[:index]}?{word[index + 1 :]}" for index in range(1, len(word)))


def _swapped(word: str) -> Iterator[str]:
    return (
        word[:index] + word[index + 1] + word[index] + word[index + 2 :]
        for index in range(1, len(word) - 1)
    )


def _consonants(word: str) -> Iterator[str]:
    bare = re.sub("[aeiou]", "", word)
    if len(word) >= VOWELS_FROM and len(bare) >= 5:
        yield f"{word[0]}!{bare}"

"""Whether words are spelt right, by the dictionaries beside this file and an author's own list."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from functools import cache
from pathlib import Path

from hunspell import Hunspell

from bot.content.files import read_text

DICTIONARIES = Path(__file__).parent / "dictionaries"
"""Holds `nl.aff`, `nl.dic` and so on; a language without them is not checked."""

OWN = "words.txt"

ABBREVIATION = 5
"""Capitals up to this length (KNGF) are taken for an abbreviation."""


@cache
def _dictionary(language: str) -> Hunspell:
    return Hunspell(language, hunspell_data_dir=str(DICTIONARIES))


class Speller:
    """One language's words."""

    def __init__(self, language: str, own: Collection[str] = ()) -> None:
        self._language = language
        self._dictionary = _dictionary(language)
        # A word of one's own may also begin a sentence.
        self._own = {form for word in own for form in (word, word[0].upper() + word[1:])}
        self._meant: dict[str, tuple[str, ...]] = {}

    def knows(self, word: str) -> bool:
        """Whether a word is right as it is written."""
        plain = word.replace("’", "'")
        if len(plain) == 1 or (plain.isupper() and len(plain) <= ABBREVIATION):
            return True
        if plain in self._own or self._dictionary.spell(plain):
            return True
        if "-" in plain:
            return all(self.knows(part) for part in plain.split("-") if part)
        if plain.endswith("'s"):
            return self.knows(plain.removesuffix("'s"))
        # English has café and cafe; in Dutch één and een are two words.
        return self._language == "en" and self._dictionary.spell(_unaccented(plain))

    def instead(self, word: str) -> tuple[str, ...]:
        """Up to two words that may be meant, the likeliest first. A new one takes up to 0.5 s."""
        if word not in self._meant:
            self._meant[word] = tuple(self._dictionary.suggest(word.replace("’", "'"))[:2])
        return self._meant[word]


def _unaccented(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    return "".join(each for each in parts if not unicodedata.combining(each))


def speller(language: str, own: Collection[str] = ()) -> Speller | None:
    """The words of a language, with an author's `own`; None where there is no dictionary."""
    if not (DICTIONARIES / f"{language}.dic").exists():
        return None
    return Speller(language, own)


def own_words(folder: Path) -> frozenset[str]:
    """The words in a folder's `words.txt`, one a line; what follows a # is a remark.

    Raises CampaignError for a file that can't be read.
    """
    if not (folder / OWN).is_file():
        return frozenset()
    lines = read_text(folder, OWN).splitlines()
    return frozenset(word for line in lines if (word := line.partition("#")[0].strip()))

"""Tables of words made ready to be looked for: each word, class and chain is a bit of a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from bot.domain.spoken import Vocabulary


@dataclass(frozen=True, slots=True)
class Chain:
    """Words that follow each other: what each must mean, and the sign that they do."""

    parts: tuple[int, ...]
    sign: int
    needs: int


class Signs:
    """Knows what is a sign of what. Ask for `meaning` once every table is in."""

    def __init__(self, classes: Mapping[str, str], plain: Iterable[str]) -> None:
        """`classes` are words by the class they are of; `plain` ones are no misspelling."""
        self._plain = tuple(plain)
        self._words: list[tuple[str, int]] = []
        self._chains: list[Chain] = []
        self._bits: dict[str, int] = {}
        self._vocabulary: Vocabulary | None = None
        for name, members in classes.items():
            self._bits[f"<{name}>"] = 1 << len(self._bits)
            for member in members.split():
                self._mean(member, self._bits[f"<{name}>"])

    def bit(self, term: str) -> int:
        """The bit of a word (`koorts*`), a class (`<leg>`) or a chain (`down_there`)."""
        if term not in self._bits:
            self._bits[term] = bit = 1 << len(self._bits)
            self._mean(term, bit)
        return self._bits[term]

    def all(self, terms: str) -> int:
        """The bits of terms with a space between."""
        return reduce(or_, map(self.bit, terms.split()), 0)

    def entries(self, table: str) -> tuple[int, ...]:
        """The entries of a table, each as the bits of its terms."""
        lines = (line.partition("#")[0] for line in table.splitlines())
        entries = (entry for line in lines for entry in line.split(";"))
        return tuple(self.all(entry) for entry in entries if entry.strip())

    def meaning(self, word: str) -> int:
        """What a folded word is a sign of."""
        if self._vocabulary is None:
            self._vocabulary = Vocabulary(self._words, self._plain)
        return self._vocabulary.meaning(word)

    def chain(self, signs: list[int]) -> None:
        """Add the signs of words that follow each other."""
        everything = reduce(or_, signs)
        for chain in self._chains:
            if chain.needs & everything == chain.needs:
                for at in range(len(signs) - len(chain.parts) + 1):
                    if all(part & signs[at + index] for index, part in enumerate(chain.parts)):
                        signs[at] |= chain.sign
                        everything |= chain.sign

    def _mean(self, term: str, bit: int) -> None:
        if "_" in term:
            parts = tuple(map(self.bit, term.split("_")))
            self._chains.append(Chain(parts, bit, reduce(or_, parts)))
        else:
            self._words.append((term, bit))

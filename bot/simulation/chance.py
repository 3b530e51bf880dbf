"""Chance that depends on nothing but what it is about, so that a run can be repeated."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import TypeVar

Choice = TypeVar("Choice")


class Chance:
    """The luck of one simulated person: for each topic one number, always the same."""

    __slots__ = ("_who",)

    def __init__(self, seed: int, number: int) -> None:
        self._who = f"{seed}:{number}:"

    def __call__(self, topic: str) -> float:
        """A number from 0 up to 1, evenly spread over people and topics."""
        digest = hashlib.blake2b((self._who + topic).encode(), digest_size=7).digest()
        return int.from_bytes(digest, "big") / 2**56

    def whole(self, topic: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self(topic) * (high - low + 1))

    def among(self, topic: str, shares: dict[Choice, float]) -> Choice:
        """One of the keys, each as often as its share of the sum."""
        left = self(topic) * sum(shares.values())
        for choice, share in shares.items():
            left -= share
            if left < 0:
                return choice
        return next(reversed(shares))

    def one_of(self, topic: str, choices: Sequence[Choice]) -> Choice:
        """One of several, all alike."""
        return choices[int(self(topic) * len(choices))]

    def around(self, topic: str, middle: float, spread: float) -> float:
        """A number near `middle`: two in three lie within `spread` of it (normal)."""
        u, v = max(self(topic), 2**-56), self(topic + "'")
        return middle + spread * math.sqrt(-2 * math.log(u)) * math.cos(2 * math.pi * v)

    def waiting(self, topic: str, median: float, most: float) -> float:
        """A waiting time: half are shorter than `median`, some much longer, none than `most`."""
        u = min(self(topic), 1 - 2**-40)
        return min(median * u / (1 - u), most)

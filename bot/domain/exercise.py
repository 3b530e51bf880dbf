"""Exercises to look at and choose from: ideas, the same for everybody."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bot.domain.message import Medium

LATELY = timedelta(days=7)
"""What was seen within this time is not suggested, as long as there is something else."""

LIKED = 3
"""How much likelier a favourite is suggested than any other exercise."""


class Posture(StrEnum):
    """How someone is while doing it."""

    LYING = "lying"
    KNEELING = "kneeling"  # on hands and knees
    SITTING = "sitting"
    STANDING = "standing"


class Effort(StrEnum):
    """What it asks of someone."""

    GENTLE = "gentle"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class ExerciseWords:
    """An exercise in one language, plain text.

    `how` is three short lines, `stop` when to stop, `alternative` what the picture shows.
    """

    title: str
    how: tuple[str, str, str]
    stop: str
    alternative: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise.

    `key` is stable: favourites remember it. `on_floor` is true for what asks to get down to the
    floor and up again.
    """

    key: str
    posture: Posture
    on_floor: bool
    effort: Effort
    words: Mapping[str, ExerciseWords]
    picture: Medium
    animation: Medium | None = None


@dataclass(frozen=True, slots=True)
class ExerciseLibrary:
    """All exercises, in the order in which they are shown.

    `always` is the line, by language, that goes with every one of them.
    """

    exercises: tuple[Exercise, ...]
    always: Mapping[str, str]

    def exercise(self, key: str) -> Exercise | None:
        """The exercise with this key, or None where it has left the library."""
        return next((each for each in self.exercises if each.key == key), None)

    def only(self, keys: Collection[str]) -> ExerciseLibrary:
        """Those with these keys, in their order here."""
        kept = tuple(each for each in self.exercises if each.key in keys)
        return replace(self, exercises=kept)

    def beside(self, key: str) -> tuple[Exercise | None, Exercise | None]:
        """The exercises before and after the one with this key; None at either end."""
        keys = [each.key for each in self.exercises]
        place = keys.index(key)
        before = self.exercises[place - 1] if place else None
        return before, self.exercises[place + 1] if place + 1 < len(keys) else None


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """What someone has to do with an exercise: whether they like it, and when they last saw it."""

    key: str
    favourite_at: datetime | None
    seen_at: datetime | None


def suggested(
    library: ExerciseLibrary, known: Collection[Acquaintance], now: datetime, seed: str
) -> Exercise:
    """An idea for somebody: what they like rather than the rest, and nothing they saw lately.

    The same `seed` leads to the same idea. Nothing about anyone's health goes in. When all were
    seen lately it is the one that was seen longest ago.
    """
    liked = {each.key for each in known if each.favourite_at is not None}
    seen = {each.key: each.seen_at for each in known if each.seen_at is not None}
    rested = [e for e in library.exercises if e.key not in seen or seen[e.key] <= now - LATELY]
    if not rested:
        return min(library.exercises, key=lambda each: seen[each.key])

    def wait(exercise: Exercise) -> float:
        # Exponential waiting times: whoever comes first does so in proportion to the weights, and
        # a new exercise changes nothing between the others.
        digest = sha256(f"{seed}\n{exercise.key}".encode()).digest()
        chance = (int.from_bytes(digest[:8]) + 1) / 2**64
        return -math.log(chance) / (LIKED if exercise.key in liked else 1)

    return min(rested, key=wait)

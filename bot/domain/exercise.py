"""Exercises to look at and choose from: ideas, the same for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


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
    floor and up again. `picture` and `animation` are files in the library's media folder.
    """

    key: str
    posture: Posture
    on_floor: bool
    effort: Effort
    words: Mapping[str, ExerciseWords]
    picture: str
    animation: str | None = None


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

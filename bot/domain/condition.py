"""Conditions on what a person answered in check-ins, and on their silence.

A branch's condition is a tree of these; `bot.content.branches` makes it from words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answered:
    """The last `times` answers to a question are all among `values`."""

    question: str
    values: frozenset[str]
    times: int = 1


@dataclass(frozen=True, slots=True)
class Moved:
    """An answer in figures lies `by` points or more above the one before it; below, if negative."""

    question: str
    by: int


@dataclass(frozen=True, slots=True)
class Silent:
    """The last `times` check-ins went without any answer."""

    times: int


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of the parts holds, or more."""

    parts: tuple[Condition, ...]


Condition = Answered | Moved | Silent | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class History:
    """What a person said up to the end of a check-in.

    `answers` by question, the oldest first, without those passed over. `new` are the questions
    answered in the check-in that is over now, `silences` the check-ins without any answer in a row
    that end with it: 0 where it was answered.
    """

    answers: Mapping[str, Sequence[str]]
    new: frozenset[str] = frozenset()
    silences: int = 0


def fires(condition: Condition, history: History) -> bool:
    """Whether the condition holds, and through something that is new.

    What was true before stays without consequences, however often it is looked at.
    """
    return _look(condition, history) == (True, True)


def _look(condition: Condition, history: History) -> tuple[bool, bool]:
    """Whether the condition holds, and whether by something new."""
    match condition:
        case Answered(question, values, times):
            last = history.answers.get(question, ())[-times:]
            holds = len(last) == times and all(value in values for value in last)
            return holds, holds and question in history.new
        case Moved(question, by):
            pair = history.answers.get(question, ())[-2:]
            step = int(pair[1]) - int(pair[0]) if len(pair) == 2 else 0
            holds = step >= by if by > 0 else step <= by
            return holds, holds and question in history.new
        case Silent(times):
            holds = history.silences >= times
            return holds, holds
        case AllOf(parts):
            looks = [_look(part, history) for part in parts]
            holds = all(each for each, _ in looks)
            return holds, holds and any(new for _, new in looks)
        case AnyOf(parts):
            looks = [_look(part, history) for part in parts]
            return any(each for each, _ in looks), any(new for _, new in looks)


def questions_of(condition: Condition) -> frozenset[str]:
    """The questions that a condition looks at."""
    match condition:
        case Answered(question) | Moved(question):
            return frozenset({question})
        case Silent():
            return frozenset()
        case AllOf(parts) | AnyOf(parts):
            return frozenset().union(*map(questions_of, parts))


def earliest(condition: Condition, check_ins: Sequence[Sequence[str]]) -> int | None:
    """The first of these check-ins, each with its questions, after which the condition can hold.

    None where they are too few for it.
    """
    match condition:
        case Answered(question, _, times):
            return _nth(question, times, check_ins)
        case Moved(question):
            return _nth(question, 2, check_ins)
        case Silent(times):
            return times - 1 if times <= len(check_ins) else None
        case AnyOf(parts):
            found = [earliest(part, check_ins) for part in parts]
            return min((each for each in found if each is not None), default=None)
        case AllOf(parts):
            every = [earliest(part, check_ins) for part in parts]
            return None if None in every else max(each for each in every if each is not None)


def _nth(question: str, times: int, check_ins: Sequence[Sequence[str]]) -> int | None:
    asked = [index for index, questions in enumerate(check_ins) if question in questions]
    return asked[times - 1] if times <= len(asked) else None

"""A campaign as the rules see it: an ordered series of tips and check-ins.

Built by `bot.content` from a folder of files; never changed after that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from bot.domain.branch import Branch


class StepKind(StrEnum):
    """What a step is: something to read, or one to three questions."""

    TIP = "tip"
    CHECK_IN = "check-in"


class Scale(StrEnum):
    """What a question measures; the rules know these and no others."""

    PAIN = "pain"  # 0 to 10, the last seven days
    ACTIVE_DAYS = "active-days"  # 0 to 7
    CONFIDENCE = "confidence"  # 0 to 10
    CHANGE = "change"  # since the start, seven grades
    KNOWLEDGE = "knowledge"  # one right answer, explained afterwards
    CHOICE = "choice"  # a preference; nothing follows from it but a thank-you


SKIP = "skip"
"""The value of the answer that passes a question over."""

CHANGE_VALUES = (
    "recovered",
    "much-better",
    "slightly-better",
    "same",
    "slightly-worse",
    "much-worse",
    "worse-than-ever",
)
"""The grades of the global perceived effect, best first."""


@dataclass(frozen=True, slots=True)
class Question:
    """One native poll of a check-in.

    `values` are stable and stored; the last one is always `SKIP`. Their wordings stand in
    `options[language]`, in the same order. `correct` is set for knowledge questions alone.
    """

    key: str
    scale: Scale
    values: tuple[str, ...]
    text: Mapping[str, str]
    options: Mapping[str, tuple[str, ...]]
    correct: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered item of the series.

    `key` is stable across versions of the campaign and is what deliveries remember.
    `day` counts from the enrolment (0) for someone who follows weekly without a delay.
    `week` is 1 for the first tip's week. `claims` name the campaign's claims it rests on.
    `repeats` is the tip that a booster brings again.
    """

    key: str
    kind: StepKind
    day: int
    week: int
    claims: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    repeats: str | None = None

    @property
    def text(self) -> str:
        """The name of the text to read: its own, or that of the tip which it brings again."""
        return self.repeats or self.key


MONTHLY = "monthly_"
"""How the keys of boosters begin; no key in a campaign's file can."""


def is_booster(key: str) -> bool:
    """Whether a step's key is that of a booster, be it one that has left the campaign."""
    return key.startswith(MONTHLY)


def booster_key(tip: str) -> str:
    """The key of the booster that brings the tip with this key again."""
    return f"{MONTHLY}{tip}"


def booster(tip: Step, day: int, week: int) -> Step:
    """A tip once more, as the monthly message of a day long after the series."""
    return replace(tip, key=booster_key(tip.key), day=day, week=week, repeats=tip.key)


@dataclass(frozen=True, slots=True)
class Claim:
    """Something the campaign may say, for people who write, and where it may not be used."""

    key: str
    text: str
    only_with: tuple[str, ...] = ()
    not_for: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The article that the campaign is built from."""

    title: Mapping[str, str]
    publisher: Mapping[str, str]
    published: date


@dataclass(frozen=True, slots=True)
class Campaign:
    """A whole series with everything the rules need of it.

    `languages[0]` is the default. `check_in_window` is how many days a poll stays open,
    `most_a_week` on how many days of any seven somebody hears from it unasked. `boosters` come
    after the series, one a month, to those who asked for them.
    """

    key: str
    version: int
    languages: tuple[str, ...]
    source: Source
    claims: Mapping[str, Claim]
    steps: tuple[Step, ...]
    check_in_window: int
    review_by: date
    branches: tuple[Branch, ...] = ()
    most_a_week: int = 4
    boosters: tuple[Step, ...] = ()
    _positions: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        positions = {step.key: index for index, step in enumerate(self.steps)}
        object.__setattr__(self, "_positions", positions)

    @property
    def weeks(self) -> int:
        """How many weeks the series takes at its weekly pace."""
        return max(step.week for step in self.steps)

    @property
    def last_tip(self) -> str | None:
        """The key of the series' last tip."""
        tips = (step.key for step in reversed(self.steps) if step.kind is StepKind.TIP)
        return next(tips, None)

    def position(self, step_key: str) -> int:
        """Where a step stands, counted from 0; `len(steps)` where the key is no longer there."""
        return self._positions.get(step_key, len(self.steps))

    def step(self, step_key: str) -> Step | None:
        """The step or booster with this key, or None where it has left the campaign."""
        if is_booster(step_key):
            return next((each for each in self.boosters if each.key == step_key), None)
        index = self.position(step_key)
        return self.steps[index] if index < len(self.steps) else None

    def branch(self, key: str) -> Branch | None:
        """The branch with this key, or None where it has left the campaign."""
        return next((each for each in self.branches if each.key == key), None)

    def language(self, wanted: str | None) -> str:
        """The language to use for someone who asks for `wanted` (any IETF tag, or None)."""
        primary = (wanted or "").split("-")[0].lower()
        return primary if primary in self.languages else self.languages[0]

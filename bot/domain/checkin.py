"""What an answer to a check-in leads to: the kind of thank-you, and whether safety comes first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.campaign import CHANGE_VALUES, SKIP, Question, Scale, Step
from bot.domain.exchange import EXCHANGES, First, Said

HIGH_PAIN = 8
"""From here on the safety card comes first (claims, part 4)."""

MEANINGFUL = 2
"""Points of pain that count as a change (Ostelo 2008)."""


@dataclass(frozen=True, slots=True)
class Thanks:
    """Which thank-you fits. `key` names the phrase, `said` the row of the table of safety."""

    key: str
    said: Said = Said.OTHER_ANSWER

    @property
    def safety(self) -> bool:
        """Whether the safety card comes before it."""
        return EXCHANGES[self.said].first is First.CARD

    @property
    def exercises(self) -> bool:
        """Whether exercises may be offered in the same exchange."""
        return EXCHANGES[self.said].exercises


def option_value(question: Question, option: int) -> str | None:
    """The stored value of a poll's option, or None for an option that the question doesn't have."""
    return question.values[option] if 0 <= option < len(question.values) else None


def thanks(question: Question, value: str, earlier: str | None = None) -> Thanks:
    """The thank-you for `value`; `earlier` is the same person's previous answer to the question.

    It says what an answer may mean and where help is. It never grades the person.
    """
    if value == SKIP:
        return Thanks("thanks.skip")
    match question.scale:
        case Scale.PAIN:
            return _pain(int(value), earlier)
        case Scale.ACTIVE_DAYS:
            days = int(value)
            return Thanks(
                f"thanks.active-days.{'low' if days < 2 else 'mid' if days < 5 else 'high'}"
            )
        case Scale.CONFIDENCE:
            sure = int(value)
            return Thanks(
                f"thanks.confidence.{'low' if sure < 4 else 'mid' if sure < 8 else 'high'}"
            )
        case Scale.CHANGE:
            grade = CHANGE_VALUES.index(value)
            same = CHANGE_VALUES.index("same")
            if grade > same:
                return Thanks("thanks.change.worse", Said.CHANGE_WORSE)
            return Thanks("thanks.change.same" if grade == same else "thanks.change.better")
        case Scale.KNOWLEDGE:
            return Thanks(f"thanks.knowledge.{'right' if value == question.correct else 'other'}")
        case Scale.CHOICE:
            return Thanks("thanks.choice")


def alarming(step: Step, given: Iterable[tuple[str, str, str]]) -> frozenset[str]:
    """The questions of a check-in whose answers alarm, so that exercises are held.

    `given` are all answers so far as step, question and value, the oldest first.
    """
    questions = {question.key: question for question in step.questions}
    earlier: dict[str, str] = {}
    found = set()
    for key, name, value in given:
        if value == SKIP:
            continue
        question = questions.get(name) if key == step.key else None
        if question is not None and not thanks(question, value, earlier.get(name)).exercises:
            found.add(name)
        earlier[name] = value
    return frozenset(found)


def _pain(pain: int, earlier: str | None) -> Thanks:
    if pain >= HIGH_PAIN:
        return Thanks("thanks.pain.high", Said.PAIN_HIGH)
    if earlier is not None and earlier != SKIP and pain - int(earlier) >= MEANINGFUL:
        return Thanks("thanks.pain.up", Said.PAIN_UP)
    return Thanks("thanks.pain.none" if pain == 0 else "thanks.pain.some")

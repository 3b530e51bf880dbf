"""What simulated people answer: how a back goes over the weeks, and what its owner says of it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.campaign import CHANGE_VALUES, SKIP, Question, Scale
from bot.simulation.chance import Chance
from bot.simulation.profile import Backs, CheckIns

FROM_DAY_TO_DAY = 0.8
"""Points of pain by which answers of the same person differ by chance alone."""


@dataclass(frozen=True, slots=True)
class Back:
    """Somebody's pain over the weeks: from `before` to `after`, and up again where it recurs.

    `moves` is on how many days of a week they are active, before pain takes its share.
    """

    before: float
    after: float
    weeks: int
    recurs_in: int
    moves: float = 3.5

    @classmethod
    def of(cls, backs: Backs, chance: Chance, weeks: int) -> Back:
        """One person's, as the profile has it."""
        before = min(9.5, max(1.0, chance.around("pain", backs.pain, backs.spread)))
        better = chance("recovers") < backs.recovers
        after = before * (0.1 if better else 0.9)
        recurs = better and chance("recurs") < backs.recurs
        return cls(before, after, weeks, chance.whole("when", 4, max(4, weeks)) if recurs else 0)

    def pain(self, week: int) -> float:
        """The average pain in a week, on a scale of 0 to 10."""
        course = self.before + (self.after - self.before) * min(1.0, week / max(1, self.weeks - 2))
        back_again = self.recurs_in and self.recurs_in <= week < self.recurs_in + 2
        return min(10.0, course + 3) if back_again else course


def option(
    question: Question, plan: CheckIns, back: Back, chance: Chance, topic: str, week: int
) -> int:
    """The number of the option that somebody chooses."""
    if chance(f"{topic} skip") < plan.skips:
        value = SKIP
    else:
        value = _value(question, plan, back, chance, topic, week)
    return question.values.index(value) if value in question.values else 0


def _value(
    question: Question, plan: CheckIns, back: Back, chance: Chance, topic: str, week: int
) -> str:
    pain = chance.around(topic, back.pain(week), FROM_DAY_TO_DAY)
    match question.scale:
        case Scale.PAIN:
            return _grade(pain, 10)
        case Scale.ACTIVE_DAYS:
            return _grade(chance.around("moves", back.moves, 1.5) + (2 - pain / 3), 7)
        case Scale.CONFIDENCE:
            return _grade(chance.around("sure", 7, 1.5) + (2 - pain / 2), 10)
        case Scale.CHANGE:
            return _change(back.before - pain)
        case Scale.KNOWLEDGE if chance(topic) < plan.knows and question.correct is not None:
            return question.correct
        case Scale.KNOWLEDGE | Scale.CHOICE:
            others = [each for each in question.values if each not in (SKIP, question.correct)]
            return chance.one_of(f"{topic} which", others)


def _grade(number: float, most: int) -> str:
    return str(min(most, max(0, round(number))))


def _change(better: float) -> str:
    """The grade of a change: so many points of pain less than at the start."""
    for limit, grade in zip((5, 3, 1, -1, -2, -4), CHANGE_VALUES, strict=False):
        if better >= limit:
            return grade
    return CHANGE_VALUES[-1]

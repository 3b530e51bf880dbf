"""A small campaign and people in it, for tests to place anywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.domain.campaign import (
    CHANGE_VALUES,
    SKIP,
    Campaign,
    Question,
    Scale,
    Source,
    Step,
    StepKind,
)
from bot.domain.schedule import Part, Place, Slot
from bot.domain.subscriber import CheckIns, Enrolment, Person, Status, Subscriber

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
"""Half past ten in Amsterdam."""


def question(
    key: str, scale: Scale, values: tuple[str, ...], correct: str | None = None
) -> Question:
    answers = (*values, SKIP)
    return Question(key, scale, answers, {"nl": f"{key}?"}, {"nl": answers}, correct)


TENTHS = tuple(str(number) for number in range(11))
PAIN = question("pain", Scale.PAIN, TENTHS)
SURE = question("sure", Scale.CONFIDENCE, TENTHS)
ACTIVE = question("active", Scale.ACTIVE_DAYS, TENTHS[:8])
CHANGE = question("change", Scale.CHANGE, CHANGE_VALUES)
KNOWN = question("known", Scale.KNOWLEDGE, ("always", "mostly-not"), "mostly-not")
LIKED = question("liked", Scale.CHOICE, ("walking", "cycling"))


def tip(key: str, day: int) -> Step:
    return Step(key, StepKind.TIP, day, day // 7 + 1, titles={"nl": key})


def check_in(key: str, day: int, *questions: Question) -> Step:
    return Step(key, StepKind.CHECK_IN, day, day // 7 + 1, questions=questions or (PAIN,))


def campaign_of(*steps: Step) -> Campaign:
    return Campaign(
        key="small",
        version=1,
        languages=("nl", "en"),
        source=Source({"nl": "Een artikel"}, {"nl": "een krant"}, date(2022, 2, 1)),
        claims={},
        steps=steps,
        check_in_window=3,
        review_by=date(2030, 1, 1),
    )


def small_campaign() -> Campaign:
    """Four weekly tips, a check-in after each but the third; the second has two questions."""
    return campaign_of(
        tip("tip-1", 0),
        check_in("check-1", 3, PAIN),
        tip("tip-2", 7),
        check_in("check-2", 10, CHANGE, PAIN),
        tip("tip-3", 14),
        tip("tip-4", 21),
        check_in("check-4", 24, SURE, PAIN),
    )


def someone(
    *,
    zone: str = "Europe/Amsterdam",
    slot: Slot | None = None,
    pace: int = 1,
    seed: str = "someone",
    check_ins: CheckIns = CheckIns.YES,
    status: Status = Status.ACTIVE,
    next_step: str | None = "tip-1",
    last_step: str | None = None,
    place: Place | None = None,
    paused_until: datetime | None = None,
    at: datetime = MONDAY,
) -> Person:
    """A person as they are after enrolling, unless told otherwise."""
    slot = slot or Slot(0, Part.MORNING)
    return Person(
        Subscriber(1, seed, "nl", zone, slot, pace, check_ins, "poster"),
        Enrolment(
            id=1,
            campaign="small",
            round=1,
            status=status,
            next_step=next_step,
            last_step=last_step,
            next_due_at=None,
            paused_until=paused_until,
            place=place or Place(),
            started_at=at,
        ),
    )

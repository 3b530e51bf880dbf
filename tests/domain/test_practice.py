"""When a practice is open, by its own clock."""

from __future__ import annotations

from datetime import UTC, datetime, time

from bot.domain.practice import Practice

MORNING, AFTERNOON = (time(8), time(12)), (time(13), time(17, 30))
PRACTICE = Practice(
    "De Brug",
    "Europe/Amsterdam",
    hours={0: (MORNING, AFTERNOON), 1: (MORNING, AFTERNOON), 2: (MORNING,), 4: (MORNING,)},
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant in November 2026, when Amsterdam is an hour ahead; the 2nd is a Monday."""
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


def test_it_opens_now_where_it_is_open() -> None:
    assert PRACTICE.opens(at(2, 8)) == at(2, 8)
    assert PRACTICE.opens(at(2, 17, 29)) == at(2, 17, 29)


def test_it_opens_after_lunch_tomorrow_or_next_week() -> None:
    assert PRACTICE.opens(at(2, 12)) == at(2, 13)
    assert PRACTICE.opens(at(2, 17, 30)) == at(3, 8)
    assert PRACTICE.opens(at(4, 12)) == at(6, 8)
    assert PRACTICE.opens(at(6, 13)) == at(9, 8)
    monday = Practice("De Brug", "Europe/Amsterdam", hours={0: (MORNING,)})
    assert monday.opens(at(2, 12)) == at(9, 8)


def test_nobody_is_told_where_no_hours_are_known() -> None:
    assert Practice("De Brug", "Europe/Amsterdam").opens(at(2, 8)) is None


def test_the_clock_goes_back_between_two_days() -> None:
    # 25 October 2026 has 25 hours.
    sunday = datetime(2026, 10, 25, 12, tzinfo=UTC)
    assert PRACTICE.opens(sunday) == datetime(2026, 10, 26, 7, tzinfo=UTC)


def test_days_with_the_same_hours_are_told_together() -> None:
    assert list(PRACTICE.week()) == [
        (0, 1, (MORNING, AFTERNOON)),
        (2, 2, (MORNING,)),
        (4, 4, (MORNING,)),
    ]

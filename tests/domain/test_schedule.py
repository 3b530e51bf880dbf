"""When a step is due, and what the last look decides: examples one can check by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.domain.schedule import (
    PART_HOURS,
    SPARE,
    Bound,
    Earliest,
    Part,
    Place,
    Reschedule,
    Rhythm,
    Send,
    Slot,
    Wait,
    due,
    earliest,
    instant_at,
    is_quiet,
    minute_of,
    next_open,
    next_wanted,
    part_at,
    recheck,
    zone_info,
)

from .examples import campaign_of, check_in, small_campaign, tip

AMSTERDAM = "Europe/Amsterdam"
MINUTE = minute_of(Part.MORNING, "someone")


def local(text: str, zone: str = AMSTERDAM) -> datetime:
    """A local time as a UTC instant."""
    return datetime.fromisoformat(text).replace(tzinfo=zone_info(zone)).astimezone(UTC)


def at_minute(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), MINUTE, zone_info(AMSTERDAM)).astimezone(UTC)


def test_people_are_spread_over_their_part_of_the_day_and_keep_their_minute() -> None:
    for part, (start, end) in PART_HOURS.items():
        chosen = [minute_of(part, f"person {number}") for number in range(2000)]
        assert chosen == [minute_of(part, f"person {number}") for number in range(2000)]
        assert all(start <= moment < end for moment in chosen)
        last = max(moment.hour * 60 + moment.minute for moment in chosen)
        assert last < end.hour * 60 + end.minute - SPARE
        assert len(set(chosen)) > 140


@pytest.mark.parametrize(
    ("at", "part"),
    [
        ("2026-03-02T00:00", Part.MORNING),
        ("2026-03-02T08:59", Part.MORNING),
        ("2026-03-02T09:00", Part.MORNING),
        ("2026-03-02T11:59", Part.MORNING),
        ("2026-03-02T12:00", Part.AFTERNOON),
        ("2026-03-02T16:59", Part.AFTERNOON),
        ("2026-03-02T17:00", Part.EVENING),
        ("2026-03-02T20:59", Part.EVENING),
        ("2026-03-02T21:00", Part.MORNING),
    ],
)
def test_the_part_of_the_day_follows_the_local_hour_and_night_counts_as_morning(
    at: str, part: Part
) -> None:
    assert part_at(local(at), AMSTERDAM) is part


@pytest.mark.parametrize(
    ("at", "quiet", "opens"),
    [
        ("2026-03-02T07:59:59", True, "2026-03-02T08:00"),
        ("2026-03-02T08:00", False, "2026-03-02T08:00"),
        ("2026-03-02T20:59:59", False, "2026-03-02T20:59:59"),
        ("2026-03-02T21:00", True, "2026-03-03T08:00"),
        ("2026-03-28T23:30", True, "2026-03-29T08:00"),  # the clocks go forward in this night
        ("2026-10-24T23:30", True, "2026-10-25T08:00"),  # and back in this one
    ],
)
def test_nights_are_quiet_and_end_at_eight(at: str, quiet: bool, opens: str) -> None:
    assert is_quiet(local(at), AMSTERDAM) is quiet
    assert next_open(local(at), AMSTERDAM) == local(opens)


def test_the_day_that_samoa_left_out_has_no_instant_and_no_morning() -> None:
    assert instant_at(date(2011, 12, 30), time(9), "Pacific/Apia") is None
    night = datetime(2011, 12, 30, 8, tzinfo=UTC)  # Thursday, ten in the evening
    opening = next_open(night, "Pacific/Apia")
    assert opening.astimezone(zone_info("Pacific/Apia")).isoformat() == "2011-12-31T08:00:00+14:00"


def test_no_time_of_night_is_ever_given() -> None:
    # On Lord Howe Island the clocks go from two to half past two; either would be at night.
    assert instant_at(date(2026, 10, 4), time(2, 10), "Australia/Lord_Howe") is None


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../etc/passwd", "Europe", "/etc/passwd", "a\0b"]
)
def test_an_unknown_zone_is_a_value_error(name: str) -> None:
    with pytest.raises(ValueError, match="unknown time zone"):
        zone_info(name)


def rhythm(weekday: int = 0, pace: int = 1, zone: str = AMSTERDAM) -> Rhythm:
    return Rhythm(Slot(weekday, Part.MORNING), zone, pace, "someone")


def after_tip_1(day: str, step_day: str | None = None) -> Place:
    return Place("tip-1", at_minute(day), at_minute(step_day or day))


@pytest.mark.parametrize(
    ("step", "place", "rhythm_", "not_before", "expected"),
    [
        pytest.param("check-1", after_tip_1("2026-03-02"), rhythm(), "2026-03-02T12:00",
                     "2026-03-05", id="a check-in comes three days after its tip"),
        pytest.param("check-1", after_tip_1("2026-03-02"), rhythm(), "2026-03-09T14:00",
                     "2026-03-10", id="an overdue check-in comes on the next day there is"),
        pytest.param("tip-2", after_tip_1("2026-03-02", "2026-03-05"), rhythm(),
                     "2026-03-05T12:00", "2026-03-09", id="a tip comes a week after the last one"),
        pytest.param("tip-2", after_tip_1("2026-03-02"), rhythm(pace=2), "2026-03-02T12:00",
                     "2026-03-16", id="at half the pace it comes after two weeks"),
        pytest.param("tip-2", after_tip_1("2026-03-02"), rhythm(weekday=4), "2026-03-02T12:00",
                     "2026-03-06", id="Monday to Friday: four days are nearest to a week"),
        pytest.param("tip-2", after_tip_1("2026-03-02"), rhythm(weekday=3), "2026-03-02T12:00",
                     "2026-03-12", id="Monday to Thursday: ten days are nearest to a week"),
        pytest.param("tip-2", after_tip_1("2026-03-02", "2026-03-09"), rhythm(),
                     "2026-03-09T07:00", "2026-03-16", id="never on the day of the step before"),
        pytest.param("tip-2", after_tip_1("2026-03-04"), rhythm(), "2026-03-04T12:00",
                     "2026-03-09", id="after a late tip the weekday is found again"),
        pytest.param("tip-2", after_tip_1("2026-03-02"), rhythm(), "2026-03-09T12:00",
                     "2026-03-16", id="a slot that has passed is not gone back to"),
        pytest.param("tip-2", after_tip_1("2026-03-23"), rhythm(), "2026-03-23T12:00",
                     "2026-03-30", id="the local minute stays over the change of the clocks"),
        pytest.param("tip-1", Place(), rhythm(weekday=2), "2026-03-02T12:00",
                     "2026-03-04", id="a first tip that was held back comes at the slot"),
    ],
)  # fmt: skip
def test_due(step: str, place: Place, rhythm_: Rhythm, not_before: str, expected: str) -> None:
    campaign = small_campaign()
    wanted = campaign.step(step)
    assert wanted is not None
    assert due(campaign, wanted, place, rhythm_, local(not_before)) == at_minute(expected)


@pytest.mark.parametrize(
    ("step", "place", "rhythm_", "not_before", "expected"),
    [
        pytest.param("check-1", after_tip_1("2026-03-02"), rhythm(), "2026-03-02T12:00",
                     ("2026-03-05", Bound.TIP, 3), id="a check-in waits its days after the tip"),
        pytest.param("tip-2", after_tip_1("2026-03-02", "2026-03-05"), rhythm(),
                     "2026-03-05T12:00", ("2026-03-06", Bound.TIP, 4),
                     id="as early as the step before it allows too: the tip is the reason"),
        pytest.param("tip-2", after_tip_1("2026-03-02"), rhythm(pace=2), "2026-03-02T12:00",
                     ("2026-03-13", Bound.TIP, 11), id="half the pace"),
        pytest.param("tip-2", after_tip_1("2026-03-02", "2026-03-09"), rhythm(),
                     "2026-03-09T07:00", ("2026-03-10", Bound.STEP, 0),
                     id="the step before it has its day to itself"),
        pytest.param("check-1", after_tip_1("2026-03-02"), rhythm(), "2026-03-09T14:00",
                     ("2026-03-09", Bound.MOMENT, 0), id="overdue, it waits for nothing"),
        pytest.param("tip-1", Place(), rhythm(), "2026-03-02T12:00",
                     ("2026-03-02", Bound.MOMENT, 0), id="nothing came before"),
    ],
)  # fmt: skip
def test_what_keeps_a_step_from_coming_earlier(
    step: str, place: Place, rhythm_: Rhythm, not_before: str, expected: tuple[str, Bound, int]
) -> None:
    campaign = small_campaign()
    wanted = campaign.step(step)
    assert wanted is not None
    day, bound, days = expected
    first = earliest(campaign, wanted, place, rhythm_, local(not_before))
    assert first == Earliest(date.fromisoformat(day), bound, days)


def test_a_step_after_a_tip_that_left_the_campaign_comes_at_the_next_slot() -> None:
    campaign = campaign_of(tip("new", 0), tip("tip-2", 7))
    place = after_tip_1("2026-03-02")
    moment = due(campaign, campaign.steps[1], place, rhythm(), local("2026-03-02T12:00"))
    assert moment == at_minute("2026-03-09")


@pytest.mark.parametrize(
    ("now", "due_at", "last_step", "expected"),
    [
        pytest.param("2026-03-09T10:00", "2026-03-09T09:40", None, Send(), id="on time"),
        pytest.param("2026-03-11T09:40", "2026-03-09T09:40", None, Send(), id="48 hours late"),
        pytest.param("2026-03-11T09:41", "2026-03-09T09:40", None, Reschedule(), id="later still"),
        pytest.param("2026-03-09T21:00", "2026-03-09T09:40", None,
                     Wait(local("2026-03-10T08:00")), id="late in the evening: tomorrow at eight"),
        pytest.param("2026-03-10T22:00", "2026-03-09T09:40", None,
                     Wait(local("2026-03-11T08:00")), id="the last morning within the window"),
        pytest.param("2026-03-11T07:59", "2026-03-09T07:30", None, Reschedule(),
                     id="the window ends before the morning begins"),
        pytest.param("2026-03-09T09:40", "2026-03-09T10:00", None,
                     Wait(local("2026-03-09T10:00")), id="too early"),
        pytest.param("2026-03-09T10:00", "2026-03-09T09:40", "2026-03-09T08:30",
                     Wait(local("2026-03-10T08:00")), id="something came today"),
        pytest.param("2026-03-09T10:00", "2026-03-09T09:40", "2026-03-08T20:59", Send(),
                     id="something came last night"),
        pytest.param("2026-03-11T09:00", "2026-03-09T09:40", "2026-03-11T08:30", Reschedule(),
                     id="something came today and tomorrow is too late"),
    ],
)  # fmt: skip
def test_the_last_look(
    now: str, due_at: str, last_step: str | None, expected: Send | Wait | Reschedule
) -> None:
    place = Place(last_step_at=local(last_step) if last_step else None)
    end = local(due_at) + timedelta(hours=48)
    assert recheck(local(now), local(due_at), end, place, AMSTERDAM) == expected


def test_the_last_look_is_in_the_zone_that_the_person_has_now() -> None:
    now = local("2026-03-09T10:00")
    look = recheck(now, now, now + timedelta(hours=48), Place(), "America/New_York")
    assert look == Wait(local("2026-03-09T08:00", "America/New_York"))


@pytest.mark.parametrize(
    ("position", "check_ins", "expected"),
    [(0, False, 0), (1, True, 1), (1, False, 4), (2, False, 4), (4, False, 4), (4, True, 4)],
)
def test_check_ins_are_passed_over_for_who_does_not_want_them(
    position: int, check_ins: bool, expected: int
) -> None:
    steps = campaign_of(tip("a", 0), check_in("b", 3), check_in("c", 5), check_in("d", 6))
    assert next_wanted(steps, position, check_ins) == expected

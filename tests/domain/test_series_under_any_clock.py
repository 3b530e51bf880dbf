"""Whole enrolments by the rules alone, in every zone, through outages and changes of mind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.campaign import Campaign, StepKind
from bot.domain.schedule import Part, Slot, local_date, minute_of, part_at, zone_info
from bot.domain.subscriber import CheckIns, Person

from .examples import campaign_of, check_in, small_campaign, someone, tip
from .life import Life

ZONES = sorted(available_timezones())
SMALL = small_campaign()

zones = st.sampled_from(ZONES)
slots = st.builds(Slot, st.integers(0, 6), st.sampled_from(Part))
paces = st.integers(1, 4)
instants = st.datetimes(
    datetime(2015, 1, 1), datetime(2036, 12, 31), timezones=st.just(UTC)  # noqa: DTZ001
)  # fmt: skip
hours = st.integers(0, 24 * 120).map(lambda number: timedelta(hours=number))
minutes = st.integers(0, 60 * 24 * 30).map(lambda number: timedelta(minutes=number))


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    """Up to eight steps, the first a tip, on growing days that need not be weeks."""
    day, steps = 0, [tip("tip-0", 0)]
    for number in range(1, draw(st.integers(1, 8))):
        day += draw(st.integers(1, 12))
        is_tip = draw(st.booleans())
        steps.append(tip(f"tip-{number}", day) if is_tip else check_in(f"check-{number}", day))
    return campaign_of(*steps)


people = st.builds(
    someone, zone=zones, slot=slots, pace=paces, seed=st.text(max_size=4), at=instants
)

happenings = st.one_of(
    st.tuples(st.just("outage"), hours),
    st.tuples(st.just("minutes"), minutes),
    st.tuples(st.just("on time"), st.integers(1, 4)),
    st.tuples(st.just("pause"), st.none() | hours),
    st.tuples(st.just("resume"), st.none()),
    st.tuples(st.just("zone"), zones),
    st.tuples(st.just("slot"), slots),
    st.tuples(st.just("pace"), paces),
    st.tuples(st.just("check-ins"), st.sampled_from((CheckIns.YES, CheckIns.NO))),
)


def happen(life: Life, what: str, value: object) -> None:
    match what, value:
        case (("outage" | "minutes"), timedelta() as span):
            life.turn_to(life.now + span)
        case "on time", int() as steps:
            for _ in range(steps):
                if life.next_moment is not None:
                    life.turn_to(life.next_moment)
        case "pause", timedelta() as span:
            life.pause(life.now + span)
        case "pause", _:
            life.pause(None)
        case "resume", _:
            life.resume()
        case "zone", str() as zone:
            life.choose(zone=zone)
        case "slot", Slot() as slot:
            life.choose(slot=slot)
        case "pace", int() as pace:
            life.choose(pace=pace)
        case "check-ins", CheckIns() as check_ins:
            life.choose(check_ins=check_ins)


@given(campaigns(), people, st.lists(happenings, max_size=25))
def test_whatever_happens_the_order_holds_nights_are_quiet_and_no_day_has_two(
    campaign: Campaign, person: Person, story: list[tuple[str, object]]
) -> None:
    life = Life(campaign, person, person.enrolment.started_at)
    for what, value in story:
        happen(life, what, value)
    life.on_time_to_the_end()
    life.check()
    tips = [step.key for step in campaign.steps if step.kind is StepKind.TIP]
    assert [came.step for came in life.tips] == tips


@given(campaigns(), people, st.lists(st.one_of(hours, minutes), max_size=12))
def test_no_outage_makes_a_step_be_skipped(
    campaign: Campaign, person: Person, outages: list[timedelta]
) -> None:
    life = Life(campaign, person, person.enrolment.started_at)
    for outage in outages:
        life.turn_to(life.now + outage)
    life.on_time_to_the_end()
    life.check()
    assert [came.step for came in life.came] == [step.key for step in campaign.steps]


@given(people, st.integers(0, 59).map(lambda number: timedelta(minutes=number)))
def test_the_first_tip_comes_at_once_whatever_the_hour(person: Person, late: timedelta) -> None:
    begun = person.enrolment.started_at
    life = Life(SMALL, person, begun)
    life.turn_to(begun + late)
    assert [(came.step, came.at) for came in life.came] == [("tip-1", begun + late)]


@given(zones, instants, paces, st.text(max_size=4), st.integers(0, 600))
def test_an_undisturbed_series_comes_on_the_same_weekday_at_the_same_minute(
    zone: str, begun: datetime, pace: int, seed: str, late: int
) -> None:
    slot = Slot(local_date(begun, zone).weekday(), part_at(begun, zone))
    life = Life(SMALL, someone(zone=zone, slot=slot, pace=pace, seed=seed, at=begun), begun)
    life.turn_to(begun)
    life.on_time_to_the_end(late=timedelta(seconds=late))
    life.check()
    _expect_regular(life, slot, pace, seed)


@pytest.mark.parametrize("pace", [1, 2])
@pytest.mark.parametrize("begun", [datetime(2026, 2, 27, 22, tzinfo=UTC),
                                   datetime(2026, 9, 20, 5, tzinfo=UTC)])  # fmt: skip
def test_every_zone_of_the_world_has_a_regular_series(begun: datetime, pace: int) -> None:
    for zone in ZONES:
        slot = Slot(local_date(begun, zone).weekday(), part_at(begun, zone))
        life = Life(SMALL, someone(zone=zone, slot=slot, pace=pace, seed=zone, at=begun), begun)
        life.on_time_to_the_end()
        life.check()
        _expect_regular(life, slot, pace, zone)


def _expect_regular(life: Life, slot: Slot, pace: int, seed: str) -> None:
    zone = life.person.subscriber.zone
    days = [local_date(came.at, zone) for came in life.tips]
    gaps = {(later - day).days for day, later in pairwise(days)}
    assert gaps == {7 * pace}
    moment = minute_of(slot.part, seed)
    for came in life.came[1:]:
        local = came.at.astimezone(zone_info(zone))
        minute = local.replace(hour=moment.hour, minute=moment.minute, second=0, microsecond=0)
        assert timedelta() <= local - minute <= timedelta(minutes=10)
    first = {came.step: local_date(came.at, zone) for came in life.came}
    assert first["check-1"] - first["tip-1"] == timedelta(days=3)


@given(people, st.sampled_from(ZONES), st.integers(0, 40))
def test_a_move_to_another_zone_never_brings_a_step_at_night_there(
    person: Person, zone: str, hours_later: int
) -> None:
    life = Life(SMALL, person, person.enrolment.started_at)
    life.turn_to(life.now)
    assert life.next_moment is not None
    life.turn_to(life.next_moment - timedelta(hours=hours_later))
    life.choose(zone=zone)
    life.on_time_to_the_end()
    life.check()
    assert len(life.came) == len(SMALL.steps)


@given(people, st.integers(0, 6))
def test_another_weekday_is_reached_by_the_nearest_step(person: Person, weekday: int) -> None:
    begun = person.enrolment.started_at
    zone = person.subscriber.zone
    slot = Slot(local_date(begun, zone).weekday(), Part.MORNING)
    life = Life(SMALL, _weekly(person, slot), begun)
    life.turn_to(begun)
    life.choose(slot=Slot(weekday, Part.EVENING), check_ins=CheckIns.NO)
    life.on_time_to_the_end()
    days = [local_date(came.at, zone) for came in life.tips]
    assert [day.weekday() for day in days[1:]] == [weekday] * 3
    assert 4 <= (days[1] - days[0]).days <= 10
    assert [(later - day).days for day, later in pairwise(days[1:])] == [7, 7]


def _weekly(person: Person, slot: Slot) -> Person:
    return replace(person, subscriber=replace(person.subscriber, slot=slot, pace=1))


@given(people, st.integers(1, 60), st.integers(0, 200))
def test_a_pause_holds_everything_back_and_then_goes_on_where_it_was(
    person: Person, pause_days: int, hours_before: int
) -> None:
    life = Life(SMALL, person, person.enrolment.started_at)
    life.turn_to(life.now)
    assert life.next_moment is not None
    life.turn_to(max(life.now, life.next_moment - timedelta(hours=hours_before)))
    count, until = len(life.came), life.now + timedelta(days=pause_days)
    life.pause(until)
    life.turn_to(until - timedelta(seconds=1))
    assert len(life.came) == count
    life.on_time_to_the_end()
    life.check()
    assert life.came[count].at >= until
    assert len(life.came) == len(SMALL.steps)


def test_samoa_left_a_friday_out_and_nobody_misses_a_tip() -> None:
    begun = datetime(2011, 12, 16, 20, tzinfo=UTC)  # Friday morning in Apia
    slot = Slot(4, Part.MORNING)
    person = someone(zone="Pacific/Apia", slot=slot, check_ins=CheckIns.NO, at=begun)
    life = Life(SMALL, person, begun)
    life.on_time_to_the_end()
    life.check()
    assert [local_date(came.at, "Pacific/Apia") for came in life.came] == [
        date(2011, 12, 16),
        date(2011, 12, 23),
        date(2012, 1, 6),  # there was no 30 December
        date(2012, 1, 13),
    ]


def test_a_check_in_on_the_day_that_samoa_left_out_comes_the_day_after() -> None:
    begun = datetime(2011, 12, 27, 20, tzinfo=UTC)  # Tuesday morning in Apia
    life = Life(SMALL, someone(zone="Pacific/Apia", slot=Slot(1, Part.MORNING), at=begun), begun)
    life.turn_to(begun)
    assert life.next_moment is not None
    life.turn_to(life.next_moment)
    assert local_date(life.came[1].at, "Pacific/Apia") == date(2011, 12, 31)


@pytest.mark.parametrize(
    ("zone", "begun"),
    [
        ("Europe/Amsterdam", datetime(2026, 3, 22, 8, tzinfo=UTC)),
        ("Europe/Amsterdam", datetime(2026, 10, 18, 8, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 9, 27, 0, tzinfo=UTC)),
        ("America/Santiago", datetime(2026, 8, 30, 14, tzinfo=UTC)),
        ("Africa/Cairo", datetime(2026, 4, 17, 8, tzinfo=UTC)),
        ("Antarctica/Troll", datetime(2026, 3, 22, 9, tzinfo=UTC)),
        ("Antarctica/Casey", datetime(2023, 3, 3, 2, tzinfo=UTC)),
    ],
)
def test_the_local_minute_stays_when_the_clocks_change(zone: str, begun: datetime) -> None:
    slot = Slot(local_date(begun, zone).weekday(), Part.MORNING)
    life = Life(SMALL, someone(zone=zone, slot=slot, at=begun), begun)
    life.on_time_to_the_end()
    life.check()
    local = {came.at.astimezone(zone_info(zone)).time() for came in life.came[1:]}
    assert local == {minute_of(Part.MORNING, "someone")}
    assert time(9) <= local.pop() < time(11, 30)

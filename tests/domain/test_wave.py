"""How long waves take: exact cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.campaign import Campaign
from bot.domain.schedule import Part, Slot
from bot.domain.wave import Forecast, Group, Wave, forecast
from bot.report import wave_lines

from .examples import small_campaign

WINTER = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AMSTERDAM = "Europe/Amsterdam"
MONDAY = Slot(0, Part.MORNING)
THURSDAY = Slot(3, Part.MORNING)
HOUR = 3600


def group(people: int, asked: int = 0, slot: Slot = MONDAY, **changes: object) -> Group:
    return replace(Group(slot, AMSTERDAM, 1, people, asked), **changes)  # type: ignore[arg-type]


def at_rate(rate: int, *groups: Group, at: datetime = WINTER) -> Forecast:
    return forecast(groups, small_campaign(), rate, at)


def only(found: Forecast) -> Wave:
    (wave,) = found.waves
    return wave


def test_nobody_makes_no_wave() -> None:
    found = at_rate(30)
    assert (found.waves, found.needed, found.overruns) == ([], 30, [])
    assert wave_lines(found) == []


def test_a_wave_that_fits_ends_with_its_last_minute_of_slots() -> None:
    # 150 minutes with slots, from 9:00 to 11:29: 273 or 274 a minute leave in some 9 seconds.
    found = at_rate(30, group(41_000))
    assert only(found) == Wave(MONDAY, 60, 41_000, 1_367, 9 * HOUR, 11 * HOUR + 29 * 60 + 10, 0)
    assert wave_lines(found) == ["Monday morning: 41,000 at 30 a second, 22 minutes"]
    assert found.needed == 30


@pytest.mark.parametrize(
    ("people", "ends", "overruns"),
    [
        (270_000, 11 * HOUR + 30 * 60, False),  # 150 minutes of 1,800, none idle
        (270_030, 11 * HOUR + 30 * 60 + 1, False),
        (324_000, 12 * HOUR, False),  # the spare minutes used up
        (324_001, 12 * HOUR + 1, True),
    ],
)
def test_the_spare_minutes_hold_what_the_slots_cannot(
    people: int, ends: int, overruns: bool
) -> None:
    wave = only(at_rate(30, group(people)))
    assert (wave.ends, wave.overruns) == (ends, overruns)


def test_check_ins_follow_on_their_own_day_for_those_who_take_part() -> None:
    found = at_rate(30, group(3_000, asked=1_000, slot=Slot(5, Part.EVENING)))
    assert {(wave.slot.weekday, wave.messages) for wave in found.waves} == {(5, 3_000), (1, 1_000)}


def test_tips_and_check_ins_that_fall_together_are_one_wave() -> None:
    found = at_rate(30, group(500, asked=200), group(300, slot=THURSDAY))
    assert {(wave.slot, wave.messages) for wave in found.waves} == {(MONDAY, 500), (THURSDAY, 500)}


def test_of_a_longer_pace_a_share_has_its_turn() -> None:
    assert only(at_rate(30, group(101, pace=2))).messages == 51


def test_zones_whose_clocks_agree_are_one_wave_and_summer_time_parts_them() -> None:
    both = (group(50), group(60, zone="Africa/Lagos"))
    assert only(at_rate(30, *both)).messages == 110
    apart = at_rate(30, *both, at=datetime(2026, 7, 1, tzinfo=UTC))
    assert [(wave.offset, wave.messages) for wave in apart.waves] == [(60, 60), (120, 50)]
    assert wave_lines(apart) == [
        "Monday morning (UTC+1): 60 at 30 a second, under a minute",
        "Monday morning (UTC+2): 50 at 30 a second, under a minute",
    ]


def test_waves_of_two_zones_share_the_rate() -> None:
    # London is an hour behind: its first minutes wait for what Amsterdam has left over.
    found = at_rate(30, group(270_000), group(90_000, zone="Europe/London"))
    ends = {wave.offset: wave.ends for wave in found.waves}
    # 360,000 / 1,800 = 200 minutes from 8:00 UTC on without a pause: 11:20 UTC.
    assert ends[0] == 11 * HOUR + 29 * 60 + 20
    assert ends[60] > 11 * HOUR + 30 * 60


def test_what_a_wave_leaves_undone_delays_the_next_part() -> None:
    afternoon = Slot(0, Part.AFTERNOON)
    found = at_rate(30, group(360_000), group(1_000, slot=afternoon))
    by_part = {wave.slot: wave for wave in found.waves}
    # 200 minutes from 9:00 on.
    assert by_part[MONDAY].ends == pytest.approx(12 * HOUR + 20 * 60, abs=5)
    assert by_part[MONDAY].overruns
    assert not by_part[afternoon].overruns


def test_past_quiet_hours_is_told_with_what_would_help() -> None:
    # 210 minutes with slots from 17:00 on; 30 a second is 432,000 by 21:00.
    evening = Slot(2, Part.EVENING)
    found = at_rate(30, group(500_000, slot=evening))
    wave = only(found)
    assert wave.late == 500_000 - 240 * 1_800
    assert found.needed == 35  # 500,000 in 240 minutes is 34.7 a second
    assert found.emptiest == Slot(0, Part.MORNING)
    assert wave_lines(found) == [
        "Wednesday evening: 500,000 at 30 a second, 277 minutes; "
        "TOO LONG for its part, done at 21:38; "
        "68,000 of them don't leave before quiet hours (21:00)",
        "PAID_BROADCAST=35 would end every wave within its part; so may asking people to choose "
        "other parts of the week, such as Monday morning, which the fewest chose.",
    ]
    assert at_rate(35, group(500_000, slot=evening)).overruns == []


def test_a_backlog_of_the_end_of_the_week_meets_its_beginning() -> None:
    found = at_rate(30, group(600_000, slot=Slot(6, Part.EVENING)), group(1_800_000))
    by_slot = {wave.slot: wave for wave in found.waves}
    alone = only(at_rate(30, group(1_800_000)))
    assert by_slot[MONDAY].ends == alone.ends
    # 15 hours and 16 minutes of work, from Monday 9:00 on.
    assert alone.ends == 9 * HOUR + 60_000
    sunday = only(at_rate(30, group(3_000_000, slot=Slot(6, Part.EVENING))))
    late = at_rate(30, group(3_000_000, slot=Slot(6, Part.EVENING)), group(3_000))
    assert sunday.ends == 17 * HOUR + 100_000
    monday = next(wave for wave in late.waves if wave.slot == MONDAY)
    # Sunday 17:00 and 27 hours and 46 minutes: the rest of Monday morning waits for its turn.
    assert monday.ends > 20 * HOUR


def test_more_than_telegram_allows_is_said() -> None:
    found = at_rate(30, group(20_000_000))
    assert found.needed is None
    assert wave_lines(found)[-1].startswith("No rate that Telegram allows is enough")


def test_every_wave_that_takes_too_long_is_listed() -> None:
    large = [group(400_000, slot=Slot(day, Part.MORNING)) for day in range(7)]
    found = at_rate(30, *large, group(1_000_000, slot=Slot(0, Part.AFTERNOON)))
    assert len(wave_lines(found, most=2)) == len(found.overruns) + 1


def test_gaps_come_from_the_steps() -> None:
    campaign: Campaign = small_campaign()
    moved = replace(
        campaign,
        steps=tuple(replace(s, day=s.day + 1) if s.key == "check-1" else s for s in campaign.steps),
    )
    found = forecast([group(100, asked=100)], moved, 30, WINTER)
    assert sorted(wave.slot.weekday for wave in found.waves) == [0, 3, 4]

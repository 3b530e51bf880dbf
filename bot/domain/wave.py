"""How long each wave of the week will take, before it comes.

A wave is what falls due together: everyone of one weekday and part of the day whose clocks agree.
Its people are spread over the minutes of the part less `SPARE`, and their messages leave in the
order they are due, at so many a second. What a wave can't finish delays the next one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.campaign import Campaign, StepKind
from bot.domain.schedule import CLOSES, PART_HOURS, SPARE, Part, Slot, zone_info

FREE = 30
"""Messages a second that Telegram allows without payment."""

MOST = 1000
"""Messages a second that it allows with payment."""

DAY = 24 * 60
WEEK = 7 * DAY
"""Minutes."""


@dataclass(frozen=True, slots=True)
class Group:
    """So many active people of one slot, zone and pace; `asked` of them get check-ins too."""

    slot: Slot
    zone: str
    pace: int
    people: int
    asked: int


@dataclass(frozen=True, slots=True)
class Wave:
    """What one wave of a week comes to. `offset` is its people's distance to UTC in minutes.

    `seconds` is what sending takes at the full rate. `starts` is their local time of the day, in
    seconds, at which it begins; `ends` when it is done, which is past 24 hours where it runs into
    the next day. `late` counts the messages that don't leave before quiet hours.
    """

    slot: Slot
    offset: int
    messages: int
    seconds: int
    starts: int
    ends: int
    late: int

    @property
    def overruns(self) -> bool:
        """Whether it takes longer than its part of the day."""
        end = PART_HOURS[self.slot.part][1]
        return self.ends > end.hour * 3600 + end.minute * 60


@dataclass(frozen=True, slots=True)
class Forecast:
    """The waves of a week at `rate` messages a second, the largest first.

    Where one overruns, `needed` is the least rate at which none does, None where not even `MOST`
    is enough; otherwise it is `rate`. `emptiest` is the part of the week that the fewest chose.
    """

    rate: int
    waves: Sequence[Wave]
    needed: int | None
    emptiest: Slot

    @property
    def overruns(self) -> Sequence[Wave]:
        """The waves that take longer than their part of the day."""
        return [wave for wave in self.waves if wave.overruns]


def forecast(groups: Iterable[Group], campaign: Campaign, rate: int, at: datetime) -> Forecast:
    """The waves that these people make, as clocks stand at `at`, at `rate` messages a second.

    It reckons with the most that a week brings: a tip to all, and to all who take part the
    check-in that follows it. Of people with a longer pace an equal share has its turn each week.
    """
    sizes = _sizes(groups, campaign, at)
    waves = _waves(sizes, rate)
    needed: int | None = rate
    if any(wave.overruns for wave in waves):
        needed = _needed(sizes, rate)
    chosen = dict.fromkeys((Slot(day, part) for day in range(7) for part in Part), 0)
    for (slot, _), messages in sizes.items():
        chosen[slot] += messages
    return Forecast(
        rate,
        sorted(waves, key=lambda wave: (-wave.messages, wave.slot.weekday, wave.starts)),
        needed,
        min(chosen, key=chosen.__getitem__),
    )


def _sizes(
    groups: Iterable[Group], campaign: Campaign, at: datetime
) -> dict[tuple[Slot, int], int]:
    """How many messages each wave holds, by slot and distance to UTC in minutes."""
    gaps = _gaps(campaign)
    sizes: dict[tuple[Slot, int], int] = {}
    for group in groups:
        away = at.astimezone(zone_info(group.zone)).utcoffset() or timedelta()
        offset = int(away.total_seconds()) // 60
        for days, people in ((0, group.people), *((gap, group.asked) for gap in gaps)):
            slot = Slot((group.slot.weekday + days) % 7, group.slot.part)
            messages = -(-people // group.pace)
            if messages:
                sizes[slot, offset] = sizes.get((slot, offset), 0) + messages
    return sizes


def _gaps(campaign: Campaign) -> set[int]:
    """The numbers of days at which check-ins follow their tips."""
    gaps, tip = set(), 0
    for step in campaign.steps:
        if step.kind is StepKind.TIP:
            tip = step.day
        else:
            gaps.add(max(1, step.day - tip))
    return gaps


def _minutes(part: Part) -> tuple[int, int]:
    """The first minute of a part that holds slots, and the first one after them."""
    start, end = (moment.hour * 60 + moment.minute for moment in PART_HOURS[part])
    return start, end - SPARE


def _waves(sizes: dict[tuple[Slot, int], int], rate: int) -> list[Wave]:
    """Let two weeks pass, so that the second knows what the first left undone."""
    arriving: dict[int, list[tuple[int, int, int]]] = {}
    keys = list(sizes)
    for number, (slot, offset) in enumerate(keys):
        first, after = _minutes(slot.part)
        midnight = WEEK + slot.weekday * DAY - offset
        size = sizes[slot, offset]
        for index, minute in enumerate(range(first, after)):
            spread = after - first
            count = size * (index + 1) // spread - size * index // spread
            for week in (0, 1):
                moment = midnight + minute + week * WEEK
                arriving.setdefault(moment, []).append((number, week, count))
    ends, late = _sent(arriving, keys, rate)
    return [
        Wave(
            slot=slot,
            offset=offset,
            messages=sizes[slot, offset],
            seconds=-(-sizes[slot, offset] // rate),
            starts=_minutes(slot.part)[0] * 60,
            ends=ends[number],
            late=late[number],
        )
        for number, (slot, offset) in enumerate(keys)
    ]


def _sent(
    arriving: dict[int, list[tuple[int, int, int]]], keys: list[tuple[Slot, int]], rate: int
) -> tuple[list[int], list[int]]:
    """For each wave of the second week its end (local seconds of its day) and how many are late."""
    closes = CLOSES.hour * 60 + CLOSES.minute
    ends, late = [0] * len(keys), [0] * len(keys)
    waiting: deque[tuple[int, int, int]] = deque()
    moments = deque(sorted(arriving))
    now = moments[0] if moments else 0
    while moments or waiting:
        if not waiting:
            now = moments[0]
        if moments and moments[0] == now:
            waiting.extend(arriving[moments.popleft()])
        used = 0
        while waiting and used < 60 * rate:
            number, week, count = waiting.popleft()
            sent = min(count, 60 * rate - used)
            used += sent
            if sent < count:
                waiting.appendleft((number, week, count - sent))
            if week and sent:
                slot, offset = keys[number]
                minute = now - (2 * WEEK + slot.weekday * DAY - offset)
                ends[number] = minute * 60 - (-used // rate)
                late[number] += sent if minute >= closes else 0
        now += 1
    return ends, late


def _needed(sizes: dict[tuple[Slot, int], int], rate: int) -> int | None:
    """The least rate above this one at which no wave overruns."""
    if any(wave.overruns for wave in _waves(sizes, MOST)):
        return None
    low, high = rate, MOST
    while high - low > 1:
        middle = (low + high) // 2
        if any(wave.overruns for wave in _waves(sizes, middle)):
            low = middle
        else:
            high = middle
    return high

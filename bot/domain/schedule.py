"""When the next step of the series is due, in the person's own time.

All instants are aware UTC datetimes; local dates and times belong to the named zone of the tz
database. Nothing here asks what time it is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.campaign import Campaign, Step, StepKind
from bot.domain.contact import WEEK, marked, within

OPENS = time(8, 0)
CLOSES = time(21, 0)
"""Outside [OPENS, CLOSES) of the person's own day nothing is sent unasked: quiet hours."""

WINDOW = timedelta(hours=48)
"""How late a step may still go out; after that it waits for the person's next slot."""

MONTH = 28
"""Days from one booster to the next, whatever the pace: so they keep to the weekday."""

NEAR = 3
"""Days that a tip may come early when someone moves to another weekday: the nearest is taken."""


class Part(StrEnum):
    """A part of the day, in the person's own zone."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


PART_HOURS = {
    Part.MORNING: (time(9, 0), time(12, 0)),
    Part.AFTERNOON: (time(12, 0), time(17, 0)),
    Part.EVENING: (time(17, 0), time(21, 0)),
}
SPARE = 30
"""Minutes at the end of a part that hold no slots, so that a wave still ends within the part."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The weekday (0 is Monday) and part of the day that a person chose."""

    weekday: int
    part: Part


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Everything about a person that decides when: their slot, zone, pace (weeks a tip) and seed.

    `seed` is any text that stays the same for a person; it spreads people over the minutes.
    """

    slot: Slot
    zone: str
    pace: int
    seed: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where someone is in the series: what came last, and when (UTC).

    `last_step_at` is when the last message left that nothing asked for, be it beside the series;
    `contacts` are the days with one, as `bot.domain.contact` counts them back from it.
    """

    last_tip: str | None = None
    last_tip_at: datetime | None = None
    last_step_at: datetime | None = None
    contacts: int = 0

    def reached(self, at: datetime, zone: str, tip: str | None = None) -> Place:
        """The place after a message at `at`, the tip with that key or none."""
        ago = 0
        if self.last_step_at is not None:
            days = local_date(at, zone) - local_date(self.last_step_at, zone)
            ago = max(0, days.days)
        contacts = marked(self.contacts, ago)
        if tip is None:
            return Place(self.last_tip, self.last_tip_at, at, contacts)
        return Place(tip, at, at, contacts)

    def has_room(self, day: date, zone: str, most: int) -> bool:
        """Whether a message may come on a day: none did yet, and no seven days get too many."""
        if self.last_step_at is None:
            return True
        ago = (day - local_date(self.last_step_at, zone)).days
        return ago > 0 and within(self.contacts, ago) < most


@lru_cache(maxsize=1024)
def zone_info(name: str) -> ZoneInfo:
    """The zone of that name; raises ValueError for anything that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"unknown time zone {name!r}") from error


def minute_of(part: Part, seed: str) -> time:
    """The minute within a part of the day that belongs to `seed`, always the same one."""
    start, end = (moment.hour * 60 + moment.minute for moment in PART_HOURS[part])
    digest = hashlib.sha256(f"{part}:{seed}".encode()).digest()
    minute = start + int.from_bytes(digest[:4], "big") % (end - SPARE - start)
    return time(minute // 60, minute % 60)


def part_at(instant: datetime, zone: str) -> Part:
    """The part of the day that `instant` falls in; the morning for night hours."""
    local = _local(instant, zone).time()
    for part, (start, end) in PART_HOURS.items():
        if start <= local < end:
            return part
    return Part.MORNING


def own_moment(rhythm: Rhythm, not_before: datetime) -> datetime:
    """The first moment from `not_before` on that is a person's own, on any day."""
    day, moment = local_date(not_before, rhythm.zone), minute_of(rhythm.slot.part, rhythm.seed)
    while True:
        instant = instant_at(day, moment, rhythm.zone)
        if instant is not None and instant >= not_before:
            return instant
        day += timedelta(days=1)


def is_quiet(instant: datetime, zone: str) -> bool:
    """Whether `instant` falls in the quiet hours of the zone."""
    return not OPENS <= _local(instant, zone).time() < CLOSES


def local_date(instant: datetime, zone: str) -> date:
    """The calendar day of `instant` in the zone."""
    return _local(instant, zone).date()


@lru_cache(maxsize=8192)  # A set of deliveries asks for the same instant over and over.
def _local(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(zone_info(zone))


@lru_cache(maxsize=8192)  # A wave asks for the same minutes over and over.
def instant_at(day: date, moment: time, zone: str) -> datetime | None:
    """The UTC instant of a local day and time, or None where that day has no such open moment.

    A time that daylight saving leaves out becomes the first one after the gap; a day that a zone
    left out (Samoa, 2011-12-30) gives None.
    """
    wanted = datetime.combine(day, moment, tzinfo=zone_info(zone))
    for minutes in range(0, 4 * 60 + 1, 15):
        instant = wanted.astimezone(UTC) + timedelta(minutes=minutes)
        if local_date(instant, zone) == day and not is_quiet(instant, zone):
            return instant
    return None


def next_open(instant: datetime, zone: str) -> datetime:
    """The first instant from `instant` on that is outside quiet hours."""
    if not is_quiet(instant, zone):
        return instant
    day = local_date(instant, zone)
    while True:
        opening = instant_at(day, OPENS, zone)
        if opening is not None and opening >= instant:
            return opening
        day += timedelta(days=1)


def next_wanted(campaign: Campaign, position: int, check_ins: bool) -> int:
    """The position of the next step that this person gets, from `position` on.

    Check-ins are passed over where they aren't wanted. `len(campaign.steps)` is the end.
    """
    while (
        position < len(campaign.steps)
        and campaign.steps[position].kind is StepKind.CHECK_IN
        and not check_ins
    ):
        position += 1
    return position


class Bound(StrEnum):
    """What keeps a step from coming earlier."""

    TIP = "tip"  # the last tip was so many days ago at least
    STEP = "step"  # the step before it has that day to itself
    MOMENT = "moment"  # nothing before it: the moment from which it may come


@dataclass(frozen=True, slots=True)
class Earliest:
    """The first day on which a step may come, in the person's zone, and what that comes from.

    `days` is how long after the last tip that is, with `bound` TIP.
    """

    day: date
    bound: Bound
    days: int = 0


def earliest(
    campaign: Campaign, step: Step, place: Place, rhythm: Rhythm, not_before: datetime
) -> Earliest:
    """The first day on which `step` may come to someone at `place`, whatever the weekday."""
    zone = rhythm.zone
    day, bound, days = local_date(not_before, zone), Bound.MOMENT, 0
    if place.last_step_at is not None:
        after_step = local_date(place.last_step_at, zone) + timedelta(days=1)
        if after_step >= day:
            day, bound = after_step, Bound.STEP
    if place.last_tip_at is not None:
        last = campaign.step(place.last_tip) if place.last_tip else None
        gap = max(1, step.day - last.day) if last else 1
        if step.repeats is not None:
            gap = MONTH - NEAR
        elif step.kind is StepKind.TIP:
            gap = max(1, gap * rhythm.pace - NEAR)
        after_tip = local_date(place.last_tip_at, zone) + timedelta(days=gap)
        if after_tip >= day:
            day, bound, days = after_tip, Bound.TIP, gap
    return Earliest(day, bound, days)


def due(
    campaign: Campaign, step: Step, place: Place, rhythm: Rhythm, not_before: datetime
) -> datetime:
    """When `step` is due for someone at `place`: the first fitting moment from `not_before` on.

    A tip comes on the chosen weekday nearest to a whole pace after the last tip, a booster to a
    month after it; a check-in
    its number of days after its tip, on any weekday. Nothing comes on the day of the step before
    it, so the order holds and no day ever has two.
    """
    day = earliest(campaign, step, place, rhythm, not_before).day
    moment = minute_of(rhythm.slot.part, rhythm.seed)
    while True:
        if step.kind is StepKind.CHECK_IN or day.weekday() == rhythm.slot.weekday:
            instant = instant_at(day, moment, rhythm.zone)
            if instant is not None and instant >= not_before:
                return instant
        day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Send:
    """Now is the moment."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not yet: look again at `until` (UTC)."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Reschedule:
    """Too late for this slot: due again at the person's next one."""


def day_after(moment: datetime, zone: str) -> datetime:
    """The first open moment of the next day."""
    tomorrow = local_date(moment, zone) + timedelta(days=1)
    return instant_at(tomorrow, OPENS, zone) or moment + timedelta(days=1)


def recheck(
    now: datetime,
    due_at: datetime,
    send_before: datetime,
    place: Place,
    zone: str,
    most: int = WEEK,
) -> Send | Wait | Reschedule:
    """What to do with a message that is about to be sent, decided at the last moment.

    Holds the quiet hours, the one-step-a-day rule and the budget of `most` days a week in the zone
    that the person has now.
    """
    free = _with_room(next_open(max(now, due_at), zone), place, zone, WEEK)
    moment = _with_room(free, place, zone, most)
    # What the budget puts off is not dated anew: `due` knows no budget and would name a day without
    # room, over and over.
    if moment == free > send_before:
        return Reschedule()
    return Send() if moment == now else Wait(moment)


def _with_room(moment: datetime, place: Place, zone: str, most: int) -> datetime:
    while not place.has_room(local_date(moment, zone), zone, most):
        moment = next_open(day_after(moment, zone), zone)
    return moment

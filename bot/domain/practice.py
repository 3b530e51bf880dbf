"""A physio practice and when it is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from bot.domain.schedule import zone_info

Hours = tuple[time, time]
"""From when until when, on one day."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is on the map."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Practice:
    """What people hear of the operator's practice. `hours` go by weekday (0 is Monday).

    What is empty is not known. Without `hours` nobody is told when it is open.
    """

    name: str
    zone: str
    phone: str = ""
    booking: str = ""
    address: str = ""
    place: Place | None = None
    hours: Mapping[int, tuple[Hours, ...]] = field(default_factory=dict)

    def opens(self, now: datetime) -> datetime | None:
        """When it is next open: `now` itself while it is open, None where no hours are known."""
        zone = zone_info(self.zone)
        today = now.astimezone(zone).date()
        for ahead in range(8):
            day = today + timedelta(days=ahead)
            for start, end in self.hours.get(day.weekday(), ()):
                begins, ends = (
                    datetime.combine(day, moment, zone).astimezone(UTC) for moment in (start, end)
                )
                if now < ends:
                    return max(now, begins)
        return None

    def week(self) -> Iterator[tuple[int, int, tuple[Hours, ...]]]:
        """The hours of the week: first day, last day and the hours that they share."""
        days = sorted(self.hours.items())
        while days:
            first, hours = days.pop(0)
            last = first
            while days and days[0] == (last + 1, hours):
                last, _ = days.pop(0)
            yield first, last, hours

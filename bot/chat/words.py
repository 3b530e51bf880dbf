"""Days, times and places in words."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_date

from bot.chat.turn import Turn
from bot.domain.schedule import local_date, zone_info
from bot.domain.subscriber import CheckIns, Subscriber

ZONES = {
    "amsterdam": "Europe/Amsterdam",
    "london": "Europe/London",
    "athens": "Europe/Athens",
    "istanbul": "Europe/Istanbul",
    "casablanca": "Africa/Casablanca",
    "paramaribo": "America/Paramaribo",
    "curacao": "America/Curacao",
}
"""The zones to choose from with one tap, by the name of their phrase."""


def day(moment: datetime, zone: str, language: str) -> str:
    """The day of an instant, such as "Monday 30 November"."""
    return str(format_date(local_date(moment, zone), "EEEE d MMMM", locale=language))


def clock_time(moment: datetime, zone: str) -> str:
    """The time of an instant, such as "08:00"."""
    return f"{moment.astimezone(zone_info(zone)):%H:%M}"


def when(turn: Turn, subscriber: Subscriber, moment: datetime) -> dict[str, str]:
    """The facts `day` and `part` for something that comes at an instant."""
    return {
        "day": day(moment, subscriber.zone, turn.language),
        "part": turn.plain(f"part.{subscriber.slot.part}"),
    }


def zone(turn: Turn, name: str) -> str:
    """A time zone by the places that people know it by, or else by its own name."""
    known = next((key for key, value in ZONES.items() if value == name), None)
    return turn.plain(f"zone.{known}") if known else name.replace("_", " ")


def on_or_off(turn: Turn, check_ins: CheckIns) -> str:
    """Whether check-ins are on."""
    return turn.plain("word.on" if check_ins is CheckIns.YES else "word.off")

"""The operator's file about their physio practice, read and checked as a whole."""

from __future__ import annotations

import re
from datetime import time
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from bot.content.codes import Rule
from bot.content.files import read_yaml
from bot.content.findings import CampaignError
from bot.content.parsing import parse_as
from bot.content.schema import StrictModel
from bot.domain.practice import Hours, Place, Practice
from bot.domain.schedule import zone_info

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(r"(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})")


class PracticeError(CampaignError):
    """The file can't be used; its message has a line for each thing that is wrong."""


def _hours(value: object) -> object:
    """`08:00-12:00`, or a list of such: from when until when, in order."""
    spans = [value] if isinstance(value, str) else value
    if not isinstance(spans, list):
        raise ValueError('should be like "08:00-17:30", or a list of such')
    hours = tuple(_span(each) for each in spans)
    if not hours or any(early[1] > late[0] for early, late in pairwise(hours)):
        raise ValueError("should name hours that follow each other")
    return hours


def _span(value: object) -> Hours:
    found = _SPAN.fullmatch(str(value).strip())
    try:
        if found is not None:
            start, end = (time.fromisoformat(part.zfill(5)) for part in found.groups())
            if start < end:
                return start, end
    except ValueError:
        pass
    raise ValueError(f'"{value}" should be like "08:00-17:30", the earlier time first')


def _zone(value: str) -> str:
    zone_info(value)
    return value


def _phone(value: str) -> str:
    if not re.fullmatch(r"\+?[0-9][0-9 ()-]{4,20}", value):
        raise ValueError('should be a telephone number in quotes, like "030 123 45 67"')
    return value


def _address(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", value):
        raise ValueError("should be a whole address, like https://example.org/afspraak")
    return value


Line = Annotated[str, Field(min_length=1, max_length=200)]


class PlaceModel(StrictModel):
    """Where the practice is, in degrees."""

    latitude: Annotated[float, Field(ge=-90, le=90, strict=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, strict=False)]


class PracticeModel(StrictModel):
    """The whole file. Only the name must be there."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    phone: Annotated[str, AfterValidator(_phone)] = ""
    booking: Annotated[str, Field(max_length=300), AfterValidator(_address)] = ""
    address: Line = ""
    place: PlaceModel | None = None
    zone: Annotated[str, AfterValidator(_zone)] = ""
    hours: dict[
        Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
        Annotated[tuple[Hours, ...], BeforeValidator(_hours)],
    ] = Field(default_factory=dict)


def read_practice(path: Path, zone: str) -> Practice:
    """The practice in a YAML file; its hours are those of `zone` where it names none.

    Raises PracticeError.
    """
    try:
        document = read_yaml(path.parent, path.name)
        model = parse_as(PracticeModel, document)
    except CampaignError as error:
        raise PracticeError(error.findings) from error
    place = model.place
    if place is not None and not model.address:
        # Telegram shows a place with its address only.
        message = "`place` needs an `address` beside it; add that"
        raise PracticeError([document.finding(("place",), message, Rule.SCHEMA)])
    return Practice(
        name=model.name,
        zone=model.zone or zone,
        phone=model.phone,
        booking=model.booking,
        address=model.address,
        place=Place(place.latitude, place.longitude) if place is not None else None,
        hours={DAYS.index(day): hours for day, hours in model.hours.items()},
    )

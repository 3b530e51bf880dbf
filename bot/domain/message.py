"""What the bot says, before anyone turns it into a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.progress import Chart


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: it sends `data` back (64 bytes at most) or opens `url`."""

    text: str
    data: str | None = None
    url: str | None = None


Rows = tuple[tuple[Button, ...], ...]
"""Buttons by row, top to bottom."""


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A text in Telegram's HTML (4,096 characters after parsing at most)."""

    html: str
    buttons: Rows = ()


@dataclass(frozen=True, slots=True)
class PollMessage:
    """A native, non-anonymous poll with one answer a person; plain text throughout."""

    question: str
    options: tuple[str, ...]
    buttons: Rows = ()


@dataclass(frozen=True, slots=True)
class FileMessage:
    """A file with a caption in Telegram's HTML (1,024 characters after parsing at most)."""

    name: str
    content: bytes
    html: str = ""
    buttons: Rows = ()


@dataclass(frozen=True, slots=True)
class PlaceMessage:
    """A place on the map, under its name and address; plain text."""

    name: str
    address: str
    latitude: float
    longitude: float
    buttons: Rows = ()


@dataclass(frozen=True, slots=True)
class ChartMessage:
    """A text in Telegram's HTML that says the same as the chart above it, should there be one."""

    html: str
    chart: Chart
    buttons: Rows = ()


class MediumKind(StrEnum):
    """As what Telegram shows a file."""

    PHOTO = "photo"
    ANIMATION = "animation"


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture or an animation as a file; `hash` tells its content from any other."""

    kind: MediumKind
    name: str
    content: bytes = field(repr=False)
    hash: str


@dataclass(frozen=True, slots=True)
class MediaMessage:
    """A picture or animation with a caption in Telegram's HTML (1,024 characters at most)."""

    medium: Medium
    html: str
    buttons: Rows = ()


Message = TextMessage | PollMessage
"""What the series consists of."""

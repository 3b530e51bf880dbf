"""What the bot says, before anyone turns it into a request."""

from __future__ import annotations

from dataclasses import dataclass


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


Message = TextMessage | PollMessage
"""What the series consists of."""

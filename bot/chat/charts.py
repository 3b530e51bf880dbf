"""Charts of people's own answers: drawn while they are wanted, and kept in memory for minutes only.

They show answers, so they are never written to disk or logged. Equal answers make equal pictures,
and one that Telegram has already is sent again by its id there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from cachetools import TTLCache

from bot.charts.picture import svg
from bot.content.markup import visible_length
from bot.content.render import Texts
from bot.domain.message import ChartMessage, Rows, TextMessage

CAPTION_LENGTH = 1024
"""Telegram's limit for the text under a picture, after its tags are parsed."""

KEPT, SECONDS = 200, 600
"""Pictures that are kept at most, and how long."""

Render = Callable[[str], Awaitable[bytes | None]]
"""An SVG as PNG, or None where it can't be had soon."""


@dataclass(slots=True)
class Picture:
    """A PNG, and its id at Telegram once it was sent. Not `good` where Telegram doesn't take it."""

    content: bytes
    file_id: str | None = None
    good: bool = True

    def refused(self) -> None:
        """Telegram refused it: the id first, then the picture itself."""
        if self.file_id is not None:
            self.file_id = None
        else:
            self.good = False


@dataclass(frozen=True, slots=True)
class PictureMessage:
    """A picture with its caption in Telegram's HTML."""

    picture: Picture
    html: str
    buttons: Rows = ()


class Charts:
    """Draws the charts of messages. `monotonic` tells when a picture is to be forgotten."""

    def __init__(self, texts: Texts, render: Render, monotonic: Callable[[], float]) -> None:
        self._texts = texts
        self._render = render
        self._known: TTLCache[bytes, Picture] = TTLCache(KEPT, SECONDS, monotonic)

    async def drawn(self, message: ChartMessage) -> PictureMessage | TextMessage:
        """A message with its picture; in words alone where there is none, or where they are too
        long for a caption."""
        picture = None
        if visible_length(message.html) <= CAPTION_LENGTH:
            picture = await self._picture(message)
        if picture is None or not picture.good:
            return TextMessage(message.html, message.buttons)
        return PictureMessage(picture, message.html, message.buttons)

    async def _picture(self, message: ChartMessage) -> Picture | None:
        word = partial(self._word, message.chart.language)
        drawing = svg(message.chart, word)
        key = sha256(drawing.encode()).digest()
        picture = self._known.get(key)
        if picture is None:
            content = await self._render(drawing)
            if content is None:
                return None
            # Somebody else may have wanted the same one meanwhile.
            picture = self._known.setdefault(key, Picture(content))
        return picture

    def _word(self, language: str, key: str) -> str:
        return self._texts.plain(key, language)

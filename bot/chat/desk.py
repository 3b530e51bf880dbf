"""What every handler works with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime

from cachetools import TTLCache

from bot.chat.charts import Charts
from bot.chat.staff_room import StaffRoom
from bot.content.render import Texts
from bot.delivery.pacer import Pacer
from bot.domain.practice import Practice
from bot.service.records import Records

ALBUMS, ALBUM_SECONDS = 1000, 60
"""Albums that are remembered at most, and how long."""


@dataclass(frozen=True)
class Desk:
    """Where people are received.

    `zone` is the time zone of who has not chosen one, `operator` who is behind the campaign (may be
    empty), `practice` their own, `room` where its staff can be asked, `username` the bot's. `wake`
    tells the sender that something was queued, `pacer` when a reply may leave, `charts` draws
    people's own answers, and `card_first` waits until no safety card waits for a chat. `albums`
    holds by chat and album the update that was answered for it.
    """

    records: Records
    texts: Texts
    now: Callable[[], datetime]
    zone: str
    operator: str
    username: str
    wake: Callable[[], None]
    pacer: Pacer
    practice: Practice | None
    room: StaffRoom | None
    charts: Charts
    card_first: Callable[[int], Awaitable[None]]
    albums: MutableMapping[tuple[int, str], int] = field(
        default_factory=lambda: TTLCache(ALBUMS, ALBUM_SECONDS)
    )

"""What every handler works with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.chat.charts import Charts
from bot.chat.staff_room import StaffRoom
from bot.content.render import Texts
from bot.delivery.pacer import Pacer
from bot.domain.practice import Practice
from bot.service.records import Records


@dataclass(frozen=True)
class Desk:
    """Where people are received.

    `zone` is the time zone of who has not chosen one, `operator` who is behind the campaign (may be
    empty), `practice` their own, `room` where its staff can be asked, `username` the bot's. `wake`
    tells the sender that something was queued, `pacer` when a reply may leave, `charts` draws
    people's own answers, and `card_first` waits until no safety card waits for a chat.
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

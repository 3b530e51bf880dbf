"""Chats, taps and the record of what was sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .errors import Json


@dataclass(frozen=True, slots=True)
class Sent:
    """One executed send: `at` is the emulator's time, `monotonic` real seconds."""

    method: str
    chat_id: int
    message_id: int
    poll_id: str | None
    text: str
    at: datetime
    monotonic: float


@dataclass(slots=True)
class Callback:
    """A tap on a button. `answer` is what the bot said to it, once it did."""

    query_id: str
    user_id: int
    data: str
    created: datetime
    answer: Json | None = None


@dataclass(slots=True, eq=False)
class Chat:
    """A chat: its Chat object, its messages by id, and the keyboard it shows for typing."""

    header: Json
    messages: dict[int, Json] = field(default_factory=dict)
    last_message_id: int = 0
    reply_keyboard: Json | None = None

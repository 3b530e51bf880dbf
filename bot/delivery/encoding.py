"""A message as the bytes that go to the Bot API: encoded once for all who get it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, assert_never

from bot.domain.callback import OF_DELIVERY
from bot.domain.message import Message, PollMessage, Rows, TextMessage


@dataclass(frozen=True, slots=True)
class Body:
    """A call of a method as JSON, open for whom it is and which delivery its buttons belong to."""

    method: str
    pieces: tuple[bytes, ...]
    """Between two pieces the delivery's id goes; the chat's is the end."""

    def of(self, chat_id: int, delivery_id: int) -> bytes:
        """The whole body for a chat and a delivery."""
        return b"%b%d}" % (str(delivery_id).encode().join(self.pieces), chat_id)


def encode(message: Message, *, paid: bool = False) -> Body:
    """A message for `Messenger.send`. With `paid`, what is above thirty a second costs Stars."""
    method, fields = _fields(message)
    if message.buttons:
        fields["reply_markup"] = keyboard(message.buttons)
    if paid:
        fields["allow_paid_broadcast"] = True
    text = json.dumps(fields).removesuffix("}") + ', "chat_id": '
    return Body(method, tuple(piece.encode() for piece in text.split(OF_DELIVERY)))


def encode_for(chat_id: int, message: TextMessage, thread: int | None = None) -> bytes:
    """The body of a text that only one chat gets, or one of its topics."""
    _, fields = _fields(message)
    if message.buttons:
        fields["reply_markup"] = keyboard(message.buttons)
    if thread is not None:
        fields["message_thread_id"] = thread
    return json.dumps({**fields, "chat_id": chat_id}).encode()


def keyboard(rows: Rows) -> dict[str, Any]:
    """The buttons as Telegram's InlineKeyboardMarkup."""
    return {
        "inline_keyboard": [
            [
                {"text": button.text, "url": button.url}
                if button.url is not None
                else {"text": button.text, "callback_data": button.data}
                for button in row
            ]
            for row in rows
        ]
    }


def _fields(message: Message) -> tuple[str, dict[str, Any]]:
    match message:
        case TextMessage():
            return "sendMessage", {
                "text": message.html,
                "parse_mode": "HTML",
                "link_preview_options": {"is_disabled": True},
            }
        case PollMessage():
            return "sendPoll", {
                "question": message.question,
                "options": [{"text": option} for option in message.options],
                "is_anonymous": False,
                "protect_content": True,
            }
        case _:
            assert_never(message)

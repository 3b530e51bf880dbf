"""The only place that sends campaign messages: a message in, an outcome out."""

from __future__ import annotations

import re
from typing import Any, assert_never

from telegram import InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    TelegramError,
    TimedOut,
)
from telegram.ext import ExtBot

from bot.delivery.allowance import Ticket
from bot.delivery.breaker import UNAUTHORISED
from bot.delivery.transport import NotConnected, flood_wait
from bot.domain.message import FileMessage, Message, PollMessage, Rows, TextMessage
from bot.domain.outcome import Blocked, Flood, NotSent, Outcome, Refused, Sent, Uncertain

UNREACHABLE = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated")
"""Parts of a 400's text that mean the person, not the message, is the trouble."""

CLOSED = ("poll has already been closed", "poll to stop not found", "message not found")
"""Parts of a 400's text with which Telegram says that there is no poll left to close."""


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


class Messenger:
    """Sends messages whose moment the pacer has granted, and tells what became of each.

    The bot's rate limiter is the pacer whose tickets come with the messages. No Message objects are
    built: that would cost as much as the sending. With `paid`, what is above thirty a second is
    paid for in Stars.
    """

    def __init__(self, bot: ExtBot[Any], *, paid: bool = False) -> None:
        self._bot = bot
        self._paid = paid

    async def send(
        self, chat_id: int, message: Message, ticket: Ticket, *, silent: bool = False
    ) -> Outcome:
        """Send once, `silent` without a sound. Whatever goes wrong is an outcome, never raised."""
        method, body = _request(message)
        body["chat_id"] = chat_id
        if silent:
            body["disable_notification"] = True
        if self._paid:
            body["allow_paid_broadcast"] = True
        if message.buttons:
            body["reply_markup"] = keyboard(message.buttons)
        try:
            answer = await self._call(method, body, ticket)
            poll = answer.get("poll")
            return Sent(int(answer["message_id"]), poll and str(poll["id"]))
        except TelegramError as error:
            return outcome_of(error)
        except (AttributeError, KeyError, TypeError, ValueError):
            return Uncertain("unusable answer")

    async def probe(self, chat_id: int) -> Outcome:
        """Try the way to a chat without a message: the sign that somebody is typing."""
        try:
            await self._call("sendChatAction", {"chat_id": chat_id, "action": "typing"})
        except TelegramError as error:
            return outcome_of(error)
        except (AttributeError, KeyError, TypeError, ValueError):
            return Uncertain("unusable answer")
        return Sent(0)

    async def close_poll(self, chat_id: int, message_id: int, ticket: Ticket) -> Outcome:
        """Close a poll; one that is closed or deleted already counts as done. Safe to repeat."""
        try:
            await self._call("stopPoll", {"chat_id": chat_id, "message_id": message_id}, ticket)
        except BadRequest as error:
            if not _says(error, CLOSED):
                return outcome_of(error)
        except TelegramError as error:
            return outcome_of(error)
        except (AttributeError, KeyError, TypeError):
            return Uncertain("unusable answer")
        return Sent(message_id)

    async def _call(self, method: str, body: dict[str, Any], ticket: Ticket | None = None) -> Any:
        # PTB warns at every call of a method it knows by name; the underscore, which it strips
        # before the request, keeps it from recognising this one.
        return await self._bot.do_api_request(f"{method}_", api_kwargs=body, rate_limit_args=ticket)


def outcome_of(error: TelegramError) -> Outcome:
    """What an error means for the message."""
    seconds = flood_wait(error)
    if seconds is not None:
        return Flood(seconds)
    # The order counts: PTB's BadRequest and TimedOut are NetworkErrors too.
    match error:
        case Forbidden() | BadRequest() if error.__cause__:  # The body wasn't Telegram's JSON.
            return Uncertain(_reason(error))
        case Forbidden():
            return Blocked(_reason(error))
        case BadRequest():
            return Blocked(_reason(error)) if _says(error, UNREACHABLE) else Refused(_reason(error))
        case ChatMigrated():
            return Refused("the group has moved")
        case NotConnected():
            return NotSent(_reason(error))
        case InvalidToken() | EndPointNotFound():  # A 401 or 404: PTB gives either name to both.
            return NotSent(UNAUTHORISED)
        case Conflict():
            return NotSent("conflict")
        case TimedOut():
            return Uncertain("timed out")
        case _:
            return Uncertain(_reason(error))


def _request(message: Message) -> tuple[str, dict[str, Any]]:
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
        case FileMessage():
            body: dict[str, Any] = {"document": InputFile(message.content, filename=message.name)}
            if message.html:
                body |= {"caption": message.html, "parse_mode": "HTML"}
            return "sendDocument", body
        case _:
            assert_never(message)


def _says(error: TelegramError, phrases: tuple[str, ...]) -> bool:
    return any(phrase in error.message.lower() for phrase in phrases)


def _reason(error: TelegramError) -> str:
    """The first sentence of the error, without what it quotes of the message, and without ids."""
    sentence = error.message.removeprefix("Forbidden: ").partition(". ")[0]
    return re.sub(r"\d{5,}", "…", re.sub(r'"[^"]*"?', '"…"', sentence))[:120]

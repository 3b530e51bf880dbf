"""The only place that sends campaign messages: a message in, an outcome out."""

from __future__ import annotations

import json
import re
from functools import partial
from http import HTTPStatus
from typing import Any

from pydantic_core import from_json
from telegram.error import NetworkError, TimedOut

from bot.delivery.allowance import Ticket
from bot.delivery.breaker import UNAUTHORISED
from bot.delivery.encoding import Body, encode_for
from bot.delivery.pacer import Pacer
from bot.delivery.transport import HttpRequest, Lapsed, NotConnected
from bot.domain.message import TextMessage
from bot.domain.outcome import Blocked, Flood, Late, NotSent, Outcome, Refused, Sent, Uncertain

UNREACHABLE = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated")
"""Parts of a 400's text that mean the person, not the message, is the trouble."""

CLOSED = ("poll has already been closed", "poll to stop not found", "message not found")
"""Parts of a 400's text with which Telegram says that there is no poll left to close."""

UNUSABLE = Uncertain("unusable answer")


class Messenger:
    """Sends messages whose moment the pacer has granted, and tells what became of each.

    `api` is where the methods are: the server's address, `/bot` and the token. The answers are read
    here, past PTB, whose objects and exceptions would cost as much as the sending.
    """

    def __init__(self, request: HttpRequest, api: str, pacer: Pacer) -> None:
        self._request = request
        self._api = api
        self._pacer = pacer

    async def send(self, chat_id: int, body: Body, delivery_id: int, ticket: Ticket) -> Outcome:
        """Send once. Whatever goes wrong is an outcome, never raised."""
        return await self._call(body.method, body.of(chat_id, delivery_id), ticket)

    async def say(
        self, chat_id: int, message: TextMessage, ticket: Ticket, *, thread: int | None = None
    ) -> Outcome:
        """The same with a text for one chat, or for a group's topic where a `thread` is given."""
        body = encode_for(chat_id, message, thread)
        return await self._call("sendMessage", body, ticket)

    async def probe(self, chat_id: int | None) -> Outcome:
        """Try the way to a chat without a message: the sign that somebody is typing.

        Without a chat it is only asked who the bot is.
        """
        if chat_id is None:
            return await self._call("getMe", b"{}")
        body = json.dumps({"chat_id": chat_id, "action": "typing"}).encode()
        return await self._call("sendChatAction", body)

    async def close_poll(self, chat_id: int, message_id: int, ticket: Ticket) -> Outcome:
        """Close a poll; one that is closed or deleted already counts as done. Safe to repeat."""
        body = json.dumps({"chat_id": chat_id, "message_id": message_id}).encode()
        outcome = await self._call("stopPoll", body, ticket)
        if isinstance(outcome, Refused) and _says(outcome.reason, CLOSED):
            return Sent(message_id)
        return outcome

    async def _call(self, method: str, body: bytes, ticket: Ticket | None = None) -> Outcome:
        request = partial(self._request.call, f"{self._api}/{method}", body)
        try:
            status, answer = await (self._pacer.spend(ticket, request) if ticket else request())
        except Lapsed:
            return Late()
        except NotConnected as error:
            return NotSent(error.message)
        except TimedOut:
            return Uncertain("timed out")
        except NetworkError as error:
            return Uncertain(error.message)
        return outcome_of(method, status, answer)


def outcome_of(method: str, status: int, body: bytes) -> Outcome:
    """What the HTTP answer to a call means for its message."""
    try:
        answer = from_json(body)
    except ValueError:
        answer = None
    if status == HTTPStatus.OK:
        return _sent(method, answer)
    if not isinstance(answer, dict):
        answer = {}
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        parameters = answer.get("parameters")
        wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
        return Flood(float(wait) if isinstance(wait, int | float) else 1.0)
    said = answer.get("description")
    if not isinstance(said, str):  # Not Telegram's own words: something stands in between.
        return Uncertain(f"HTTP {status}")
    reason = _reason(said)
    match status:
        case HTTPStatus.FORBIDDEN:
            return Blocked(reason)
        case HTTPStatus.BAD_REQUEST:
            return Blocked(reason) if _says(said, UNREACHABLE) else Refused(reason)
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.NOT_FOUND:  # Telegram gives either.
            return NotSent(UNAUTHORISED)
        case HTTPStatus.CONFLICT:
            return NotSent("conflict")
        case _:
            return Uncertain(reason)


def _sent(method: str, answer: Any) -> Outcome:
    result = answer.get("result") if isinstance(answer, dict) and answer.get("ok") else None
    if method in ("sendChatAction", "stopPoll", "getMe"):
        return Sent(0) if result else UNUSABLE
    if not isinstance(result, dict) or not isinstance(result.get("message_id"), int):
        return UNUSABLE
    poll = result.get("poll")
    if poll is None:
        return Sent(result["message_id"])
    return Sent(result["message_id"], str(poll["id"])) if _has_id(poll) else UNUSABLE


def _has_id(poll: Any) -> bool:
    return isinstance(poll, dict) and "id" in poll


def _says(text: str, phrases: tuple[str, ...]) -> bool:
    return any(phrase in text.lower() for phrase in phrases)


def _reason(said: str) -> str:
    """The first sentence of what Telegram says, without its quotations and without ids."""
    sentence = re.sub(r"^(Bad Request|Forbidden): ", "", said).partition(". ")[0]
    return re.sub(r"\d{5,}", "…", re.sub(r'"[^"]*"?', '"…"', sentence))[:120]

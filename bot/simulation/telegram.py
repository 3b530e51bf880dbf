"""Telegram as the simulation needs it: it takes what is sent, and people act on it.

It is reached below PTB and the messenger, where requests are bytes, so all of the program above is
the live one. What the emulator checks of requests is not checked again here.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections import deque
from collections.abc import Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Any, Protocol

from telegram.error import NetworkError

from bot.clock import Clock
from bot.delivery.connections import Answer
from bot.delivery.transport import JSON, HttpRequest, NotConnected, Timeouts
from bot.simulation.chance import Chance
from bot.simulation.members import ACT_SECOND, Act, Member
from bot.simulation.profile import Faults
from bot.simulation.reading import Known, Reader

TOKEN = "1:SIMULATION"
BOT = {
    "id": 1, "is_bot": True, "first_name": "Rugwijzer", "username": "rugwijzer_bot",
    "can_join_groups": False, "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}  # fmt: skip
AT_MOST = 100
"""Updates that one request gets."""

Json = dict[str, Any]


class Watcher(Protocol):
    """Sees everything that happens."""

    def arrived(self, member: Member, known: Known, now: datetime) -> None:
        """A message came."""

    def changed(self, member: Member) -> None:
        """A message changed in place."""

    def acted(self, member: Member, act: Act, now: datetime) -> None:
        """Somebody did something."""


class Telegram:
    """The simulated servers, and the people behind them. `busy` is set whenever something happens.

    Belongs to the running loop; times are those of `clock`.
    """

    def __init__(
        self,
        clock: Clock,
        reader: Reader,
        watcher: Watcher,
        faults: Faults,
        *,
        seed: int,
        every: float,
    ) -> None:
        """`every` is the grid of seconds on which people act: each a little after its moment."""
        self._clock = clock
        self._starts = clock.now()
        self._loop = asyncio.get_running_loop()
        self._reader = reader
        self._watcher = watcher
        self._faults = faults
        self._chance = Chance(seed, 0)
        self._every = every
        self._members: dict[int, Member] = {}
        self._blocked: dict[int, str] = {}
        self._polls: dict[int, str] = {}
        """The polls that are open, by message."""
        self._updates: deque[Json] = deque()
        self._arrived = asyncio.Event()
        self._last_update = self._last_message = self._requests = 0
        self.busy = asyncio.Event()
        self.refused = 0
        """How often a message was answered with 429."""

    def populate(self, members: Iterable[Member]) -> None:
        """Let these people come, each in their time."""
        for member in members:
            self._members[member.chat] = member
            self._plan(member, [member.first()])
        for outage in self._faults.outages:
            # A request for updates that waits is cut off.
            self._loop.call_later(outage.after_hours * 3600, self._arrived.set)

    async def answer(self, method: str, body: Json) -> Answer:
        """What a request gets; raises NetworkError in an outage."""
        if self._is_out():
            raise NotConnected("Not connected: outage")
        self.busy.set()
        match method:
            case "getUpdates":
                return _ok(await self._next_updates(int(body.get("offset", 0))))
            case "sendMessage" | "sendPoll":
                return self._send(body)
            case "editMessageText":
                self._read(body["chat_id"], body["message_id"], body, edited=True)
                return _ok(self._message(body["chat_id"], body["message_id"], body.get("text")))
            case "stopPoll":
                poll = self._polls.pop(body["message_id"], None)
                return _ok({"id": poll}) if poll else _refusal("poll has already been closed")
            case "getMe":
                return _ok(BOT)
            case "getWebhookInfo":
                waiting = len(self._updates)
                return _ok({"url": "", "has_custom_certificate": False,
                            "pending_update_count": waiting})  # fmt: skip
            case "getMyCommands":
                return _ok([])
            case "getMyName" | "getMyDescription" | "getMyShortDescription":
                return _ok({"name": "", "description": "", "short_description": ""})
        return _ok(True)

    def _is_out(self) -> bool:
        if not self._faults.outages:
            return False
        hours = (self._clock.now() - self._starts).total_seconds() / 3600
        return any(0 <= hours - out.after_hours < out.hours for out in self._faults.outages)

    async def _next_updates(self, offset: int) -> list[Json]:
        while self._updates and self._updates[0]["update_id"] < offset:
            self._updates.popleft()
        if not self._updates:
            self._arrived.clear()
            await self._arrived.wait()
            if self._is_out():
                raise NetworkError("Connection lost: outage")
        return [self._updates[i] for i in range(min(AT_MOST, len(self._updates)))]

    def _send(self, body: Json) -> Answer:
        self._requests += 1
        rate = self._faults.refusals
        if rate and self._chance(f"refusal {self._requests}") < rate:
            self.refused += 1
            wait = self._chance.whole(f"wait {self._requests}", 1, 5)
            error = {"ok": False, "error_code": 429, "description": "Too Many Requests",
                     "parameters": {"retry_after": wait}}  # fmt: skip
            return HTTPStatus.TOO_MANY_REQUESTS, json.dumps(error).encode()
        chat = body["chat_id"]
        if chat in self._blocked:
            return _refusal(self._blocked[chat], HTTPStatus.FORBIDDEN)
        self._last_message += 1
        message = self._message(chat, self._last_message, body.get("text"))
        if "question" in body:
            self._polls[self._last_message] = poll = f"9{self._last_message}"
            message["poll"] = {"id": poll}
        self._read(chat, self._last_message, body)
        return _ok(message)

    def _message(self, chat: int, message: int, text: str | None) -> Json:
        return {
            "message_id": message, "date": self._seconds(), "from": BOT, "text": text or "",
            "chat": {"id": chat, "type": "private", "first_name": "A"},
        }  # fmt: skip

    def _read(self, chat: int, message: int, body: Json, *, edited: bool = False) -> None:
        member = self._members.get(chat)
        if member is None:
            return
        now = self._clock.now()
        known = (
            self._reader.poll(body["question"])
            if "question" in body
            else self._reader.text(body["text"])
        )
        if edited:
            self._watcher.changed(member)
        else:
            self._watcher.arrived(member, known, now)
        rows = (body.get("reply_markup") or {}).get("inline_keyboard", ())
        buttons = [b["callback_data"] for row in rows for b in row if "callback_data" in b]
        self._plan(member, member.read(known, message, buttons, now))

    def _plan(self, member: Member, acts: Iterable[Act]) -> None:
        for act in acts:
            seconds = (act.at - self._starts).total_seconds()
            moment = math.ceil((seconds - ACT_SECOND) / self._every) * self._every + ACT_SECOND
            self._loop.call_at(max(moment, self._loop.time()), self._act, member, act)

    def _act(self, member: Member, act: Act) -> None:
        body = self._update(member, act)
        if body is None:
            return
        self._watcher.acted(member, act, self._clock.now())
        self._last_update += 1
        self._updates.append({"update_id": self._last_update, **body})
        self._arrived.set()
        self.busy.set()

    def _update(self, member: Member, act: Act) -> Json | None:
        """What the bot gets to know of an act; None where there is nothing to know, or the app
        doesn't let them."""
        chat = member.chat
        user = {"id": chat, "is_bot": False, "first_name": "A", "language_code": member.language}
        if act.kind == "return":
            self._blocked.pop(chat, None)
            member.returned(str(act.data))
            return self._said(user, "/start")
        if chat in self._blocked:
            return None
        match act.kind:
            case "start":
                return self._said(user, f"/start {act.data}".rstrip())
            case "text":
                return self._said(user, str(act.data))
            case "tap":
                message = self._message(chat, act.message, None)
                query = {"id": f"8{self._last_update}", "from": user, "message": message,
                         "chat_instance": str(chat), "data": act.data}  # fmt: skip
                return {"callback_query": query}
            case "vote":
                return self._voted(user, act)
            case "vanish":
                self._blocked[chat] = "Forbidden: user is deactivated"
                self._watcher.acted(member, act, self._clock.now())
                return None
            case _:
                self._blocked[chat] = "Forbidden: bot was blocked by the user"
                return self._kicked(user)

    def _voted(self, user: Json, act: Act) -> Json | None:
        poll = self._polls.get(act.message)
        if poll is None:  # Closed.
            return None
        chosen = [] if act.data is None else [act.data]
        ids = [str(number) for number in chosen]
        answer = {"poll_id": poll, "user": user, "option_ids": chosen}
        return {"poll_answer": {**answer, "option_persistent_ids": ids}}

    def _kicked(self, user: Json) -> Json:
        change = {
            "chat": {"id": user["id"], "type": "private", "first_name": "A"},
            "from": user,
            "date": self._seconds(),
            "old_chat_member": {"user": BOT, "status": "member"},
            "new_chat_member": {"user": BOT, "status": "kicked", "until_date": 0},
        }
        return {"my_chat_member": change}

    def _said(self, user: Json, text: str) -> Json:
        self._last_message += 1
        said = self._message(user["id"], self._last_message, text)
        said["from"] = user
        if text.startswith("/"):
            length = len(text.split()[0])
            said["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return {"message": said}

    def _seconds(self) -> int:
        return int(self._clock.now().timestamp())


class InProcess(HttpRequest):
    """The live transport down to its bytes, which go to the simulated Telegram."""

    def __init__(self, telegram: Telegram) -> None:
        super().__init__()
        self._telegram = telegram

    async def initialize(self) -> None:
        """There is nothing to open."""

    async def shutdown(self) -> None:
        """There is nothing to close."""

    async def _exchange(
        self, method: str, url: str, kind: bytes, body: bytes, limits: Timeouts
    ) -> Answer:
        if kind != JSON:
            return _ok(True)
        return await self._telegram.answer(url.rpartition("/")[2], json.loads(body or b"{}"))


def _ok(result: object) -> Answer:
    return HTTPStatus.OK, json.dumps({"ok": True, "result": result}).encode()


def _refusal(words: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> Answer:
    error = {"ok": False, "error_code": int(status), "description": words}
    return status, json.dumps(error).encode()

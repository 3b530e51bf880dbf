"""The live transport down to its bytes, which go to the emulator without a socket between."""

from __future__ import annotations

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request

from bot.delivery.connections import Answer
from bot.delivery.transport import JSON, HttpRequest, Timeouts
from bot.rehearsal.emulator.server import BotApi
from bot.rehearsal.emulator.world import World

Message = MutableMapping[str, Any]


class Carrier(HttpRequest):
    """Hands each request to the emulated Bot API in the same thread, and sets `busy` with it.

    A request for updates waits until there are some, however long that takes: in virtual time there
    is nobody to hang up.
    """

    def __init__(self, world: World, busy: asyncio.Event) -> None:
        super().__init__()
        self._api = BotApi(world)
        self._busy = busy
        self._news = asyncio.Event()
        world.updates.listeners.append(lambda _: self._news.set())

    async def initialize(self) -> None:
        """There is nothing to open."""

    async def shutdown(self) -> None:
        """There is nothing to close."""

    async def _exchange(
        self, method: str, url: str, kind: bytes, body: bytes, limits: Timeouts
    ) -> Answer:
        self._busy.set()
        path = urlsplit(url).path
        if path.endswith("/getUpdates"):
            return await self._updates(path, json.loads(body or b"{}"))
        return await self._call(path, kind, body)

    async def _updates(self, path: str, wanted: dict[str, Any]) -> Answer:
        now = json.dumps({**wanted, "timeout": 0}).encode()
        while True:
            self._news.clear()
            status, answer = await self._call(path, JSON, now)
            if json.loads(answer).get("result") != []:
                return status, answer
            await self._news.wait()

    async def _call(self, path: str, kind: bytes, body: bytes) -> Answer:
        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        token, _, name = path.removeprefix("/bot").partition("/")
        scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "query_string": b"",
            "headers": [(b"content-type", kind)],
            "path_params": {"token": token, "method": name},
        }
        response = await self._api.call(Request(scope, receive))
        return response.status_code, bytes(response.body)

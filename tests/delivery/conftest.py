"""A server that behaves as badly as a test asks, and a clock that a test turns."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import json
from collections.abc import AsyncIterator, Coroutine
from typing import Any, TypeVar

import pytest

T = TypeVar("T")

TOKEN = "123456789:TheSecretToken"

CUT = b""
"""Close the connection instead of answering."""

HANG = None
"""Never answer."""


def answer(status: int, content: object) -> bytes:
    """An HTTP answer: `content` as it is if bytes, else as JSON."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return b"HTTP/1.1 %d Whatever\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


def done(result: object) -> bytes:
    return answer(200, {"ok": True, "result": result})


def refused(status: int, description: str, **parameters: object) -> bytes:
    content = {"ok": False, "error_code": status, "description": description}
    return answer(status, content | ({"parameters": parameters} if parameters else {}))


class Api:
    """Speaks just enough HTTP: reads a request, then sends the next answer of the script."""

    def __init__(self) -> None:
        self.script: list[bytes | None] = []
        self.asked: list[str] = []
        """The method of the Bot API that each request named."""
        self.bodies: list[bytes] = []
        self.connections = 0
        self.open = 0
        self.hanging = asyncio.Event()
        self.release = asyncio.Event()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        self.release.set()
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            (line.split(":")[1] for line in head.lower().splitlines() if "content-length" in line),
            "0",
        )
        self.bodies.append(await reader.readexactly(int(length)))
        self.asked.append(head.split()[1].rpartition("/")[2])
        reply = self.script.pop(0)
        if reply is HANG:
            self.hanging.set()
            await self.release.wait()
        if not reply:
            return False
        writer.write(reply)
        await writer.drain()
        return b"\r\n\r\n" in reply and b"Content-Length: 999" not in reply


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    api = Api()
    await api.start()
    yield api
    await api.stop()


class Clock:
    """Virtual time: sleepers wake in order, each as soon as nothing else can happen."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._turned = 0.0
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def monotonic(self) -> float:
        return self.now + self._turned

    def turn(self, seconds: float) -> None:
        """Jump ahead; who sleeps has as long to go as before."""
        self._turned += seconds

    async def sleep(self, seconds: float) -> None:
        waking = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._order), waking))
        await waking

    async def run(self, story: Coroutine[Any, Any, T], most: float = 1000.0) -> T:
        """The story's result; fails if it stalls or takes more than `most` virtual seconds."""
        task = asyncio.create_task(story)
        last = self.now + most
        try:
            while not await self.settled(task):
                assert self._sleepers, "everybody waits and nobody sleeps"
                at, _, waking = heapq.heappop(self._sleepers)
                if not waking.done():
                    self.now = max(self.now, at)
                    assert self.now <= last, "somebody starves"
                    waking.set_result(None)
            return task.result()
        finally:
            task.cancel()

    @staticmethod
    async def settled(task: asyncio.Task[Any]) -> bool:
        """Let everything happen that can without time passing; whether the task is done."""
        for _ in range(8):
            await asyncio.sleep(0)
        return task.done()


@pytest.fixture
def clock() -> Clock:
    return Clock()

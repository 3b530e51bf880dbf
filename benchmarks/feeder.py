"""Votes for the webhook, as Telegram brings them: over at most 40 connections, kept alive."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Iterator

from benchmarks import ours, runs

CONNECTIONS = 40


def feed(port: int, votes: int) -> float:
    """Post so many votes to the webhook on `port`; the seconds until the last was acknowledged.

    Raises RuntimeError where one is not.
    """
    bodies = iter([json.dumps(ours.vote(number)).encode() for number in range(1, votes + 1)])
    before = os.sched_getaffinity(0)
    if len(before) > 1:
        os.sched_setaffinity(0, {runs.SERVER_CORE})
    try:
        began = time.monotonic()
        asyncio.run(_feed(port, bodies))
        return time.monotonic() - began
    finally:
        os.sched_setaffinity(0, before)


async def _feed(port: int, bodies: Iterator[bytes]) -> None:
    await asyncio.gather(*(_post(port, bodies) for _ in range(CONNECTIONS)))


async def _post(port: int, bodies: Iterator[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for body in bodies:
        writer.write(
            b"POST /webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"X-Telegram-Bot-Api-Secret-Token: %b\r\nContent-Length: %d\r\n\r\n%b"
            % (ours.WEBHOOK_SECRET.encode(), len(body), body)
        )
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"not acknowledged: {head[:40]!r}")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length or 0))
    writer.close()
    await writer.wait_closed()

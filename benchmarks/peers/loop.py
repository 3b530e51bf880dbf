"""What the Python peers share: the job they are given, and the loop that sends."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

job = json.loads(sys.argv[1])
TEXT = "A message of <b>some</b> length, so that a body has the size of a real one. " * 6
WARM_UP = 300


async def run(send: Callable[[int], Awaitable[None]]) -> None:
    """Send `messages`, or for `seconds`, each to another chat; print CPU and wall time."""
    chats = iter(range(1_000_000_000, 2_000_000_000))

    async def worker(until: Callable[[], bool]) -> None:
        while not until():
            left[0] -= 1
            await send(next(chats))

    async def all_workers(until: Callable[[], bool]) -> None:
        await asyncio.gather(*(worker(until) for _ in range(job["in_flight"])))

    left = [WARM_UP]
    if job["seconds"]:
        ends = time.monotonic() + job["seconds"]
        cpu, wall, sent = time.process_time(), time.monotonic(), -left[0]
        workers = all_workers(lambda: time.monotonic() >= ends)
        with suppress(TimeoutError):
            await asyncio.wait_for(workers, job["seconds"] + 1)
        sent -= left[0] - WARM_UP
    else:
        await all_workers(lambda: left[0] <= 0)
        left = [job["messages"]]
        cpu, wall = time.process_time(), time.monotonic()
        await all_workers(lambda: left[0] <= 0)
        sent = job["messages"]
    used, took = time.process_time() - cpu, time.monotonic() - wall
    print(json.dumps({"messages": sent, "cpu": used, "wall": took}), flush=True)

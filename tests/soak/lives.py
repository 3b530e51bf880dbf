"""Lives of the program that end where a test says: `python lives.py JOBS`, one JSON job a line.

A job is `{"settings": {...}, "point": 3, "after": 0.2}`: the bot runs until what is due has left,
unless it is killed before, at a numbered commit (odd: right before it, even: right after) or after
so many seconds. Each life is a fork of this process, so that none has to import anything. Prints
for each the exit status, 0 where it came to its end, and the commit points that it passed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import instance
from bot.app import App
from bot.running import opened
from bot.settings import read_settings
from bot.store import enrolments, outbox, timeline
from bot.store.database import Database
from bot.store.deliveries import State

LATER = timedelta(seconds=30)
"""What waits longer than that for its next try is not waited for."""

PATIENCE = 200
"""Seconds that an undisturbed life may take."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at(point: int, passed: int) -> None:
    """Let the process be killed at a commit; `passed` is the pipe that counts them."""
    count = 0
    write = Database.write

    def at_commit() -> None:
        nonlocal count
        count += 1
        os.write(passed, b".")
        if count == point:
            die()

    @contextlib.asynccontextmanager
    async def watched(self: Database, *, bulk: bool = False) -> AsyncIterator[AsyncConnection]:
        async with write(self, bulk=bulk) as tx:
            yield tx
            at_commit()
        at_commit()

    Database.write = watched  # type: ignore[method-assign]


# Each life waits until the one before it is taken for dead.
instance.LEASE = 0.25


async def over(app: App) -> bool:
    """Whether nothing is due or on its way."""
    async with app.records.db.read() as tx:
        queued = await outbox.next_due_at(tx)
        sending = await timeline.listed(tx, [State.SENDING])
        due = await enrolments.next_due_at(tx, app.records.campaign.key)
    soon = app.clock.now() + LATER
    waiting = sending or any(moment is not None and moment <= soon for moment in (queued, due))
    return not waiting and app.sender.idle and app.inbox.idle and app.replies.idle


async def live(settings: dict[str, str]) -> None:
    """One undisturbed life."""
    chosen = read_settings(_env_file=None, **{name.lower(): it for name, it in settings.items()})
    async with asyncio.timeout(PATIENCE), opened(chosen) as app:
        await app.start()
        failing = asyncio.create_task(app.failed())
        while not await over(app):
            if failing.done():
                failing.result()
            await asyncio.sleep(0.02)
        failing.cancel()
        await app.stop()


def life(job: dict[str, Any]) -> tuple[int, int]:
    """How a life ended, and how many commit points it passed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # Where logs go.
        try:
            if job.get("point") is not None:
                die_at(job["point"], writing)
            if job.get("after") is not None:
                threading.Timer(job["after"], die).start()
            asyncio.run(live(job["settings"]))
            status = 0
        except BaseException:
            traceback.print_exc()  # Nothing else tells of it: the process ends right here.
        finally:
            sys.stderr.flush()
            os._exit(status)
    os.close(writing)
    points = 0
    while chunk := os.read(reading, 1000):
        points += len(chunk)
    os.close(reading)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), points


def main() -> None:
    for line in sys.stdin:
        print(json.dumps(life(json.loads(line))), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()

"""What is done every so often, for as long as the program runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Ticking:
    """Work at intervals: what was missed is done once, and never twice at a time."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        self._jobs: set[asyncio.Task[None]] = set()

    def every(self, seconds: float, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do something every so many seconds, from `start` on."""

        async def job() -> None:
            task = asyncio.create_task(work())
            self._jobs.add(task)
            task.add_done_callback(self._jobs.discard)
            # The scheduler cancels what runs when it ends; a tick under way is not cut off.
            await asyncio.shield(task)

        self._scheduler.add_job(job, "interval", seconds=seconds)

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()

    async def stop(self, grace: float) -> None:
        """Begin nothing more, and let what runs end for `grace` seconds at most."""
        if not self._scheduler.running:
            return
        self._scheduler.pause()
        if self._jobs:
            _, late = await asyncio.wait(self._jobs, timeout=grace)
            for task in late:
                task.cancel()
        self._scheduler.shutdown(wait=False)

"""The live program over the simulated Telegram: the same App, its clock and its timers virtual."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from bot.app import TICK, App
from bot.chat.charts import Render
from bot.clock import Clock
from bot.content.render import Texts
from bot.delivery.pacer import Pacer
from bot.delivery.transport import HttpRequest
from bot.domain.practice import Practice
from bot.instance import Role
from bot.settings import Settings
from bot.simulation.members import pseudonym
from bot.store.cipher import Cipher
from bot.store.inline import ScratchDatabase

MINUTE, HOUR = 60.0, 3600.0

JUST_AFTER = 0.001
"""Seconds after a moment at which it has surely come, however seconds are rounded."""


async def _in_words(_svg: str) -> None:
    """No charts: another process knows nothing of virtual time, and the words say the same."""


class SimulatedApp(App):
    """The App, but that it is told when to look instead of looking every second.

    A look that finds nothing changes nothing, so leaving those out leaves everything else as it is.
    """

    def __init__(
        self,
        settings: Settings,
        texts: Texts,
        db: ScratchDatabase,
        clock: Clock,
        carry: HttpRequest,
        busy: asyncio.Event,
        *,
        seed: int,
        per_second: int,
        every: float,
        render: Render = _in_words,
        practice: Practice | None = None,
    ) -> None:
        """`carry` takes requests to Telegram, and sets `busy` whenever something happens there.
        `every` is the grid of seconds on which what is due is looked for."""
        cipher = Cipher(seed.to_bytes(64, "big"))
        pacer = Pacer(monotonic=clock.monotonic, per_second=per_second)
        super().__init__(
            settings, texts, db, cipher, clock, pacer,
            transport=lambda _: carry, render=render, practice=practice,
        )  # fmt: skip
        self.records = replace(self.records, pseudonym=partial(pseudonym, seed))
        self._busy = busy
        self._looks_at: datetime | None = None
        """When questions are looked after next; `_sooner` that this is no longer so."""
        self._sooner = asyncio.Event()
        self._scratch = db
        self._grid = every

    def _every(self, seconds: float, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if work == self.rounds.tick:
            self._run(self._tick_when_due())
        elif work == self.rounds.close_polls:
            self._run(self._look_when_due())
        else:
            self._run(self._daily(work))

    def _lead(self, duty: Role, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """It is alone with its database, and so always the leader."""
        self._run(work())

    async def _tick_when_due(self) -> None:
        """Tick at each moment of the grid by which something is due."""
        loop, busy = asyncio.get_running_loop(), self._busy
        tried: datetime | None = None
        while True:
            busy.clear()
            if self._scratch.next_closing() != self._looks_at:
                self._sooner.set()
            due = self._scratch.next_step(self.records.campaign.key)
            if due is None:
                await busy.wait()
                continue
            ahead = (due - self.clock.now()).total_seconds()
            # What stays due waits for its turn, or for the end of a trouble that wakes by itself.
            grid = MINUTE if ahead <= 0 and due == tried else TICK
            at = (math.floor(loop.time() / grid) + 1) * grid
            if ahead > 0:
                at = math.ceil(round((loop.time() + ahead) / self._grid, 6)) * self._grid
            try:
                async with asyncio.timeout_at(at + JUST_AFTER):
                    await busy.wait()
                    # Whatever else happens in this second is looked at together.
                    await asyncio.sleep(TICK)
            except TimeoutError:
                tried = due
                await self.rounds.tick()

    async def _look_when_due(self) -> None:
        """Look after questions at each moment of the grid by which one is due, and after those of a
        person who leaves at once."""
        loop = asyncio.get_running_loop()
        while True:
            self._sooner.clear()
            due = self._looks_at = self._scratch.next_closing()
            ahead = (due - self.clock.now()).total_seconds() if due is not None else math.inf
            if ahead <= 0:
                await self.rounds.close_polls()
                self._busy.set()  # A reminder may be due.
                await asyncio.sleep(5 * TICK)
                continue
            at = None
            if due is not None:
                at = (
                    math.ceil(round((loop.time() + ahead) / self._grid, 6)) * self._grid
                    + JUST_AFTER
                )
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(at):
                    await self._sooner.wait()

    async def _daily(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            await asyncio.sleep(24 * HOUR)
            await work()

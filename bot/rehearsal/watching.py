"""What an author saves shows at once; what the linter says of it, a moment later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog
from watchfiles import Change, DefaultFilter, awatch

from bot.checking import checked
from bot.content.codes import Rule
from bot.content.findings import Finding
from bot.content.load import TEMPLATES
from bot.rehearsal.playing import PAGE, Rehearsal

log = structlog.get_logger()

STEP = 20
"""Milliseconds without a further change after which a save counts as complete."""


class _Authors(DefaultFilter):
    """Files that authors write; the page's own are none of them."""

    def __call__(self, change: Change, path: str) -> bool:
        return super().__call__(change, path) and not Path(path).is_relative_to(PAGE)


class Watch:
    """Reads a rehearsal's campaign again whenever a file of it changes; `tell` says so to pages."""

    def __init__(self, rehearsal: Rehearsal, tell: Callable[[], None]) -> None:
        self._rehearsal = rehearsal
        self._tell = tell
        self._stopping = asyncio.Event()
        self._checking: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Watch until `stop`."""
        self._check()
        folders = {TEMPLATES, self._rehearsal.campaign.resolve()}
        async for _ in awatch(
            *folders, watch_filter=_Authors(), step=STEP, stop_event=self._stopping
        ):
            try:
                await self._rehearsal.reload()
            except Exception:
                # Whatever it is, the next save may mend it.
                log.exception("the campaign can't be played")
                await self._rehearsal.stumbled(_trouble("can't be played; the terminal tells why"))
            self._tell()
            self._check()

    async def stop(self) -> None:
        """Stop watching and checking."""
        self._stopping.set()
        if self._checking is not None:
            self._checking.cancel()
            await asyncio.wait([self._checking])

    def _check(self) -> None:
        if self._checking is not None:
            self._checking.cancel()
        self._checking = asyncio.create_task(self._findings())

    async def _findings(self) -> None:
        try:
            found = tuple(await checked(self._rehearsal.campaign))
        except (OSError, RuntimeError, ValueError) as error:
            log.error("the check failed", reason=str(error))
            found = (_trouble("the check itself failed; run `python -m bot check` to see why"),)
        await self._rehearsal.checked(found)
        self._tell()


def _trouble(message: str) -> Finding:
    """What no rule foresaw, told where findings are."""
    return Finding("campaign.yaml", 1, message, Rule.UNREADABLE_FILE)

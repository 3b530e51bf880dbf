"""What the operators are told by the bot itself, in their own chats with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.content.render import Texts
from bot.delivery.breaker import Trouble

log = structlog.get_logger()


class Notices:
    """Tells the operators (`admins`: their chat ids) of trouble and of its end.

    In the campaign's first language. A notice that can't be sent is only logged: the log has said
    the same already.
    """

    def __init__(
        self, bot: ExtBot[Any], texts: Texts, admins: Sequence[int], now: Callable[[], datetime]
    ) -> None:
        self._bot = bot
        self._texts = texts
        self._admins = admins
        self._now = now
        self._since: datetime | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def trouble(self, trouble: Trouble | None) -> None:
        """Sending stopped because of `trouble`, or goes on (None)."""
        language = self._texts.campaign.languages[0]
        now = self._now()
        if trouble is not None:
            self._since = self._since or now
            self.tell(self._texts.phrase(f"operator.halted-{trouble}", language))
        elif self._since is not None:
            minutes = round((now - self._since).total_seconds() / 60)
            self._since = None
            self.tell(self._texts.phrase("operator.goes-on", language, minutes=max(1, minutes)))

    async def stop(self) -> None:
        """Give up on what isn't sent yet."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def tell(self, html: str) -> None:
        """Tell every operator this."""
        for admin in self._admins:
            task = asyncio.create_task(self._send(admin, html))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _send(self, admin: int, html: str) -> None:
        try:
            await self._bot.send_message(admin, html, parse_mode="HTML")
        except TelegramError as error:
            log.warning("an operator could not be told", reason=type(error).__name__)

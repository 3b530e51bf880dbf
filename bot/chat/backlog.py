"""Watches how many updates wait at Telegram, which keeps no more than 100,000 and a day."""

from __future__ import annotations

from typing import Any

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

log = structlog.get_logger()

MANY = 10_000
DROPPED_PAST = 100_000


class Backlog:
    """`warning` is one line for the operator while too many updates wait, else None."""

    def __init__(self, bot: ExtBot[Any], *, webhook: bool) -> None:
        self._bot = bot
        self._webhook = webhook
        self.warning: str | None = None

    async def check(self) -> None:
        """Ask Telegram, and log where it becomes too many and where it is over."""
        try:
            info = await self._bot.get_webhook_info()
        except TelegramError as error:
            log.info("no word of what waits at Telegram", error=type(error).__name__)
            return
        waiting = info.pending_update_count
        before = self.warning
        self.warning = self._line(waiting, info.last_error_message) if waiting > MANY else None
        if self.warning is not None:
            log.warning(self.warning)
        elif before is not None:
            log.info("updates no longer pile up at Telegram", waiting=waiting)

    def _line(self, waiting: int, error: str | None) -> str:
        if not self._webhook:
            helps = "set WEBHOOK_URL, which takes updates in faster than asking for them"
        elif error is not None:
            helps = f"see why the webhook fails ({error[:100]})"
        else:
            helps = "give the database a faster disk, or run more instances on PostgreSQL"
        return (
            f"{waiting:,} updates wait at Telegram, which drops what is past {DROPPED_PAST:,}; "
            f"what helps: {helps}"
        )

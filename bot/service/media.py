"""Pictures that Telegram has: what it calls them, so that each goes up only once."""

from __future__ import annotations

from bot.domain.message import Medium
from bot.service.records import Records
from bot.store import media


async def known_as(records: Records, medium: Medium) -> str | None:
    """What Telegram calls a picture, as far as we know."""
    async with records.db.read() as tx:
        return await media.file_id(tx, medium.hash)


async def keep(records: Records, medium: Medium, file_id: str) -> None:
    """Remember what Telegram calls a picture that just went up."""
    async with records.db.write() as tx:
        await media.keep(tx, medium.hash, file_id)

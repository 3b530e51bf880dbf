"""Pictures that Telegram has already: what it calls each, by the hash of its content.

They are the bot's own, the same for everybody. Another bot's names are refused by Telegram; then
the picture goes up again, and its new name comes in the place of the old.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import media
from bot.store.upsert import insert


async def file_id(tx: AsyncConnection, content_hash: str) -> str | None:
    """What Telegram calls a picture, or None while it doesn't have it."""
    found: str | None = await tx.scalar(
        sa.select(media.c.file_id).where(media.c.hash == content_hash)
    )
    return found


async def keep(tx: AsyncConnection, content_hash: str, name: str) -> None:
    """Remember what Telegram calls a picture; of two that went up at once either name is good."""
    await tx.execute(
        insert(tx.dialect, media)
        .values(hash=content_hash, file_id=name)
        .on_conflict_do_update(index_elements=["hash"], set_={"file_id": name})
    )

"""Facts about the database itself: which kind of time it has served, and the clock's anchor."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import meta
from bot.store.upsert import insert


async def get(tx: AsyncConnection, key: str) -> str | None:
    """The value of a fact, or None."""
    return await tx.scalar(sa.select(meta.c.value).where(meta.c.key == key))


async def put(tx: AsyncConnection, key: str, value: str) -> None:
    """Write a fact."""
    adding = insert(tx.dialect, meta).values(key=key, value=value)
    await tx.execute(
        adding.on_conflict_do_update(
            index_elements=["key"], set_={"value": adding.excluded["value"]}
        )
    )

"""Facts about the database itself: which kind of time it has served, and the clock's anchor."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import meta


async def get(tx: AsyncConnection, key: str) -> str | None:
    """The value of a fact, or None."""
    return await tx.scalar(sa.select(meta.c.value).where(meta.c.key == key))


async def put(tx: AsyncConnection, key: str, value: str) -> None:
    """Write a fact."""
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(meta).values(key=key, value=value)
    await tx.execute(
        insert.on_conflict_do_update(
            index_elements=["key"], set_={"value": insert.excluded["value"]}
        )
    )

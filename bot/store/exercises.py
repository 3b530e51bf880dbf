"""What people have to do with exercises: which they like, and when they last saw each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.exercise import Acquaintance
from bot.store.tables import acquaintance
from bot.store.upsert import insert


async def see(tx: AsyncConnection, subscriber_id: int, key: str, now: datetime) -> None:
    """Remember when a person last saw an exercise."""
    await _put(tx, subscriber_id, key, seen_at=now)


async def like(tx: AsyncConnection, subscriber_id: int, key: str, since: datetime | None) -> None:
    """Make an exercise a person's favourite; None takes that back."""
    await _put(tx, subscriber_id, key, favourite_at=since)


async def _put(tx: AsyncConnection, subscriber_id: int, key: str, **values: Any) -> None:
    await tx.execute(
        insert(tx.dialect, acquaintance)
        .values(subscriber_id=subscriber_id, exercise=key, **values)
        .on_conflict_do_update(index_elements=["subscriber_id", "exercise"], set_=values)
    )


async def known(tx: AsyncConnection, subscriber_id: int) -> list[Acquaintance]:
    """The exercises that a person saw or likes, what they liked first in front."""
    rows = await tx.execute(
        sa.select(acquaintance.c.exercise, acquaintance.c.favourite_at, acquaintance.c.seen_at)
        .where(acquaintance.c.subscriber_id == subscriber_id)
        .order_by(acquaintance.c.favourite_at, acquaintance.c.exercise)
    )
    return [Acquaintance(*row) for row in rows]

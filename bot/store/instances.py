"""The programs that run on this database, each with a row and a beat that shows it is alive."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import instance

JOINING = 0x7275677A
"""The number of the advisory lock of those who join: ids are seen in the order they were given."""


@dataclass(frozen=True, slots=True)
class Member:
    """An instance as it stands in the database."""

    id: int
    role: str
    beat: int


async def add(tx: AsyncConnection, role: str) -> int:
    """Join; gives the id, which is higher than any before."""
    if tx.dialect.name == "postgresql":
        await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(JOINING)))
    added = await tx.execute(sa.insert(instance).values(role=role, beat=0).returning(instance.c.id))
    id_: int = added.scalar_one()
    return id_


async def beat(tx: AsyncConnection, id_: int) -> bool:
    """Show that an instance is alive; False where it was taken for dead."""
    beaten = await tx.execute(
        sa.update(instance).where(instance.c.id == id_).values(beat=instance.c.beat + 1)
    )
    return beaten.rowcount == 1


async def members(tx: AsyncConnection) -> list[Member]:
    """All instances, the oldest first."""
    rows = await tx.execute(sa.select(instance).order_by(instance.c.id))
    return [Member(row.id, row.role, row.beat) for row in rows]


async def stands(tx: AsyncConnection, id_: int) -> bool:
    """Whether an instance is still one of us; it stays that until this transaction ends."""
    return await tx.scalar(_STANDS, {"this": id_}) is not None


_STANDS = (
    sa.select(instance.c.id)
    .where(instance.c.id == sa.bindparam("this"))
    # The weakest lock that keeps the row from being deleted; beats don't wait for it.
    .with_for_update(read=True, key_share=True)
)


async def remove(tx: AsyncConnection, member: Member) -> bool:
    """Take an instance for dead; False where it has shown a beat since, or is gone already."""
    removed = await tx.execute(
        sa.delete(instance).where(instance.c.id == member.id, instance.c.beat == member.beat)
    )
    return removed.rowcount == 1


async def leave(tx: AsyncConnection, id_: int) -> None:
    """An instance ends in good order."""
    await tx.execute(sa.delete(instance).where(instance.c.id == id_))


async def clear(tx: AsyncConnection) -> None:
    """Nobody runs on this database, as its caller knows."""
    await tx.execute(sa.delete(instance))

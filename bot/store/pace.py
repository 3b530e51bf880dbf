"""The one row through which all instances share the allowance."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import pace

STILL = "250ms"
"""How long a program may stand still while it holds the row."""


async def locked(tx: AsyncConnection) -> tuple[bytes, float]:
    """What is stored, locked for this transaction, and then the database's time in seconds."""
    if tx.dialect.name == "postgresql":
        # Lost in a crash, it is a few milliseconds older: no reason to wait for the disk. And all
        # others wait for who holds this.
        await tx.execute(
            sa.text(
                "SET LOCAL synchronous_commit TO OFF; "
                f"SET LOCAL idle_in_transaction_session_timeout TO '{STILL}'"
            )
        )
        now: Any = sa.extract("epoch", sa.func.clock_timestamp())
    else:
        now = (sa.func.julianday("now") - 2440587.5) * 86400.0
    stored = await tx.scalar(sa.select(pace.c.places).with_for_update())
    # Asked after the lock: meanwhile others may have taken what is free by now.
    moment = await tx.scalar(sa.select(now))
    assert stored is not None and moment is not None  # noqa: PT018
    return bytes(stored), float(moment)


async def put(tx: AsyncConnection, places: bytes) -> None:
    """Store what is to be shared."""
    await tx.execute(sa.update(pace).values(places=places))

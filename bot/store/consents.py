"""The consent record: who said yes to which exact words, and took it back."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import consent, wording
from bot.store.upsert import insert


@dataclass(frozen=True, slots=True)
class Wording:
    """The exact words that someone said yes to."""

    scope: str
    version: int
    language: str
    text: str

    @property
    def hash(self) -> str:
        """What scope, language and text are known by: 48 bits of their SHA-256, in base64.

        Short, since every consent carries it.
        """
        digest = hashlib.sha256(f"{self.scope}\n{self.language}\n{self.text}".encode()).digest()
        return base64.urlsafe_b64encode(digest[:6]).decode()


async def record(
    tx: AsyncConnection, subscriber_id: int, words: Wording, act: str, now: datetime
) -> None:
    """One row of the consent record: `act` is 'given' or 'withdrawn', with the exact wording."""
    await tx.execute(
        _word(tx.dialect),
        {
            "hash": words.hash,
            "scope": words.scope,
            "version": words.version,
            "language": words.language,
            "text": words.text,
        },
    )
    await tx.execute(
        _RECORD,
        {
            "subscriber_id": subscriber_id,
            "scope": words.scope,
            "act": act,
            "wording_hash": words.hash,
            "at": now,
        },
    )


_RECORD = sa.insert(consent)


@cache
def _word(dialect: Dialect) -> Any:
    return insert(dialect, wording).on_conflict_do_nothing(index_elements=["hash"])


async def withdraw_all(tx: AsyncConnection, subscriber_id: int, now: datetime) -> None:
    """Withdraw every consent that still stands, each under the wording it was given to."""
    rows = await tx.execute(
        sa.select(consent.c.scope, consent.c.act, consent.c.wording_hash)
        .where(consent.c.subscriber_id == subscriber_id)
        .order_by(consent.c.id)
    )
    standing = {row.scope: row for row in rows}
    for row in standing.values():
        if row.act == "given":
            await tx.execute(
                sa.insert(consent).values(
                    subscriber_id=subscriber_id,
                    scope=row.scope,
                    act="withdrawn",
                    wording_hash=row.wording_hash,
                    at=now,
                )
            )


async def withdraw(tx: AsyncConnection, subscriber_id: int, scope: str, now: datetime) -> None:
    """Withdraw the consent of one scope, if it stands."""
    row = (
        await tx.execute(
            sa.select(consent.c.act, consent.c.wording_hash)
            .where(consent.c.subscriber_id == subscriber_id, consent.c.scope == scope)
            .order_by(consent.c.id.desc())
            .limit(1)
        )
    ).first()
    if row is not None and row.act == "given":
        await tx.execute(
            sa.insert(consent).values(
                subscriber_id=subscriber_id,
                scope=scope,
                act="withdrawn",
                wording_hash=row.wording_hash,
                at=now,
            )
        )


async def stands(tx: AsyncConnection, subscriber_id: int, scope: str) -> bool:
    """Whether a person's consent of this scope stands."""
    act = await tx.scalar(
        sa.select(consent.c.act)
        .where(consent.c.subscriber_id == subscriber_id, consent.c.scope == scope)
        .order_by(consent.c.id.desc())
        .limit(1)
    )
    return bool(act == "given")


async def of_subscriber(tx: AsyncConnection, subscriber_id: int) -> Sequence[Any]:
    """The consent record of a person: scope, act, at, version, language, text."""
    return (
        (
            await tx.execute(
                sa.select(
                    consent.c.scope,
                    consent.c.act,
                    consent.c.at,
                    wording.c.version,
                    wording.c.language,
                    wording.c.text,
                    wording.c.hash,
                )
                .join(wording, wording.c.hash == consent.c.wording_hash)
                .where(consent.c.subscriber_id == subscriber_id)
                .order_by(consent.c.id)
            )
        )
        .mappings()
        .all()
    )

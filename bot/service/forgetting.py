"""Erasing a person who asks for it by post or by phone, through the operator."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import answers, operator, people
from bot.store.cipher import Cipher
from bot.store.database import Database


async def forget_pseudonym(db: Database, pseudonym: str) -> bool:
    """Erase everything about the person with this pseudonym; False if there is none."""
    async with db.write() as tx:
        return await _forget(tx, await operator.person_by_pseudonym(tx, pseudonym))


async def forget_chat(db: Database, cipher: Cipher, chat_id: int) -> bool:
    """Erase everything about the person of this chat; False if there is none.

    What a stranger left behind, such as a vote on an unknown poll, goes as well.
    """
    ref = cipher.hide_chat(chat_id)
    async with db.write() as tx:
        await _drop_traces(tx, ref)
        return await _forget(tx, await operator.person_by_chat(tx, ref))


async def _forget(tx: AsyncConnection, found: tuple[int, bytes] | None) -> bool:
    if found is None:
        return False
    subscriber_id, ref = found
    await _drop_traces(tx, ref)
    await people.erase(tx, subscriber_id)
    return True


async def _drop_traces(tx: AsyncConnection, ref: bytes) -> None:
    await answers.drop_votes_of(tx, ref)

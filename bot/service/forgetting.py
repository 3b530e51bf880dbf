"""Erasing people: who asks for it, and whose time of keeping is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.store import answers, people
from bot.store.cipher import Cipher
from bot.store.database import Database

KEEP = timedelta(days=183)
"""How long someone's data stays after the last contact and the last message (claims, part 5)."""

ERASED_AT_ONCE = 50
"""People of one transaction: few, since others wait meanwhile."""


async def forget_pseudonym(db: Database, pseudonym: str) -> bool:
    """Erase everything about the person with this pseudonym; False if there is none."""
    async with db.write() as tx:
        subscriber_id = await people.id_by_pseudonym(tx, pseudonym)
        if subscriber_id is not None:
            await people.erase(tx, subscriber_id)
        return subscriber_id is not None


async def forget_chat(db: Database, cipher: Cipher, chat_id: int) -> bool:
    """Erase everything about the person of this chat, consents included; False if there is none.

    What a stranger left behind, such as a vote on an unknown poll, goes as well.
    """
    ref = cipher.hide_chat(chat_id)
    async with db.write() as tx:
        subscriber_id = await people.id_of(tx, ref)
        if subscriber_id is not None:
            await people.erase(tx, subscriber_id)
        else:
            await answers.drop_votes_of(tx, ref)
        return subscriber_id is not None


async def erase_long_gone(db: Database, now: datetime) -> int:
    """Erase those whose last contact and last message are longer ago than KEEP; gives how many."""
    erased = 0
    while True:
        async with db.write(bulk=True) as tx:
            found = await people.long_gone(tx, now - KEEP, ERASED_AT_ONCE)
            await people.hold(tx, found)
            # Once more, now that they are held: some may have come back.
            gone = {*found}.intersection(await people.long_gone(tx, now - KEEP, ERASED_AT_ONCE))
            for subscriber_id in sorted(gone):
                await people.erase(tx, subscriber_id)
        erased += len(gone)
        if len(found) < ERASED_AT_ONCE:
            return erased

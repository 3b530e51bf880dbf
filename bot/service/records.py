"""What every use case works on, and the moves they share."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.campaign import Campaign
from bot.domain.series import plan
from bot.domain.subscriber import Enrolment, Person, Status
from bot.store import enrolments, outbox, people, timeline
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.deliveries import Lane


def at_random(_chat_id: int) -> str:
    """A new subscriber's pseudonym: 64 random bits, which nobody else gets."""
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class Records:
    """The database, the key to its chat references, and the campaign that runs.

    `pseudonym` names a new subscriber by their chat: at random, but where a run must be repeatable.
    """

    db: Database
    cipher: Cipher
    campaign: Campaign
    pseudonym: Callable[[int], str] = at_random

    async def find(self, tx: AsyncConnection, chat_id: int, *, lock: bool = True) -> Person | None:
        """The person of a chat, if they are enrolled in this campaign; `lock` before changing."""
        return await people.find(tx, self.cipher.hide_chat(chat_id), self.campaign.key, lock=lock)

    async def alive(self, tx: AsyncConnection) -> None:
        """Ask the database anything at all; raises the driver's error where it can't answer."""
        await enrolments.next_due_at(tx, self.campaign.key)

    async def replan(self, tx: AsyncConnection, person: Person, now: datetime) -> Person:
        """Date a person's next step anew, unless that very step is on its way."""
        enrolment = person.enrolment
        await outbox.cancel_queued(tx, enrolment.id, "planned anew", lane=Lane.BULK)
        if await timeline.step_under_way(tx, enrolment.id, enrolment.next_step):
            return person
        return await self.move(tx, person, plan(self.campaign, person, now), now)

    async def move(
        self, tx: AsyncConnection, person: Person, enrolment: Enrolment, now: datetime
    ) -> Person:
        """Write an enrolment's new state."""
        await enrolments.move(tx, [enrolment])
        over = (Status.LEFT, Status.FINISHED, Status.BLOCKED)
        if enrolment.status in over and person.enrolment.status not in over:
            await enrolments.end(tx, enrolment.id, now)
        elif enrolment.status not in over and person.enrolment.status in over:
            await enrolments.end(tx, enrolment.id, None)
        return replace(person, enrolment=enrolment)

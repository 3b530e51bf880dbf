"""Boosters: after the series, one tip a month for who asks for it."""

from __future__ import annotations

from datetime import datetime

from bot.domain.campaign import Campaign, is_booster
from bot.domain.series import next_booster, with_boosters
from bot.domain.subscriber import Person, Status
from bot.service.records import Records
from bot.store import consents
from bot.store.consents import Wording

BOOSTERS = "boosters"
"""The scope of the consent to them."""


def to_come(campaign: Campaign, person: Person) -> int:
    """How many boosters someone who is through may still ask for; 0 for everybody else."""
    first = next_booster(campaign, person.enrolment)
    if person.enrolment.status is not Status.FINISHED or first is None:
        return 0
    return len(campaign.boosters) - campaign.boosters.index(first)


async def agree(records: Records, chat_id: int, wording: Wording, now: datetime) -> Person | None:
    """Record consent to boosters and go on with them; agreeing twice changes nothing.

    None for strangers, for who isn't through, and where there are none (any more).
    """
    async with records.db.write() as tx:
        person = await records.find(tx, chat_id)
        if person is None:
            return None
        upcoming = person.enrolment.next_step
        if upcoming is not None and is_booster(upcoming):
            return person
        moved = with_boosters(records.campaign, person, now)
        if moved is None:
            return None
        await consents.record(tx, person.subscriber.id, wording, "given", now)
        return await records.move(tx, person, moved, now)

"""Exercises: which one somebody sees, which ones they keep as favourites, and one for today.

Nothing is stored of a stranger, nor of someone who withdrew their consent.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.exercise import Acquaintance, Exercise, ExerciseLibrary, suggested
from bot.domain.schedule import local_date
from bot.domain.subscriber import Person, Status
from bot.service.records import Records
from bot.store import exercises


def keeps(person: Person | None) -> bool:
    """Whether something may be stored of somebody."""
    return person is not None and person.enrolment.status is not Status.LEFT


async def see(records: Records, chat_id: int, key: str, now: datetime) -> bool:
    """Remember that a person saw an exercise; whether it is one of their favourites."""
    async with records.db.write() as tx:
        subscriber_id = await _keeping(records, tx, chat_id)
        if subscriber_id is None:
            return False
        await exercises.see(tx, subscriber_id, key, now)
        return key in _favourites(await exercises.known(tx, subscriber_id))


async def like(records: Records, chat_id: int, key: str, liked: bool, now: datetime) -> bool:
    """Make an exercise a person's favourite, or no longer; False where nothing may be stored."""
    async with records.db.write() as tx:
        subscriber_id = await _keeping(records, tx, chat_id)
        if subscriber_id is None:
            return False
        await exercises.like(tx, subscriber_id, key, now if liked else None)
        return True


async def favourites(records: Records, person: Person) -> list[str]:
    """The keys of a person's favourites, the first liked in front."""
    async with records.db.read() as tx:
        return _favourites(await exercises.known(tx, person.subscriber.id))


async def idea(
    records: Records, library: ExerciseLibrary, person: Person | None, zone: str, now: datetime
) -> Exercise:
    """An exercise for today; a stranger's is the same all day, anyone else's is a new one."""
    known = []
    if person is not None and keeps(person):
        zone = person.subscriber.zone
        async with records.db.read() as tx:
            known = await exercises.known(tx, person.subscriber.id)
    who = person.subscriber.pseudonym if person is not None else ""
    return suggested(library, known, now, f"{who} {local_date(now, zone)}")


async def _keeping(records: Records, tx: AsyncConnection, chat_id: int) -> int | None:
    person = await records.find(tx, chat_id)
    return person.subscriber.id if person is not None and keeps(person) else None


def _favourites(known: list[Acquaintance]) -> list[str]:
    return [each.key for each in known if each.favourite_at is not None]

"""Rows that the tests of the storage need to stand on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.schedule import Part, Slot
from bot.domain.subscriber import Person
from bot.store import enrolments, outbox, people, timeline
from bot.store.cipher import KEY_BYTES, Cipher
from bot.store.consents import Wording
from bot.store.deliveries import Lane, Planned, State

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
CIPHER = Cipher(bytes(range(KEY_BYTES)))
WORDING = Wording("series", 1, "nl", "Ik wil de tips.")


def ref(chat_id: int) -> bytes:
    return CIPHER.hide_chat(chat_id)


async def subscriber(tx: AsyncConnection, chat_id: int = 1, at: datetime = NOW) -> int:
    return await people.add(
        tx,
        ref(chat_id),
        pseudonym=f"p{chat_id % 10_000}",
        language="nl",
        zone="Europe/Amsterdam",
        slot=Slot(0, Part.MORNING),
        source="poster",
        now=at,
    )


async def enrolled(
    tx: AsyncConnection, chat_id: int = 1, at: datetime = NOW, *, round_: int = 1
) -> Person:
    """A person whose first step is to be queued by the caller."""
    id_ = await subscriber(tx, chat_id, at)
    await enrolments.add(tx, id_, "small", round_=round_, first_step="tip-1", now=at)
    person = await people.find(tx, ref(chat_id), "small")
    assert person is not None
    return person


def planned(person: Person, step: str = "tip-1", item: int = 0, **changes: object) -> Planned:
    values = {"lane": Lane.BULK, "due_at": NOW, "send_before": NOW + 2 * DAY, **changes}
    return Planned(person.enrolment.id, step, item, **values)  # type: ignore[arg-type]


async def delivery(
    tx: AsyncConnection, person: Person, step: str = "tip-1", item: int = 0, **changes: object
) -> int:
    """A queued delivery's id."""
    await outbox.queue(tx, [planned(person, step, item, **changes)])
    found = [
        row
        for row in await timeline.listed(tx, tuple(State))
        if (row.person.enrolment.id, row.step, row.item) == (person.enrolment.id, step, item)
    ]
    return found[0].id

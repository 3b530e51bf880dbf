"""People in a chat with the bot, with real planning and settling but no Telegram behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from bot.delivery.ledger import Ledger
from bot.delivery.planner import Planner
from bot.domain.outcome import Outcome, Sent
from bot.domain.subscriber import Person, Status
from bot.instance import Instance, Role
from bot.service import checkins, joining
from bot.service.checkins import Voted
from bot.service.records import Records
from bot.store import consents, instances, timeline
from bot.store.consents import Wording
from bot.store.database import Database
from bot.store.deliveries import STEP_ITEM, Delivery, Lane, State
from bot.store.tables import metadata

SERIES = Wording(joining.SERIES, 1, "nl", "Ik wil de tips ontvangen.")
CHECK_INS = Wording(joining.CHECK_INS, 1, "nl", "Ik doe mee met de check-ins.")


PROGRAMS: WeakKeyDictionary[Database, Instance] = WeakKeyDictionary()
"""All people of a database are served by one program."""


class World:
    """A clock, and one person's chat unless another is named."""

    def __init__(self, records: Records, now: datetime, chat_id: int = 1) -> None:
        self.records = records
        self.now = now
        self.chat_id = chat_id
        self.planner = Planner(records, lambda: self.now)
        self.ledger = Ledger(
            records,
            lambda: self.now,
            instance=lambda: self.instance.id,
            on_uncertain="hold",
            shows_answers=lambda _key: False,
        )
        self.instance = PROGRAMS.setdefault(
            records.db, Instance(records.db, Role.ALL, recover=self.ledger.recover)
        )
        self._sent = 0

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)

    async def enrol(self, source: str = "poster", wording: Wording = SERIES) -> joining.Joined:
        return await joining.enrol(
            self.records,
            self.chat_id,
            language="nl",
            zone="Europe/Amsterdam",
            source=source,
            wording=wording,
            now=self.now,
        )

    async def person(self) -> Person:
        person = await joining.look(self.records, self.chat_id)
        assert person is not None
        return person

    async def status(self) -> Status:
        return (await self.person()).enrolment.status

    async def outbox(self, *states: State) -> list[Delivery]:
        """This person's deliveries in these states (default: all)."""
        ref = self.records.cipher.hide_chat(self.chat_id)
        async with self.records.db.read() as tx:
            found = await timeline.listed(tx, states or tuple(State))
        return [item for item in found if item.chat_ref == ref]

    async def queued(self) -> list[tuple[str, int]]:
        return [(item.step, item.item) for item in await self.outbox(State.QUEUED)]

    async def claim(self) -> list[Delivery]:
        """This person's deliveries that are ready, committed to sending."""
        if not self.instance.id:
            await self.instance.join()
        claims = [await self.ledger.claim(lane, 99, self.chat_id.__eq__) for lane in Lane]
        return [item.delivery for each in claims for item in each.claimed]

    async def restart(self) -> None:
        """End without a word, and start again."""
        async with self.records.db.write() as tx:
            await instances.clear(tx)
        await self.instance.join()

    async def settle(
        self, deliveries: list[Delivery], outcome: Callable[[Delivery], Outcome] | None = None
    ) -> list[tuple[str, int]]:
        result = outcome or self.sent
        await self.ledger.settle([(item, result(item)) for item in deliveries])
        return [(item.step, item.item) for item in deliveries]

    def sent(self, delivery: Delivery) -> Sent:
        self._sent += 1
        is_question = delivery.item > STEP_ITEM
        return Sent(self._sent, poll(delivery) if is_question else None)

    async def deliver(
        self, outcome: Callable[[Delivery], Outcome] | None = None
    ) -> list[tuple[str, int]]:
        """Plan and send what is due; what that was."""
        await self.planner.tick()
        return await self.settle(await self.claim(), outcome)

    async def next_step(self) -> list[tuple[str, int]]:
        """Turn the clock to the next step and deliver it."""
        due_at = (await self.person()).enrolment.next_due_at
        assert due_at is not None
        self.now = max(self.now, due_at)
        return await self.deliver()

    async def agree(self) -> checkins.Agreed | None:
        return await checkins.agree(self.records, self.chat_id, CHECK_INS, self.now)

    async def decline(self) -> Person | None:
        return await checkins.decline(self.records, self.chat_id, self.now)

    async def vote(self, poll_id: str, option: int | None) -> Voted:
        return await checkins.vote(self.records, self.chat_id, poll_id, option, self.now)

    async def consents(self) -> list[tuple[str, str]]:
        person = await self.person()
        async with self.records.db.read() as tx:
            rows = await consents.of_subscriber(tx, person.subscriber.id)
        return [(row["scope"], row["act"]) for row in rows]

    async def rows(self, *but: str) -> dict[str, int]:
        """How many rows each table has that holds something about people."""
        async with self.records.db.read() as tx:
            return {
                table.name: await tx.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                for table in metadata.sorted_tables
                if table.name not in ("instance", "pace", *but)
            }

    async def to_check_in(self) -> None:
        """Enrol, get the first tip, agree when asked, and get the first question."""
        await self.enrol()
        assert await self.deliver() == [("tip-1", 0)]
        assert await self.next_step() == [("check-1", 0)]
        await self.agree()
        assert await self.deliver() == [("check-1", 1)]


def poll(delivery: Delivery) -> str:
    """The poll that Telegram makes of a question."""
    return f"poll {delivery.person.enrolment.id} {delivery.step} {delivery.item}"

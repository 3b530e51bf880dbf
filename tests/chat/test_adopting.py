"""What a dead instance hadn't handled yet is handled by another, whatever comes in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.intake import Inbox, Intake
from bot.instance import Instance, Role
from bot.store import inbox as rows
from bot.store.cipher import Cipher, new_key
from bot.store.database import Database
from bot.store.inbox import Received

LEASE = 0.6
CIPHER = Cipher.from_text(new_key())
GONE = 77
"""An instance that is no more."""

several = pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)


def message(number: int) -> dict[str, Any]:
    return {"update_id": number, "message": {"from": {"id": number}, "chat": {"id": number}}}


async def nothing(_tx: AsyncConnection) -> int:
    return 0


class One:
    """An instance with its inbox; what it handled stands in `handled`."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.handled: list[int] = []
        self.adoptions = 0
        self.instance = Instance(
            db, Role.ALL, recover=nothing, adopt=self.adopt, adopted=self.look_back, lease=LEASE
        )
        self.inbox = Inbox(db, self.instance, CIPHER, self.handle, self.sorry)
        self.intake = Intake(self.instance, CIPHER, lambda: datetime.now(UTC), self.inbox.wake)

    async def adopt(self, tx: AsyncConnection) -> None:
        self.adoptions += 1
        await rows.adopt(tx, self.instance.id)

    def look_back(self) -> None:
        self.inbox.look_back()

    async def handle(self, update: dict[str, Any]) -> None:
        self.handled.append(update["update_id"])

    async def sorry(self, *_: object) -> None:
        raise AssertionError

    async def has(self, *updates: int) -> None:
        """Wait until these are handled."""
        async with asyncio.timeout(30):
            while not set(updates) <= set(self.handled):  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(work()) for work in (self.inbox.run, self.instance.run)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.inbox.stop(grace=30)


@several
async def test_an_update_that_is_read_before_the_adoption_stands_hides_none(
    database: Database,
) -> None:
    class Busy(One):
        async def adopt(self, tx: AsyncConnection) -> None:
            await super().adopt(tx)
            if self.adoptions > 1:  # The first time is that of joining.
                await self.intake.take([message(9)])
                await self.has(9)

    dead, alive = One(database), Busy(database)
    await dead.instance.join()
    await alive.instance.join()
    await dead.intake.take([message(1), message(2)])
    async with alive.reading():
        await alive.has(1, 2, 9)
    assert sorted(alive.handled) == [1, 2, 9]


@several
async def test_an_adoption_that_fails_is_tried_again(database: Database) -> None:
    class Unlucky(One):
        async def adopt(self, tx: AsyncConnection) -> None:
            await super().adopt(tx)
            if self.adoptions == 2:
                raise OperationalError("", {}, Exception("the database is away"))

    dead, alive = One(database), Unlucky(database)
    await dead.instance.join()
    await alive.instance.join()
    await dead.intake.take([message(1)])
    async with alive.reading():
        await alive.has(1)
    assert alive.adoptions == 3


async def test_looking_back_during_the_very_first_look_is_not_forgotten(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = One(database)
    await one.instance.join()
    async with database.write() as tx:
        left = Received(1, CIPHER.hide_chat(1), CIPHER.hide(b'{"update_id": 1}'))
        await rows.put(tx, [left], datetime.now(UTC), GONE)
    await one.intake.take([message(2)])
    read = rows.waiting

    async def adopted_meanwhile(tx: AsyncConnection, *given: Any) -> Any:
        found = await read(tx, *given)
        monkeypatch.setattr("bot.chat.intake.inbox.waiting", read)
        async with database.write() as other:
            await one.adopt(other)
        one.look_back()
        return found

    monkeypatch.setattr("bot.chat.intake.inbox.waiting", adopted_meanwhile)
    async with one.reading():
        await one.has(1, 2)

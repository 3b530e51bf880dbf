"""The row of the shared allowance: one at a time, and nobody keeps it by standing still."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from bot.delivery.places import Asked
from bot.delivery.shared import in_database
from bot.store import pace
from bot.store.database import Database


async def test_all_together_are_granted_no_more_places_than_there_are(database: Database) -> None:
    exchange = in_database(database, 30)
    granted = await asyncio.gather(*(exchange(Asked(4, 0)) for _ in range(12)))
    places = [grant for grants in granted for grant in grants]
    assert len(places) == 30
    back = [(grant.held, 0.0) for grant in places[:10]]
    assert len(await exchange(Asked(40, 0, back))) == 10


async def test_the_time_is_the_databases_and_goes_on(database: Database) -> None:
    async with database.write() as tx:
        _, before = await pace.locked(tx)
    await asyncio.sleep(0.05)
    async with database.write() as tx:
        _, after = await pace.locked(tx)
    assert 0.04 < after - before < 5


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)
async def test_who_stands_still_with_the_row_in_hand_loses_it(
    database: Database, migrated_url: URL
) -> None:
    other = Database(migrated_url)

    async def hold() -> None:
        async with other.write() as tx:
            await pace.locked(tx)
            holds.set()
            await asyncio.sleep(1)
            await pace.put(tx, b"")

    holds = asyncio.Event()
    holder = asyncio.create_task(hold())
    try:
        await holds.wait()
        async with asyncio.timeout(0.9):
            assert await in_database(database, 30)(Asked(1, 0))
        with pytest.raises(DBAPIError):
            await holder
    finally:
        await other.close()

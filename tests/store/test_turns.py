"""Whose turn it is at SQLite's one writer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import sqlalchemy as sa

from bot.store.database import Database, database_url
from bot.store.turns import IN_A_ROW, Turns


async def _note(turns: Turns, order: list[str], name: str, *, bulk: bool = False) -> None:
    async with turns.turn(bulk=bulk):
        order.append(name)
        await asyncio.sleep(0)


async def test_what_somebody_waits_for_overtakes_bulk_work_but_not_for_ever() -> None:
    turns, order = Turns(), list[str]()
    first = [f"first {number}" for number in range(IN_A_ROW + 2)]
    async with asyncio.TaskGroup() as group:
        async with turns.turn():
            for name in ("bulk 0", "bulk 1"):
                group.create_task(_note(turns, order, name, bulk=True))
            for name in first:
                group.create_task(_note(turns, order, name))
            await asyncio.sleep(0)
        assert order == []
    assert order == [*first[:IN_A_ROW], "bulk 0", *first[IN_A_ROW:], "bulk 1"]


async def test_who_stops_waiting_leaves_the_turn_to_the_next() -> None:
    turns, order = Turns(), list[str]()
    async with turns.turn():
        leaving = [asyncio.create_task(_note(turns, order, "left")) for _ in range(2)]
        staying = asyncio.create_task(_note(turns, order, "stayed", bulk=True))
        await asyncio.sleep(0)
        leaving[0].cancel()
        await asyncio.sleep(0)
    # It has the turn by now, and doesn't know yet.
    leaving[1].cancel()
    await asyncio.wait_for(staying, 1)
    async with turns.turn():
        assert order == ["stayed"]


async def test_one_writes_at_a_time_however_many_are_cancelled() -> None:
    turns, inside = Turns(), 0

    async def work(number: int) -> None:
        nonlocal inside
        async with turns.turn(bulk=number % 2 == 0):
            inside += 1
            assert inside == 1
            try:
                await asyncio.sleep(0.001)
            finally:
                inside -= 1

    tasks = [asyncio.create_task(work(number)) for number in range(50)]
    await asyncio.sleep(0.005)
    for task in tasks[10:40:3]:
        task.cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(each) for each in done} == {type(None), asyncio.CancelledError}


async def test_a_reply_is_written_before_the_bulk_that_waited_longer(tmp_path: Path) -> None:
    database = Database(database_url(f"sqlite:///{tmp_path / 'turns.db'}"))
    order: list[str] = []

    async def write(name: str, *, bulk: bool) -> None:
        async with database.write(bulk=bulk) as tx:
            await tx.execute(sa.text("CREATE TABLE IF NOT EXISTS t (a)"))
            order.append(name)

    try:
        async with asyncio.TaskGroup() as group, database.write(bulk=True):
            group.create_task(write("wave", bulk=True))
            group.create_task(write("reply", bulk=False))
            await asyncio.sleep(0)
    finally:
        await database.close()
    assert order == ["reply", "wave"]

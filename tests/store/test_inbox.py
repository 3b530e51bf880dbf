"""Updates as rows: each once, in order, until it is handled or set aside."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import inbox, instances
from bot.store.database import Database
from bot.store.inbox import Answering, Received
from bot.store.tables import inbox as inbox_table

from .people import DAY, NOW, ref


async def kept(tx: AsyncConnection, number: int) -> sa.RowMapping:
    query = sa.select(inbox_table).where(inbox_table.c.update_id == number)
    return (await tx.execute(query)).mappings().one()


def update(number: int, person: int | None = 1) -> Received:
    return Received(number, ref(person) if person is not None else None, f"{number}".encode())


async def test_updates_wait_in_the_order_they_came_and_once_each(database: Database) -> None:
    async with database.write() as tx:
        await inbox.put(tx, [update(7), update(5), update(7)], NOW, 1)
        await inbox.put(tx, [update(5), update(6, None)], NOW, 1)
        await inbox.put(tx, [], NOW, 1)
        waiting = await inbox.waiting(tx, 1, 0, 10)
        assert [(row.update_id, row.payload) for row in waiting] == [
            (7, b"7"), (5, b"5"), (6, b"6"),
        ]  # fmt: skip
        assert [row.person for row in waiting] == [ref(1), ref(1), None]
        assert {(row.tries, row.replies) for row in waiting} == {(0, 0)}
        assert [row.update_id for row in await inbox.waiting(tx, 1, waiting[0].id, 1)] == [5]


async def test_an_update_that_is_done_keeps_its_number_alone(database: Database) -> None:
    async with database.write() as tx:
        await inbox.put(tx, [update(1), update(2)], NOW, 1)
        one, two = await inbox.waiting(tx, 1, 0, 10)
        await inbox.handled(tx, [one.id])
        assert await inbox.waiting(tx, 1, 0, 10) == [two]
        await inbox.put(tx, [update(1)], NOW, 1)
        assert await inbox.waiting(tx, 1, 0, 10) == [two]
        row = await kept(tx, 1)
        assert (row["payload"], row["person"], row["state"]) == (None, None, "handled")


async def test_a_failed_try_is_counted_and_the_last_one_sets_the_update_aside(
    database: Database,
) -> None:
    async with database.write() as tx:
        await inbox.put(tx, [update(1), update(2)], NOW, 1)
        row, other = await inbox.waiting(tx, 1, 0, 10)
        await inbox.replying(tx, [(row.id, 2)])
        await inbox.failed_try(tx, row.id, "KeyError", give_up=False)
        again = (await inbox.waiting(tx, 1, 0, 1))[0]
        assert (again.tries, again.replies, again.payload) == (1, 2, b"1")
        await inbox.failed_try(tx, row.id, "KeyError again", give_up=True)
        assert await inbox.waiting(tx, 1, 0, 10) == [other]
        failed = await kept(tx, 1)
        assert (failed["state"], failed["tries"]) == ("failed", 2)
        assert failed["error"] == "KeyError again"
        assert (failed["payload"], failed["person"]) == (None, None)


async def test_replies_stand_in_the_place_of_an_update_until_they_left(database: Database) -> None:
    async with database.write() as tx:
        await inbox.put(tx, [update(each, each) for each in (1, 2, 3, 4)], NOW, 1)
        one, two, three, four = (row.id for row in await inbox.waiting(tx, 1, 0, 10))
        await inbox.handled(tx, [three])
        # What is handled already is not answered again.
        replies = [(one, b"thanks", False), (two, b"card", True), (three, b"x", False)]
        await inbox.answering(tx, [*replies, (four, b"thanks too", False)])
        assert await inbox.waiting(tx, 1, 0, 10) == []
        card = Answering(two, ref(2), b"card", 0, urgent=True, instance=1)
        assert (await inbox.to_answer(tx, 1, [], 10))[0] == card
        await inbox.replying(tx, [(one, 1)])
        thanks = Answering(one, ref(1), b"thanks", 1, urgent=False, instance=1)
        last = Answering(four, ref(4), b"thanks too", 0, urgent=False, instance=1)
        assert await inbox.to_answer(tx, 1, [], 10) == [card, thanks, last]
        assert await inbox.to_answer(tx, 1, [], 2) == [card, thanks]
        assert await inbox.to_answer(tx, 1, [one, two], 1) == [last]
        assert await inbox.to_answer(tx, 1, [], 1) == [card]
        assert await inbox.cards_for(tx, ref(2)) == [card]
        assert await inbox.cards_for(tx, ref(1)) == []
        assert await inbox.replies_left(tx, [one, two, three], 1) == {one: 1, two: 0}
        assert await inbox.replies_left(tx, [one, two, three], 2) == {}
        await inbox.forget_before(tx, NOW + DAY)
        await inbox.handled(tx, [one, two])
        assert await inbox.replies_left(tx, [one, two, four], 1) == {four: 0}


async def test_only_old_and_handled_updates_are_dropped(database: Database) -> None:
    async with database.write() as tx:
        await inbox.put(tx, [update(1), update(2), update(3)], NOW - DAY, 1)
        await inbox.put(tx, [update(4)], NOW, 1)
        one, two, _, four = await inbox.waiting(tx, 1, 0, 10)
        await inbox.handled(tx, [one.id, four.id])
        await inbox.failed_try(tx, two.id, "error", give_up=True)
        await inbox.forget_before(tx, NOW)
        left = await tx.scalars(sa.select(inbox_table.c.update_id).order_by(inbox_table.c.id))
        assert list(left) == [2, 3, 4]


async def test_what_comes_after_a_long_silence_is_still_behind_what_was_read(
    database: Database,
) -> None:
    async with database.write() as tx:
        await inbox.put(tx, [update(1), update(2)], NOW - 5 * DAY, 1)
        before = await inbox.waiting(tx, 1, 0, 10)
        await inbox.handled(tx, [row.id for row in before])
        await inbox.forget_before(tx, NOW)
        await inbox.put(tx, [update(3)], NOW, 1)
        (new,) = await inbox.waiting(tx, 1, before[-1].id, 10)
        assert new.update_id == 3


async def test_a_reader_never_passes_over_an_update_that_is_still_being_written(
    database: Database,
) -> None:
    async def put(number: int) -> None:
        async with database.write() as tx:
            await inbox.put(tx, [update(number)], NOW, 1)

    async with database.write() as tx:
        await inbox.put(tx, [update(1)], NOW, 1)
        second = asyncio.create_task(put(2))
        done, _ = await asyncio.wait([second], timeout=0.1)
        assert not done
    await second
    async with database.read() as tx:
        waiting = await inbox.waiting(tx, 1, 0, 10)
    assert [row.update_id for row in waiting] == [1, 2]


async def test_one_persons_updates_wait_for_the_earlier_ones_of_another_instance(
    database: Database,
) -> None:
    async with database.write() as tx:
        await inbox.put(tx, [update(1, 7)], NOW, 1)
        await inbox.put(tx, [update(2, 7), update(3, 8), update(4, None)], NOW, 2)
        await inbox.put(tx, [update(5, 8)], NOW, 1)
        ours = [(row.update_id, row.blocked) for row in await inbox.waiting(tx, 2, 0, 9)]
        assert ours == [(2, True), (3, False), (4, False)]
        theirs = await inbox.waiting(tx, 1, 0, 9)
        assert [(row.update_id, row.blocked) for row in theirs] == [(1, False), (5, True)]
        await inbox.handled(tx, [theirs[0].id])
        assert not any(row.blocked for row in await inbox.waiting(tx, 2, 0, 9))


async def test_what_an_instance_left_is_adopted_and_what_another_has_is_not(
    database: Database,
) -> None:
    async with database.write() as tx:
        alive = await instances.add(tx, "all")
        gone = await instances.add(tx, "all")
        await inbox.put(tx, [update(each, each) for each in (1, 2, 3, 4)], NOW, gone)
        await inbox.put(tx, [update(5)], NOW, alive)
        one, two, three, _ = [row.id for row in await inbox.waiting(tx, gone, 0, 9)]
        await inbox.answering(tx, [(one, b"thanks", False), (two, b"card", True)])
        await inbox.handled(tx, [three])
        await inbox.adopt(tx, alive)
        assert [row.update_id for row in await inbox.waiting(tx, alive, 0, 9)] == [5]
        await instances.leave(tx, gone)
        await inbox.adopt(tx, alive)
        assert [row.update_id for row in await inbox.waiting(tx, alive, 0, 9)] == [4, 5]
        assert [row.id for row in await inbox.to_answer(tx, alive, [], 9)] == [two, one]

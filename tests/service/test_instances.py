"""Several instances on one database: who leads, who is taken for dead, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from domain.examples import MONDAY as NOW
from sqlalchemy.engine import URL

from bot.domain.outcome import NotSent, Sent
from bot.instance import Instance, Role, TakenForDead
from bot.service.records import Records
from bot.store import instances, outbox
from bot.store.database import Database
from bot.store.deliveries import Lane, State

from .world import World

LEASE = 0.6

# SQLite is for one program, PostgreSQL for several.
on_sqlite, on_postgresql = (
    pytest.mark.parametrize("migrated_url", [kind], indirect=True)
    for kind in ("sqlite", "postgresql")
)


class Beating:
    """An instance with a ledger of its own, that beats until it freezes."""

    def __init__(self, records: Records, role: Role = Role.ALL) -> None:
        self.world = World(records, NOW)
        self.instance = Instance(records.db, role, recover=self.world.ledger.recover, lease=LEASE)
        self.world.instance = self.instance

    async def start(self) -> Beating:
        await self.instance.join()
        self.task = asyncio.create_task(self.instance.run())
        return self

    async def freeze(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    def leads(self, duty: Role = Role.WORKER) -> bool:
        return self.instance.leads(duty)


@pytest.fixture
async def several(records: Records) -> AsyncIterator[list[Beating]]:
    all_ = [await Beating(records).start() for _ in range(3)]
    await beats(2)
    yield all_
    for each in all_:
        await each.freeze()


async def beats(count: float) -> None:
    await asyncio.sleep(count * LEASE / 6)


async def taken_for_dead() -> None:
    await asyncio.sleep(LEASE)
    await beats(3)


@on_sqlite
async def test_on_a_file_the_only_program_leads_and_recovers(records: Records) -> None:
    first, second = Beating(records), Beating(records)
    await first.instance.join()
    await first.world.enrol()
    await first.world.planner.tick()
    await first.world.claim()
    assert first.leads()
    await second.instance.join()
    assert second.leads(Role.WEB)
    assert [item.step for item in await second.world.outbox(State.UNCERTAIN)] == ["tip-1"]


@on_postgresql
async def test_the_oldest_leads_and_the_next_follows_at_once_where_it_ends(
    several: list[Beating],
) -> None:
    assert [each.leads() for each in several] == [True, False, False]
    await several[0].freeze()
    await several[0].instance.leave()
    await beats(2)
    assert [each.leads() for each in several] == [False, True, False]


@on_postgresql
async def test_only_who_has_the_duty_leads(records: Records) -> None:
    web, worker = Beating(records, Role.WEB), Beating(records, Role.WORKER)
    for each in (web, worker):
        await each.start()
    await beats(2)
    assert (web.leads(Role.WEB), web.leads(Role.WORKER)) == (True, False)
    assert (worker.leads(Role.WEB), worker.leads(Role.WORKER)) == (False, True)
    for each in (web, worker):
        await each.freeze()


@on_postgresql
async def test_what_a_dead_instance_was_sending_is_in_doubt_and_the_series_goes_on(
    several: list[Beating],
) -> None:
    dead, alive, _ = several
    await dead.world.enrol()
    await dead.world.planner.tick()
    (leaving,) = await dead.world.claim()
    await dead.freeze()
    await beats(2)
    assert await alive.world.outbox(State.SENDING)
    await taken_for_dead()
    assert [item.id for item in await alive.world.outbox(State.UNCERTAIN)] == [leaving.id]
    assert (await alive.world.person()).enrolment.next_step == "check-1"
    assert [each.leads() for each in several] == [False, True, False]


@on_postgresql
async def test_an_instance_that_stood_still_may_do_nothing_until_it_starts_anew(
    several: list[Beating],
) -> None:
    still, other, _ = several
    await still.freeze()
    await asyncio.sleep(LEASE)
    # Not even where nobody has noticed yet.
    assert still.instance.valid_for == 0
    assert not still.leads()
    await beats(3)
    await other.world.enrol()
    await other.world.planner.tick()
    assert await still.world.claim() == []
    with pytest.raises(TakenForDead):
        await still.instance.run()
    anew = await Beating(still.world.records).start()
    await beats(2)
    assert anew.instance.id > max(each.instance.id for each in several)
    assert not anew.leads()
    assert len(await anew.world.claim()) == 1
    await anew.freeze()


@on_postgresql
async def test_what_another_has_taken_over_is_not_settled_or_released(
    several: list[Beating],
) -> None:
    still, other, _ = several
    await other.world.enrol()
    await other.world.planner.tick()
    (leaving,) = await still.world.claim()
    await still.freeze()
    await taken_for_dead()
    async with other.world.records.db.write() as tx:
        await outbox.postpone(tx, leaving.id, NOW, None)
    (again,) = await other.world.claim()
    assert again.id == leaving.id
    await still.world.ledger.settle([(leaving, NotSent("too late"))])
    await still.world.ledger.release(all_but=[])
    assert [item.id for item in await other.world.outbox(State.SENDING)] == [leaving.id]
    await other.world.ledger.settle([(again, Sent(5))])
    assert [item.message_id for item in await other.world.outbox(State.SENT)] == [5]


@on_postgresql
async def test_a_claim_under_way_is_never_missed_by_who_takes_over(
    several: list[Beating], migrated_url: URL
) -> None:
    dying, other, _ = several
    await dying.world.enrol()
    await dying.world.planner.tick()
    await dying.freeze()
    slow = Database(migrated_url)
    try:
        async with slow.write() as tx:
            # As `claim` does it, but the commit comes after the others have given it up.
            assert await instances.stands(tx, dying.instance.id)
            (found,) = await outbox.claimable(tx, NOW, Lane.INTERACTIVE, 9)
            await outbox.mark_sending(tx, [found.id], NOW, dying.instance.id)
            await taken_for_dead()
        await beats(3)
    finally:
        await slow.close()
    assert not await other.world.outbox(State.SENDING)
    assert [item.id for item in await other.world.outbox(State.UNCERTAIN)] == [found.id]


@on_postgresql
async def test_work_of_the_leader_moves_on_with_its_lead(several: list[Beating]) -> None:
    worked: list[int] = []

    def work_of(number: int) -> Beating:
        each = several[number]

        async def work() -> None:
            while True:
                worked.append(number)
                await beats(0.5)

        tasks.append(asyncio.create_task(each.instance.while_leading(Role.WORKER, work)))
        return each

    tasks: list[asyncio.Task[None]] = []
    for number in range(3):
        work_of(number)
    await beats(2)
    assert set(worked) == {0}
    await several[0].freeze()
    await taken_for_dead()
    worked.clear()
    await beats(2)
    assert set(worked) == {1}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@on_postgresql
async def test_an_end_while_the_lead_is_being_lost_is_an_end(
    several: list[Beating], monkeypatch: pytest.MonkeyPatch
) -> None:
    leader = several[0].instance
    ends = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ends.set()
            await beats(1)  # Takes a moment to end.

    leading = asyncio.create_task(leader.while_leading(Role.WORKER, work))
    await beats(1)
    monkeypatch.setattr(leader, "leads", lambda _duty: False)
    await asyncio.wait_for(ends.wait(), 10)
    leading.cancel()
    done, _ = await asyncio.wait({leading}, timeout=10)
    assert done, "it goes on, though it was ended"


async def test_work_that_fails_is_told(records: Records) -> None:
    alone = Beating(records)
    await alone.start()

    async def work() -> None:
        raise LookupError("no")

    with pytest.raises(LookupError):
        await alone.instance.while_leading(Role.WEB, work)
    await alone.freeze()

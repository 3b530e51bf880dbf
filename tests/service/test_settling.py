"""What arrived is settled by what was read at its claim, as long as that still holds."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.outcome import Late, Sent
from bot.domain.series import advance
from bot.store import instances
from bot.store.deliveries import State
from bot.store.records import PERSON
from bot.store.tables import enrolment, subscriber

from .world import World

CHANGES: dict[str, Any] = {
    "s_zone": "Asia/Tokyo",
    "s_weekday": 4,
    "s_part": "evening",
    "s_pace": 2,
    "s_check_ins": "no",
    "e_status": "paused",
    "e_next_step": "tip-3",
    "e_last_step_at": 86_400_000,
}
ALONE = {
    # Never changes for as long as a row lives, or says nothing about when.
    "s_id", "s_pseudonym", "s_language", "s_source",
    "e_id", "e_campaign", "e_round", "e_started_at",
    # Changes with the status or the last step's moment alone, or not while a step is under way.
    "e_last_step", "e_last_tip", "e_last_tip_at", "e_contacts", "e_next_due_at",
    "e_paused_until",
}  # fmt: skip


def test_every_column_of_a_person_is_thought_of() -> None:
    assert {column.name for column in PERSON} == CHANGES.keys() | ALONE


@pytest.mark.parametrize("column", CHANGES)
async def test_what_changed_between_claim_and_settlement_counts(world: World, column: str) -> None:
    await world.enrol()
    await world.planner.tick()
    claimed = await world.claim()
    side, _, name = column.partition("_")
    table = subscriber if side == "s" else enrolment
    change = sa.text(f"UPDATE {table.name} SET {name} = :value").bindparams(value=CHANGES[column])
    async with world.records.db.write() as tx:
        await tx.execute(change)
    changed = await world.person()
    await world.settle(claimed)
    after = (await world.person()).enrolment
    if column == "e_next_step":  # They moved on before: this step moves nobody.
        assert after.next_step == CHANGES[column]
    else:
        step = claimed[0].step
        assert after == advance(world.records.campaign, changed, step, world.now, world.now)


async def test_one_who_changed_keeps_nobody_else_from_moving_on(world: World) -> None:
    other = World(world.records, world.now, chat_id=2)
    await world.enrol()
    await other.enrol()
    await world.planner.tick()
    claimed = await world.claim() + await other.claim()
    async with world.records.db.write() as tx:
        await tx.execute(sa.update(subscriber).where(subscriber.c.id == 1).values(weekday=4))
    await world.settle(claimed)
    for each in (world, other):
        moved = (await each.person()).enrolment
        assert moved.last_step == "tip-1"
        assert moved.next_due_at is not None
        assert await each.outbox()
        assert not await each.queued()


async def test_an_outcome_that_is_told_twice_settles_no_later_try(world: World) -> None:
    """The answer to its COMMIT got lost, and it was claimed again before it was told once more."""
    await world.enrol()
    await world.planner.tick()
    (first,) = await world.claim()
    await world.ledger.settle([(first, Late())])
    (second,) = await world.claim()
    await world.ledger.settle([(first, Late())])
    assert [each.id for each in await world.outbox(State.SENDING)] == [second.id]
    await world.ledger.settle([(second, Sent(7))])
    assert [each.message_id for each in await world.outbox(State.SENT)] == [7]


async def test_one_who_can_not_be_moved_on_keeps_no_program_from_starting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = World(world.records, world.now, chat_id=2)
    await world.enrol()
    await other.enrol()
    await world.planner.tick()
    claimed = await world.claim() + await other.claim()

    def breaks(campaign: Any, person: Any, *given: Any) -> Any:
        if person.enrolment.id == 1:
            raise LookupError("a mistake about this person")
        return advance(campaign, person, *given)

    monkeypatch.setattr("bot.delivery.ledger.advance", breaks)
    async with world.records.db.write() as tx:
        await instances.clear(tx)
        assert await world.ledger.recover(tx) == len(claimed)
    for each in (world, other):
        assert [item.status for item in await each.outbox()] == [State.UNCERTAIN]
    assert (await world.person()).enrolment.last_step is None
    assert (await other.person()).enrolment.last_step == "tip-1"

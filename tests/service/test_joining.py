"""Coming and going, as the person means it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.outcome import Blocked, NotSent, Refused, Uncertain
from bot.domain.schedule import Part, Slot
from bot.domain.subscriber import CheckIns, Status
from bot.service import joining
from bot.service.joining import Choices
from bot.store import consents
from bot.store.deliveries import Lane, State
from bot.store.tables import enrolment as enrolment_table

from .world import SERIES, World

DAY = timedelta(days=1)


async def test_a_yes_brings_the_first_tip_at_once_and_everything_it_needs(world: World) -> None:
    joined = await world.enrol(source="gp-utrecht")
    assert joined.was is None
    subscriber, enrolment = joined.person.subscriber, joined.person.enrolment
    assert (subscriber.source, subscriber.pace) == ("gp-utrecht", 1)
    assert subscriber.check_ins is CheckIns.UNASKED
    assert subscriber.slot == Slot(0, Part.MORNING)
    assert len(subscriber.pseudonym) == 16
    assert (enrolment.status, enrolment.next_step) == (Status.ACTIVE, "tip-1")
    (first,) = await world.outbox()
    assert (first.step, first.lane, first.due_at, first.send_before) == (
        "tip-1", Lane.INTERACTIVE, world.now, None,
    )  # fmt: skip
    assert await world.deliver() == [("tip-1", 0)]


async def test_who_comes_at_night_gets_the_first_tip_at_night_and_the_rest_in_the_morning(
    world: World,
) -> None:
    world.turn(hours=13)
    await world.enrol()
    assert await world.deliver() == [("tip-1", 0)]
    assert (await world.person()).subscriber.slot == Slot(0, Part.MORNING)


async def test_two_taps_on_yes_are_one(world: World) -> None:
    first = await world.enrol()
    before = await world.rows()
    again = await world.enrol(source="another")
    assert (again.was, again.person) == (Status.ACTIVE, first.person)
    await world.deliver()
    assert (await world.enrol()).was is Status.ACTIVE
    assert await world.rows() == before
    assert await world.queued() == []


async def test_taps_at_the_very_same_time_are_one_too(world: World) -> None:
    joined = await asyncio.gather(*(world.enrol() for _ in range(8)))
    assert len({each.person.enrolment.id for each in joined}) == 1
    assert await world.consents() == [("series", "given")]
    assert len(await world.outbox()) == 1


async def test_many_people_can_come_at_once(world: World) -> None:
    worlds = [World(world.records, world.now, chat_id) for chat_id in range(1, 25)]
    joined = await asyncio.gather(*(each.enrol() for each in worlds))
    assert len({each.person.subscriber.pseudonym for each in joined}) == 24


async def test_the_consent_is_kept_word_for_word(world: World) -> None:
    await world.enrol()
    async with world.records.db.read() as tx:
        (row,) = await consents.of_subscriber(tx, (await world.person()).subscriber.id)
    digest = hashlib.sha256(f"series\nnl\n{SERIES.text}".encode()).digest()
    expected = base64.urlsafe_b64encode(digest[:6]).decode()
    assert (row["scope"], row["act"], row["at"]) == ("series", "given", world.now)
    assert (row["text"], row["version"], row["hash"]) == (SERIES.text, 1, expected)


async def test_a_stop_cancels_what_is_queued_and_withdraws_every_consent(world: World) -> None:
    await world.to_check_in()
    person = await world.person()
    world.now = person.enrolment.next_due_at or world.now
    await world.planner.tick()
    assert await world.queued() == [("tip-2", 0)]
    stopped = await joining.stop(world.records, 1, world.now)
    assert stopped is not None
    assert stopped == await world.person()
    assert stopped.enrolment.status is Status.LEFT
    assert stopped.enrolment.next_due_at is None
    assert stopped.subscriber.check_ins is CheckIns.UNASKED
    assert await world.queued() == []
    assert await world.deliver() == []
    assert await world.consents() == [
        ("series", "given"), ("check-ins", "given"),
        ("series", "withdrawn"), ("check-ins", "withdrawn"),
    ]  # fmt: skip
    assert await joining.stop(world.records, 1, world.now) is None


async def test_a_stop_before_the_first_tip_left_holds_it_back(world: World) -> None:
    await world.enrol()
    await joining.stop(world.records, 1, world.now)
    assert await world.deliver() == []
    world.turn(days=2)
    back = await world.enrol()
    assert (back.was, back.person.enrolment.next_step) == (Status.LEFT, "tip-1")
    assert await world.next_step() == [("tip-1", 0)]


async def test_who_stopped_and_says_yes_again_goes_on_where_they_were(world: World) -> None:
    await world.to_check_in()
    await joining.stop(world.records, 1, world.now)
    world.turn(days=30)
    assert (await world.enrol()).was is Status.LEFT
    assert await world.status() is Status.ACTIVE
    assert (await world.consents())[-1] == ("series", "given")
    assert await ended_at(world) is None
    assert await world.next_step() == [("tip-2", 0)]
    assert await world.next_step() == [("check-2", 0)]  # asked anew


async def ended_at(world: World) -> object:
    async with world.records.db.read() as tx:
        return await tx.scalar(sa.select(enrolment_table.c.ended_at))


@pytest.mark.parametrize("way", ["resume", "enrol"])
async def test_who_blocked_the_bot_goes_on_where_they_were_when_they_are_back(
    world: World, way: str
) -> None:
    await world.enrol()
    await world.deliver()
    await joining.blocked(world.records, 1, world.now)
    await joining.blocked(world.records, 2, world.now)
    assert await world.status() is Status.BLOCKED
    assert await ended_at(world) == world.now
    world.turn(days=50)
    assert await world.deliver() == []
    if way == "resume":
        await joining.resume(world.records, 1, world.now)
    else:
        await world.enrol()
    assert await world.consents() == [("series", "given")]
    assert await world.next_step() == [("check-1", 0)]


async def test_a_delivery_that_meets_a_block_is_cancelled_and_comes_later(world: World) -> None:
    await world.enrol()
    await world.deliver(lambda _: Blocked("bot was blocked by the user"))
    assert await world.status() is Status.BLOCKED
    assert [item.status for item in await world.outbox()] == [State.CANCELLED]
    await joining.resume(world.records, 1, world.now)
    assert await world.next_step() == [("tip-1", 0)]


@pytest.mark.parametrize("weeks", [1, 4, None])
async def test_a_pause_holds_everything_and_then_goes_on(world: World, weeks: int | None) -> None:
    await world.enrol()
    await world.deliver()
    assert await joining.pause(world.records, 1, weeks, world.now) is not None
    until = world.now + timedelta(weeks=weeks or 50)
    world.now = until - timedelta(minutes=1)
    assert await world.deliver() == []
    assert await world.status() is Status.PAUSED
    if weeks is None:
        resumed = await joining.resume(world.records, 1, world.now)
        assert resumed is not None
        assert resumed.enrolment.status is Status.ACTIVE
    assert await world.next_step() == [("check-1", 0)]
    assert await world.status() is Status.ACTIVE


async def test_a_pause_takes_back_what_is_queued(world: World) -> None:
    await world.enrol()
    assert await joining.pause(world.records, 1, 1, world.now) is not None
    assert await world.queued() == []
    assert await world.deliver() == []
    assert await world.next_step() == [("tip-1", 0)]


async def test_a_pause_while_a_tip_is_leaving_keeps_the_order(world: World) -> None:
    await world.enrol()
    leaving = await world.claim()
    await joining.pause(world.records, 1, None, world.now)
    await world.settle(leaving)
    assert (await world.person()).enrolment.next_due_at is None
    await joining.resume(world.records, 1, world.now)
    assert await world.next_step() == [("check-1", 0)]


@pytest.mark.parametrize("outcome", [NotSent("no connection"), Uncertain("timeout"), Refused("no")])
async def test_a_pause_and_back_while_a_tip_is_leaving_sends_it_no_second_time(
    world: World, outcome: NotSent | Uncertain | Refused
) -> None:
    await world.enrol()
    leaving = await world.claim()
    await joining.pause(world.records, 1, None, world.now)
    await joining.resume(world.records, 1, world.now)
    await world.planner.tick()
    await world.settle(leaving, lambda _: outcome)
    if isinstance(outcome, NotSent):
        world.turn(seconds=2)
        assert await world.deliver() == [("tip-1", 0)]
    assert await world.next_step() == [("check-1", 0)]


@pytest.mark.parametrize(
    ("status", "pause", "resume", "stop", "again"),
    [
        (None, False, False, False, False),
        (Status.ACTIVE, True, False, True, False),
        (Status.PAUSED, True, True, True, False),
        (Status.BLOCKED, False, True, True, True),
        (Status.LEFT, False, False, False, True),
        (Status.FINISHED, False, False, True, True),
    ],
)
async def test_what_a_person_can_do_depends_on_how_they_stand(
    world: World, status: Status | None, pause: bool, resume: bool, stop: bool, again: bool
) -> None:
    for chat_id, possible in enumerate((pause, resume, stop, again), 1):
        other = World(world.records, world.now, chat_id)
        await bring_to(other, status)
        records, now = world.records, world.now
        match chat_id:
            case 1:
                done = await joining.pause(records, chat_id, 2, now)
            case 2:
                done = await joining.resume(records, chat_id, now)
            case 3:
                done = await joining.stop(records, chat_id, now)
            case _:
                done = await joining.start_again(records, chat_id, SERIES, now)
        assert (done is not None) is possible
        assert done == await joining.look(records, chat_id) or not possible


async def bring_to(world: World, status: Status | None) -> None:
    if status is None:
        return
    await world.enrol()
    match status:
        case Status.PAUSED:
            await joining.pause(world.records, world.chat_id, None, world.now)
        case Status.BLOCKED:
            await joining.blocked(world.records, world.chat_id, world.now)
        case Status.LEFT:
            await joining.stop(world.records, world.chat_id, world.now)
        case Status.FINISHED:
            await world.deliver()
            while await world.status() is Status.ACTIVE:
                await world.next_step()


async def test_the_whole_series_runs_to_its_end_and_can_begin_again(world: World) -> None:
    await bring_to(world, Status.FINISHED)
    sent = [item.step for item in await world.outbox(State.SENT)]
    assert sent == ["tip-1", "check-1", "tip-2", "tip-3", "tip-4"]
    assert await ended_at(world) == world.now
    world.turn(days=10)
    again = await joining.start_again(world.records, 1, SERIES, world.now)
    assert again is not None
    assert (again.enrolment.round, again.enrolment.status) == (2, Status.ACTIVE)
    assert await world.deliver() == [("tip-1", 0)]
    assert await world.consents() == [("series", "given")]
    assert await joining.start_again(world.records, 1, SERIES, world.now) is None


async def test_who_left_consents_anew_when_they_begin_again(world: World) -> None:
    await bring_to(world, Status.LEFT)
    await joining.start_again(world.records, 1, SERIES, world.now)
    assert await world.consents() == [
        ("series", "given"), ("series", "withdrawn"), ("series", "given"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("choices", "weekday", "hours"),
    [
        (Choices(weekday=3), 3, (9, 12)),
        (Choices(part=Part.EVENING), 0, (17, 21)),
        (Choices(weekday=5, part=Part.AFTERNOON), 5, (12, 17)),
    ],
)
async def test_another_slot_moves_the_next_tip(
    world: World, choices: Choices, weekday: int, hours: tuple[int, int]
) -> None:
    await world.enrol()
    await world.deliver()
    await world.decline()
    changed = await joining.choose(world.records, 1, choices, world.now)
    assert changed is not None
    assert changed == await world.person()
    due_at = changed.enrolment.next_due_at
    assert due_at is not None
    assert due_at.weekday() == weekday
    assert hours[0] <= due_at.hour + 1 < hours[1]


async def test_a_choice_replans_a_tip_that_is_queued_but_not_the_one_that_is_leaving(
    world: World,
) -> None:
    await world.enrol()
    await world.deliver()
    await world.decline()
    due_at = (await world.person()).enrolment.next_due_at
    assert due_at is not None
    world.now = due_at
    await world.planner.tick()
    changed = await joining.choose(world.records, 1, Choices(weekday=3), world.now)
    assert changed is not None
    assert await world.queued() == []
    assert changed.enrolment.next_due_at is not None
    world.now = changed.enrolment.next_due_at
    await world.planner.tick()
    leaving = await world.claim()
    await joining.choose(world.records, 1, Choices(weekday=0), world.now)
    assert (await world.person()).enrolment.next_due_at is None
    await world.settle(leaving)
    assert (await world.person()).enrolment.next_step == "tip-3"


async def test_another_language_holds_no_tip_back(world: World) -> None:
    await world.enrol()
    await world.deliver()
    due_at = (await world.person()).enrolment.next_due_at
    assert due_at is not None
    world.now = due_at
    await world.planner.tick()
    changed = await joining.choose(world.records, 1, Choices(language="en"), world.now)
    assert changed is not None
    assert changed.subscriber.language == "en"
    assert await world.deliver() == [("check-1", 0)]


async def test_a_choice_takes_effect_while_a_question_is_on_its_way(world: World) -> None:
    await world.enrol()
    await world.deliver()
    await world.next_step()
    await world.agree()
    before = (await world.person()).enrolment.next_due_at
    assert await world.queued() == [("check-1", 1)]
    changed = await joining.choose(world.records, 1, Choices(weekday=2), world.now)
    assert changed is not None
    assert changed.enrolment.next_due_at not in (None, before)
    assert await world.queued() == [("check-1", 1)]


async def test_a_queued_question_never_strands_a_queued_tip(world: World) -> None:
    """Both can wait at once after an outage: the tip must be planned whatever the person taps."""
    await world.enrol()
    await world.deliver()
    world.now = ((await world.person()).enrolment.next_due_at or world.now) + 3 * DAY
    await world.deliver()
    world.now = (await world.person()).enrolment.next_due_at or world.now
    assert [item.step for item in await world.outbox()][-1] == "check-1"
    await world.planner.tick()
    await world.agree()
    await joining.choose(world.records, 1, Choices(part=Part.EVENING), world.now)
    person = await world.person()
    assert person.enrolment.next_due_at is not None or ("tip-2", 0) in await world.queued()


async def test_choosing_nothing_or_as_a_stranger_changes_nothing(world: World) -> None:
    assert await joining.choose(world.records, 1, Choices(pace=2), world.now) is None
    joined = await world.enrol()
    unchanged = await joining.choose(world.records, 1, Choices(), world.now)
    assert unchanged == joined.person
    assert await world.queued() == [("tip-1", 0)]


async def test_stops_and_sending_at_once_never_wait_for_each_other(world: World) -> None:
    worlds = [World(world.records, world.now, chat_id) for chat_id in range(1, 21)]
    for each in worlds:
        await each.enrol()
    await asyncio.gather(
        world.ledger.claim(Lane.INTERACTIVE, 15),
        world.ledger.claim(Lane.INTERACTIVE, 15),
        *(joining.stop(each.records, each.chat_id, each.now) for each in worlds[::-1]),
    )
    for each in worlds:
        assert await each.status() is Status.LEFT
        assert await each.queued() == []


async def test_a_claim_that_finds_only_chats_that_must_wait_is_not_repeated_at_once(
    world: World,
) -> None:
    for chat_id in (1, 2, 3):
        await World(world.records, world.now, chat_id).enrol()
    nobody = await world.ledger.claim(Lane.INTERACTIVE, 2, lambda _chat: False)
    assert (nobody.claimed, nobody.more, nobody.waiting) == ([], False, True)
    some = await world.ledger.claim(Lane.INTERACTIVE, 2, {1}.__contains__)
    assert ([each.chat for each in some.claimed], some.more, some.waiting) == ([1], True, True)
    last = await world.ledger.claim(Lane.INTERACTIVE, 5)
    assert (len(last.claimed), last.more, last.waiting) == (2, False, False)

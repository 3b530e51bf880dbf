"""What follows when somebody says nothing: one reminder, then an offer, then a slower pace."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from domain.examples import MONDAY

from bot.domain.branch import Branch, Choice, Pause, Slower, Stop
from bot.domain.condition import Silent
from bot.domain.schedule import is_quiet, local_date
from bot.domain.subscriber import Status
from bot.service import offers, silence
from bot.service.records import Records
from bot.store import enrolments, outbox, polls
from bot.store.deliveries import State

from .test_offers import weekly
from .world import World

ZONE = "Europe/Amsterdam"
QUIET = Branch(
    "silent",
    Silent(3),
    (
        Choice("slower", {}, Slower()),
        Choice("pause", {}, Pause(4)),
        Choice("stop", {}, Stop()),
        Choice("stay", {}),
    ),
    ignored=Slower(),
)


class Quiet:
    """Somebody whose weeks pass; they answer only when a test lets them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.came: list[tuple[str, int]] = []
        self.days: list[int] = []

    async def pass_days(self, days: int) -> list[tuple[str, int]]:
        """Everything that comes in the days ahead."""
        world, came = self.world, []
        end = world.now + timedelta(days=days)
        while True:
            moment = max(await self._next() or end, world.now + timedelta(minutes=1))
            world.now = min(moment, end)
            closing = await silence.look_round(world.records, world.now)
            await silence.closed(world.records, closing, world.now)
            sent = await world.deliver()
            if sent:
                assert not is_quiet(world.now, ZONE)
                day = (local_date(world.now, ZONE) - local_date(MONDAY, ZONE)).days
                assert day not in self.days, f"two messages on day {day}: {sent}"
                self.days.append(day)
            came += sent
            if world.now == end:
                self.came += came
                return came

    async def _next(self) -> datetime | None:
        """When something is to be done next."""
        async with self.world.records.db.read() as tx:
            moments = (
                await outbox.next_due_at(tx),
                await enrolments.next_due_at(tx, self.world.records.campaign.key),
                await polls.next_look_at(tx),
            )
        return min(filter(None, moments), default=None)


@pytest.fixture
async def quiet(records: Records) -> Quiet:
    """Somebody who has the first question, on the Thursday of their first week."""
    world = World(replace(records, campaign=weekly(12, QUIET)), MONDAY)
    await world.instance.join()
    await world.enrol()
    await world.deliver()
    await world.next_step()
    await world.agree()
    assert await world.deliver() == [("check-1", 1)]
    return Quiet(world)


async def test_one_reminder_a_day_before_the_question_closes(quiet: Quiet) -> None:
    asked = quiet.world.now
    assert await quiet.pass_days(1) == []
    assert await quiet.pass_days(2) == [("check-1", -1)]
    reminders = [item for item in await quiet.world.outbox(State.SENT) if item.item == -1]
    assert len(reminders) == 1
    assert quiet.days == [5]
    assert asked + timedelta(days=3) == quiet.world.now
    assert await quiet.pass_days(3) == [("tip-2", 0)]


async def test_no_reminder_after_an_answer_though_it_was_taken_back(quiet: Quiet) -> None:
    (poll,) = [item.poll_id for item in await quiet.world.outbox(State.SENT) if item.poll_id]
    await quiet.world.vote(str(poll), 3)
    await quiet.world.vote(str(poll), None)
    assert await quiet.pass_days(3) == []


async def test_an_answer_takes_away_a_reminder_that_waits(quiet: Quiet) -> None:
    world = quiet.world
    world.turn(days=2, hours=3)
    await silence.look_round(world.records, world.now)
    assert await world.queued() == [("check-1", -1)]
    (poll,) = [item.poll_id for item in await world.outbox(State.SENT) if item.poll_id]
    await world.vote(str(poll), 3)
    assert await world.queued() == []


async def test_no_reminder_in_a_pause_or_without_consent(quiet: Quiet) -> None:
    world = quiet.world
    world.turn(days=2, hours=3)
    await silence.look_round(world.records, world.now)
    assert await world.queued() == [("check-1", -1)]
    await world.decline()
    assert await world.deliver() == []
    assert await world.queued() == []


async def test_after_three_silences_an_offer_and_after_that_more_slowly(quiet: Quiet) -> None:
    came = await quiet.pass_days(21)
    offer = ("silent", -1)
    assert [each for each in came if each[1] < 0] == [
        ("check-1", -1), ("check-2", -1), ("check-3", -1), offer,
    ]  # fmt: skip
    assert came.index(offer) > came.index(("check-3", -1))
    assert (await quiet.world.person()).subscriber.pace == 1
    await quiet.pass_days(7)
    assert (await quiet.world.person()).subscriber.pace == 2
    await quiet.pass_days(28)
    tips = [each for each in quiet.came if each[0].startswith("tip")]
    assert len(tips) <= 6
    assert sum(each[0] == "silent" for each in quiet.came) == 2, "it rests for four weeks"


@pytest.mark.parametrize(
    ("choice", "status", "pace"),
    [
        ("slower", Status.ACTIVE, 2),
        ("pause", Status.PAUSED, 1),
        ("stop", Status.LEFT, 1),
        ("stay", Status.ACTIVE, 1),
    ],
)
async def test_a_choice_stands_and_nothing_more_follows(
    quiet: Quiet, choice: str, status: Status, pace: int
) -> None:
    await quiet.pass_days(21)
    world = quiet.world
    (offer,) = [item for item in await world.outbox(State.SENT) if item.step == "silent"]
    assert await offers.choose(world.records, world.chat_id, offer.id, choice, world.now)
    await quiet.pass_days(8)
    person = await world.person()
    assert (person.enrolment.status, person.subscriber.pace) == (status, pace)


async def test_a_late_tap_slows_no_further_than_silence_did(quiet: Quiet) -> None:
    await quiet.pass_days(28)
    world = quiet.world
    (offer,) = [item for item in await world.outbox(State.SENT) if item.step == "silent"]
    assert await offers.choose(world.records, world.chat_id, offer.id, "slower", world.now)
    assert (await world.person()).subscriber.pace == 2


async def test_an_answer_ends_the_silence(quiet: Quiet) -> None:
    await quiet.pass_days(13)
    poll = [item.poll_id for item in await quiet.world.outbox(State.SENT) if item.poll_id][-1]
    await quiet.world.vote(str(poll), 3)
    came = await quiet.pass_days(14)
    assert [each for each in came if each[0] == "silent"] == []


async def test_a_tight_budget_leaves_no_room_for_reminders(quiet: Quiet) -> None:
    records = quiet.world.records
    tight = replace(records.campaign, most_a_week=2)
    narrow = World(replace(records, campaign=tight), quiet.world.now)
    narrow.instance = quiet.world.instance
    thrifty = Quiet(narrow)
    came = await thrifty.pass_days(28)
    assert [each for each in came if each[1] < 0] == []
    assert [each[0] for each in came][:4] == ["tip-2", "check-2", "tip-3", "check-3"]
    assert all(sum(day - 7 < each <= day for each in thrifty.days) <= 2 for day in thrifty.days)


async def test_turning_check_ins_off_is_no_answer_to_an_offer(quiet: Quiet) -> None:
    world = quiet.world
    assert ("silent", -1) in await quiet.pass_days(21)
    world.turn(minutes=10)
    await world.decline()
    world.turn(seconds=5)
    closing = await silence.look_round(world.records, world.now)
    await silence.closed(world.records, closing, world.now)
    assert (await world.person()).subscriber.pace == 1
    (offer,) = [item for item in await world.outbox(State.SENT) if item.step == "silent"]
    chosen = await offers.choose(world.records, 1, offer.id, "pause", world.now)
    assert chosen is not None
    assert await world.status() is Status.PAUSED

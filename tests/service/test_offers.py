"""Offers of branches: made once by the right answers, and what becomes of a choice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from domain.examples import MONDAY, PAIN, SURE, campaign_of, check_in, tip

from bot.domain.branch import Action, Branch, Choice, Jump, Pause, Show, Slower, Stop
from bot.domain.campaign import Campaign
from bot.domain.condition import Answered, Moved
from bot.domain.subscriber import Status
from bot.service import joining, offers
from bot.service.offers import Chosen
from bot.service.records import Records
from bot.store import answers
from bot.store.deliveries import Delivery, Lane, State

from .world import World

SKIPPED = 11


def branch(key: str, when: Answered | Moved, *does: Action | None) -> Branch:
    named = (Choice(f"choice-{number}", {}, each) for number, each in enumerate(does))
    return Branch(key, when, tuple(named))


UP = branch("worse", Moved("pain", 2), Show("help"), None)
NONE = branch("fine", Answered("pain", frozenset("0"), times=2), Jump("tip-6"), None)
UNSURE = branch("unsure", Answered("sure", frozenset("0")), Slower(), Pause(2), Stop())


def weekly(weeks: int, *branches: Branch) -> Campaign:
    """A tip each week; after each the pain, in even weeks how sure somebody is first."""
    steps = []
    for week in range(1, weeks + 1):
        questions = (SURE, PAIN) if week % 2 == 0 else (PAIN,)
        steps += [
            tip(f"tip-{week}", 7 * week - 7),
            check_in(f"check-{week}", 7 * week - 4, *questions),
        ]
    return replace(campaign_of(*steps), branches=branches)


@pytest.fixture
async def told(records: Records) -> Told:
    """Somebody who agreed to check-ins and has the first question."""
    records = replace(records, campaign=weekly(8, UP, NONE, UNSURE))
    world = World(records, MONDAY)
    await world.instance.join()
    await world.enrol()
    assert await world.deliver() == [("tip-1", 0)]
    assert await world.next_step() == [("check-1", 0)]
    await world.agree()
    assert await world.deliver() == [("check-1", 1)]
    return Told(world)


class Told:
    """Someone who answers week after week."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def say(self, *options: int) -> list[tuple[str, int]]:
        """Answer the open check-in; everything that comes of it."""
        came = []
        for option in options:
            open_ = [item for item in await self.world.outbox(State.SENT) if item.poll_id]
            await self.world.vote(str(open_[-1].poll_id), option)
            came += await self.world.deliver()
        return came

    async def pain(self, pain: int) -> list[tuple[str, int]]:
        """Answer the open check-in with so much pain."""
        step = (await self.world.person()).enrolment.last_step or ""
        even = int(step.rpartition("-")[2]) % 2 == 0
        return await self.say(*((5, pain) if even else (pain,)))

    async def week(self) -> None:
        """On to the next check-in."""
        for _ in range(2):
            await self.world.next_step()

    async def offer(self) -> Delivery:
        """The last offer."""
        return [item for item in await self.world.outbox(State.SENT) if item.item < 0][-1]

    async def choose(self, key: str) -> Chosen | None:
        world, offer = self.world, await self.offer()
        return await offers.choose(world.records, world.chat_id, offer.id, key, world.now)


async def test_a_rise_of_two_is_offered_help_at_once(told: Told) -> None:
    assert await told.say(3) == []
    await told.week()
    assert await told.say(5, 4) == [("check-2", 2)]
    await told.week()
    assert await told.say(6) == [("worse", -1)]
    assert (await told.offer()).lane is Lane.INTERACTIVE


async def test_it_waits_for_the_last_question_and_a_skipped_one_is_no_answer(told: Told) -> None:
    await told.say(3)
    await told.week()
    assert await told.say(0) == [("check-2", 2)]
    assert await told.say(SKIPPED) == [("unsure", -1)]
    await told.week()
    assert await told.say(5) == [("worse", -1)]


async def test_beside_an_alarm_comes_only_what_the_alarming_answer_asks_for(told: Told) -> None:
    await told.say(9)
    await told.week()
    assert await told.say(0, 9) == [("check-2", 2)]
    await told.week()
    await told.say(3)
    await told.week()
    assert await told.say(0, 9) == [("check-4", 2), ("worse", -1)]


async def test_it_rests_four_weeks_whatever_came_of_it(told: Told) -> None:
    await told.say(1)
    for pain, comes in ((3, True), (5, False), (7, False), (9, False), (1, False), (3, True)):
        await told.week()
        came = [item for item in await told.pain(pain) if item[1] < 0]
        assert bool(came) is comes, (pain, came)
    assert (await told.offer()).item == -2


async def test_a_vote_that_is_handled_twice_offers_once(told: Told) -> None:
    await told.say(3)
    await told.week()
    await told.say(5)
    poll = [item for item in await told.world.outbox(State.SENT) if item.poll_id][-1].poll_id
    await told.world.vote(str(poll), 9)
    await told.world.vote(str(poll), 9)
    await told.world.vote(str(poll), 8)
    assert [each for each in await told.world.deliver() if each[1] < 0] == [("worse", -1)]
    assert await told.world.deliver() == []


async def test_a_jump_goes_on_a_week_after_the_last_tip(told: Told) -> None:
    await told.say(0)
    await told.week()
    assert await told.say(5, 0) == [("check-2", 2), ("fine", -1)]
    last = (await told.world.person()).enrolment.place.last_tip_at
    chosen = await told.choose("choice-0")
    assert chosen is not None
    assert chosen.person.enrolment.next_step == "tip-6"
    again = await told.choose("choice-1")
    assert again == Chosen(chosen.person, chosen.choice)
    assert await told.world.next_step() == [("tip-6", 0)]
    assert last is not None
    assert (told.world.now - last).days in range(4, 11)
    assert await told.world.next_step() == [("check-6", 1)]


async def test_a_jump_is_not_offered_to_who_is_past_it(told: Told) -> None:
    for _ in range(5):
        await told.pain(4)
        await told.week()
    assert (await told.world.person()).enrolment.next_step == "tip-7"
    assert [each for each in await told.pain(0) if each[1] < 0] == []
    await told.week()
    assert [each for each in await told.pain(0) if each[1] < 0] == []


@pytest.mark.parametrize(
    ("choice", "status", "pace"),
    [
        ("choice-0", Status.ACTIVE, 2),
        ("choice-1", Status.PAUSED, 1),
        ("choice-2", Status.LEFT, 1),
    ],
)
async def test_a_choice_is_done_once(told: Told, choice: str, status: Status, pace: int) -> None:
    await told.say(3)
    await told.week()
    await told.say(0, 3)
    for _ in range(2):
        await told.choose(choice)
        person = await told.world.person()
        assert (person.enrolment.status, person.subscriber.pace) == (status, pace)
    if status is not Status.LEFT:
        offer = await told.offer()
        async with told.world.records.db.read() as tx:
            assert await answers.of_delivery(tx, offer.id) == choice


async def test_a_second_tap_slows_no_further_where_no_answer_is_kept(told: Told) -> None:
    await told.say(3)
    await told.week()
    await told.say(0, 3)
    await told.world.decline()
    for _ in range(2):
        assert await told.choose("choice-0") is not None
        assert (await told.world.person()).subscriber.pace == 2
    await told.choose("choice-1")
    assert (await told.world.person()).enrolment.status is Status.PAUSED


async def test_a_tap_counts_that_comes_before_the_answer_to_the_sending(told: Told) -> None:
    await told.say(3)
    await told.week()
    await told.say(0)
    world = told.world
    poll = [item for item in await world.outbox(State.SENT) if item.poll_id][-1].poll_id
    await world.vote(str(poll), 3)
    (offer,) = await world.claim()
    assert offer.item < 0
    await world.decline()  # So that no answer shows what was chosen.
    for settled in (False, True):
        if settled:
            await world.settle([offer])
        assert await offers.choose(world.records, 1, offer.id, "choice-0", world.now) is not None
        assert (await world.person()).subscriber.pace == 2


async def test_nothing_is_offered_to_who_stops_before_it_leaves(told: Told) -> None:
    await told.say(3)
    await told.week()
    poll = [item for item in await told.world.outbox(State.SENT) if item.poll_id][-1].poll_id
    await told.world.vote(str(poll), 0)
    await told.world.deliver()
    poll = [item for item in await told.world.outbox(State.SENT) if item.poll_id][-1].poll_id
    await told.world.vote(str(poll), 9)
    assert ("worse", -1) in await told.world.queued()
    await told.world.decline()
    assert await told.world.deliver() == []
    await joining.stop(told.world.records, told.world.chat_id, told.world.now)
    assert await told.world.queued() == []


async def test_what_others_or_hand_made_buttons_ask_for_is_refused(told: Told) -> None:
    await told.say(3)
    await told.week()
    await told.say(0, 3)
    world, offer = told.world, await told.offer()
    for chat, delivery_id, key in (
        (2, offer.id, "choice-0"),
        (1, offer.id, "no-choice"),
        (1, offer.id - 1, "choice-0"),
        (1, 10**15, "choice-0"),
    ):
        assert await offers.choose(world.records, chat, delivery_id, key, world.now) is None


async def test_an_offer_that_was_in_doubt_is_proved_by_a_tap(told: Told) -> None:
    await told.say(3)
    await told.week()
    await told.say(0)
    poll = [item for item in await told.world.outbox(State.SENT) if item.poll_id][-1].poll_id
    await told.world.vote(str(poll), 3)
    await told.world.claim()
    told.world.turn(minutes=1)
    await told.world.restart()
    (doubtful,) = await told.world.outbox(State.UNCERTAIN)
    assert doubtful.item < 0
    world = told.world
    assert await offers.choose(world.records, 1, doubtful.id, "choice-1", world.now) is not None
    assert await world.outbox(State.UNCERTAIN) == []


async def test_a_kill_while_a_tip_and_an_offer_leave_to_one_person_loses_neither(
    told: Told,
) -> None:
    world = told.world
    await told.say(3)
    assert await world.next_step() == [("tip-2", 0)]
    assert await world.next_step() == [("check-2", 1)]
    await told.say(0)  # Unsure; the next question stays open until the next tip is due.
    due_at = (await world.person()).enrolment.next_due_at
    assert due_at is not None
    world.now = due_at
    await world.planner.tick()
    leaving = await world.claim()
    (question, *_) = [item for item in await world.outbox(State.SENT) if item.poll_id][::-1]
    await world.vote(str(question.poll_id), 3)
    leaving += await world.claim()
    assert [item.step for item in leaving] == ["tip-3", "unsure"]
    await world.restart()
    assert [item.step for item in await world.outbox(State.UNCERTAIN)] == ["tip-3", "unsure"]
    assert await world.next_step() == [("check-3", 1)]

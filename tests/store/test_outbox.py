"""Deliveries and answers as rows."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import answers, inbox, outbox, polls, timeline
from bot.store.answers import Answer, KeptVote
from bot.store.database import Database
from bot.store.deliveries import Lane, State
from bot.store.inbox import Received
from bot.store.outbox import Arrival
from bot.store.tables import delivery as delivery_table

from .people import DAY, NOW, delivery, enrolled, planned, ref

US = 1
"""The instance that claims."""

HOUR = timedelta(hours=1)


async def row(tx: AsyncConnection, id_: int) -> sa.RowMapping:
    query = sa.select(delivery_table).where(delivery_table.c.id == id_)
    return (await tx.execute(query)).mappings().one()


async def states(tx: AsyncConnection) -> list[State]:
    return [item.status for item in await timeline.listed(tx, tuple(State))]


async def test_a_step_is_queued_once_however_often_it_is_planned(database: Database) -> None:
    async with database.write() as tx:
        person = await enrolled(tx)
        await outbox.queue(tx, [planned(person), planned(person, due_at=NOW + HOUR)])
        await outbox.queue(tx, [planned(person, due_at=NOW + 2 * HOUR), planned(person, item=1)])
        await outbox.queue(tx, [])
        found = await timeline.listed(tx, [State.QUEUED])
    assert [(item.step, item.item, item.due_at) for item in found] == [
        ("tip-1", 0, NOW), ("tip-1", 1, NOW),
    ]  # fmt: skip


@pytest.mark.parametrize("status", [status for status in State if status is not State.CANCELLED])
async def test_what_stands_in_the_outbox_is_left_alone(database: Database, status: State) -> None:
    async with database.write() as tx:
        person = await enrolled(tx)
        id_ = await delivery(tx, person)
        await outbox.set_status(tx, [id_], status, "why")
        before = await row(tx, id_)
        await outbox.queue(tx, [planned(person, due_at=NOW + DAY)])
        assert await row(tx, id_) == before


async def test_what_was_cancelled_is_queued_afresh(database: Database) -> None:
    async with database.write() as tx:
        person = await enrolled(tx)
        id_ = await delivery(tx, person)
        await outbox.mark_sending(tx, [id_], NOW, US)
        await outbox.set_status(tx, [id_], State.CANCELLED, "blocked")
        await outbox.queue(tx, [planned(person, due_at=NOW + DAY, lane=Lane.INTERACTIVE)])
        again = await row(tx, id_)
    expected = {"status": "queued", "due_at": NOW + DAY, "lane": 0, "tries": 0, "reason": None,
                "sent_at": None}  # fmt: skip
    assert {name: again[name] for name in expected} == expected


async def test_many_planners_at_once_queue_a_step_once(database: Database) -> None:
    async with database.write() as tx:
        person = await enrolled(tx)

    async def plan() -> None:
        async with database.write() as tx:
            await outbox.queue(tx, [planned(person)])

    await asyncio.gather(*(plan() for _ in range(20)))
    async with database.read() as tx:
        assert await states(tx) == [State.QUEUED]


async def test_the_longest_due_of_a_lane_is_ready_first(database: Database) -> None:
    async with database.write() as tx:
        for chat_id, hours, lane in (
            (1, 2, Lane.BULK), (2, 1, Lane.BULK), (3, 0, Lane.INTERACTIVE), (4, 3, Lane.BULK),
        ):  # fmt: skip
            person = await enrolled(tx, chat_id)
            await delivery(tx, person, lane=lane, due_at=NOW + hours * HOUR)
        two = NOW + 2 * HOUR
        ready = await outbox.claimable(tx, two, Lane.BULK, 10)
        assert [item.chat_ref for item in ready] == [ref(2), ref(1)]
        assert len(await outbox.claimable(tx, two, Lane.BULK, 1)) == 1
        interactive = await outbox.claimable(tx, NOW, Lane.INTERACTIVE, 10)
        assert [item.chat_ref for item in interactive] == [ref(3)]
        assert await outbox.next_due_at(tx) == NOW
        assert await timeline.next_queued(tx, interactive[0].person.enrolment.id) == NOW
        assert await timeline.next_queued(tx, 999) is None


async def test_only_what_is_still_queued_can_be_claimed(database: Database) -> None:
    async with database.write() as tx:
        ids = [await delivery(tx, await enrolled(tx, chat_id)) for chat_id in range(1, 4)]
        await outbox.mark_sending(tx, ids[:1], NOW, US)
        found = await outbox.claimable(tx, NOW, Lane.BULK, 10)
        assert sorted(item.id for item in found) == ids[1:]
        assert [item.id for item in await outbox.orphans(tx)] == ids[:1]
        sending = await row(tx, ids[0])
        assert (sending["sent_at"], sending["tries"]) == (NOW, 1)


async def test_nothing_is_claimed_for_whom_a_safety_card_waits(database: Database) -> None:
    async with database.write() as tx:
        for chat_id in (1, 2):
            await delivery(tx, await enrolled(tx, chat_id))
        await inbox.put(tx, [Received(each, ref(each), b"x") for each in (1, 2)], NOW, 1)
        one, two = (row.id for row in await inbox.waiting(tx, 1, 0, 2))
        await inbox.answering(tx, [(one, b"card", True), (two, b"thanks", False)])

        async def claimable() -> list[bytes]:
            found = await outbox.claimable(tx, NOW, Lane.BULK, 10)
            return sorted(item.chat_ref for item in found)

        assert await claimable() == [ref(2)]
        await inbox.replying(tx, [(one, 1)])
        assert await claimable() == [ref(2)]
        await inbox.handled(tx, [one])
        assert await claimable() == sorted([ref(1), ref(2)])


async def test_one_delivery_is_claimed_by_one_of_many(database: Database) -> None:
    async with database.write() as tx:
        await delivery(tx, await enrolled(tx))

    async def claim() -> int:
        async with database.write() as tx:
            found = await outbox.claimable(tx, NOW, Lane.BULK, 10)
            await outbox.mark_sending(tx, [item.id for item in found], NOW, US)
            return len(found)

    assert sum(await asyncio.gather(*(claim() for _ in range(20)))) == 1


async def test_a_delivery_goes_its_way_and_tells(database: Database) -> None:
    async with database.write() as tx:
        person = await enrolled(tx)
        id_ = await delivery(tx, person, "check-1", 1)
        await outbox.mark_sending(tx, [id_], NOW, US)
        await outbox.postpone(tx, id_, NOW + HOUR, NOW + DAY, reason="too many requests")
        late = await row(tx, id_)
        assert (late["status"], late["due_at"], late["send_before"], late["sent_at"]) == (
            "queued", NOW + HOUR, NOW + DAY, None,
        )  # fmt: skip
        await outbox.mark_sending(tx, [id_], NOW + HOUR, US)
        await outbox.settle_sent(tx, [Arrival(id_, 77, "poll", NOW + 3 * DAY)])
        sent = await outbox.get(tx, id_)
        assert sent is not None
        assert (sent.status, sent.message_id, sent.poll_id, sent.tries) == (
            State.SENT, 77, "poll", 2,
        )  # fmt: skip
        assert (await row(tx, id_))["sent_at"] == NOW + HOUR
        assert await polls.by_polls(tx, ["poll", "another"]) == {"poll": sent}
        assert await outbox.get(tx, 999) is None


async def test_what_an_instance_was_to_send_goes_back_but_for_what_leaves(
    database: Database,
) -> None:
    async with database.write() as tx:
        ids = [await delivery(tx, await enrolled(tx, number)) for number in range(1, 6)]
        mine, leaving, theirs, sent, _ = ids
        await outbox.mark_sending(tx, [mine, leaving, sent], NOW, US)
        await outbox.mark_sending(tx, [theirs], NOW, US + 1)
        await outbox.settle_sent(tx, [Arrival(sent, 5, None, None)])
        await outbox.release(tx, US, [leaving])
        rows = [await row(tx, id_) for id_ in ids]
        assert [each["status"] for each in rows] == [
            "queued", "sending", "sending", "sent", "queued",
        ]  # fmt: skip
        assert [each["tries"] for each in rows] == [0, 1, 1, 1, 0]
        assert rows[0]["sent_at"] is None
        await outbox.release(tx, US, [])
        assert (await row(tx, leaving))["status"] == "queued"


async def test_cancelling_takes_what_is_queued_of_one_person(database: Database) -> None:
    async with database.write() as tx:
        person, other = await enrolled(tx, 1), await enrolled(tx, 2)
        tip = await delivery(tx, person)
        first = await delivery(tx, person, "check-1", 1, lane=Lane.INTERACTIVE)
        second = await delivery(tx, person, "check-1", 2, lane=Lane.INTERACTIVE)
        theirs = await delivery(tx, other)
        await outbox.mark_sending(tx, [second], NOW, US)
        enrolment = person.enrolment.id

        async def now() -> list[str]:
            return [(await row(tx, id_))["status"] for id_ in (tip, first, second, theirs)]

        await outbox.cancel_queued(tx, enrolment, "planned anew", lane=Lane.BULK)
        assert await now() == ["cancelled", "queued", "sending", "queued"]
        await outbox.queue(tx, [planned(person)])
        await polls.cancel_questions(tx, enrolment, "no")
        assert await now() == ["queued", "cancelled", "sending", "queued"]
        await outbox.cancel_queued(tx, enrolment, "left")
        assert await now() == ["cancelled", "cancelled", "sending", "queued"]


async def test_what_is_under_way_is_known_by_step_and_kind(database: Database) -> None:
    async with database.write() as tx:
        person = await enrolled(tx)
        id_ = person.enrolment.id
        question = await delivery(tx, person, "check-1", 1)
        assert await timeline.step_under_way(tx, id_, "check-1")
        assert not await timeline.step_under_way(tx, id_, "tip-1")
        assert not await timeline.step_under_way(tx, id_, None)
        assert not await timeline.question_leaving(tx, id_)
        await outbox.mark_sending(tx, [question], NOW, US)
        assert await timeline.question_leaving(tx, id_)
        await outbox.set_status(tx, [question], State.SENT)
        assert not await timeline.step_under_way(tx, id_, "check-1")
        tip = await delivery(tx, person)
        await outbox.mark_sending(tx, [tip], NOW, US)
        assert not await timeline.question_leaving(tx, id_)


async def test_a_step_is_settled_once_it_left(database: Database) -> None:
    async with database.write() as tx:
        person = await enrolled(tx)
        id_ = person.enrolment.id
        for status in State:
            delivered = await delivery(tx, person, status.value)
            await outbox.set_status(tx, [delivered], status)
        steps = [(id_, status.value) for status in State]
        left = {(id_, name) for name in ("sent", "failed", "uncertain")}
        assert await timeline.settled(tx, steps) == left
        assert await timeline.settled(tx, [(id_, "sent"), (id_ + 1, "failed")]) == {(id_, "sent")}
        assert await timeline.settled(tx, []) == set()
        assert await timeline.sent_steps(tx, id_) == ["sent", "uncertain"]


async def to_look_at(tx: AsyncConnection, now: datetime, limit: int) -> list[int]:
    return [each.delivery.id for each in await polls.to_look_at(tx, now, limit)]


async def test_polls_are_closed_when_their_window_is_over_or_soon(database: Database) -> None:
    async with database.write() as tx:
        person = await enrolled(tx)
        first = await delivery(tx, person, "check-1", 1)
        second = await delivery(tx, person, "check-1", 2)
        tip = await delivery(tx, person)
        await outbox.settle_sent(tx, [Arrival(tip, 1, None, None)])
        await outbox.settle_sent(tx, [Arrival(first, 2, "one", NOW + DAY)])
        await outbox.settle_sent(tx, [Arrival(second, 3, "two", NOW + 2 * DAY)])
        assert await to_look_at(tx, NOW, 10) == []
        assert await to_look_at(tx, NOW + DAY, 10) == [first]
        await polls.close_soon(tx, person.enrolment.id, NOW, offers=False)
        assert set(await to_look_at(tx, NOW, 10)) == {first, second}
        assert len(await to_look_at(tx, NOW, 1)) == 1
        assert await polls.closed(tx, [first]) == {first}
        assert await polls.closed(tx, [first, second]) == {second}
        assert await to_look_at(tx, NOW + 99 * DAY, 10) == []


async def test_a_question_without_a_known_poll_may_be_the_one_that_was_voted_on(
    database: Database,
) -> None:
    async with database.write() as tx:
        person = await enrolled(tx)
        ids = [await delivery(tx, person, "check-1", item) for item in range(5)]
        tip, uncertain, tapped, known, _queued = ids
        await outbox.set_status(tx, [tip, uncertain], State.UNCERTAIN)
        await outbox.settle_sent(tx, [Arrival(tapped, 5, None, None)])
        await outbox.settle_sent(tx, [Arrival(known, 6, "poll", None)])
        found = await polls.unproved_polls(tx, ref(1))
        assert [item.id for item in found] == [tapped, uncertain]
        assert await polls.unproved_polls(tx, ref(2)) == []


async def test_an_answer_is_replaced_withdrawn_and_found_again(database: Database) -> None:
    async with database.write() as tx:
        person = await enrolled(tx)
        enrolment = person.enrolment.id
        one = await delivery(tx, person, "check-1", 1)
        two = await delivery(tx, person, "check-2", 1)
        assert await answers.of_enrolments(tx, [enrolment]) == {enrolment: []}
        await answers.put(tx, [(one, "pain", "7", NOW)])
        again = (one, "pain", "3", NOW + HOUR)
        await answers.put(tx, [again, (two, "pain", None, NOW + DAY)])
        stands = Answer(one, "check-1", "pain", "3", NOW + HOUR)
        withdrawn = Answer(two, "check-2", "pain", None, NOW + DAY)
        assert await answers.of_enrolments(tx, [enrolment]) == {enrolment: [stands, withdrawn]}
        assert await answers.of_enrolment(tx, enrolment) == [stands]
        all_of_it = await answers.of_subscriber(tx, person.subscriber.id)
        assert [(each["step"], each["value"]) for each in all_of_it] == [
            ("check-1", "3"), ("check-2", None),
        ]  # fmt: skip


async def test_the_newest_vote_on_an_unknown_poll_is_kept_for_its_person(
    database: Database,
) -> None:
    async with database.write() as tx:
        await answers.keep_vote(tx, "poll", ref(1), 3, NOW)
        await answers.keep_vote(tx, "poll", ref(2), 4, NOW)
        await answers.keep_vote(tx, "older", ref(1), None, NOW - DAY)
        await answers.keep_vote(tx, "poll", ref(1), 5, NOW + HOUR)
        mine = KeptVote("poll", ref(1), 5, NOW + HOUR)
        assert await answers.kept_for(tx, "poll", ref(1)) == mine
        assert await answers.kept_by(tx, ref(1)) == [
            KeptVote("older", ref(1), None, NOW - DAY),
            mine,
        ]
        assert await answers.kept_for(tx, "older", ref(2)) is None
        await answers.drop_vote(tx, "poll", ref(1))
        assert await answers.kept_for(tx, "poll", ref(1)) is None
        await answers.drop_votes_of(tx, ref(1))
        assert await answers.kept_by(tx, ref(1)) == []
        assert await answers.kept_by(tx, ref(2)) != []


async def test_a_delivery_knows_its_person_as_they_are_now(database: Database) -> None:
    async with database.write() as tx:
        person = await enrolled(tx)
        id_ = await delivery(tx, person)
        found = await outbox.get(tx, id_)
    assert found is not None
    assert found.person == person
    assert replace(found, lane=Lane.INTERACTIVE).lane is Lane.INTERACTIVE

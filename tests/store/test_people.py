"""Subscribers, consents and enrolments as rows."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.schedule import Part, Place, Slot
from bot.domain.subscriber import CheckIns, Status
from bot.store import answers, consents, enrolments, inbox, meta, outbox, people
from bot.store.consents import Wording
from bot.store.database import Database
from bot.store.deliveries import State
from bot.store.enrolments import Due
from bot.store.inbox import Received
from bot.store.tables import metadata, subscriber, wording

from .people import DAY, NOW, WORDING, delivery, enrolled, ref
from .people import subscriber as subscriber_row


async def test_a_person_is_found_by_chat_with_their_latest_round(database: Database) -> None:
    async with database.write() as tx:
        await enrolled(tx)
        await enrolled(tx, round_=2)
        await enrolled(tx, 2)
        person = await people.find(tx, ref(1), "small", lock=False)
        assert person is not None
        assert person.enrolment.round == 2
        assert person.subscriber.slot == Slot(0, Part.MORNING)
        assert person.subscriber.check_ins is CheckIns.UNASKED
        assert (person.enrolment.status, person.enrolment.next_step) == (Status.ACTIVE, "tip-1")
        assert await people.find(tx, ref(3), "small") is None
        assert await people.find(tx, ref(1), "another") is None
        assert await people.id_of(tx, ref(1)) == person.subscriber.id
        assert await people.id_of(tx, ref(3)) is None


async def test_who_is_added_twice_keeps_their_row_and_choices(database: Database) -> None:
    async with database.write() as tx:
        first = await subscriber_row(tx)
        await people.change(tx, first, language="en", pace=2)
        assert await subscriber_row(tx) == first
        await enrolled(tx)
        person = await people.find(tx, ref(1), "small")
    assert person is not None
    assert (person.subscriber.language, person.subscriber.pace) == ("en", 2)


async def test_one_person_added_by_many_at_once_is_one_row(database: Database) -> None:
    async def add() -> int:
        async with database.write() as tx:
            return await subscriber_row(tx)

    assert len(set(await asyncio.gather(*(add() for _ in range(20))))) == 1
    async with database.read() as tx:
        assert await tx.scalar(sa.select(sa.func.count()).select_from(subscriber)) == 1


async def test_a_consent_is_kept_with_its_exact_wording_once(database: Database) -> None:
    other = replace(WORDING, text=WORDING.text + " ")
    async with database.write() as tx:
        id_ = await subscriber_row(tx)
        for words in (WORDING, WORDING, other):
            await consents.record(tx, id_, words, "given", NOW)
        kept = await consents.of_subscriber(tx, id_)
        assert [row["text"] for row in kept] == [WORDING.text, WORDING.text, other.text]
        assert [row["hash"] for row in kept] == [WORDING.hash, WORDING.hash, other.hash]
        assert {row["at"] for row in kept} == {NOW}
        assert await tx.scalar(sa.select(sa.func.count()).select_from(wording)) == 2


async def test_many_who_consent_to_new_words_at_once_all_can(database: Database) -> None:
    async def consent(chat_id: int) -> None:
        async with database.write() as tx:
            id_ = await subscriber_row(tx, chat_id)
            await consents.record(tx, id_, WORDING, "given", NOW)

    await asyncio.gather(*(consent(number) for number in range(20)))
    async with database.read() as tx:
        assert await tx.scalar(sa.select(sa.func.count()).select_from(wording)) == 1


def test_the_hash_of_a_wording_tells_scope_language_and_text_apart() -> None:
    wordings = [
        WORDING,
        replace(WORDING, scope="check-ins"),
        replace(WORDING, language="en"),
        replace(WORDING, text="Ik wil de tips!"),
    ]
    assert len({words.hash for words in wordings}) == 4
    assert replace(WORDING, version=2).hash == WORDING.hash
    assert len(WORDING.hash) == 8


async def test_withdrawing_touches_what_stands_and_nothing_else(database: Database) -> None:
    check_ins = Wording("check-ins", 1, "nl", "Ik doe mee.")
    async with database.write() as tx:
        id_ = await subscriber_row(tx)
        for words in (WORDING, check_ins):
            await consents.record(tx, id_, words, "given", NOW)
        for _ in range(2):
            await consents.withdraw(tx, id_, "check-ins", NOW + DAY)
        await consents.withdraw(tx, id_, "unknown", NOW + DAY)
        for _ in range(2):
            await consents.withdraw_all(tx, id_, NOW + 2 * DAY)
        rows = await consents.of_subscriber(tx, id_)
    assert [(row["scope"], row["act"], row["hash"], row["at"]) for row in rows] == [
        ("series", "given", WORDING.hash, NOW),
        ("check-ins", "given", check_ins.hash, NOW),
        ("check-ins", "withdrawn", check_ins.hash, NOW + DAY),
        ("series", "withdrawn", WORDING.hash, NOW + 2 * DAY),
    ]


async def test_an_enrolment_comes_back_as_it_was_moved(database: Database) -> None:
    async with database.write() as tx:
        one, two = await enrolled(tx, 1), await enrolled(tx, 2)
        moved = replace(
            one.enrolment,
            status=Status.PAUSED,
            next_step="tip-2",
            last_step="check-1",
            next_due_at=NOW + 7 * DAY,
            paused_until=NOW + 5 * DAY,
            place=Place("tip-1", NOW, NOW + 3 * DAY),
        )
        await enrolments.move(tx, [moved])
        await enrolments.move(tx, [])
        again = await people.find(tx, ref(1), "small")
        assert again is not None
        assert again.enrolment == moved
        assert await people.find(tx, ref(2), "small") == two


async def test_who_is_due_comes_longest_due_first_and_no_more_than_asked_for(
    database: Database,
) -> None:
    async with database.write() as tx:
        for chat_id, hours in ((1, 3), (2, 1), (3, 2), (4, 4)):
            person = await enrolled(tx, chat_id)
            due = replace(person.enrolment, next_due_at=NOW + timedelta(hours=hours))
            await enrolments.move(tx, [due])
        await enrolled(tx, 5)
        three = NOW + timedelta(hours=3)
        found = await enrolments.due(tx, three, "small", 10)
        by_id = {each.enrolment.id: each.enrolment for each in await people.by_enrolment(tx, found)}
        hours_due = [by_id[id_].next_due_at for id_ in found]
        assert hours_due == [NOW + timedelta(hours=hours) for hours in (1, 2, 3)]
        assert len(await enrolments.due(tx, three, "small", 2)) == 2
        assert await enrolments.due(tx, three, "another", 10) == []
        assert await enrolments.next_due_at(tx, "small") == NOW + timedelta(hours=1)
        assert await enrolments.next_due_at(tx, "another") is None
        await enrolments.planned(tx, [found[0]])
        assert found[0] not in await enrolments.due(tx, three, "small", 10)


async def test_only_what_is_still_due_is_claimed_to_be_planned(database: Database) -> None:
    async with database.write() as tx:
        ids = []
        for chat_id, due_at in ((1, NOW), (2, NOW + timedelta(seconds=1)), (3, None), (4, NOW)):
            person = await enrolled(tx, chat_id)
            await enrolments.move(tx, [replace(person.enrolment, next_due_at=due_at)])
            ids.append(person.enrolment.id)
        claimed = await enrolments.claim_due(tx, NOW, ids[:3][::-1])
        assert claimed == [Due(ids[0], "tip-1", CheckIns.UNASKED, left_before=False)]


@pytest.mark.parametrize(
    ("status", "left"),
    [
        (State.QUEUED, False),
        (State.SENDING, False),
        (State.CANCELLED, False),
        (State.SENT, True),
        (State.FAILED, True),
        (State.UNCERTAIN, True),
    ],
)
async def test_who_is_due_for_a_step_that_left_before_is_told_apart(
    database: Database, status: State, left: bool
) -> None:
    async with database.write() as tx:
        person = await enrolled(tx)
        await enrolments.move(tx, [replace(person.enrolment, next_due_at=NOW)])
        await outbox.set_status(tx, [await delivery(tx, person, "tip-2")], State.SENT)
        await outbox.set_status(tx, [await delivery(tx, person, "tip-1")], status)
        (due,) = await enrolments.claim_due(tx, NOW, [person.enrolment.id])
    assert due.left_before == left


@pytest.mark.parametrize(("after", "noted"), [(DAY, False), (DAY + timedelta(seconds=1), True)])
async def test_a_sign_of_life_is_written_once_a_day(
    database: Database, after: timedelta, noted: bool
) -> None:
    async with database.write() as tx:
        await enrolled(tx)
        await people.see(tx, [ref(1)], NOW + after)
        seen = await tx.scalar(sa.select(subscriber.c.seen_at))
    assert seen == (NOW + after if noted else NOW)


async def test_erasing_leaves_nothing_of_a_person_in_any_table(database: Database) -> None:
    async with database.write() as tx:
        other = await enrolled(tx, 2)
        await delivery(tx, other)
        before = await everything(tx)
        person = await enrolled(tx, 1)
        await consents.record(tx, person.subscriber.id, WORDING, "given", NOW)
        await answers.put(tx, [(await delivery(tx, person, "check-1", 1), "pain", "3", NOW)])
        await answers.keep_vote(tx, "poll", ref(1), 1, NOW)
        # Of an update only its number remains, with what is still to be said to it or without.
        await inbox.put(tx, [Received(1, ref(1), b"x")], NOW, 1)
        await inbox.answering(
            tx, [(row.id, b"card", True) for row in await inbox.waiting(tx, 1, 0, 1)]
        )
        await people.erase(tx, person.subscriber.id)
        after = await everything(tx)
        ((_, *columns),) = after.pop("inbox")
        assert columns == [1, None, None, NOW, "handled", 0, 0, None, 1]
        assert await meta.get(tx, "erased") == "1"
    del before["inbox"]
    before["wording"], before["meta"] = after["wording"], after["meta"]
    assert after == before
    assert len(after["wording"]) == 1


async def everything(tx: sa.ext.asyncio.AsyncConnection) -> dict[str, list[tuple[object, ...]]]:
    return {
        table.name: [tuple(row) for row in await tx.execute(sa.select(table))]
        for table in metadata.sorted_tables
    }


async def test_erasures_at_once_are_all_counted(database: Database) -> None:
    async with database.write() as tx:
        ids = [await subscriber_row(tx, number) for number in range(12)]

    async def erase(id_: int) -> None:
        async with database.write() as tx:
            await people.erase(tx, id_)

    await asyncio.gather(*(erase(id_) for id_ in ids))
    async with database.read() as tx:
        assert await meta.get(tx, "erased") == "12"


@pytest.mark.parametrize(
    ("status", "seen", "ended", "last_step", "gone"),
    [
        pytest.param(Status.LEFT, -1, -1, -1, True, id="left, and all is long ago"),
        pytest.param(Status.FINISHED, -1, -1, -1, True, id="finished"),
        pytest.param(Status.BLOCKED, -1, -1, -1, True, id="blocked"),
        pytest.param(Status.LEFT, -1, -1, None, True, id="left before anything came"),
        pytest.param(Status.ACTIVE, -1, None, -1, False, id="still active"),
        pytest.param(Status.PAUSED, -1, None, -1, False, id="paused without end"),
        pytest.param(Status.LEFT, 0, -1, -1, False, id="seen at the very moment"),
        pytest.param(Status.LEFT, -1, 0, -1, False, id="ended at the very moment"),
        pytest.param(Status.LEFT, -1, -1, 0, False, id="written to at the very moment"),
    ],
)
async def test_long_gone(
    database: Database,
    status: Status,
    seen: int,
    ended: int | None,
    last_step: int | None,
    gone: bool,
) -> None:
    def moment(milliseconds: int | None) -> object:
        return None if milliseconds is None else NOW + timedelta(milliseconds=milliseconds)

    async with database.write() as tx:
        person = await enrolled(tx)
        place = Place(None, None, moment(last_step))  # type: ignore[arg-type]
        await enrolments.move(tx, [replace(person.enrolment, status=status, place=place)])
        await people.change(tx, person.subscriber.id, seen_at=moment(seen))
        await enrolments.end(tx, person.enrolment.id, moment(ended))  # type: ignore[arg-type]
        expected = [person.subscriber.id] if gone else []
        assert list(await people.long_gone(tx, NOW, 9)) == expected


async def test_who_runs_in_a_later_round_is_not_gone(database: Database) -> None:
    async with database.write() as tx:
        person = await enrolled(tx)
        await enrolments.move(tx, [replace(person.enrolment, status=Status.FINISHED)])
        await enrolled(tx, round_=2)
        assert list(await people.long_gone(tx, NOW + 999 * DAY, 9)) == []


async def test_all_rounds_of_a_person_are_told(database: Database) -> None:
    async with database.write() as tx:
        first = await enrolled(tx)
        await delivery(tx, first)
        second = await enrolled(tx, round_=2)
        await delivery(tx, second, due_at=NOW + DAY)
        rows = await people.deliveries_of(tx, first.subscriber.id)
        told = [(row["round"], row["step"], row["status"], row["due_at"]) for row in rows]
    assert told == [(1, "tip-1", "queued", NOW), (2, "tip-1", "queued", NOW + DAY)]


async def test_a_fact_about_the_database_is_written_over(database: Database) -> None:
    async with database.write() as tx:
        assert await meta.get(tx, "serves") is None
        await meta.put(tx, "serves", "life")
        await meta.put(tx, "serves", "rehearsal")
        assert await meta.get(tx, "serves") == "rehearsal"


async def test_the_outbox_of_a_person_goes_with_them(database: Database) -> None:
    async with database.write() as tx:
        person = await enrolled(tx)
        id_ = await delivery(tx, person)
        await people.erase(tx, person.subscriber.id)
        assert await outbox.get(tx, id_) is None


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)
async def test_many_are_locked_in_one_order_whatever_it_is_for(database: Database) -> None:
    """Somebody in their second round has the lower id and the later enrolment."""
    async with database.write() as tx:
        await enrolled(tx)
        other = (await enrolled(tx, 2)).enrolment.id
        again = (await enrolled(tx, round_=2)).enrolment.id

    async def hold() -> None:
        async with database.write() as tx:
            await enrolments.hold(tx, [again, other])

    async with database.write() as tx:
        await people.by_enrolment(tx, [other])
        holding = asyncio.create_task(hold())
        await asyncio.sleep(0.3)
        await people.by_enrolment(tx, [again])
    await holding

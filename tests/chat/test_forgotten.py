"""Who has everything erased and comes back is met as somebody new: nothing of before is there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from chat.conftest import Stage
from chat.physios import Practice, practising
from chat.states import wording
from chat.test_ending import buttons, hears, told
from chat.test_offers import ask, vote

from bot.rehearsal.emulator import World
from bot.rehearsal.emulator.people import Person
from bot.service import checkins, joining, reading
from bot.store.database import Database
from bot.store.tables import conversation, metadata

OF_PEOPLE = (
    "subscriber", "consent", "enrolment", "relayed", "acquaintance", "delivery", "answer", "vote",
)  # fmt: skip


async def begins(stage: Stage, person: Person) -> None:
    """From /start to the first tip."""
    welcome = await hears(stage, person, "/start")
    await hears(stage, person, welcome, "Yes, I'll take part")


async def lives(practice: Practice, person: Person) -> None:
    """Leave something of everything that is kept."""
    stage = practice.stage
    now = stage.app.clock.now()
    words = wording(stage, joining.CHECK_INS, person)
    await checkins.agree(stage.app.records, person.id, words, now)
    for step, option in (("week-9", 2), ("week-1", 3), ("week-3", 6)):
        await ask(stage, person, step, 1)
        offer = (await vote(stage, person, option))[-1]
    await hears(stage, person, offer, "Not now")
    exercise = await hears(stage, person, await hears(stage, person, "/exercises"), "Walking")
    await hears(stage, person, exercise, "Save as a favourite")
    await hears(stage, person, await hears(stage, person, "/ask"), "Yes, I have a question")
    await practice.asked(person, "May I lift?")
    settings = await hears(stage, person, "/settings")
    ways = await hears(stage, person, settings, "How often")
    await hears(stage, person, ways, "every two weeks")


async def seen(stage: Stage, person: Person) -> list[str]:
    """What somebody reads who looks at everything of their own."""
    texts = []
    for command in ("/progress", "/tips", "/settings", "/ask", "/start"):
        message = await hears(stage, person, command)
        texts.append(_text(message))
        if command == "/progress":
            texts.append(_text(await hears(stage, person, message, "My plan")))
    exercises = await hears(stage, person, "/exercises")
    texts.append(_text(await hears(stage, person, exercises, "My favourites")))
    return texts


def _text(message: dict[str, Any]) -> str:
    return f"{message.get('text', message.get('caption', ''))} {list(buttons(message))}"


async def kept(stage: Stage, person: Person) -> dict[str, Any]:
    """What is stored of somebody, without what differs from one to the next."""
    data = await reading.own_data(stage.app.records, person.id, stage.app.clock.now())
    found = await joining.look(stage.app.records, person.id)
    assert data is not None
    assert found is not None
    del data["made_at"], data["you"]["pseudonym"]
    del data["you"]["known_since"], data["you"]["last_seen_at"]
    for name in ("started_at", "ended_at", "next_due_at", "last_message_at"):
        del data["series"][name]
    for row in (*data["consents"], *data["messages"]):
        for name in [each for each in row if each == "at" or each.endswith("_at")]:
            del row[name]
    return data | {"budget": found.enrolment.place.contacts}


async def test_nothing_of_before_is_there(database: Database) -> None:
    async with practising(database, World(lambda: datetime.now(UTC))) as practice:
        stage = practice.stage
        anna = stage.world.person(7200, language_code="en")
        await begins(stage, anna)
        await lives(practice, anna)
        before = await kept(stage, anna)
        assert all((before["answers"], before["exercises"], before["physio"]["messages"]))
        person = await joining.look(stage.app.records, anna.id)
        assert person is not None
        marks = (person.subscriber.pseudonym, stage.app.records.cipher.hide_chat(anna.id))

        await hears(stage, anna, await hears(stage, anna, "/forget"), "Yes, erase everything")
        assert told(anna)[-1]["text"].startswith("Everything is erased.")
        await nothing_left(stage, marks)

        ben = stage.world.person(7201, language_code="en")
        for each in (anna, ben):
            await begins(stage, each)
        assert await kept(stage, anna) == await kept(stage, ben)
        assert await seen(stage, anna) == await seen(stage, ben)
        found = await joining.look(stage.app.records, anna.id)
        assert found is not None
        assert found.subscriber.pseudonym != marks[0]
        assert stage.world.complaints == []


async def nothing_left(stage: Stage, marks: tuple[str, bytes]) -> None:
    """No table has a row of the only person there was, or anything that says who it was."""
    async with stage.app.records.db.read() as tx:
        for name, table in metadata.tables.items():
            rows = (await tx.execute(sa.select(table))).all()
            if name in OF_PEOPLE:
                assert rows == [], name
            assert [row for row in rows if any(value in marks for value in row)] == [], name
        assert set(await tx.scalars(sa.select(conversation.c.subscriber_id))) == {None}


async def test_a_button_of_before_brings_nothing_back(database: Database) -> None:
    async with practising(database, World(lambda: datetime.now(UTC))) as practice:
        stage = practice.stage
        anna = stage.world.person(7202, language_code="en")
        await begins(stage, anna)
        await lives(practice, anna)
        old = [(each["message_id"], data) for each in told(anna) for data in buttons(each).values()]
        polls = [each["message_id"] for each in anna.chat if "poll" in each]
        await hears(stage, anna, await hears(stage, anna, "/forget"), "Yes, erase everything")
        await begins(stage, anna)
        fresh = await kept(stage, anna)
        for message_id, data in old:
            if data.startswith(("offer:", "card:", "tips", "progress")):
                anna.tap(message_id, data)
        for message_id in polls:
            anna.vote(message_id, [1])
        await stage.quiet()
        after = await kept(stage, anna)
        assert after == fresh
        assert stage.world.complaints == []

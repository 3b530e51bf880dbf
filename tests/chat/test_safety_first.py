"""A safety card leaves before anything else that its person gets, whatever happens meanwhile."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from chat.conftest import Stage
from chat.test_burst import program, until

from benchmarks import ours
from bot.app import App
from bot.delivery.transport import NotConnected
from bot.rehearsal.emulator import World, serve
from bot.rehearsal.emulator.people import Person
from bot.store.database import Database
from bot.store.tables import inbox

BETTER, WORSE = 0, 4
"""Options of the question."""
MANY = 2_100
"""More cards than the program would ever line up."""


@contextlib.asynccontextmanager
async def asked(
    database: Database, people: int
) -> AsyncIterator[tuple[list[Person], Callable[[], Any], World]]:
    """People with an open question, another to follow; what starts the bot; and their world."""
    world = World(lambda: datetime.now(UTC))
    async with serve(world) as url:
        everyone = [world.person(ours.FIRST_CHAT + number) for number in range(1, people + 1)]
        for person in everyone:
            person.start()
        world.updates.clear()
        async with program(database, url, world.token) as app:
            await ours.subscribe(app, people)
            await ours.ask(app, people, step="week-6")
        yield everyone, lambda: program(database, url, world.token), world


async def votes(app: App, numbers: range, option: int, *, again: bool = False) -> None:
    updates = [ours.vote(number, option) for number in numbers]
    for update in updates:
        update["update_id"] = int(str(update["update_id"])) + (1_000_000 if again else 0)
    await app.intake.take(updates)


def heard(person: Person) -> list[str]:
    """What the bot sent, each as card, question or its first line."""
    got = [m for m in person.chat if m["from"]["is_bot"]]
    return [
        "question" if "poll" in m else "card" if "112" in m["text"] else m["text"].split("\n")[0]
        for m in got
    ]


async def test_before_the_next_question_with_thousands_of_cards_that_wait(
    database: Database,
) -> None:
    async with asked(database, MANY) as (everyone, start, world):
        async with start() as app:
            await app.start()
            app.pacer.rest(1_000)
            # The last one's next question is queued before any card, and their own card after all.
            await votes(app, range(MANY, MANY + 1), BETTER)
            await until(app, inbox.c.state == "handled", 1)
            await votes(app, range(1, MANY), WORSE)
            await until(app, inbox.c.state == "urgent", MANY - 1)
            await votes(app, range(MANY, MANY + 1), WORSE, again=True)
            await until(app, inbox.c.state == "urgent", MANY)
        async with start() as app:
            await app.start()
            await Stage(app, world).quiet(120)
        assert {tuple(heard(person)) for person in everyone[:-1]} == {("card", "question")}
        last = heard(everyone[-1])
        assert last[0] == "card"
        assert last.count("card") == last.count("question") == 1


def out_of_reach(app: App, tries: int) -> Callable[[], bool]:
    """Let no connection be had for so many messages; tells whether that is over."""
    send, left = app.bot.send_message, iter(range(tries))
    over = False

    async def refuse(*args: Any, **kwargs: Any) -> Any:
        nonlocal over
        if next(left, None) is not None:
            app.pacer.give_back(kwargs["rate_limit_args"])
            raise NotConnected("no connection")
        over = True
        return await send(*args, **kwargs)

    object.__setattr__(app.bot, "send_message", refuse)
    return lambda: over


async def test_before_the_next_question_though_it_could_not_leave_at_first(
    database: Database,
) -> None:
    async with asked(database, 3) as (everyone, start, world), start() as app:
        await app.start()
        out_of_reach(app, 4)
        await votes(app, range(1, 4), WORSE)
        await Stage(app, world).quiet()
        assert {tuple(heard(person)) for person in everyone} == {("card", "question")}


async def test_before_the_answer_to_what_its_person_asks_meanwhile(database: Database) -> None:
    async with asked(database, 1) as ((person,), start, world), start() as app:
        await app.start()
        out_of_reach(app, 2)
        await votes(app, range(1, 2), WORSE)
        await until(app, inbox.c.replies > 0, 1)
        person.text("/help")
        await Stage(app, world).quiet()
        got = heard(person)
        assert (got[0], len(got)) == ("card", 3)


async def test_ahead_of_other_cards_where_its_person_asks_for_something(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.chat.replies.LONGEST_LINE", 1)
    async with asked(database, 20) as (everyone, start, world), start() as app:
        await app.start()
        app.pacer.rest(5)
        await votes(app, range(1, 21), WORSE)
        await until(app, inbox.c.state == "urgent", 20)
        everyone[-1].text("/help")
        await Stage(app, world).quiet()
        assert heard(everyone[-1])[0] == "card"
        assert everyone[-1].id in [sent.chat_id for sent in world.log[:3]]

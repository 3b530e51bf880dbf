"""Many votes at once: all are kept at once, and answered at the pace, once each."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from chat import states
from chat.conftest import Stage
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks import ours
from bot.app import App
from bot.clock import Clock
from bot.delivery.allowance import UNLIMITED
from bot.delivery.pacer import Pacer
from bot.rehearsal.emulator import World, serve
from bot.rehearsal.emulator.people import Person
from bot.running import opened, serving
from bot.service import forgetting
from bot.settings import read_settings
from bot.store import inbox as rows
from bot.store.cipher import new_key
from bot.store.database import Database
from bot.store.tables import answer, inbox
from bot.web.server import SECRET_HEADER, listen

VOTES = 2_000
CONNECTIONS = 40
NO_PAIN, WORST_PAIN = 0, 10
"""Options of the question about pain."""

KEY = new_key()


@contextlib.asynccontextmanager
async def program(
    database: Database, url: str, token: str, *, webhook: bool = False
) -> AsyncIterator[App]:
    """The bot, its pace unlimited."""
    with contextlib.closing(listen("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = read_settings(
        _env_file=None,
        telegram_bot_token=SecretStr(token),
        telegram_api_url=url,
        database_url=database.url.render_as_string(hide_password=False),
        data_key=SecretStr(KEY),
        webhook_url=f"http://127.0.0.1:{port}/webhook" if webhook else None,
        webhook_secret=SecretStr(ours.WEBHOOK_SECRET),
        port=port,
    )
    clock = Clock()
    pacer = Pacer(monotonic=clock.monotonic, per_second=UNLIMITED, per_chat=UNLIMITED)
    async with opened(settings, clock, pacer) as app, serving(app):
        try:
            yield app
        finally:
            await app.stop()


async def count(app: App, where: sa.ColumnElement[bool]) -> int:
    async with app.records.db.read() as tx:
        return await tx.scalar(sa.select(sa.func.count()).where(where)) or 0


async def until(app: App, where: sa.ColumnElement[bool], wanted: int) -> None:
    async with asyncio.timeout(120):
        while await count(app, where) < wanted:  # noqa: ASYNC110 - it is the database we ask.
            await asyncio.sleep(0.05)


def heard(person: Person, before: int = 0) -> list[str]:
    return [m["text"] for m in person.chat[before:] if m["from"]["is_bot"] and "text" in m]


async def test_of_a_burst_at_the_webhook_none_is_lost(database: Database) -> None:
    world = World(lambda: datetime.now(UTC))
    async with serve(world) as url:
        async with program(database, url, world.token, webhook=True) as app:
            await ours.subscribe(app, VOTES)
            await ours.ask(app, VOTES)
            await app.start()
            app.pacer.rest(1_000)
            numbers = iter([*range(1, VOTES + 1), *range(1, VOTES + 1, 7)])
            headers = {SECRET_HEADER: ours.WEBHOOK_SECRET}
            async with aiohttp.ClientSession(headers=headers) as session:

                async def bring() -> None:
                    for number in numbers:
                        hook = str(app.settings.webhook_url)
                        async with session.post(hook, json=ours.vote(number)) as response:
                            assert response.status == 200

                await asyncio.gather(*(bring() for _ in range(CONNECTIONS)))
            # No reply has left, and each vote counts.
            await until(app, answer.c.value.is_not(None), VOTES)
            await until(app, inbox.c.state == "answering", VOTES)
        async with program(database, url, world.token, webhook=True) as app:
            await app.start()
            await until(app, inbox.c.state == "handled", VOTES)
            assert await count(app, answer.c.value.is_not(None)) == VOTES
            assert await count(app, inbox.c.payload.is_not(None)) == 0


@contextlib.asynccontextmanager
async def asked(
    database: Database, people: int
) -> AsyncIterator[tuple[list[Person], Callable[[], Any], World]]:
    """People with an open question about pain; what starts the bot; and their world."""
    world = World(lambda: datetime.now(UTC))
    async with serve(world) as url:
        everyone = [world.person(4242 + number) for number in range(people)]
        async with program(database, url, world.token) as app:
            await app.start()
            stage = Stage(app, world)
            for person in everyone:
                await states.polled(stage, person)
            await stage.quiet()
        yield everyone, lambda: program(database, url, world.token), world


def vote(person: Person, option: int) -> None:
    poll = next(m for m in reversed(person.chat) if "poll" in m)
    person.vote(poll["message_id"], [option])


async def test_replies_that_wait_survive_an_end_and_leave_once(database: Database) -> None:
    async with asked(database, 3) as (everyone, start, world):
        before = [len(person.chat) for person in everyone]
        async with start() as app:
            await app.start()
            app.pacer.rest(1_000)
            for person in everyone:
                vote(person, NO_PAIN)
            await until(app, inbox.c.state == "answering", 3)
            # Their later acts don't wait for those replies.
            await forgetting.forget_chat(app.records.db, app.records.cipher, everyone[2].id)
        assert [heard(*each) for each in zip(everyone, before, strict=True)] == [[], [], []]
        for _ in range(2):
            async with start() as app:
                await app.start()
                await Stage(app, world).quiet()
                replies = [heard(*each) for each in zip(everyone, before, strict=True)]
                assert [len(each) for each in replies] == [1, 1, 0]
                assert await count(app, inbox.c.payload.is_not(None)) == 0


async def test_a_reply_whose_count_stands_though_no_answer_came_leaves_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asked(database, 1) as ((person,), start, world):
        before = len(person.chat)
        async with start() as app:
            counted: list[object] = []
            write, replying, lost = app.records.db.write, rows.replying, asyncio.Event()

            async def noted(tx: AsyncConnection, replies: Any) -> None:
                counted.append(replies)
                await replying(tx, replies)

            @contextlib.asynccontextmanager
            async def unanswered(**given: Any) -> AsyncIterator[AsyncConnection]:
                already = len(counted)
                async with write(**given) as tx:
                    yield tx
                if len(counted) > already and not lost.is_set():
                    lost.set()
                    raise OperationalError("", {}, OSError("the answer to COMMIT was lost"))

            monkeypatch.setattr(rows, "replying", noted)
            monkeypatch.setattr(app.records.db, "write", unanswered)
            await app.start()
            vote(person, NO_PAIN)
            await asyncio.wait_for(lost.wait(), 30)
            await until(app, inbox.c.state == "handled", await count(app, inbox.c.id > 0))
            await Stage(app, world).quiet()
        assert len(heard(person, before)) == 1


async def test_a_safety_card_overtakes_the_replies_that_wait(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.chat.replies.LONGEST_LINE", 1)
    async with asked(database, 6) as (everyone, start, world):
        *calm, alarmed = everyone
        before = len(alarmed.chat)
        async with start() as app:
            await app.start()
            app.pacer.rest(1_000)
            for number, person in enumerate(calm):
                vote(person, NO_PAIN)
                await until(app, inbox.c.state == "answering", number + 1)
            vote(alarmed, WORST_PAIN)
            await until(app, inbox.c.state == "urgent", 1)
        arrived: list[int] = []
        async with start() as app:
            send = app.bot.send_message

            async def noted(chat_id: int, *args: Any, **kwargs: Any) -> Any:
                arrived.append(chat_id)
                return await send(chat_id, *args, **kwargs)

            object.__setattr__(app.bot, "send_message", noted)
            await app.start()
            await Stage(app, world).quiet()
        card, thanks = heard(alarmed, before)
        assert "112" in card
        assert "112" not in thanks
        assert arrived[0] == alarmed.id
        assert sorted(arrived[1:]) == [*(person.id for person in calm), alarmed.id]

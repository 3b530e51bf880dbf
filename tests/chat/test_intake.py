"""Updates on their way in: malformed ones, repeated ones, and the webhook."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from chat.conftest import Stage
from chat.states import enrolled
from process import Process
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from bot.app import webhook_secret
from bot.rehearsal.emulator import Fault, World, serve
from bot.running import opened, serving
from bot.settings import Settings, read_settings
from bot.store import inbox as rows_of_inbox
from bot.store.cipher import new_key
from bot.store.database import Database
from bot.store.tables import inbox
from bot.web.server import SECRET_HEADER, listen

USER = {"id": 4242, "is_bot": False, "first_name": "Anna", "language_code": "nl"}
CHAT = {"id": 4242, "type": "private", "first_name": "Anna"}

MALFORMED: tuple[dict[str, Any], ...] = (
    {"message": "not an object"},
    {"message": {"message_id": "x", "date": 0, "chat": CHAT, "from": USER, "text": "hi"}},
    {"message": {"message_id": 1, "date": 0, "chat": {}, "from": USER, "text": "hi"}},
    {"message": {"message_id": 1, "date": "tomorrow", "chat": CHAT, "from": USER, "text": "hi"}},
    {"callback_query": {"id": "1", "from": USER}},
    {"callback_query": {"from": {"id": "?"}, "data": 7}},
    {"poll_answer": {"poll_id": "1"}},
    {"poll_answer": {"user": {"id": 2**70}, "poll_id": 1, "option_ids": "all"}},
    {"my_chat_member": []},
    {"edited_message": None},
    {"something_new": {"deep": [[[[[]]]]]}},
    {},
)


async def rows(stage: Stage) -> list[Any]:
    async with stage.app.records.db.read() as tx:
        return list(await tx.execute(sa.select(inbox).order_by(inbox.c.id)))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.chat.intake.PAUSES", (0.01, 0.01))


async def test_malformed_updates_end_in_the_inbox_and_the_next_ones_go_on(stage: Stage) -> None:
    for update in MALFORMED:
        stage.world.inject(update)
    person = stage.world.person(4243)
    person.start()
    await stage.reply(person, 1)
    await stage.quiet()
    states = {row.state for row in await rows(stage)}
    assert states <= {"handled", "failed"}
    failed = [row for row in await rows(stage) if row.state == "failed"]
    assert failed
    for row in failed:
        assert row.error
        assert row.payload is None
        assert "4242" not in row.error


async def test_an_update_that_comes_twice_is_handled_once(stage: Stage) -> None:
    person = stage.world.person(4242)
    person.start()
    await stage.reply(person, 1)
    await stage.quiet()
    message = {"message_id": 1, "date": 0, "chat": CHAT, "from": USER, "text": "/help"}
    for _ in range(3):
        await stage.app.intake.take([{"update_id": 77, "message": message}])
    await stage.quiet()
    assert len([m for m in person.chat if m["from"]["is_bot"]]) == 2


async def test_what_is_no_update_is_dropped(stage: Stage) -> None:
    await stage.app.intake.take([None, 5, [], {"update_id": "x"}, {"update_id": -1}, {}])
    assert await rows(stage) == []


async def test_nothing_that_was_said_stays_in_the_inbox(stage: Stage) -> None:
    person = stage.world.person(4242)
    person.text("my back hurts so much")
    await stage.reply(person, 1)
    await stage.quiet()
    assert [(row.payload, row.person) for row in await rows(stage)] == [(None, None)]


async def test_replies_wait_for_a_connection_and_answers_survive_5xx(stage: Stage) -> None:
    person = stage.world.person(4242)
    await enrolled(stage, person)
    await stage.quiet()
    stage.world.faults.order(Fault("bad_gateway", method="sendMessage", times=1, when="before"))
    person.text("/progress")
    await stage.quiet()
    # The lost reply is not sent again; the next one comes.
    before = len(person.chat)
    person.text("/help")
    assert await stage.reply(person, before + 1)


@contextlib.asynccontextmanager
async def hooked(database: Database) -> AsyncIterator[tuple[World, str, Settings]]:
    """The bot behind its webhook: the world, the webhook's address and the settings."""
    with contextlib.closing(listen("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    world = World(lambda: datetime.now(UTC))
    async with serve(world) as url:
        settings = read_settings(
            _env_file=None,
            telegram_bot_token=SecretStr(world.token),
            telegram_api_url=url,
            database_url=database.url.render_as_string(hide_password=False),
            data_key=SecretStr(new_key()),
            webhook_url=f"http://127.0.0.1:{port}/from/telegram",
            port=port,
        )
        async with opened(settings) as app, serving(app):
            await app.start()
            try:
                yield world, str(settings.webhook_url), settings
            finally:
                await app.stop()


async def test_the_webhook_brings_updates_and_asks_for_the_secret(database: Database) -> None:
    async with hooked(database) as (world, url, settings), aiohttp.ClientSession() as session:
        person = world.person(4242)
        person.start()
        assert await world.until(lambda: [m for m in person.chat if m["from"]["is_bot"]])
        right = {SECRET_HEADER: webhook_secret(settings)}
        wrong = {SECRET_HEADER: "guess"}
        posts: tuple[tuple[dict[str, str], bytes, int], ...] = (
            ({}, b"{}", 403),
            (wrong, b"{}", 403),
            (right, b"no json", 400),
            (right, b"[" * 100_000, 400),
            (right, b" " * 1_000_100, 413),
            (right, b'{"update_id": 5, "message": 3}', 200),
        )
        for headers, body, status in posts:
            async with session.post(url, headers=headers, data=body) as response:
                assert response.status == status
        base = url.removesuffix("/from/telegram")
        async with session.get(f"{base}/healthz") as response:
            assert response.status == 200
        async with session.get(f"{base}/readyz") as response:
            assert await response.json() == {
                "ok": True, "database": True, "schedule": True, "sending": True, "updates": True,
            }  # fmt: skip


async def test_a_wrong_token_is_said_once_and_ends_the_program(tmp_path: Any) -> None:
    world = World(lambda: datetime.now(UTC))
    async with serve(world) as url:
        process = Process(tmp_path, url, "999999:WRONG-TOKEN-WRONG-TOKEN", PORT="0")
        await process.start()
        code = await asyncio.wait_for(process.wait(), 30)
    lines = [
        line
        for line in process.log.read_text().splitlines()
        if "TELEGRAM" in line or "Invalid" in line
    ]
    assert code == 1
    assert len(lines) == 1
    assert "TELEGRAM_BOT_TOKEN" in lines[0]
    assert "WRONG" not in process.log.read_text()


async def test_a_reply_that_could_not_be_counted_is_sent_at_the_next_try(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = stage.world.person(4242)
    await enrolled(stage, person)
    await stage.quiet()
    count, failed = rows_of_inbox.replying, []

    async def away_once(tx: Any, replies: Any) -> None:
        if not failed:
            failed.append(replies)
            raise OperationalError("", {}, Exception("the database is away"))
        await count(tx, replies)

    monkeypatch.setattr("bot.store.inbox.replying", away_once)
    before = len(person.chat)
    person.text("/help")
    await stage.reply(person, before + 1)
    await stage.quiet()
    assert failed
    assert len([m for m in person.chat[before:] if m["from"]["is_bot"]]) == 1

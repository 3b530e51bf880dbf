"""A backlog at Telegram is told before Telegram drops anything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from chat.test_burst import program

from bot.chat import backlog
from bot.rehearsal.emulator import World, serve
from bot.store.database import Database

LIMIT = 20


@pytest.mark.parametrize("webhook", [True, False])
@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
async def test_a_backlog_is_told_with_what_helps(
    database: Database, monkeypatch: pytest.MonkeyPatch, webhook: bool, capsys: Any
) -> None:
    monkeypatch.setattr(backlog, "MANY", LIMIT)
    world = World(lambda: datetime.now(UTC))
    async with (
        serve(world) as url,
        program(database, url, world.token, webhook=webhook) as app,
        aiohttp.ClientSession() as session,
    ):
        await app.application.initialize()

        async def told() -> Any:
            await app.backlog.check()
            address = f"http://127.0.0.1:{app.settings.port}/readyz"
            async with session.get(address) as response:
                return (await response.json()).get("warning")

        for _ in range(LIMIT):
            world.inject({})
        assert await told() is None
        world.inject({})
        line = await told()
        assert line.startswith("21 updates wait at Telegram, which drops what is past 100,000; ")
        assert ("WEBHOOK_URL" in line) is not webhook
        assert world.token not in line
        world.updates.clear()
        assert await told() is None


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
async def test_without_a_word_from_telegram_nothing_changes(database: Database) -> None:
    async with program(database, "http://127.0.0.1:9", "1:a") as app:
        app.backlog.warning = "as before"
        await app.backlog.check()
        assert app.backlog.warning == "as before"

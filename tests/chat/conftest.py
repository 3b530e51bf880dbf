"""The whole bot in this process, against the emulator over HTTP, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app import App
from bot.clock import Clock
from bot.delivery.allowance import UNLIMITED
from bot.delivery.pacer import Pacer
from bot.rehearsal.emulator import World, serve
from bot.rehearsal.emulator.people import Person
from bot.running import opened
from bot.settings import read_settings
from bot.store.cipher import new_key
from bot.store.database import Database

Message = dict[str, object]

ADMIN = 99
"""The operator's chat."""


@dataclass
class Stage:
    """The running bot and the world it lives in."""

    app: App
    world: World

    async def quiet(self, timeout: float = 60) -> None:  # noqa: ASYNC109
        """Wait until the bot has done everything there is to do."""
        for _ in range(3):
            await self.world.until(self._idle, timeout, every=0.01)
            await self.app.rounds.tick()
            await self.world.until(self._idle, timeout, every=0.01)

    def _idle(self) -> bool:
        waiting = len(self.world.updates) or self.world.in_flight
        app = self.app
        return not waiting and app.inbox.idle and app.replies.idle and app.sender.idle

    async def reply(self, person: Person, before: int) -> Message:
        """The first message from the bot beyond the first `before` messages of the chat."""

        def fresh() -> list[Message]:
            return [m for m in person.chat[before:] if m["from"]["is_bot"]]

        return (await self.world.until(fresh, 60))[0]


@asynccontextmanager
async def staged(
    database: Database,
    world: World | None = None,
    key: str | None = None,
    pacer: Pacer | None = None,
    **settings: Any,
) -> AsyncIterator[Stage]:
    """The bot on a database with more settings; started again, it wants its `world` and `key`."""
    clock = Clock()
    world = world or World(lambda: datetime.now(UTC))
    async with serve(world) as url:
        read = read_settings(
            _env_file=None,
            telegram_bot_token=SecretStr(world.token),
            telegram_api_url=url,
            database_url=database.url.render_as_string(hide_password=False),
            data_key=SecretStr(key or new_key()),
            admin_ids=(ADMIN,),
            **settings,
        )
        pacer = pacer or Pacer(
            monotonic=clock.monotonic, per_second=UNLIMITED, per_chat=UNLIMITED, per_group=UNLIMITED
        )
        async with opened(read, clock, pacer) as app:
            await app.start()
            try:
                yield Stage(app, world)
            finally:
                await app.stop()


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Stage]:
    async with staged(database) as stage:
        yield stage


@pytest.fixture
def languages(database: Database, thorough: bool) -> tuple[str, ...]:
    """The languages to test in: both where it is `thorough`, else another for each database."""
    if thorough:
        return "nl", "en"
    return ("nl",) if database.is_sqlite else ("en",)

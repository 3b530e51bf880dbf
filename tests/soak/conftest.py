"""A wave on either database."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from process import ROOT
from waves import RATE, Wave

from bot.rehearsal.emulator import World, serve
from bot.store.cipher import new_key
from bot.store.database import Database


@pytest.fixture(scope="session")
def kills(thorough: bool) -> int:
    """How often a program is killed at a random moment."""
    return 200 if thorough else 10


@pytest.fixture
async def wave(database: Database, tmp_path: Path) -> AsyncIterator[Wave]:
    world = World(lambda: datetime.now(UTC))
    lives = await asyncio.create_subprocess_exec(
        sys.executable, ROOT / "tests" / "soak" / "lives.py",
        env={**os.environ, "PYTHONPATH": str(ROOT), "LOG_LEVEL": "error"}, cwd=tmp_path,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with serve(world) as url:
        settings = {
            "TELEGRAM_BOT_TOKEN": world.token,
            "TELEGRAM_API_URL": url,
            "DATABASE_URL": database.url.render_as_string(hide_password=False),
            "DATA_KEY": new_key(),
            "PAID_BROADCAST": str(RATE),
        }
        try:
            yield Wave(world, database, settings, lives)
        finally:
            with contextlib.suppress(ProcessLookupError):
                lives.kill()
            await lives.wait()

"""Rehearsals of a campaign that a test may write in."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.content.load import TEMPLATES, resolve
from bot.rehearsal.playing import Rehearsal
from bot.settings import Settings, read_settings

NOW = datetime(2026, 11, 30, 13, 37, tzinfo=UTC)
Opens = Callable[..., AbstractAsyncContextManager[Rehearsal]]


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    """A copy of the campaign that comes with the program."""
    folder = tmp_path / "rugpijn"
    shutil.copytree(resolve(TEMPLATES.parent, "rugpijn"), folder)
    return folder


@pytest.fixture
def settings(campaign: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    monkeypatch.chdir(tmp_path)
    return read_settings(_env_file=None).model_copy(update={"campaign": f"{campaign}/"})


@pytest.fixture
def opens(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Opens:
    """Opens a rehearsal, in the language that is given."""

    @contextlib.asynccontextmanager
    async def opened(language: str = "nl") -> AsyncIterator[Rehearsal]:
        rehearsal = Rehearsal(settings, tmp_path_factory.mktemp("scenes"), language, NOW)
        await rehearsal.open()
        try:
            yield rehearsal
        finally:
            await rehearsal.close()

    return opened


@pytest.fixture
async def rehearsal(opens: Opens) -> AsyncIterator[Rehearsal]:
    async with opens() as opened:
        yield opened


def said(state: dict[str, Any], language: str = "nl") -> list[str]:
    """What the bot wrote, in order."""
    return [
        message["poll"]["question"]
        if "poll" in message
        else message.get("text") or message["caption"]
        for message in state["phones"][language]["messages"]
        if message["from"]["is_bot"]
    ]


def steps(state: dict[str, Any]) -> dict[str, str]:
    """How each step stands, by its key."""
    return {step["key"]: step["state"] for week in state["timeline"] for step in week["steps"]}

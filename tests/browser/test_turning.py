"""A turn of the clock ends when all that it brought about has arrived, however slow the bot is."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.ledger import Ledger
from bot.domain.campaign import Campaign
from bot.rehearsal.emulator.people import Person
from bot.rehearsal.rehearse import Stage, staged
from bot.settings import Settings
from bot.store import inbox

SLOW = 0.03


def _slow(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Let this function take longer than several looks of the rehearsal."""
    quick = getattr(owner, name)

    async def slow(*args: Any) -> Any:
        await asyncio.sleep(SLOW)
        return await quick(*args)

    monkeypatch.setattr(owner, name, slow)


async def _join(stage: Stage) -> Person:
    """Start and consent; the first tip has just appeared."""
    person = stage.rehearsal.person
    person.start()
    welcome = await stage.world.until(lambda: [m for m in person.chat if "reply_markup" in m])
    consent = welcome[0]["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    before = len(person.chat)
    person.tap(welcome[0]["message_id"], consent)
    await stage.world.until(lambda: len(person.chat) > before)
    return person


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    return Settings()


async def test_a_turn_waits_for_votes_that_are_still_being_read(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, shipped_campaign: Campaign
) -> None:
    async with staged(settings) as stage:
        person = await _join(stage)
        _slow(monkeypatch, inbox, "waiting")
        await stage.rehearsal.all(answer=True)
        polls = [message["poll"] for message in person.chat if "poll" in message]
        assert len(polls) == sum(len(step.questions) for step in shipped_campaign.steps)
        assert all(poll["total_voter_count"] for poll in polls)
        arrived = len(person.chat)
        await asyncio.sleep(SLOW * 10)
        assert len(person.chat) == arrived


async def test_a_turn_while_a_tip_is_being_written_down_still_turns(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _slow(monkeypatch, Ledger, "settle")
    async with staged(settings) as stage:
        await _join(stage)
        before = stage.app.clock.now()
        await stage.rehearsal.next()
        assert (stage.app.clock.now() - before).days >= 1

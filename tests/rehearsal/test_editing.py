"""What an author saves while the campaign is rehearsed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from rehearsal.conftest import said

from bot.content.findings import Finding
from bot.rehearsal.playing import Rehearsal
from bot.rehearsal.rehearse import Stage, staged
from bot.rehearsal.watching import Watch
from bot.settings import Settings

PATIENCE = 90.0


async def test_an_edited_text_takes_the_place_of_the_old_one(
    rehearsal: Rehearsal, campaign: Path
) -> None:
    await rehearsal.go("moving-first")
    before = await rehearsal.state()
    _edit(campaign / "nl" / "not-alone.j2", "Je bent niet de enige", "Je bent echt niet de enige")
    await rehearsal.reload()
    after = await rehearsal.state()
    changed = [(old, new) for old, new in zip(said(before), said(after), strict=True) if old != new]
    assert len(changed) == 1
    assert changed[0][1].startswith("Je bent echt niet de enige")
    assert after["script"] == before["script"]


async def test_a_broken_file_is_told_with_its_line_and_the_phone_goes_on(
    rehearsal: Rehearsal, campaign: Path
) -> None:
    await rehearsal.go("week-1")
    before = await rehearsal.state()
    path = campaign / "nl" / "not-alone.j2"
    right = path.read_text(encoding="utf-8")
    path.write_text(right + "\n{% if %}\n", encoding="utf-8")
    await rehearsal.reload()
    broken = await rehearsal.state()
    (finding,) = broken["broken"]
    assert finding["file"].endswith("nl/not-alone.j2")
    assert finding["line"] == right.count("\n") + 2
    assert broken["phones"] == before["phones"]
    await rehearsal.turn("next")
    path.write_text(right, encoding="utf-8")
    await rehearsal.reload()
    assert (await rehearsal.state())["broken"] == []


async def test_a_step_that_leaves_the_campaign_leaves_the_timeline(
    rehearsal: Rehearsal, campaign: Path
) -> None:
    await rehearsal.go("cause-often-unclear")
    text = (campaign / "campaign.yaml").read_text(encoding="utf-8")
    gone = text[text.index("  - tip: cause-often-unclear") : text.index("  - tip: rarely-serious")]
    _edit(campaign / "campaign.yaml", gone, "")
    for language in ("nl", "en"):
        (campaign / language / "cause-often-unclear.j2").unlink()
    await rehearsal.reload()
    state = await rehearsal.state()
    assert state["broken"] == []
    keys = [step["key"] for week in state["timeline"] for step in week["steps"]]
    assert "cause-often-unclear" not in keys


async def test_a_step_knows_its_lines_its_claims_and_its_findings(
    rehearsal: Rehearsal, campaign: Path
) -> None:
    await rehearsal.go("cause-often-unclear")
    told = (await rehearsal.state())["authored"]
    lines = (campaign / "campaign.yaml").read_text(encoding="utf-8").splitlines()
    places = {place["file"].rpartition("rugpijn/")[2]: place for place in told["places"]}
    assert places["nl/cause-often-unclear.j2"]["language"] == "nl"
    assert "cause-often-unclear" in lines[places["campaign.yaml"]["line"] - 1]
    assert [claim["id"] for claim in told["claims"]] == ["C3", "C4", "C5"]
    assert told["claims"][0]["text"] == "The exact cause of low-back pain is often unclear."


@pytest.fixture
async def stage(settings: Settings) -> AsyncIterator[Stage]:
    async with staged(settings) as opened:
        yield opened


async def test_a_save_is_noticed_and_then_checked(stage: Stage, campaign: Path) -> None:
    rehearsal = stage.rehearsal
    await rehearsal.go("not-alone")
    await _until(rehearsal, "checked")
    assert (await rehearsal.state())["findings"] == []
    path = campaign / "nl" / "not-alone.j2"
    _edit(path, "Je bent niet de enige", "Je bent nietss de enige")
    state = await _until(rehearsal, "checked", but=rehearsal.version)
    assert "nietss" in said(state)[-1]
    (finding,) = state["authored"]["findings"]
    assert (finding["code"], finding["line"]) == ("RW505", 1)


async def test_a_check_that_fails_is_told(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(campaign: Path) -> list[Finding]:
        raise RuntimeError("killed")

    monkeypatch.setattr("bot.rehearsal.watching.checked", fails)
    await Watch(rehearsal, lambda: None)._findings()
    state = await rehearsal.state()
    assert state["checked"]
    assert "the check itself failed" in state["findings"][0]["message"]


async def test_what_no_rule_foresaw_is_told_and_the_next_save_mends_it(
    stage: Stage, campaign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearsal = stage.rehearsal
    await rehearsal.go("not-alone")
    before = await rehearsal.state()

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.rehearsal.scene.Scene.play_to", fails)
    path = campaign / "nl" / "not-alone.j2"
    _edit(path, "Je bent niet de enige", "Je bent echt niet de enige")
    broken = await _until(rehearsal, "broken")
    assert broken["phones"] == before["phones"]
    monkeypatch.undo()
    _edit(path, "Je bent echt niet de enige", "Je bent heus niet de enige")
    deadline = time.monotonic() + PATIENCE
    while "heus niet" not in said(await rehearsal.state())[-1]:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    assert (await rehearsal.state())["broken"] == []


async def _until(rehearsal: Rehearsal, name: str, but: int = -1) -> dict[str, Any]:
    """The first state that has this, later than version `but`."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        state = await rehearsal.state()
        if state["version"] > but and state[name]:
            return state
        await asyncio.sleep(0.02)
    raise TimeoutError(name)


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")

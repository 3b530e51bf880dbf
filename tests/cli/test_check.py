"""The command `check`, and the same check before a launch."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import structlog

from bot.checking import refuse_errors
from bot.content.findings import CampaignError
from bot.content.load import TEMPLATES

from .conftest import Cli

TOKEN = "123456:ABC-DEF1234"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A campaign of one's own."""
    return Path(shutil.copytree(TEMPLATES / "starter", tmp_path / "cwd" / "own"))


def spoil(folder: Path) -> None:
    tip = folder / "nl" / "short-walk.j2"
    tip.write_text(tip.read_text().replace("Veel volwassenen", "R&D: veel volwasenen"))


async def test_the_shipped_campaign_is_the_default_and_clean(cli: Cli) -> None:
    result = await cli("check")
    assert (result.code, result.out, result.err) == (0, "0 errors, 0 warnings\n", "")


async def test_a_finding_is_a_line_with_a_path_and_a_code(cli: Cli, folder: Path) -> None:
    spoil(folder)
    result = await cli("check", "./own")
    assert result.code == 1
    spelling, markup, count = result.out.splitlines()
    assert markup.startswith("own/nl/short-walk.j2:4: error RW401 `&D` is no character ")
    assert spelling.startswith("own/nl/short-walk.j2:4: error RW505 'volwasenen' is no known word;")
    assert count == "2 errors, 0 warnings"


async def test_programs_get_json(cli: Cli, folder: Path) -> None:
    spoil(folder)
    result = await cli("check", "./own", "--format", "json")
    _, first = json.loads(result.out)
    assert result.code == 1
    assert first["message"].endswith("write `&amp;` for &")
    del first["message"]
    assert first == {
        "file": "nl/short-walk.j2",
        "line": 4,
        "column": None,
        "code": "RW401",
        "name": "markup",
        "severity": "error",
        "fixable": True,
    }


async def test_fixing_leaves_what_needs_an_author(cli: Cli, folder: Path) -> None:
    spoil(folder)
    result = await cli("check", "./own", "--fix")
    assert (result.code, result.err) == (1, "repaired: 1\n")
    assert "R&amp;D: veel volwasenen" in (folder / "nl" / "short-walk.j2").read_text()
    assert [line.split()[2] for line in result.out.splitlines()[:-1]] == ["RW505"]


async def test_a_word_of_one_s_own_is_listed(cli: Cli, folder: Path) -> None:
    spoil(folder)
    (folder / "words.txt").write_text("Rugwijzer\nvolwasenen  # as they say it\n")
    assert (await cli("check", "./own", "--fix")).code == 0


async def test_keys_are_written_down_at_the_launch_and_kept(cli: Cli, folder: Path) -> None:
    assert (await cli("check", "./own", "--launched")).err == "written: own/launched.yaml\n"
    path = folder / "campaign.yaml"
    path.write_text(path.read_text().replace("park, street", "beach, street"))
    result = await cli("check", "./own", "--launched")
    assert (result.code, result.err) == (1, "")
    assert "own/launched.yaml:11: error RW208 `place` had other values" in result.out


async def test_a_campaign_with_errors_does_not_run(cli: Cli, folder: Path, tmp_path: Path) -> None:
    spoil(folder)
    result = await cli("run", CAMPAIGN="./own", TELEGRAM_BOT_TOKEN=TOKEN)
    assert "nl/short-walk.j2:4: " in result.complaint
    assert "(and 1 more; run: python -m bot check)" in result.complaint
    assert not (tmp_path / "cwd" / "data").exists()


async def test_a_misspelt_word_stops_a_launch_too(cli: Cli, folder: Path) -> None:
    spoil(folder)
    await cli("check", "./own", "--fix")
    result = await cli("run", CAMPAIGN="./own", TELEGRAM_BOT_TOKEN=TOKEN)
    assert "'volwasenen' is no known word" in result.complaint


async def test_a_campaign_that_is_not_there_is_told(cli: Cli) -> None:
    result = await cli("check", "nowhere")
    assert result.code == 1
    assert "nowhere:1: error RW101 there is no such folder" in result.out


def test_a_running_bot_holds_no_dictionaries() -> None:
    loaded = "import bot.running, sys; sys.exit('hunspell' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded]).returncode == 0


async def test_a_new_campaign_passes(cli: Cli, tmp_path: Path) -> None:
    made = await cli("new", "./sleep-better", "--from", "rugpijn")
    assert made.code == 0
    assert made.out.splitlines() == [
        "sleep-better: made",
        "Next: edit its files, then run: python -m bot check ./sleep-better",
    ]
    assert (await cli("check", "./sleep-better")).code == 0
    assert "is there already" in (await cli("new", "./sleep-better")).complaint


async def test_a_review_that_fell_due_stops_no_restart(folder: Path) -> None:
    path = folder / "campaign.yaml"
    path.write_text(path.read_text().replace("review_by: 2030-01-31", "review_by: 2020-01-31"))
    with structlog.testing.capture_logs() as logs:
        await refuse_errors(folder)
    (warning,) = logs
    assert warning["log_level"] == "warning"
    assert "campaign.yaml:18: the review was due on 2020-01-31" in warning["finding"]
    spoil(folder)
    with pytest.raises(CampaignError) as caught:
        await refuse_errors(folder)
    assert [str(each.rule) for each in caught.value.findings] == ["RW505", "RW401"]

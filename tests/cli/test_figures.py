"""`stats` and `export` on a campaign that people have followed, on both databases."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

from bot.domain.schedule import Part
from bot.report import as_json, figures_text
from bot.service import export, forgetting, joining
from bot.service.figures import Cell, Figures, cell, collect, percentage, protected
from bot.store import figures as counts
from bot.store import inbox
from bot.store.deliveries import State
from bot.store.inbox import Received

from .conftest import CAMPAIGN, NOW, SERIES, Cli, Crowd

SMALL, HIDDEN = Cell(None, small=True), Cell(None)


@pytest.mark.parametrize(
    ("counts", "cells", "whole"),
    [
        ([], [], 0),
        ([0, 0], [0, 0], 0),
        ([10, 200], [10, 200], 210),
        ([4, 3], [SMALL, SMALL], SMALL),
        ([9], [SMALL], SMALL),
        # One small count would follow from the others, so the next larger one goes too.
        ([3, 40, 20], [SMALL, 40, HIDDEN], 63),
        # Two that are a small group together would follow as a group.
        ([3, 4, 20, 40], [SMALL, SMALL, HIDDEN, 40], 67),
        # Two that can only be nines.
        ([9, 9, 20], [SMALL, SMALL, HIDDEN], 38),
        ([8, 9, 20], [SMALL, SMALL, 20], 37),
        # No other group to hide behind: the whole goes.
        ([3, 0, 0], [SMALL, 0, 0], SMALL),
        ([1, 9, 0], [SMALL, SMALL, 0], 10),
        ([0, 12, 5], [0, HIDDEN, SMALL], 17),
    ],
)
def test_small_counts_are_hidden_and_can_not_be_worked_out(
    counts: list[int], cells: list[Cell | int], whole: Cell | int
) -> None:
    assert protected(counts) == (
        [Cell(each) if isinstance(each, int) else each for each in cells],
        Cell(whole) if isinstance(whole, int) else whole,
    )


def test_the_whole_is_hidden_where_nothing_else_protects_a_group() -> None:
    assert protected([9, 9])[1] == HIDDEN


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(10, 29, None), (15, 30, 50), (5, 60, None), (0, 60, 0)]
)
def test_percentages_need_enough_people(part: int, whole: int, expected: int | None) -> None:
    assert percentage(cell(part), cell(whole)) == expected


async def figures(crowd: Crowd) -> Figures:
    return await collect(crowd.db, NOW, "Europe/Amsterdam", CAMPAIGN, 30)


async def test_the_figures_of_a_campaign(crowd: Crowd) -> None:
    poster = await crowd.enrol(32, "poster")
    flyer = await crowd.enrol(3, "flyer")
    await crowd.ask(poster)
    await crowd.vote(poster[:12], 1)
    await crowd.vote(poster[12:16], 2)
    await crowd.vote(poster[16:17], 1)
    await crowd.vote(poster[16:17], None)
    await joining.stop(crowd.records, flyer[0], NOW)
    await joining.pause(crowd.records, flyer[1], 2, NOW)
    await forgetting.forget_chat(crowd.records.db, crowd.records.cipher, flyer[2])
    async with crowd.db.write() as tx:
        await inbox.put(tx, [Received(each, None, b"x") for each in range(1, 6)], NOW, 1)
        waiting = await inbox.waiting(tx, 1, 0, 5)
        for each in waiting[:2]:
            await inbox.failed_try(tx, each.id, "KeyError", give_up=True)
        said = [(waiting[2].id, b"thanks", False), (waiting[3].id, b"card", True)]
        await inbox.answering(tx, said)
    found = await figures(crowd)

    assert found.subscribers == {"active": 32, "paused": 1, "blocked": 0, "left": 1, "finished": 0}
    assert found.enrolled == {"today": 34, "7 days": 34}
    assert found.erased == 1
    assert found.due["24 hours"] <= found.due["7 days"] <= 33
    assert [(each.step, each.deliveries["sent"]) for each in found.steps] == [
        ("move", 34),
        ("first-check-in", 32),
    ]
    pain = found.questions[0]
    assert (pain.question, pain.sent, pain.answered) == ("pain", Cell(32), Cell(16))
    assert pain.rate == 50
    assert pain.answers == {"5": HIDDEN, "10": SMALL}
    assert found.funnel.sources["flyer"]["subscribed"] == SMALL
    assert found.funnel.sources["poster"]["subscribed"] == HIDDEN
    assert found.funnel.all["subscribed"] == Cell(34)
    assert found.funnel.sources["poster"]["answered"] == Cell(16)
    assert (found.inbox.waiting, found.inbox.oldest) == (3, NOW)
    assert (found.inbox.replies, found.inbox.cards) == (2, 1)
    assert found.inbox.errors == {"KeyError": 2}
    assert json.loads(as_json(found))["questions"][0]["answers"] == {"5": None, "10": None}


async def test_the_waves_of_a_week_are_told_and_small_ones_left_out(crowd: Crowd) -> None:
    chats = await crowd.enrol(12, "poster")
    for chat in chats[:9]:
        await joining.pause(crowd.records, chat, None, NOW)
    assert (await figures(crowd)).waves.waves == []
    await crowd.enrol(20, "poster")
    waves = (await figures(crowd)).waves
    # Enrolled on a Monday morning: the tips of that slot, and the question of consent on Thursday.
    assert [(wave.slot.weekday, wave.slot.part, wave.messages) for wave in waves.waves] == [
        (0, Part.MORNING, 23),
        (3, Part.MORNING, 23),
    ]
    told = json.loads(as_json(await figures(crowd)))["waves"]
    assert (told["rate"], told["needed"]) == (30, 30)
    assert told["emptiest"] == {"weekday": 0, "part": "afternoon"}
    assert told["waves"][0] == {
        "slot": {"weekday": 0, "part": "morning"},
        "offset": 60,
        "messages": 23,
        "seconds": 1,
        "starts": 9 * 3600,
        "ends": 11 * 3600 + 29 * 60 + 1,
        "late": 0,
    }
    assert figures_text(await figures(crowd)).splitlines()[-2:] == [
        "Monday morning: 23 at 30 a second, under a minute",
        "Thursday morning: 23 at 30 a second, under a minute",
    ]


async def test_who_left_and_came_back_counts_once(crowd: Crowd) -> None:
    (chat,) = await crowd.enrol(1, "poster")
    await joining.stop(crowd.records, chat, NOW)
    await joining.start_again(crowd.records, chat, SERIES, NOW)
    found = await figures(crowd)
    assert sum(found.subscribers.values()) == 1
    assert found.funnel.all["left"] == Cell(0)


async def test_a_follow_up_question_does_not_give_a_small_count_away(crowd: Crowd) -> None:
    chats = await crowd.enrol(40, "poster")
    await crowd.ask(chats)
    await crowd.vote(chats[:4], 0)
    await crowd.settle("first-check-in", 2, State.SENT)
    found = await figures(crowd)
    assert [each.sent for each in found.questions] == [Cell(40), SMALL]
    assert found.steps[1].deliveries["sent"] == 40


async def test_stats_prints_text_and_json(cli: Cli, crowd: Crowd) -> None:
    await crowd.enrol(3, "poster")
    text = await cli("stats", DATABASE_URL=crowd.url)
    assert text.code == 0, text.err
    assert "active: 3" in text.out
    assert text.out.splitlines()[-1].split() == ["all", "<10", "<10", "0", "0", "0", "0"]
    paid = {"DATABASE_URL": crowd.url, "PAID_BROADCAST": "500"}
    found = json.loads((await cli("stats", "--json", **paid)).out)
    assert found["waves"]["rate"] == 500
    assert found["subscribers"]["active"] == 3
    assert found["funnel"]["sources"]["poster"]["subscribed"] is None


def rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def test_export_writes_every_row_under_a_pseudonym(
    cli: Cli, crowd: Crowd, tmp_path: Path
) -> None:
    chats = await crowd.enrol(12, "poster")
    await crowd.ask(chats[:2])
    await crowd.vote(chats[:2], 1)
    await crowd.vote(chats[:1], None)
    folder = tmp_path / "deep" / "exports"
    result = await cli("export", str(folder), DATABASE_URL=crowd.url)
    assert result.code == 0, result.err
    assert f"{folder / 'deliveries.csv'}: 16 rows" in result.out

    deliveries, answers = rows(folder / "deliveries.csv"), rows(folder / "answers.csv")
    assert len(deliveries) == 16
    assert {(each["step"], each["item"], each["status"]) for each in deliveries} == {
        ("move", "0", "sent"),
        ("first-check-in", "1", "sent"),
        ("first-check-in", "2", "queued"),
    }
    assert [(each["question"], each["value"]) for each in answers] == [("pain", ""), ("pain", "5")]
    assert answers[0]["answered_at"] == "2026-11-23T10:00:00+00:00"
    assert len(rows(folder / "consents.csv")) == 14
    assert rows(folder / "funnel.csv") == [
        {
            "source": source,
            "subscribed": "12",
            "reached": "12",
            "check_ins": "<10",
            "answered": "<10",
            "finished": "0",
            "left": "0",
        }
        for source in ("poster", "all")
    ]
    person = await joining.look(crowd.records, chats[0])
    assert person is not None
    assert answers[0]["pseudonym"] == person.subscriber.pseudonym


async def test_export_replaces_what_was_there_and_leaves_nothing_else(
    cli: Cli, crowd: Crowd, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    old = folder / "answers.csv"
    old.write_text("old")
    await crowd.enrol(1, "poster")
    assert (await cli("export", str(folder), DATABASE_URL=crowd.url)).code == 0
    assert old.read_text().startswith("pseudonym,campaign,round,step,item,question,value")
    new = {"deliveries.csv", "consents.csv", "funnel.csv"}
    assert set(os.listdir(folder)) == {old.name} | new
    assert all((folder / name).stat().st_mode & 0o077 == 0 for name in new)


async def test_an_interrupted_export_keeps_the_old_files(
    crowd: Crowd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_tx: object) -> list[object]:
        raise OSError(28, "No space left on device")

    folder = tmp_path / "exports"
    folder.mkdir()
    old = folder / "answers.csv"
    old.write_text("old")
    monkeypatch.setattr(counts, "funnel", fail)
    with pytest.raises(export.ExportProblem, match="No space left"):
        await export.export(crowd.db, folder)
    assert old.read_text() == "old"
    assert os.listdir(folder) == [old.name]

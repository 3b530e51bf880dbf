"""Whole simulations: repeatable, quiet at night, and losing nobody on bad days."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.content.load import PHRASES
from bot.content.phrases import read_phrases
from bot.domain.campaign import Campaign, StepKind
from bot.domain.schedule import is_quiet
from bot.simulation.halves import simulate
from bot.simulation.loop import VirtualClock, VirtualLoop
from bot.simulation.members import Member, member
from bot.simulation.profile import Faults, Outage
from bot.simulation.reading import SERIES, THANKS, TIP, Known, Reader
from bot.simulation.report import html
from bot.simulation.run import Plan, campaign_texts
from bot.simulation.summary import summarise
from bot.simulation.tally import Counting, Entry, Tally
from simulation.conftest import EVERYONE

pytestmark = pytest.mark.soak

ROOT = Path(__file__).parents[2]
SIMULATE = (sys.executable, "-m", "bot", "simulate", "--campaign", "example")
"""Of four weeks, not twelve."""


def people(plan: Plan, campaign: Campaign) -> dict[int, Member]:
    zone = plan.settings.timezone
    return {n: member(n, plan.seed, plan.profile, campaign, zone) for n in EVERYONE}


def series(calendar: list[Entry]) -> list[str]:
    return [entry.what for entry in calendar if entry.who == "bot" and entry.kind in SERIES]


def acts(calendar: list[Entry]) -> set[str]:
    return {entry.kind for entry in calendar if entry.who == "person"}


def run(folder: Path, *words: str, hash_seed: str) -> bytes:
    """The bytes of a report of the command, written in a process of its own."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": hash_seed}
    path = folder / f"report-{hash_seed}.html"
    done = subprocess.run(
        [*SIMULATE, "--people", "10", "--report", str(path), *words],
        cwd=folder,
        env=env,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert "10 subscribers" in done.stdout.decode()
    return path.read_bytes()


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    words = ("--person", "3", "--outage", "60+5", "--refusals", "0.05")
    first = run(tmp_path, *words, hash_seed="1")
    assert run(tmp_path, *words, hash_seed="2") == first
    assert run(tmp_path, *words, "--seed", "2", hash_seed="3") != first


def test_everyone_who_stays_gets_every_tip_once_and_in_order(
    plan: Plan, tally: Tally, shipped_campaign: Campaign
) -> None:
    everyone = people(plan, shipped_campaign)
    stayed = 0
    for number, calendar in tally.calendars.items():
        language = everyone[number].language
        order = [s.titles[language] for s in shipped_campaign.steps if s.kind is StepKind.TIP]
        got = [e.what for e in calendar if e.kind == TIP and e.who == "bot"]
        assert got == order[: len(got)], number
        came = [e.at for e in calendar if e.kind == TIP and e.who == "bot"]
        # Who leaves three check-ins and the question whether that is too much gets tips less often.
        slowed = any(later - before > timedelta(days=10) for before, later in pairwise(came))
        if not slowed and not acts(calendar) & {
            "stop", "block", "vanish", "pause", "text", "tap set",
        }:  # fmt: skip
            assert got == order, number
            stayed += 1
    assert stayed >= 3
    assert tally.failed == 0
    assert tally.statuses["delivery uncertain"] == tally.statuses["delivery failed"] == 0


def test_nothing_comes_unasked_in_anybodys_quiet_hours(
    plan: Plan, tally: Tally, shipped_campaign: Campaign
) -> None:
    """Counted anew here, from the calendars."""
    everyone = people(plan, shipped_campaign)
    assert len({everyone[n].zone for n in tally.calendars}) > 2
    unasked = 0
    for number, calendar in tally.calendars.items():
        last_act = datetime.min.replace(tzinfo=UTC)
        for entry in calendar:
            if entry.who == "person":
                last_act = entry.at
            elif entry.at - last_act > timedelta(minutes=10):
                unasked += 1
                assert not is_quiet(entry.at, everyone[number].zone), (number, entry)
    assert unasked > 200
    assert tally.woken == []


def test_the_proof_of_quiet_hours_can_fail(plan: Plan, shipped_campaign: Campaign) -> None:
    counting = Counting(shipped_campaign, "Europe/Amsterdam", frozenset())
    person = people(plan, shipped_campaign)[1]
    person.zone = "Europe/Amsterdam"
    tip = Known(TIP, shipped_campaign.steps[0].key, "a tip")
    counting.arrived(person, tip, datetime(2027, 3, 1, 19, 59, tzinfo=UTC))
    assert counting.tally.woken == []
    counting.arrived(person, tip, datetime(2027, 3, 1, 20, 0, tzinfo=UTC))
    counting.arrived(person, tip, datetime(2027, 3, 2, 6, 59, tzinfo=UTC))
    assert [at[11:16] for _, at, _ in counting.tally.woken] == ["21:00", "07:59"]
    summary = summarise(plan, shipped_campaign, counting.tally)
    assert "2 of 3 unasked messages came" in html(summary)


async def test_outages_and_refusals_lose_nobody_and_repeat_nothing(
    plan: Plan, tally: Tally
) -> None:
    outages = [Outage(after_hours=33, hours=4), Outage(after_hours=24 * 17 + 9, hours=26)]
    faults = Faults(outages=outages, refusals=0.1)
    troubled = replace(plan, profile=plan.profile.model_copy(update={"faults": faults}))
    result = await asyncio.to_thread(simulate, troubled, lambda _: None)
    assert result.refused > 20
    assert result.statuses["delivery uncertain"] == result.statuses["delivery failed"] == 0
    assert result.failed == 0
    assert result.woken == []
    later = 0
    for number, calendar in result.calendars.items():
        assert len(tips := [e.what for e in calendar if e.kind == TIP]) == len(set(tips)), number
        if acts(calendar) & {"pause", "return", "tap set"}:
            continue  # Still under way when it ends: how far differs with the delay.
        if any(entry.kind == "offer" for entry in calendar):
            continue  # Silence is counted later, and so it slows down later.
        assert series(calendar) == series(tally.calendars[number]), number
        later += [e.at for e in calendar] != [e.at for e in tally.calendars[number]]
    assert later > 3
    slow = summarise(troubled, campaign_texts(plan.settings).campaign, result).late
    assert sum(list(slow.values())[2:]) > 0


async def test_coarse_time_is_late_by_less_than_its_grid(plan: Plan, tally: Tally) -> None:
    coarse = await asyncio.to_thread(simulate, replace(plan, every=15), lambda _: None)
    compared = 0
    for number, calendar in coarse.calendars.items():
        fine = [e for e in tally.calendars[number] if e.kind == TIP and e.who == "bot"]
        tips = [e for e in calendar if e.kind == TIP and e.who == "bot"]
        assert [e.what for e in tips] == [e.what for e in fine], number
        for one, other in zip(tips[1:], fine[1:], strict=True):  # The first answers a tap.
            assert timedelta() <= one.at - other.at < timedelta(minutes=15), number
            compared += 1
    assert compared > 100
    assert coarse.woken == []


def test_thanks_are_told_from_the_text_that_was_sent(plan: Plan, tally: Tally) -> None:
    said = {key for (_, key) in tally.branches}
    assert {"thanks.pain.some", "safety"} <= said
    answered = sum(tally.answered.values())
    assert 0 < answered <= sum(n for (_, key), n in tally.branches.items() if key != "safety")
    texts = campaign_texts(plan.settings)
    reader = Reader(texts, read_phrases(PHRASES))
    known = reader.text(texts.phrase("thanks.pain.high", "nl"))
    assert (known.kind, known.key) == (THANKS, "thanks.pain.high")
    own = texts.phrase("progress.own", "nl", chart="Pijn (0 tot 10): week 1: 6, week 3: 5")
    known = reader.text(f"{texts.phrase('thanks.pain.some', 'nl')}\n\n{own}")
    assert (known.kind, known.key) == (THANKS, "thanks.pain.some")


def test_json_holds_the_same_and_a_wrong_option_is_one_line(tmp_path: Path) -> None:
    def said(*words: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [*SIMULATE, "--people", "4", *words],
            cwd=tmp_path, env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip

    done = said("--json", "--person", "2")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["people"] == 4
    assert figures["calendars"]["2"]
    for words in (("--person", "9"), ("--outage", "soon"), ("--report", "no/where.html")):
        done = said(*words)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(f"rugwijzer: {words[0]}"), done.stderr
        assert done.stderr.count("\n") == 1


def test_a_virtual_clock_shows_the_loops_time() -> None:
    loop = VirtualLoop()
    try:
        clock = VirtualClock(loop, datetime(2027, 3, 1, tzinfo=UTC))
        loop.run_until_complete(asyncio.sleep(3600))
        assert clock.now() == datetime(2027, 3, 1, 1, tzinfo=UTC)
        assert clock.monotonic() == pytest.approx(3600)
    finally:
        loop.close()

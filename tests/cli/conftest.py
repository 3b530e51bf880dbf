"""The program as a process of its own, and a campaign that some people have followed."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.campaign import Campaign, Question, Scale, Source, Step, StepKind
from bot.service import checkins, joining
from bot.service.records import Records
from bot.store import outbox, timeline
from bot.store.cipher import Cipher, new_key
from bot.store.consents import Wording
from bot.store.database import Database
from bot.store.deliveries import Lane, Planned, State
from bot.store.outbox import Arrival

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SERIES = Wording("series", 1, "nl", "Ja, stuur mij de tips.")
CHECK_INS = Wording("check-ins", 1, "nl", "Ja, stel mij vragen.")

PAIN = Question("pain", Scale.PAIN, ("0", "5", "10", "skip"), {}, {})
DAYS = Question("days", Scale.ACTIVE_DAYS, ("0", "7", "skip"), {}, {})
CAMPAIGN = Campaign(
    key="back",
    version=1,
    languages=("nl",),
    source=Source({}, {"nl": "een krant"}, date(2022, 2, 1)),
    claims={},
    steps=(
        Step("move", StepKind.TIP, 0, 1),
        Step("first-check-in", StepKind.CHECK_IN, 3, 1, questions=(PAIN, DAYS)),
        Step("sleep", StepKind.TIP, 7, 2),
    ),
    check_in_window=3,
    review_by=date(2027, 1, 1),
)


@dataclass
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line of a failure."""
        assert self.code == 1, self
        assert self.err.startswith("rugwijzer: "), self
        assert self.err.count("\n") == 1, self
        return self.err


Cli = Callable[..., Awaitable[Result]]


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """Runs a command in an empty folder, with no settings but those given."""
    folder = tmp_path / "cwd"
    folder.mkdir()
    home = tmp_path / "home"
    home.mkdir()

    async def run(*words: str, answer: str = "", **settings: str) -> Result:
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "dumb", "COLUMNS": "200"}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", *words),
            cwd=folder,
            env=env | settings,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(answer.encode())
        return Result(process.returncode or 0, out.decode(), err.decode())

    return run


@pytest.fixture
def key() -> str:
    return new_key()


@dataclass
class Crowd:
    """People who follow the campaign; chat ids count from 1."""

    records: Records
    people: int = 0

    @property
    def db(self) -> Database:
        return self.records.db

    @property
    def url(self) -> str:
        return self.db.url.render_as_string(hide_password=False)

    async def enrol(self, count: int, source: str) -> range:
        """So many more people, each with the first tip sent; gives their chat ids."""
        chats = range(self.people + 1, self.people + count + 1)
        self.people += count
        for chat in chats:
            await joining.enrol(
                self.records,
                chat,
                language="nl",
                zone="Europe/Amsterdam",
                source=source,
                wording=SERIES,
                now=NOW,
            )
        await self.settle("move", 0, State.SENT)
        return chats

    async def ask(self, chats: range) -> None:
        """Send these people, who agree to it, the first question of the check-in."""
        for chat in chats:
            await checkins.agree(self.records, chat, CHECK_INS, NOW)
            person = await joining.look(self.records, chat)
            assert person is not None
            async with self.db.write() as tx:
                await outbox.queue(
                    tx,
                    [Planned(person.enrolment.id, "first-check-in", 1, Lane.BULK, NOW, NOW)],
                )
                (delivery,) = [
                    each
                    for each in await timeline.listed(tx, [State.QUEUED])
                    if each.person.enrolment.id == person.enrolment.id
                ]
                await outbox.settle_sent(tx, [Arrival(delivery.id, chat, f"poll-{chat}", None)])

    async def vote(self, chats: range, option: int | None) -> None:
        """Let each of these people choose an option."""
        for chat in chats:
            await checkins.vote(self.records, chat, f"poll-{chat}", option, NOW)

    async def settle(self, step: str, item: int, state: State, reason: str | None = None) -> None:
        """Move what is queued of a step to a state."""
        async with self.db.write() as tx:
            queued = await timeline.listed(tx, [State.QUEUED])
            ids = [each.id for each in queued if (each.step, each.item) == (step, item)]
            await outbox.mark_sending(tx, ids, NOW, 0)
            await outbox.set_status(tx, ids, state, reason)


@pytest.fixture
def crowd(database: Database, key: str) -> Crowd:
    return Crowd(Records(database, Cipher.from_text(key), CAMPAIGN))

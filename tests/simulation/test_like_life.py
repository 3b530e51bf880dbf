"""The same people in a simulation and in a real run: the whole program, over HTTP, to the second.

The real run is the program that `run` starts, with its own driver, transport and event loop,
against the emulator. Its clock stands still but for the turns to just after each moment at which
something is due or done, so that a slow machine changes nothing.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app import App
from bot.clock import Clock
from bot.content.load import PHRASES
from bot.content.phrases import read_phrases
from bot.delivery.allowance import UNLIMITED
from bot.delivery.pacer import Pacer
from bot.rehearsal.emulator import Refusal, World, serve
from bot.running import opened
from bot.simulation.members import Act, Member, pseudonym
from bot.simulation.reading import Reader
from bot.simulation.run import HALVES, Plan
from bot.simulation.tally import Tally
from bot.store import enrolments, outbox, polls
from bot.store.cipher import new_key

Said = tuple[datetime, str]
SECONDS = timedelta(seconds=5)
A_MOMENT = timedelta(milliseconds=1)
PATIENCE = 20


class Life:
    """The members' lives over the emulator."""

    def __init__(self, app: App, world: World, members: list[Member], reader: Reader) -> None:
        self._app, self._world, self._reader = app, world, reader
        self._members = {member.chat: member for member in members}
        self._people = {
            m.chat: world.person(m.chat, name="A", language_code=m.language) for m in members
        }
        self._seen: dict[tuple[int, int], Any] = {}
        self._order = itertools.count()
        self._acts: list[tuple[datetime, int, Member, Act]] = []
        self.heard: dict[int, list[Said]] = {member.number: [] for member in members}
        for member in members:
            self._plan(member, [member.first()])

    async def live(self, ends: datetime) -> None:
        """Turn the clock from moment to moment, until `ends`."""
        while (moment := await self._next()) is not None and moment < ends:
            self._app.clock.turn(moment - self._app.clock.now() + A_MOMENT)
            while self._acts and self._acts[0][0] <= self._app.clock.now():
                _, _, member, act = heapq.heappop(self._acts)
                self._do(member, act)
            await self._app.rounds.close_polls()
            await self._app.rounds.tick()
            await self._settled()
            self._read_all()

    async def _next(self) -> datetime | None:
        async with self._app.records.db.read() as tx:
            due = [
                await enrolments.next_due_at(tx, self._app.records.campaign.key),
                await outbox.next_due_at(tx),
                await polls.next_look_at(tx),
            ]
        acts = [self._acts[0][0]] if self._acts else []
        return min((moment for moment in (*due, *acts) if moment is not None), default=None)

    async def _settled(self) -> None:
        async with asyncio.timeout(PATIENCE):
            steady = 0
            while steady < 3:
                await asyncio.sleep(0.003)
                steady = 0 if await self._busy() else steady + 1

    async def _busy(self) -> bool:
        if len(self._world.updates) or not self._app.inbox.idle:
            return True
        async with self._app.records.db.read() as tx:
            queued = await outbox.next_due_at(tx)
            due = await enrolments.next_due_at(tx, self._app.records.campaign.key)
        now = self._app.clock.now()
        waits = any(moment is not None and moment <= now for moment in (queued, due))
        app = self._app
        return waits or not (app.inbox.idle and app.replies.idle and app.sender.idle)

    def _read_all(self) -> None:
        for chat, person in self._people.items():
            for message in person.chat:
                key = (chat, message["message_id"])
                before = self._seen.get(key)
                if before is message or not message["from"]["is_bot"]:
                    continue
                self._seen[key] = message
                if before is None or "poll" not in message:  # A vote changes the poll's counts.
                    self._read(self._members[chat], message, new=before is None)

    def _read(self, member: Member, message: dict[str, Any], *, new: bool) -> None:
        poll = message.get("poll")
        known = self._reader.poll(poll["question"]) if poll else self._reader.text(_words(message))
        now = self._app.clock.now()
        if new:
            self.heard[member.number].append((now, known.title))
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = [b["callback_data"] for row in rows for b in row if "callback_data" in b]
        self._plan(member, member.read(known, message["message_id"], buttons, now))

    def _plan(self, member: Member, acts: list[Act]) -> None:
        for act in acts:
            heapq.heappush(self._acts, (act.at, next(self._order), member, act))

    def _do(self, member: Member, act: Act) -> None:
        person = self._people[member.chat]
        try:
            match act.kind:
                case "start":
                    person.start(str(act.data))
                case "text":
                    person.text(str(act.data))
                case "tap":
                    person.tap(act.message, str(act.data))
                case "vote" if act.data is None:
                    person.retract(act.message)
                case "vote":
                    person.vote(act.message, [int(str(act.data))])
                case "block":
                    person.block()
                case "vanish":
                    person.deactivate()
                case "return":
                    member.returned(str(act.data))
                    person.start()
        except Refusal:  # Of someone who is gone, or of a poll that is closed.
            return


def _words(message: dict[str, Any]) -> str:
    """What a message says; under a chart the same stands as in its place."""
    return str(message.get("text") or message["caption"])


async def real_run(plan: Plan, members: list[Member], folder: Path) -> dict[int, list[Said]]:
    """What the members hear from the program over HTTP."""
    # Taken apart by hand only where life has luck: the clock, the pace and the pseudonyms.
    starts = min(member.joins_at for member in members) - timedelta(hours=1)
    real = datetime.now(starts.tzinfo)
    clock = Clock(0, anchor=(real, starts))
    world = World(clock.now)
    async with serve(world) as url:
        settings = plan.settings.model_copy(
            update={
                "telegram_bot_token": SecretStr(world.token),
                "telegram_api_url": url,
                "database_url": f"sqlite:///{folder / 'life.db'}",
                "data_key": SecretStr(new_key()),
            }
        )
        pacer = Pacer(monotonic=clock.monotonic, per_second=1000, per_chat=UNLIMITED)
        async with opened(settings, clock, pacer) as app:
            app.records = replace(app.records, pseudonym=partial(pseudonym, plan.seed))
            await app.start()
            life = Life(app, world, members, Reader(app.texts, read_phrases(PHRASES)))
            await life.live(plan.span(app.records.campaign)[1])
            await app.stop()
    assert world.complaints == []
    return life.heard


def alike(simulated: Said | None, heard: Said | None) -> bool:
    """The same at the same moment, but for the seconds between two looks at the polls."""
    return (
        simulated is not None
        and heard is not None
        and simulated[1] == heard[1]
        and abs(simulated[0] - heard[0]) < SECONDS
    )


@pytest.mark.soak
async def test_a_simulated_calendar_is_what_the_program_delivers(
    plan: Plan, tally: Tally, tmp_path: Path, shipped_campaign: Any, thorough: bool
) -> None:
    members = [
        member
        for part in range(HALVES)
        for member in plan.members(shipped_campaign, part)
        if member.completes and (thorough or member.number % 2)
    ]
    heard = await real_run(plan, members, tmp_path)
    ends = plan.span(shipped_campaign)[1]
    for number in heard:
        calendar = tally.calendars[number]
        simulated = [(e.at, e.what) for e in calendar if e.who == "bot" and e.at < ends]
        told = [said for said in heard[number] if said[0] < ends]
        unlike = [pair for pair in zip_longest(simulated, told) if not alike(*pair)]
        assert not unlike, (number, unlike[:3])
    assert sum(map(len, heard.values())) > 20 * len(members)

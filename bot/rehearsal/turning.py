"""Living through the series by hand: the clock is turned and the bot itself does the rest."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.app import App
from bot.domain.campaign import StepKind
from bot.domain.subscriber import Status
from bot.rehearsal.emulator.people import Person
from bot.rehearsal.emulator.world import World
from bot.service import joining
from bot.store import outbox, people

PATIENCE = 20.0
"""Real seconds to wait for the bot to do what is due."""

STEADY = 2
"""Looks in a row that must find nothing going on."""

LOOK = 0.002
THINKING = timedelta(seconds=1.1)
"""How far the clock is turned between looks: a person reads while the chat's pace is kept."""


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The next message of the series."""

    at: datetime
    what: StepKind
    title: str
    week: int


class Rehearsal:
    """One person, one bot, and a clock to turn."""

    def __init__(self, app: App, world: World, language: str) -> None:
        self.app = app
        self.language = language
        self._world = world
        self._ids = itertools.count(1001)
        self._turning = asyncio.Lock()
        self.person = self._newcomer()

    def _newcomer(self) -> Person:
        return self._world.person(next(self._ids), name="Robin", language_code=self.language)

    async def restart(self) -> None:
        """A new person begins; the one before is erased."""
        async with self._turning:
            await joining.erase(self.app.records, self.person.id)
            self.language = self.person.language_code
            self.person = self._newcomer()

    async def next(self) -> None:
        """Turn the clock to the next message of the series, if one is due at all."""
        async with self._turning:
            await self._settled()
            await self._step(self.app.clock.now() + timedelta(days=400))

    async def ahead(self, span: timedelta) -> None:
        """Turn the clock ahead, stopping at each message on the way."""
        async with self._turning:
            await self._settled()
            end = self.app.clock.now() + span
            while await self._step(end):
                pass
            await self._turn_to(end)

    async def all(self, *, answer: bool) -> None:
        """Turn the clock until the series is over; with `answer` the person votes in every poll."""
        async with self._turning:
            await self._settled()
            if answer:
                await self._answer()
            while await self._step(self.app.clock.now() + timedelta(days=400)):
                if answer:
                    await self._answer()

    async def upcoming(self) -> Upcoming | None:
        """The next message, as planned now."""
        person = await joining.look(self.app.records, self.person.id)
        if person is None:
            return None
        async with self.app.records.db.read() as tx:
            queued = await outbox.next_queued(tx, person.enrolment.id)
        at = queued or person.enrolment.next_due_at
        step = self.app.records.campaign.step(person.enrolment.next_step or "")
        if at is None or step is None:
            return None
        if step.kind is StepKind.CHECK_IN:
            return Upcoming(at, step.kind, "", step.week)
        return Upcoming(at, step.kind, step.titles[person.subscriber.language], step.week)

    async def clock(self) -> dict[str, Any]:
        """What the page shows of time and place."""
        person = await joining.look(self.app.records, self.person.id)
        upcoming = await self.upcoming()
        now = self.app.clock.now()
        day = (now - person.enrolment.started_at).days if person is not None else None
        weeks = self.app.records.campaign.weeks
        return {
            "now": now.isoformat(),
            "zone": person.subscriber.zone if person else self.app.settings.timezone,
            "day": day,
            "week": min(day // 7 + 1, weeks) if day is not None else None,
            "next": {
                "at": upcoming.at.isoformat(),
                "what": upcoming.what,
                "title": upcoming.title,
                "week": upcoming.week,
            }
            if upcoming
            else None,
            "finished": person is not None and person.enrolment.status is Status.FINISHED,
            "weeks": weeks,
        }

    async def _step(self, end: datetime) -> bool:
        upcoming = await self.upcoming()
        if upcoming is None or upcoming.at > end:
            return False
        await self._turn_to(upcoming.at)
        return True

    async def _turn_to(self, moment: datetime) -> None:
        self._turn(moment - self.app.clock.now())
        await self.app.tick()
        await self.app.close_polls()
        await self._settled()

    def _turn(self, span: timedelta) -> None:
        self.app.clock.turn(span)
        self._world.settle()
        self.app.pacer.nudge()

    async def _settled(self) -> None:
        """Wait until nothing is due, on its way, or unhandled."""
        steady = 0
        async with asyncio.timeout(PATIENCE):
            while steady < STEADY:
                await asyncio.sleep(LOOK)
                steady = 0 if await self._busy() else steady + 1
                if not steady:
                    self._turn(THINKING)

    async def _busy(self) -> bool:
        """Whether anything is on its way, looked for in the order in which it goes that way."""
        if len(self._world.updates):
            return True
        async with self.app.records.db.read() as tx:
            queued = await outbox.next_due_at(tx)
            due = await people.next_due_at(tx, self.app.records.campaign.key)
        now = self.app.clock.now()
        if any(moment is not None and moment <= now for moment in (queued, due)):
            return True
        app = self.app
        return not (app.inbox.idle and app.replies.idle and app.sender.idle)

    async def _answer(self) -> None:
        """Consent to check-ins when asked, and vote in each open poll without a vote."""
        answered: set[int] = set()
        while True:
            pending = [m for m in self.person.chat if m["message_id"] not in answered]
            acted = False
            for message in pending:
                answered.add(message["message_id"])
                acted = self._agree(message) or self._vote(message) or acted
            if not acted:
                return
            await self._settled()

    def _agree(self, message: dict[str, Any]) -> bool:
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in itertools.chain(*rows):
            if str(button.get("callback_data", "")).startswith("checkins:yes"):
                self.person.tap(message["message_id"], button["callback_data"])
                return True
        return False

    def _vote(self, message: dict[str, Any]) -> bool:
        poll = message.get("poll")
        if poll is None or poll["is_closed"] or poll["total_voter_count"]:
            return False
        # Any answer but the last, which skips; another one each time, alike in every rehearsal.
        option = message["message_id"] * 7 % (len(poll["options"]) - 1)
        self.person.vote(message["message_id"], [option])
        return True

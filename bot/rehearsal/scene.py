"""One person's life with the program, played on a clock that jumps from event to event."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr

from bot.charts import worker
from bot.content.render import Texts
from bot.domain.practice import Practice
from bot.rehearsal.carrier import Carrier
from bot.rehearsal.emulator import Refusal, World
from bot.rehearsal.emulator.control import ACTIONS, chat_view
from bot.rehearsal.emulator.errors import Json
from bot.rehearsal.script import HandAct
from bot.rehearsal.story import Told, Why, read, why
from bot.settings import Settings
from bot.simulation.live import HOUR, SimulatedApp
from bot.simulation.loop import VirtualClock, VirtualLoop
from bot.simulation.members import Act, Member
from bot.simulation.reading import Reader
from bot.store.inline import ScratchDatabase

T = TypeVar("T")

QUIET = timedelta(seconds=10)
"""How long it goes on after a message: time for what belongs to it, at the pace of one chat."""

STOPS = 100
"""How often in a row the clock may be turned without a message: what never leaves must not hold up
the page."""

SEED = 1
WEEK = 7 * 24 * HOUR


class _Loop(VirtualLoop):
    """Work for threads and processes is done at once: while it lasts, no time may pass."""

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        future: asyncio.Future[T] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


async def _drawn(svg: str) -> bytes:
    """A chart, drawn at once: while that lasts, no time passes."""
    return _picture(svg)


@lru_cache(maxsize=256)
def _picture(svg: str) -> bytes:
    """Kept, because the same life is played again and again."""
    return worker.png(svg)


class _App(SimulatedApp):
    """Tidies up once a week: with one person there is hardly ever anything to tidy."""

    async def _daily(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            await asyncio.sleep(WEEK)
            await work()


@dataclass(frozen=True, slots=True)
class House:
    """What scenes are played with: a campaign's texts, and a database with nothing in it yet."""

    settings: Settings
    texts: Texts
    reader: Reader
    blank: Path
    practice: Practice | None = None


class Scene:
    """A person and the program. Belongs to the thread that made it."""

    def __init__(self, house: House, folder: Path, member: Member, starts: datetime) -> None:
        """`folder` holds its database, and goes with it."""
        self.texts = house.texts
        self.member = member
        self._folder = folder
        self._acts: list[tuple[Act, asyncio.TimerHandle]] = []
        self._seen: set[int] = set()
        self.whys: dict[str, Why] = {}
        self._runner = asyncio.Runner(loop_factory=_Loop)
        self._runner.run(self._open(house, folder, starts))

    async def _open(self, house: House, folder: Path, starts: datetime) -> None:
        loop = asyncio.get_running_loop()
        self.clock = VirtualClock(loop, starts)
        self.world = World(self.clock.now)
        self.person = self.world.person(
            self.member.chat, name="Robin", language_code=self.member.language
        )
        path = folder / "scene.db"
        shutil.copy(house.blank, path)
        self.db = ScratchDatabase(path)
        await self.db.open()
        settings = house.settings.model_copy(
            update={
                "telegram_bot_token": SecretStr(self.world.token),
                "telegram_api_url": "http://rehearsal",
                "webhook_url": None,
                "admin_ids": (),
                "staff_chat_id": None,
                "clock_speed": 1.0,
            }
        )
        busy = asyncio.Event()
        carry = Carrier(self.world, busy)
        self.app = _App(
            settings, house.texts, self.db, self.clock, carry, busy,
            seed=SEED, per_second=30, every=60, render=_drawn, practice=house.practice,
        )  # fmt: skip
        self._reader = house.reader
        self._arrived = False
        self._listening = asyncio.create_task(self._listen())
        await self.app.start()
        await asyncio.sleep(0)
        self._plan([self.member.first()])

    def close(self) -> None:
        """End it, and forget everything."""
        self._runner.run(self._close())
        self._runner.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _close(self) -> None:
        self._listening.cancel()
        await self.app.stop()
        await self.db.close()

    def schedule(self, acts: Iterable[HandAct]) -> None:
        """Let these be done by hand, each at its moment."""
        loop = self._runner.get_loop()
        for act in acts:
            seconds = (act.at - self.clock.now()).total_seconds()
            loop.call_at(loop.time() + seconds, self._by_hand_if_possible, act)

    def act(self, act: HandAct) -> Json:
        """Do something by hand now, and see what comes of it; raises Refusal like the emulator."""
        return self._runner.run(self._act(act))

    async def _act(self, act: HandAct) -> Json:
        done = self._by_hand(act)
        await self._play_to(self.clock.now() + QUIET)
        query = self.world.callbacks.get(str(done.get("callback_query_id")))
        return {"answer": query.answer} if query is not None else {}

    def play_to(self, moment: datetime) -> None:
        """Let time pass until a moment."""
        self._runner.run(self._play_to(moment))

    def next(self) -> bool:
        """Let time pass until the bot has said something more; False where nothing will come."""
        return self._runner.run(self._next())

    def coming(self) -> datetime | None:
        """When something happens next that is known now: a message, or an act of the person's."""
        moments = [act.at for act, _ in self._acts]
        due = self.db.next_step(self.texts.campaign.key)
        return min([*moments, *([due] if due is not None else [])], default=None)

    async def _next(self) -> bool:
        for _ in range(STOPS):
            moment = self.coming()
            if moment is None:
                return False
            self._arrived = False
            await self._play_to(max(moment, self.clock.now()) + QUIET)
            if self._arrived:
                return True
        return False

    async def _note(self) -> None:
        """Keep why the next step comes when it does."""
        records = self.app.records
        async with records.db.read() as tx:
            person = await records.find(tx, self.person.id, lock=False)
        reason = why(records.campaign, person, self.clock.now()) if person is not None else None
        if reason is not None:
            self.whys[reason[0]] = reason[1]

    def story(self) -> Told:
        """Their story so far."""
        return self._runner.run(self._story())

    async def _story(self) -> Told:
        records = self.app.records
        async with records.db.read() as tx:
            return await read(tx, records, self.person.id, self.clock.now())

    def chat(self) -> Json:
        """The phone as it looks now."""
        return chat_view(self.world, self.person)

    async def _play_to(self, moment: datetime) -> None:
        """From stop to stop, as turns by hand would: why a step comes is known before it does."""
        while (now := self.clock.now()) < moment:
            ahead = self.coming()
            stop = moment if ahead is None else min(moment, max(ahead, now) + QUIET)
            await asyncio.sleep((stop - now).total_seconds())
            await self._note()

    async def _listen(self) -> None:
        """Read what the bot writes, as the person."""
        async for name, message in self.world.events.follow(self.person.id):
            if name == "message" and message["from"]["is_bot"]:
                # A vote changes a poll's counts; another text is news, in an old message too.
                if message["message_id"] not in self._seen or "poll" not in message:
                    self._arrived = True
                    self._read(message)
                self._seen.add(message["message_id"])

    def _read(self, message: Json) -> None:
        poll = message.get("poll")
        text = message.get("text") or message.get("caption") or ""
        known = self._reader.poll(poll["question"]) if poll else self._reader.text(text)
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = [b["callback_data"] for row in rows for b in row if "callback_data" in b]
        self._plan(self.member.read(known, message["message_id"], buttons, self.clock.now()))

    def _plan(self, acts: Iterable[Act]) -> None:
        loop = asyncio.get_running_loop()
        for act in acts:
            ahead = max(0.0, (act.at - self.clock.now()).total_seconds())
            entry = (act, loop.call_at(loop.time() + ahead, self._do, act))
            self._acts.append(entry)

    def _do(self, act: Act) -> None:
        self._acts = [entry for entry in self._acts if entry[0] is not act]
        person = self.person
        with contextlib.suppress(Refusal):  # Of a poll that is closed, say.
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
                    self.member.returned(str(act.data))
                    person.start()

    def _by_hand_if_possible(self, act: HandAct) -> None:
        with contextlib.suppress(Refusal, KeyError, TypeError, ValueError):
            self._by_hand(act)

    def _by_hand(self, act: HandAct) -> Json:
        """What is done by hand stands in place of what the person would have done about it."""
        done = ACTIONS[act.act](self.person, act.body)
        about = act.body.get("message_id")
        for entry in list(self._acts):
            planned, timer = entry
            if planned.kind == act.act == "start" or (about and planned.message == about):
                timer.cancel()
                self._acts.remove(entry)
        return done

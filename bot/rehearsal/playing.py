"""The rehearsal as the page sees it: one script, played in one language or in all at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

from bot.content.findings import CampaignError, Finding
from bot.content.load import PHRASES, TEMPLATES, resolve
from bot.content.render import read_texts
from bot.domain.practice import Practice
from bot.domain.schedule import instant_at, local_date
from bot.rehearsal import authored, story
from bot.rehearsal.authored import Authored
from bot.rehearsal.emulator.errors import Json
from bot.rehearsal.kinds import read_people
from bot.rehearsal.scene import QUIET, House, Scene
from bot.rehearsal.script import HandAct, Script
from bot.running import practice_for
from bot.settings import Settings
from bot.simulation.reading import Reader
from bot.store.database import database_url
from bot.store.migrate import migrate

T = TypeVar("T")

PAGE = TEMPLATES / "web" / "rehearsal"
BEGINS = time(10, 0)
"""When a rehearsal begins, today: everybody is awake, and a link means the same all day."""

LONGEST = timedelta(days=800)
"""How far a script may go."""


class NoScript(ValueError):
    """Nobody can play this script; the message says why."""


class Rehearsal:
    """Plays a script. Scenes live in a thread of their own, where time may jump."""

    def __init__(self, settings: Settings, folder: Path, language: str, now: datetime) -> None:
        """`folder` is for databases, and is emptied by who made it."""
        self._settings = settings
        self._folder = folder
        self._thread = ThreadPoolExecutor(1, "rehearsal")
        self._lock = asyncio.Lock()
        self._house: House | None = None
        self._practice: Practice | None = None
        self._scenes: dict[str, Scene] = {}
        self._authored: Mapping[str, Authored] = {}
        self.campaign = resolve(TEMPLATES.parent, settings.campaign)
        self.people = read_people(PAGE)
        self.broken: tuple[Finding, ...] = ()
        self.findings: tuple[Finding, ...] | None = None
        self.both = False
        self.version = 0
        """Counts what changed, so that a page knows whether it has seen it."""
        home = settings.timezone
        day = local_date(now, home)
        starts = instant_at(day, BEGINS, home) or now.replace(second=0, microsecond=0)
        kind = next(iter(self.people.kinds))
        self.script = Script(kind=kind, language=language, starts=starts, at=starts)

    async def open(self) -> None:
        """Read the campaign and begin; raises CampaignError or PracticeError."""
        await self._do(self._open)
        if self.broken:
            raise CampaignError(self.broken)

    def _open(self) -> None:
        self._practice = practice_for(self._settings)
        migrate(database_url(f"sqlite:///{self._folder / 'blank.db'}"))
        self._read()

    async def close(self) -> None:
        """End all scenes."""
        await self._do(lambda: self._leave(list(self._scenes)))
        self._thread.shutdown()

    async def reload(self) -> None:
        """Read the campaign again and play the same script with it; what is broken is told.

        Whatever is raised, the scenes go on as they were.
        """
        await self._change(self._read)

    async def stumbled(self, finding: Finding) -> None:
        """Tell that the campaign can't be played, for a reason that reading it didn't find."""

        def take() -> None:
            self.broken = (finding,)

        await self._change(take)

    async def play(self, script: Script, *, both: bool) -> None:
        """Play another script, up to its moment; raises NoScript."""
        self._accept(script)
        self.both = both
        await self._change(lambda: self._play(script))

    async def act(self, act: str, body: dict[str, Any]) -> Json:
        """Do something by hand on every phone; gives what the bot said to a tap.

        Raises Refusal, or KeyError, TypeError or ValueError for an act that is none.
        """
        return await self._change(lambda: self._act(act, body))

    async def turn(self, how: str) -> None:
        """Let time pass: to the `next` message, a `day`, a `week`, or `all` that is to come."""
        await self._change(lambda: self._turn(how))

    async def go(self, step: str) -> bool:
        """Go to a step, back or ahead; False where this person never gets it."""
        return await self._change(lambda: self._go(step))

    async def state(self) -> Json:
        """Everything that the page shows."""
        return await self._do(self._state)

    async def file(self, language: str, file_id: str) -> Any:
        """A file that was sent; raises KeyError or ApiError where there is none."""
        return await self._do(lambda: self._scenes[language].world.files.get(file_id))

    async def _do(self, work: Callable[[], T]) -> T:
        async with self._lock:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _change(self, work: Callable[[], T]) -> T:
        def changed() -> T:
            done = work()
            # Only now: whoever sees the new number must see what it stands for.
            self.version += 1
            return done

        return await self._do(changed)

    async def checked(self, findings: tuple[Finding, ...]) -> None:
        """Take what the linter found."""

        def take() -> None:
            self.findings = findings

        await self._change(take)

    def _accept(self, script: Script) -> None:
        if script.kind not in self.people.kinds:
            raise NoScript(f"no kind of person `{script.kind}`")
        if not timedelta() <= script.at - script.starts <= LONGEST:
            raise NoScript("the moment is not within the series")
        if script.starts.second or script.starts.microsecond:
            raise NoScript("a rehearsal begins on a whole minute")

    @property
    def _main(self) -> Scene:
        return self._scenes[self.script.language]

    def _read(self) -> None:
        self.findings = None
        try:
            texts = read_texts(self.campaign, PHRASES, self._settings.country)
        except CampaignError as error:
            self.broken = error.findings
            return
        self.broken = ()
        self._authored = authored.authored(self.campaign)
        reader = Reader(texts, texts.phrases, self._settings.operator)
        before = self._house, self._scenes
        blank = self._folder / "blank.db"
        self._house = House(self._settings, texts, reader, blank, self._practice)
        self._scenes = {}
        try:
            self._play(self.script)
        except BaseException:
            self._leave(list(self._scenes))
            self._house, self._scenes = before
            raise
        for scene in before[1].values():
            scene.close()

    def _play(self, script: Script) -> None:
        """Have a scene in each language that is wanted, at the script's moment."""
        assert self._house is not None
        spoken = self._house.texts.campaign.languages
        language = self._house.texts.campaign.language(script.language)
        if _life(script) != _life(self.script) or script.at < self.script.at:
            self._leave(list(self._scenes))
        self.script = script.model_copy(update={"language": language})
        wanted = {language, *(spoken if self.both else ())}
        self._leave([each for each in self._scenes if each not in wanted])
        for each in wanted:
            if each not in self._scenes:
                self._scenes[each] = self._scene(each)
                self._scenes[each].schedule(script.acts)
            self._scenes[each].play_to(script.at)

    def _scene(self, language: str) -> Scene:
        assert self._house is not None
        member = self.people.member(
            self.script.kind,
            self._house.texts.campaign,
            language,
            self._settings.timezone,
            self.script.starts,
        )
        return Scene(self._house, Path(mkdtemp(dir=self._folder)), member, self.script.starts)

    def _leave(self, languages: list[str]) -> None:
        for language in languages:
            self._scenes.pop(language).close()

    def _act(self, act: str, body: dict[str, Any]) -> Json:
        done = HandAct(at=self._main.clock.now(), act=act, body=body)
        answer = self._main.act(done)
        others = [scene for scene in self._scenes.values() if scene is not self._main]
        for scene in others:
            scene.schedule([done])
        self.script = self.script.model_copy(update={"acts": (*self.script.acts, done)})
        self._follow()
        return answer

    def _turn(self, how: str) -> None:
        main = self._main
        match how:
            case "next":
                main.next()
            case "day" | "week":
                main.play_to(main.clock.now() + timedelta(days=7 if how == "week" else 1))
            case "all":
                while main.next() and main.clock.now() < self.script.starts + LONGEST:
                    pass
            case _:
                raise KeyError(how)
        self._follow()

    def _go(self, step: str) -> bool:
        came = {each.step: each for each in reversed(self._main.story().arrived)}
        if step in came:
            self._play(self.script.until(came[step].sent_at + QUIET))
            return True
        found = False
        while not found and self._main.next():
            found = any(each.step == step for each in self._main.story().arrived)
        self._follow()
        return found

    def _follow(self) -> None:
        """Bring every scene to where the first one is."""
        self.script = self.script.model_copy(update={"at": self._main.clock.now()})
        for scene in self._scenes.values():
            scene.play_to(self.script.at)

    def _state(self) -> Json:
        main = self._main
        told = main.story()
        campaign = main.texts.campaign
        step = self._authored.get(told.step or "")
        found = self.findings or ()
        return {
            "version": self.version,
            "script": self.script.model_dump(mode="json"),
            "both": self.both,
            "languages": list(campaign.languages),
            "clock": story.clock(campaign, told, main.clock.now(), self._settings.timezone)
            | {"more": main.coming() is not None},
            "timeline": story.weeks(campaign, told),
            "step": told.step,
            "why": story.reasons(told, main.whys),
            "authored": authored.as_json(step, found) if step else None,
            "checked": self.findings is not None,
            "findings": [authored.finding_json(each) for each in found],
            "broken": [authored.finding_json(each) for each in self.broken],
            "phones": {language: scene.chat() for language, scene in self._scenes.items()},
        }


def _life(script: Script) -> tuple[object, ...]:
    """What a scene can't change any more once it plays."""
    return script.kind, script.starts, script.acts

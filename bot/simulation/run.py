"""A simulation from beginning to end, or one half of its people."""

from __future__ import annotations

import asyncio
import gc
import math
import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from pydantic import SecretStr

from bot.content.load import PHRASES, resolve
from bot.content.render import Texts, read_texts
from bot.domain.campaign import Campaign
from bot.domain.wave import FREE, MOST
from bot.settings import Settings
from bot.simulation.live import SimulatedApp
from bot.simulation.loop import VirtualClock, VirtualLoop
from bot.simulation.members import Member, half, member, starts_at
from bot.simulation.profile import Profile
from bot.simulation.reading import Reader
from bot.simulation.tally import Counting, Tally
from bot.simulation.telegram import TOKEN, InProcess, Telegram
from bot.store import figures
from bot.store.database import database_url
from bot.store.inline import ScratchDatabase
from bot.store.migrate import migrate

HALVES = 2
SLACK = timedelta(days=8)
"""How long after the last step of who came last it goes on: a slot may be a week away."""

REPORTS = 500
"""How often progress is told."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is simulated: so many `people`, who all agree to the series, and beside them those who
    only look. `calendars` are the numbers of the people whose calendars are kept. `every` so many
    minutes the program looks for what is due and people act."""

    settings: Settings
    profile: Profile
    people: int
    seed: int
    calendars: frozenset[int] = frozenset()
    every: int = 1

    def span(self, campaign: Campaign) -> tuple[datetime, datetime]:
        """From when until when it goes."""
        starts = starts_at(self.profile, self.settings.timezone)
        last = max(step.day for step in campaign.steps)
        days = timedelta(days=self.profile.joining.within_days + last)
        return starts, starts + days + SLACK

    def members(self, campaign: Campaign, part: int) -> Iterator[Member]:
        """The people of one half."""
        zone, seed = self.settings.timezone, self.seed
        for number in range(1, self.people + 1):
            person = member(number, seed, self.profile, campaign, zone)
            if half(person, seed) == part:
                yield person
        onlookers = math.ceil(self.people / self.profile.joining.completes) - self.people
        for number in range(self.people + 1, self.people + onlookers + 1):
            if number % HALVES == part:
                yield member(number, seed, self.profile, campaign, zone, completes=False)


def campaign_texts(settings: Settings) -> Texts:
    """The campaign that is simulated; raises CampaignError for what is wrong in its files."""
    return read_texts(resolve(PHRASES.parents[1], settings.campaign), PHRASES, settings.country)


def run_half(plan: Plan, part: int, progress: Callable[[float], None]) -> Tally:
    """Simulate one half of the people in this process; `progress` gets the share that is done."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    random.seed(f"{plan.seed}:{part}")  # The pacer's rests after a 429 differ by chance.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with tempfile.TemporaryDirectory(prefix="rugwijzer-") as folder:
        path = Path(folder) / "simulation.db"
        migrate(database_url(f"sqlite:///{path}"))
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            return runner.run(_simulate(plan, part, path, progress))


async def _simulate(plan: Plan, part: int, path: Path, progress: Callable[[float], None]) -> Tally:
    loop = asyncio.get_running_loop()
    texts = campaign_texts(plan.settings)
    starts, ends = plan.span(texts.campaign)
    clock = VirtualClock(loop, starts)
    settings = plan.settings.model_copy(
        update={
            "telegram_bot_token": SecretStr(TOKEN),
            "webhook_url": None,
            "staff_chat_id": None,
            "admin_ids": (),
            "clock_speed": 1.0,
        }
    )
    counting = Counting(texts.campaign, settings.timezone, plan.calendars)
    reader = Reader(texts, texts.phrases, settings.operator)
    every = plan.every * 60.0
    luck = plan.seed * HALVES + part
    telegram = Telegram(clock, reader, counting, plan.profile.faults, seed=luck, every=every)
    db = ScratchDatabase(path)
    await db.open()
    # Each half has half of the allowance: together they never send more than one bot may. Where
    # time is coarse everything comes in heaps, and their pace would say nothing.
    rate = settings.paid_broadcast or FREE if plan.every == 1 else MOST
    app = SimulatedApp(
        settings,
        texts,
        db,
        clock,
        InProcess(telegram),
        telegram.busy,
        seed=plan.seed,
        per_second=max(1, rate // HALVES),
        every=every,
    )
    try:
        await app.start()
        telegram.populate(plan.members(texts.campaign, part))
        seconds = (ends - starts).total_seconds()
        for number in range(1, REPORTS + 1):
            await asyncio.sleep(seconds * number / REPORTS - loop.time())
            progress(number / REPORTS)
        tally = counting.tally
        await _close_books(app, tally)
        tally.refused = telegram.refused
        await app.stop()
    finally:
        await db.close()
    return tally


async def _close_books(app: SimulatedApp, tally: Tally) -> None:
    """Count what only the database knows."""
    async with figures.snapshot(app.records.db) as tx:
        for status, count in (await figures.statuses(tx)).items():
            tally.statuses[status] += count
        for row in await figures.outcomes(tx):
            tally.statuses[f"delivery {row.status}"] += row.count
        for row in await figures.lateness(tx):
            tally.late[row.minutes] += row.count
        tally.failed = sum((await figures.inbox_errors(tx)).values())

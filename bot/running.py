"""Running the app: opened over its database, with its web side, until a signal ends it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

import structlog
from starlette.applications import Starlette

from bot.app import App, webhook_secret
from bot.checking import refuse_errors
from bot.clock import Clock
from bot.content.load import PHRASES, TEMPLATES, resolve
from bot.content.practice import read_practice
from bot.content.render import Texts, read_texts
from bot.delivery.pacer import Pacer
from bot.domain.practice import Practice
from bot.instance import Role, TakenForDead
from bot.keys import check_key, cipher_for
from bot.logs import set_up_logs
from bot.settings import SettingProblem, Settings
from bot.store.clocks import clock_for
from bot.store.database import Database, database_url
from bot.store.holding import held
from bot.store.migrate import migrate
from bot.web.server import Server, health_routes, listen, webhook_route

log = structlog.get_logger()

ROOT = TEMPLATES.parent


def texts_for(settings: Settings) -> Texts:
    """The campaign that runs; raises CampaignError with everything that is wrong in its files."""
    folder = resolve(ROOT, settings.campaign)
    return read_texts(folder, PHRASES, settings.country)


def practice_for(settings: Settings) -> Practice | None:
    """The operator's own practice, where there is one; raises PracticeError."""
    path = settings.practice
    return read_practice(path.expanduser(), settings.timezone) if path is not None else None


@contextlib.asynccontextmanager
async def opened(
    settings: Settings,
    clock: Clock | None = None,
    pacer: Pacer | None = None,
    role: Role = Role.ALL,
) -> AsyncIterator[App]:
    """An app over its migrated database, not yet started.

    `clock` and `pacer` are for rehearsals and tests that have their own.

    Raises SettingProblem, CampaignError, DatabaseProblem or KeyProblem before touching anything.
    """
    _ = settings.token
    texts = texts_for(settings)
    practice = practice_for(settings)
    cipher = cipher_for(settings, create=True)
    url = database_url(settings.database_url)
    await asyncio.to_thread(migrate, url)
    db = Database(url)
    try:
        async with held(db):
            await check_key(db, cipher)
            clock = clock or await clock_for(db, settings.clock_speed)
            yield App(settings, texts, db, cipher, clock, pacer, role, practice=practice)
    finally:
        await db.close()


async def run(settings: Settings, role: Role = Role.ALL) -> int:
    """Run until a signal asks to stop (exit 0) or the bot can't go on (exit 1)."""
    set_up_logs(settings)
    collect_seldom()
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await refuse_errors(resolve(ROOT, settings.campaign))
    while not stopping.is_set():
        try:
            async with opened(settings, role=role) as app, serving(app):
                await _live(app, stopping)
        except TakenForDead:
            log.warning("this program stood still and was taken for dead; it starts anew")
    return 0


async def _live(app: App, stopping: asyncio.Event) -> None:
    """Run an app until it is to stop, or something in it fails, which is raised."""
    waiting: list[asyncio.Task[Any]] = [asyncio.create_task(stopping.wait())]
    starting = asyncio.create_task(app.start())
    try:
        await asyncio.wait([starting, *waiting], return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            return
        starting.result()
        log.info(
            "running",
            bot=app.bot.username,
            campaign=app.texts.campaign.key,
            now=_minute(app.clock.now()),
        )
        waiting.append(asyncio.create_task(app.failed()))
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in (starting, *waiting):
            task.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        log.info("stopping")
        await app.stop()


def serve(settings: Settings, role: Role = Role.ALL) -> int:
    """`run` in an event loop of its own: uvloop, a quarter quicker at sending, where it exists."""
    new_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
    with contextlib.suppress(ImportError):
        from uvloop import new_event_loop as new_loop
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(run(settings, role))


def collect_seldom() -> None:
    """Let Python look for cycles less often: at its defaults that takes a quarter of a wave."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _minute(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


@contextlib.asynccontextmanager
async def serving(app: App) -> AsyncIterator[None]:
    """The app's web side: health always, the webhook where it is set.

    Raises SettingProblem where a webhook's port is taken; health alone can be done without.
    """
    settings = app.settings
    routes = health_routes(app.ready, lambda: app.backlog.warning)
    if settings.webhook_url is not None:
        routes.append(
            webhook_route(settings.webhook_path, webhook_secret(settings), app.intake.take)
        )
    try:
        listening = listen(settings.host, settings.port)
    except OSError as error:
        problem = f"PORT: {settings.host}:{settings.port}: {error.strerror}; for example PORT=8081"
        if settings.webhook_url is not None:
            raise SettingProblem(problem) from error
        log.warning("no health pages", reason=problem)
        yield
        return
    server = Server(Starlette(routes=routes))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await task
        listening.close()

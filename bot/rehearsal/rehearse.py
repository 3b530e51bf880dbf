"""The command `rehearse`: a campaign lived through on this machine, on a page in the browser."""

from __future__ import annotations

import asyncio
import signal
import tempfile
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette

from bot.clock import Clock
from bot.logs import set_up_logs
from bot.rehearsal import page
from bot.rehearsal.emulator.signals import Events
from bot.rehearsal.playing import Rehearsal
from bot.rehearsal.routes import CHANGED, PAGES, rehearsal_routes
from bot.rehearsal.watching import Watch
from bot.running import collect_seldom
from bot.settings import TELEGRAM, SettingProblem, Settings
from bot.web.server import Server, listen


@dataclass(frozen=True, slots=True)
class Stage:
    """A rehearsal that runs, and its address."""

    url: str
    rehearsal: Rehearsal


@asynccontextmanager
async def staged(
    settings: Settings, *, port: int = 0, language: str = "nl"
) -> AsyncIterator[Stage]:
    """The rehearsal and its page, on databases that go when this ends.

    Raises SettingProblem where the port is taken, and CampaignError for a broken campaign.
    """
    try:
        listening = listen("127.0.0.1", port)
    except OSError as error:
        raise SettingProblem(
            f"--port {port}: {error.strerror}; leave it out to get a free one"
        ) from error
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    events = Events()
    with tempfile.TemporaryDirectory(prefix="rugwijzer-") as folder:
        rehearsal = Rehearsal(settings, Path(folder), language, Clock().now())
        watch = Watch(rehearsal, lambda: events.publish(PAGES, CHANGED, {}))
        routes = [*page.routes(rehearsal), *rehearsal_routes(rehearsal, events)]
        server = Server(Starlette(routes=routes))
        tasks: list[asyncio.Task[None]] = []
        try:
            await rehearsal.open()
            tasks = [
                asyncio.create_task(server.serve(sockets=[listening])),
                asyncio.create_task(watch.run()),
            ]
            yield Stage(url, rehearsal)
        finally:
            await watch.stop()
            events.close()
            server.should_exit = True
            await asyncio.gather(*tasks)
            await rehearsal.close()
            listening.close()


async def rehearse(
    settings: Settings, *, port: int = 0, browser: bool = True, language: str = "nl"
) -> int:
    """Rehearse until interrupted; the address is printed, and opened where there is a browser."""
    if settings.log_level == "info" and settings.telegram_api_url == TELEGRAM:
        # What the bot logs is of use in service; here it would hide the address.
        settings = settings.model_copy(update={"log_level": "warning"})
    set_up_logs(settings)
    collect_seldom()
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with staged(settings, port=port, language=language) as stage:
        print(f"The rehearsal is at {stage.url} (stop it with Ctrl-C)", flush=True)  # noqa: T201
        if browser:
            await asyncio.to_thread(_open, stage.url)
        await stopping.wait()
    return 0


def _open(url: str) -> None:
    try:
        webbrowser.get()
    except webbrowser.Error:
        return
    webbrowser.open(url)

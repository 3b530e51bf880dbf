"""The bot against the emulator on this machine, with a chat page and a clock to turn."""

from __future__ import annotations

import asyncio
import signal
import tempfile
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.app import App
from bot.clock import Clock
from bot.logs import set_up_logs
from bot.rehearsal import page
from bot.rehearsal.clock_routes import clock_routes
from bot.rehearsal.emulator import World, create_app
from bot.rehearsal.turning import Rehearsal
from bot.running import ROOT, opened
from bot.settings import TELEGRAM, SettingProblem, Settings
from bot.store.cipher import new_key
from bot.web.server import Server, listen


@dataclass(frozen=True, slots=True)
class Stage:
    """A rehearsal that runs: its address and everything behind it."""

    url: str
    app: App
    world: World
    rehearsal: Rehearsal


@asynccontextmanager
async def staged(
    settings: Settings, *, port: int = 0, language: str = "nl"
) -> AsyncIterator[Stage]:
    """The emulator, the bot and the page, on a database that goes when this ends.

    Raises SettingProblem where the port is taken, and CampaignError for a broken campaign.
    """
    clock = Clock()
    world = World(clock.now)
    try:
        listening = listen("127.0.0.1", port)
    except OSError as error:
        raise SettingProblem(
            f"--port {port}: {error.strerror}; leave it out to get a free one"
        ) from error
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with tempfile.TemporaryDirectory(prefix="rugwijzer-") as folder:
        played = settings.model_copy(
            update={
                "telegram_bot_token": SecretStr(world.token),
                "telegram_api_url": url,
                "database_url": f"sqlite:///{Path(folder) / 'rehearsal.db'}",
                "data_key": SecretStr(new_key()),
                "webhook_url": None,
                "staff_chat_id": None,
                "clock_speed": 1.0,
            }
        )
        async with opened(played, clock) as app:
            rehearsal = Rehearsal(app, world, language)

            def config() -> dict[str, object]:
                return {
                    "user_id": rehearsal.person.id,
                    "language": rehearsal.person.language_code,
                    "campaign": app.texts.campaign.key,
                }

            emulator = create_app(
                world, [*page.routes(ROOT / "templates", config), *clock_routes(rehearsal)]
            )
            server = Server(emulator)
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            try:
                await app.start()
                yield Stage(url, app, world, rehearsal)
            finally:
                emulator.state.poller.close()
                world.events.close()
                await app.stop()
                server.should_exit = True
                await serving
                await world.webhook.close()
                listening.close()


async def rehearse(
    settings: Settings, *, port: int = 0, browser: bool = True, language: str = "nl"
) -> int:
    """Rehearse until interrupted; the address is printed, and opened where there is a browser."""
    if settings.log_level == "info" and settings.telegram_api_url == TELEGRAM:
        # What the bot logs is of use in service; here it would hide the address.
        settings = settings.model_copy(update={"log_level": "warning"})
    set_up_logs(settings)
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

"""Webhooks: delivery, order, repetition, the secret."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import Conflict

from bot.rehearsal.emulator import World


class Receiver:
    """A bot's web server: answers with `statuses` in turn, then with 200."""

    def __init__(self) -> None:
        self.url = ""
        self.bodies: list[dict[str, object]] = []
        self.secrets: set[str] = set()
        self.statuses: list[int] = []
        self.hold: Callable[[dict[str, object]], float] = lambda body: 0.0

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.json()
        await asyncio.sleep(self.hold(body))
        self.bodies.append(body)
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    def texts(self) -> list[str]:
        return [body["message"]["text"] for body in self.bodies if "message" in body]  # type: ignore[index]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    receiver.url = f"http://{host}:{port}/hook"
    yield receiver
    await runner.cleanup()


async def test_pending_and_new_updates_are_delivered(
    bot: Bot, world: World, receiver: Receiver
) -> None:
    anna = world.person(7)
    anna.text("eerder")
    await bot.set_webhook(receiver.url, secret_token="geheim", allowed_updates=["message"])
    anna.text("later")
    await world.until(lambda: not len(world.updates))
    assert receiver.texts() == ["eerder", "later"]
    assert receiver.secrets == {"geheim"}
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == (receiver.url, 0)
    with pytest.raises(Conflict, match="while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()
    assert world.complaints == []


async def test_a_failed_delivery_is_repeated_and_holds_up_its_own_chat_only(
    bot: Bot, world: World, receiver: Receiver
) -> None:
    world.webhook.pace = 0.01
    receiver.statuses = [500, 503, 500]
    await bot.set_webhook(receiver.url)
    world.person(7).text("een")
    await world.until(lambda: len(receiver.bodies) >= 3)
    world.person(7).text("twee")
    world.person(8).text("ander")
    await world.until(lambda: not len(world.updates))
    own = [text for text in receiver.texts() if text != "ander"]
    assert own == ["een"] * 4 + ["twee"]
    info = await bot.get_webhook_info()
    assert info.last_error_message is not None
    assert "500" in info.last_error_message


async def test_lanes_run_side_by_side(bot: Bot, world: World, receiver: Receiver) -> None:
    await bot.set_webhook(receiver.url)
    receiver.hold = lambda body: 0.3 if body["message"]["from"]["id"] == 7 else 0.0  # type: ignore[index]
    world.person(7).text("traag")
    world.person(8).text("vlug")
    await world.until(lambda: not len(world.updates))
    assert receiver.texts() == ["vlug", "traag"]

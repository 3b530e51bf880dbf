"""The control routes, as the chat page uses them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from telegram import Bot, BotCommand

from bot.rehearsal.emulator import Fault, Limits, World


@pytest.fixture
async def http(url: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(base_url=url) as session:
        yield session


async def act(http: aiohttp.ClientSession, action: str, **body: Any) -> tuple[int, dict[str, Any]]:
    async with http.post(f"/emulator/chat/7/{action}", json=body) as answer:
        return answer.status, await answer.json()


async def look(http: aiohttp.ClientSession) -> dict[str, Any]:
    async with http.get("/emulator/chat/7") as answer:
        seen: dict[str, Any] = await answer.json()
        return seen


async def test_a_conversation_through_the_page(
    bot: Bot, world: World, http: aiohttp.ClientSession
) -> None:
    await bot.set_my_commands([BotCommand("stop", "Stoppen")])
    assert (await act(http, "start", payload="poster"))[1]["ok"]
    poll = await bot.send_poll(7, "Hoe gaat het?", ["Goed", "Slecht"], is_anonymous=False)
    assert (await act(http, "vote", message_id=poll.message_id, options=[1]))[0] == 200
    seen = await look(http)
    assert seen["bot"]["username"] == "rugwijzer_bot"
    assert seen["user"]["id"] == 7
    assert seen["now"].startswith("2026-03-02T09:00")
    assert seen["commands"] == [{"command": "stop", "description": "Stoppen"}]
    start, asked = seen["messages"]
    assert start["text"] == "/start poster"
    assert (asked["my_vote"], asked["poll"]["total_voter_count"]) == ([1], 1)
    await bot.stop_poll(7, poll.message_id)
    assert (await act(http, "retract", message_id=poll.message_id))[0] == 409


@pytest.mark.parametrize(
    ("action", "body", "status"),
    [
        ("text", {"text": "hoi"}, 200),
        ("text", {}, 400),
        ("sticker", {}, 200),
        ("voice", {}, 200),
        ("photo", {}, 200),
        ("tap", {"message_id": 1, "data": "x"}, 200),
        ("vote", {"message_id": 99, "options": [0]}, 409),
        ("edit", {"message_id": 99, "text": "x"}, 409),
        ("language", {"language_code": "en"}, 200),
        ("block", {}, 200),
        ("fly", {}, 404),
    ],
)
async def test_acts(
    http: aiohttp.ClientSession, action: str, body: dict[str, Any], status: int
) -> None:
    await act(http, "start")
    got, answer = await act(http, action, **body)
    assert got == status
    assert ("error" in answer) == (status != 200)


async def test_a_blocked_bot_hears_nothing_until_start(
    world: World, http: aiohttp.ClientSession
) -> None:
    await act(http, "start")
    await act(http, "block")
    assert (await look(http))["blocked"]
    assert (await act(http, "text", text="hoi"))[0] == 409
    assert (await act(http, "start"))[0] == 200
    assert not (await look(http))["blocked"]


async def test_events_follow_the_chat(bot: Bot, world: World, http: aiohttp.ClientSession) -> None:
    anna = world.person(7)
    anna.start()
    events: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()

    async def follow() -> None:
        async with http.get("/emulator/chat/7/events") as answer:
            name = ""
            async for raw in answer.content:
                line = raw.decode().rstrip()
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    await events.put((name, json.loads(line.removeprefix("data: "))))

    task = asyncio.create_task(follow())

    async def next_event() -> tuple[str, dict[str, Any]]:
        return await asyncio.wait_for(events.get(), 5)

    assert (await next_event())[0] == "ready"
    sent = await bot.send_message(7, "Hallo")
    name, message = await next_event()
    assert (name, message["text"]) == ("message", "Hallo")
    await bot.send_chat_action(7, "typing")
    assert (await next_event())[0] == "typing"
    query_id = anna.tap(sent.message_id, "x")
    await bot.answer_callback_query(query_id, "Dank")
    assert await next_event() == (
        "callback_answer",
        {"id": query_id, "text": "Dank", "show_alert": False},
    )
    await bot.set_my_commands([BotCommand("stop", "Stop")])
    assert (await next_event())[1]["commands"][0]["command"] == "stop"
    await bot.delete_message(7, sent.message_id)
    assert await next_event() == ("deleted", {"message_id": sent.message_id})
    task.cancel()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, 403),
    ],
)
async def test_other_sites_pages_are_refused(
    http: aiohttp.ClientSession, headers: dict[str, str], status: int
) -> None:
    async with http.post("/emulator/chat/7/start", json={}, headers=headers) as answer:
        assert answer.status == status


async def test_the_page_itself_is_let_in(http: aiohttp.ClientSession, url: str) -> None:
    async with http.post("/emulator/chat/7/start", json={}, headers={"Origin": url}) as answer:
        assert answer.status == 200


async def test_faults_and_limits_can_be_ordered_from_another_process(
    world: World, http: aiohttp.ClientSession
) -> None:
    order = {"kind": "latency", "method": "sendMessage", "seconds": [0.1, 0.2], "times": 3}
    async with http.post("/emulator/faults", json=order) as answer:
        assert answer.status == 200
    assert world.faults.orders == [Fault("latency", "sendMessage", times=3, seconds=(0.1, 0.2))]
    async with http.post("/emulator/faults", json={"limits": {"overall": 5}}) as answer:
        assert answer.status == 200
    assert world.limits == Limits(overall=5)
    async with http.get("/emulator/faults") as answer:
        assert (await answer.json())["orders"][0]["kind"] == "latency"
    async with http.post("/emulator/faults", json={"kind": "flood", "colour": 1}) as answer:
        assert answer.status == 400
    async with http.post("/emulator/faults", json={"clear": True}) as answer:
        assert answer.status == 200
    assert world.faults.orders == []


async def test_the_log(bot: Bot, http: aiohttp.ClientSession, world: World) -> None:
    world.person(7).start()
    await bot.send_message(7, "Hallo")
    async with http.get("/emulator/log") as answer:
        log = await answer.json()
    assert log["sends"][0]["text"] == "Hallo"
    assert log["calls"] == {"getMe": 1, "sendMessage": 1}
    assert (log["complaints"], log["max_in_flight"], log["pending_updates"]) == ([], 1, 1)

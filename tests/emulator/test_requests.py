"""Requests in every form, and what is wrong with the wrong ones."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from bot.rehearsal.emulator import World
from bot.rehearsal.emulator.make_schema import SERVED
from bot.rehearsal.emulator.methods import METHODS
from bot.rehearsal.emulator.schema import load

KEYBOARD = {"inline_keyboard": [[{"text": "Ja", "callback_data": "yes"}]]}


async def send(url: str, method: str, **body: Any) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as http, http.post(f"{url}/{method}", **body) as answer:
        return answer.status, await answer.json()


@pytest.fixture
def base(world: World, url: str) -> str:
    world.person(7).start()
    return f"{url}/bot{world.token}"


def test_every_served_method_has_its_schema() -> None:
    assert {*METHODS, "getUpdates"} == set(SERVED) == set(load().methods)


@pytest.mark.parametrize("form", ["json", "urlencoded", "multipart", "query"])
async def test_the_four_forms(base: str, world: World, form: str) -> None:
    text = {"chat_id": "7", "text": "Hé", "reply_markup": json.dumps(KEYBOARD)}
    body: dict[str, Any]
    match form:
        case "json":
            body = {"json": {"chat_id": 7, "text": "Hé", "reply_markup": KEYBOARD}}
        case "urlencoded":
            body = {"data": text}
        case "query":
            body = {"params": text}
        case _:
            multipart = aiohttp.FormData(text)
            multipart.add_field("unused", b"x", filename="x.bin")
            body = {"data": multipart}
    status, answer = await send(base, "sendmessage", **body)
    assert (status, answer["result"]["text"]) == (200, "Hé")
    assert answer["result"]["reply_markup"] == KEYBOARD
    assert world.complaints == []


@pytest.mark.parametrize(
    ("method", "body", "kind", "words"),
    [
        ("sendMessage", {"text": "x"}, "missing", "chat_id is empty"),
        ("sendMessage", {"chat_id": 7}, "missing", "message text is empty"),
        ("sendMessage", {"chat_id": 7, "text": 5}, "wrong type", "expected String"),
        ("sendMessage", {"chat_id": 7, "text": "x", "protect_content": "maybe"},
         "wrong type", "Boolean"),
        ("sendMessage", {"chat_id": 7, "text": "x", "reply_markup": {"inline_keyboard": [
            [{"text": "Ja", "callback_data": "x" * 65}]]}}, "over a limit", "BUTTON_DATA_INVALID"),
        ("sendMessage", {"chat_id": 7, "text": "x", "reply_markup": {"inline_keyboard": [
            [{"text": "Ja"}]]}}, "malformed", "Text buttons are unallowed"),
        ("sendMessage", {"chat_id": 7, "text": "x", "reply_markup": {"inline_keyboard": [
            [{"callback_data": "Ja"}]]}}, "missing", 'can\'t find field "text"'),
        ("sendMessage", {"chat_id": 7, "text": "x", "reply_markup": {"inline_keyboard": {}}},
         "wrong type", "expected an array"),
        ("sendMessage", {"chat_id": 7, "text": "x", "parse_mode": "Wiki"},
         "malformed", "unsupported parse_mode"),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201},
         "over a limit", "MESSAGE_TOO_LONG"),
        ("editMessageText", {"text": "x"}, "missing", "chat_id is empty"),
        ("setWebhook", {"url": "http://example.org/"}, "malformed", "HTTPS URL must be provided"),
        ("sendPoll", {"chat_id": 7, "question": "x", "options": [5]}, "wrong type", "an object"),
    ],
)  # fmt: skip
async def test_the_bots_own_faults(
    base: str, world: World, method: str, body: dict[str, Any], kind: str, words: str
) -> None:
    status, answer = await send(base, method, json=body)
    assert (status, answer["ok"], answer["error_code"]) == (400, False, 400)
    assert words in answer["description"]
    assert [complaint.kind for complaint in world.complaints] == [kind]
    assert world.log == []


async def test_an_unknown_method(base: str, world: World) -> None:
    status, answer = await send(base, "sendDiamond")
    assert (status, answer["description"]) == (404, "Not Found")
    assert world.complaints[0].kind == "unknown method"


async def test_an_unknown_field_of_an_object_is_noticed(base: str, world: World) -> None:
    button = {"text": "Ja", "callback_data": "yes", "shape": "round"}
    markup = {"inline_keyboard": [[button]]}
    status, _ = await send(base, "sendMessage", json={
        "chat_id": 7, "text": "x", "reply_markup": markup})  # fmt: skip
    assert status == 200
    assert world.complaints[0].detail == "reply_markup.inline_keyboard[0][0].shape"

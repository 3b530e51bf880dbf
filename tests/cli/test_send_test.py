"""The command `send-test`: what people get, in the operator's chat, and nothing left behind."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from process import Process, running

from bot.rehearsal.emulator import World, serve
from bot.rehearsal.emulator.faults import Fault

from .conftest import Cli, Result

OPERATOR = 7001


@pytest.fixture
def world() -> World:
    return World(lambda: datetime.now(UTC))


@pytest.fixture
async def url(world: World) -> AsyncIterator[str]:
    async with serve(world) as url:
        yield url


Send = Callable[..., Awaitable[Result]]


@pytest.fixture
def send(cli: Cli, world: World, url: str) -> Send:
    """`send-test` with a token and an operator who pressed Start."""
    world.person(OPERATOR).start()

    async def run(*words: str, **settings: str) -> Result:
        given = {
            "TELEGRAM_BOT_TOKEN": world.token,
            "TELEGRAM_API_URL": url,
            "ADMIN_IDS": f"{OPERATOR},7002",
            "CAMPAIGN": "example",
        }
        return await cli("send-test", *words, **given | settings)

    return run


def received(world: World, person: int = OPERATOR) -> list[dict[str, Any]]:
    return [each for each in world.person(person).chat if each["from"]["is_bot"]]


async def test_a_tip_comes_as_people_get_it(send: Send, world: World, tmp_path: Path) -> None:
    result = await send("start-small", "--lang", "en")
    assert (result.code, result.out, result.err) == (0, "sent: start-small (en)\n", "")
    (message,) = received(world)
    assert message["text"].startswith("Keep it small\n\nThis is your last tip.")
    assert message["entities"][0]["type"] == "bold"
    rows = message["reply_markup"]["inline_keyboard"]
    assert [button["text"] for row in rows for button in row] == [
        "What happens next?", "Exercises", "See a physio", "When to call", "Where is this from?",
        "What can I do here?",
    ]  # fmt: skip
    assert not (tmp_path / "cwd" / "data").exists()


async def test_a_check_in_comes_with_its_question_of_consent(send: Send, world: World) -> None:
    result = await send("week-2", "--every", "0s", "--to", str(OPERATOR), ADMIN_IDS="")
    assert result.out.splitlines() == [
        "sent: week-2, asking for consent (nl)",
        "sent: week-2, question 1 (nl)",
    ]
    ask, poll = received(world)
    assert "toestemming" in ask["text"]
    assert poll["poll"]["question"].startswith("Wist je dit?")
    assert not poll["poll"]["is_anonymous"]


async def test_all_steps_come_in_order(send: Send, world: World) -> None:
    result = await send("--all", "--every", "0s")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines()[:3] == [
        "sent: look-at-your-day (nl)",
        "sent: week-1, asking for consent (nl)",
        "sent: week-1, question 1 (nl)",
    ]
    assert len(received(world)) == len(result.out.splitlines()) == 4 + 1 + 4


@pytest.mark.parametrize(
    ("words", "settings", "why"),
    [
        (("week-1",), {"TELEGRAM_BOT_TOKEN": ""}, "TELEGRAM_BOT_TOKEN is missing"),
        (("week-1",), {"ADMIN_IDS": ""}, "ADMIN_IDS is missing; set it to your Telegram id"),
        (("week-1",), {"ADMIN_IDS": "7009"}, "open the bot in Telegram, press Start, and try"),
        (("week1",), {}, "no step `week1`; did you mean week-1 or week-"),
        (("week-1", "--lang", "fr"), {}, "doesn't speak `fr`; use nl or en"),
        (("week-1",), {"TELEGRAM_BOT_TOKEN": "1:x"}, "Telegram doesn't know TELEGRAM_BOT_TOKEN"),
        (("week-1",), {"TELEGRAM_API_URL": "http://127.0.0.1:9"}, "Telegram is out of reach"),
        (("week-1",), {"CAMPAIGN": "nowhere"}, "there is no such folder"),
    ],
)
async def test_what_keeps_it_from_arriving_is_one_line(
    send: Send, words: tuple[str, ...], settings: dict[str, str], why: str
) -> None:
    result = await send(*words, **settings)
    assert why in result.complaint
    assert result.out == ""
    assert "7009" not in result.err


async def test_a_429_is_waited_for_and_no_answer_is_told(send: Send, world: World) -> None:
    world.faults.order(Fault("flood", "sendMessage", retry_after=1))
    assert (await send("look-at-your-day")).code == 0
    world.faults.order(Fault("cut", "sendMessage", when="after"))
    assert (
        "look whether look-at-your-day (nl) arrived" in (await send("look-at-your-day")).complaint
    )
    assert len(received(world)) == 2


@pytest.mark.parametrize("words", [(), ("week-1", "--all"), ("--all", "--every", "soon")])
async def test_wrong_usage_is_told(send: Send, words: tuple[str, ...]) -> None:
    assert (await send(*words)).code == 2


async def test_it_works_beside_a_running_bot_and_is_what_that_sends(
    world: World, url: str, tmp_path: Path
) -> None:
    process = Process(
        tmp_path, url, world.token, PORT="0", ADMIN_IDS=str(OPERATOR), CAMPAIGN="example"
    )

    def rows() -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(tmp_path / "rugwijzer.db")) as db:
            return db.execute("SELECT step, item, status FROM delivery").fetchall()

    async with running(process):
        person = world.person(OPERATOR)
        person.start()
        (welcome,) = await world.until(lambda: received(world), timeout=120)
        consent = welcome["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        person.tap(welcome["message_id"], consent)
        await world.until(lambda: len(received(world)) == 2, timeout=120)
        await process.command("send-test", "look-at-your-day")
        *_, sent, tested = received(world)
        assert {name: tested[name] for name in ("text", "entities")} == {
            name: sent[name] for name in ("text", "entities")
        }
        assert rows() == [("look-at-your-day", 0, "sent")]
        source = tested["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        person.tap(tested["message_id"], source)
        await world.until(lambda: len(received(world)) == 4, timeout=120)
        assert "Wereldgezondheidsorganisatie" in received(world)[-1]["text"]

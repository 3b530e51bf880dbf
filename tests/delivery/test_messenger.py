"""What is sent for each kind of message, and what every answer and failure is made into."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram.error import ChatMigrated, InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.delivery.allowance import UNLIMITED, Ticket
from bot.delivery.messenger import Messenger, keyboard, outcome_of
from bot.delivery.pacer import Lane, Pacer
from bot.delivery.transport import AiohttpRequest, Timeouts
from bot.domain.message import Button, FileMessage, Message, PollMessage, TextMessage
from bot.domain.outcome import Blocked, Flood, NotSent, Outcome, Refused, Sent, Uncertain
from bot.rehearsal.emulator import World, serve

from .conftest import CUT, HANG, TOKEN, Api, Clock, answer, done, refused

TEXT = TextMessage("<b>Beweeg</b>", ((Button("Ja", data="y"), Button("Lees", url="https://x.nl")),))
ME = {"id": 1, "is_bot": True, "first_name": "Rug", "username": "rugbot"}


@pytest.fixture
async def bot(api: Api, clock: Clock) -> AsyncIterator[ExtBot[Any]]:
    pacer = Pacer(
        monotonic=clock.monotonic, sleep=clock.sleep, per_second=UNLIMITED, per_chat=UNLIMITED
    )
    bot = ExtBot(
        TOKEN,
        base_url=f"{api.url}/bot",
        request=AiohttpRequest(timeouts=Timeouts(read=0.2)),
        get_updates_request=AiohttpRequest(),
        rate_limiter=pacer,
    )
    api.script = [done(ME)]
    async with bot:
        yield bot


async def ticket(bot: ExtBot[Any]) -> Ticket:
    assert isinstance(bot.rate_limiter, Pacer)
    return await bot.rate_limiter.moment(Lane.BULK)


async def sent(bot: ExtBot[Any], message: Message) -> Outcome:
    return await Messenger(bot).send(5, message, await ticket(bot))


async def test_a_text(api: Api, bot: ExtBot[Any]) -> None:
    api.script = [done({"message_id": 7})]
    assert await Messenger(bot).send(5, TEXT, await ticket(bot), silent=True) == Sent(7)
    assert api.asked[-1] == "sendMessage"
    assert json.loads(api.bodies[-1]) == {
        "chat_id": 5,
        "text": "<b>Beweeg</b>",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "disable_notification": True,
        "reply_markup": keyboard(TEXT.buttons),
    }


async def test_a_poll(api: Api, bot: ExtBot[Any]) -> None:
    api.script = [done({"message_id": 8, "poll": {"id": "555"}})]
    assert await sent(bot, PollMessage("Hoe?", ("Goed", "Slecht"))) == Sent(8, "555")
    assert api.asked[-1] == "sendPoll"
    assert json.loads(api.bodies[-1]) == {
        "chat_id": 5,
        "question": "Hoe?",
        "options": [{"text": "Goed"}, {"text": "Slecht"}],
        "is_anonymous": False,
        "protect_content": True,
    }


async def test_a_file(api: Api, bot: ExtBot[Any]) -> None:
    api.script = [done({"message_id": 9})]
    file = FileMessage("mijn gegevens.json", b'{"a": 1}', "<i>Alles</i>")
    assert await sent(bot, file) == Sent(9)
    assert api.asked[-1] == "sendDocument"
    for part in (b'filename="mijn gegevens.json"', b'{"a": 1}', b"<i>Alles</i>", b"HTML"):
        assert part in api.bodies[-1]


async def test_the_emulator_finds_nothing_to_complain_of(clock: Clock) -> None:
    world = World(lambda: datetime(2026, 3, 2, 9, tzinfo=UTC))
    world.person(7).start()
    pacer = Pacer(monotonic=clock.monotonic, sleep=clock.sleep, per_second=UNLIMITED)
    async with (
        serve(world) as url,
        ExtBot(
            world.token, base_url=f"{url}/bot", request=AiohttpRequest(), rate_limiter=pacer
        ) as bot,
    ):
        messenger = Messenger(bot)
        question = PollMessage("Hoe?", ("Goed", "Slecht"), TEXT.buttons)
        poll = await messenger.send(7, question, await ticket(bot))
        assert isinstance(poll, Sent)
        assert poll.poll_id in world.polls
        for _ in range(2):
            assert await messenger.close_poll(7, poll.message_id, await ticket(bot)) == Sent(
                poll.message_id
            )
        file = FileMessage("alles.json", b"{}", "<i>Alles</i>", TEXT.buttons)
        for message in (TEXT, file):
            assert isinstance(
                await messenger.send(7, message, await ticket(bot), silent=True), Sent
            )
        assert isinstance(await messenger.send(8, TEXT, await ticket(bot)), Blocked)
        world.person(7).block()
        assert isinstance(await messenger.send(7, TEXT, await ticket(bot)), Blocked)
    assert world.complaints == []


def test_keyboard() -> None:
    assert keyboard(TEXT.buttons) == {
        "inline_keyboard": [
            [{"text": "Ja", "callback_data": "y"}, {"text": "Lees", "url": "https://x.nl"}]
        ]
    }


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (
            refused(403, "Forbidden: bot was blocked by the user"),
            Blocked("bot was blocked by the user"),
        ),
        (refused(403, "Forbidden: user is deactivated"), Blocked("user is deactivated")),
        (answer(403, b"<html>go away</html>"), Uncertain("Forbidden (403)")),
        (refused(400, "Bad Request: chat not found"), Blocked("Chat not found")),
        (refused(400, "Bad Request: private chat not found"), Blocked("Private chat not found")),
        (refused(400, "Bad Request: user not found"), Blocked("User not found")),
        (refused(400, "Bad Request: PEER_ID_INVALID"), Blocked("Peer_id_invalid")),
        (refused(400, "Bad Request: message text is empty"), Refused("Message text is empty")),
        (
            refused(400, 'Bad Request: can\'t parse "mijn tekst" of 123456789'),
            Refused('Can\'t parse "…" of …'),
        ),
        (refused(429, "Too Many Requests: retry after 7", retry_after=7), Flood(7)),
        (refused(429, "Too Many Requests"), Flood(1)),
        (answer(429, b"<html>slow down</html>"), Flood(1)),
        (refused(401, "Unauthorized"), NotSent("unauthorised")),
        (refused(404, "Not Found"), NotSent("unauthorised")),
        (refused(409, "Conflict: terminated by other getUpdates request"), NotSent("conflict")),
        (
            refused(500, "Internal Server Error: restart"),
            Uncertain("Internal Server Error: restart"),
        ),
        (answer(502, b"<html>nginx</html>"), Uncertain("Bad Gateway (502)")),
        (answer(200, b"{"), Uncertain("Invalid server response")),
        (answer(200, {"ok": True}), Uncertain("unusable answer")),
        (answer(200, [1]), Uncertain("unusable answer")),
        (done(True), Uncertain("unusable answer")),
        (done({"message_id": None}), Uncertain("unusable answer")),
        (answer(500, [1]), Uncertain("unusable answer")),
        (CUT, Uncertain("Connection lost: ServerDisconnectedError")),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{",
            Uncertain("Connection lost: ClientPayloadError"),
        ),
        (HANG, Uncertain("timed out")),
    ],
)
async def test_outcomes(api: Api, bot: ExtBot[Any], reply: bytes | None, outcome: Outcome) -> None:
    api.script = [reply]
    assert await sent(bot, TEXT) == outcome
    assert api.asked.count("sendMessage") == 1


async def test_a_server_that_is_away(api: Api, bot: ExtBot[Any]) -> None:
    await bot.request.shutdown()
    await bot.request.initialize()
    await api.stop()
    outcome = await sent(bot, TEXT)
    assert outcome == NotSent("Not connected: ClientConnectorError")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (InvalidToken(), NotSent("unauthorised")),
        (ChatMigrated(-1001234567), Refused("the group has moved")),
    ],
)
def test_errors_that_no_private_chat_gives(error: TelegramError, outcome: Outcome) -> None:
    assert outcome_of(error) == outcome


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (done({"id": "555"}), Sent(8)),
        (refused(400, "Bad Request: poll has already been closed"), Sent(8)),
        (refused(400, "Bad Request: message with poll to stop not found"), Sent(8)),
        (refused(400, "Bad Request: poll can't be stopped"), Refused("Poll can't be stopped")),
        (refused(403, "Forbidden: user is deactivated"), Blocked("user is deactivated")),
        (refused(429, "Too Many Requests: retry after 7", retry_after=7), Flood(7)),
        (CUT, Uncertain("Connection lost: ServerDisconnectedError")),
        (answer(200, {"ok": True}), Uncertain("unusable answer")),
    ],
)
async def test_closing_a_poll(
    api: Api, bot: ExtBot[Any], reply: bytes | None, outcome: Outcome
) -> None:
    api.script = [reply]
    assert await Messenger(bot).close_poll(5, 8, await ticket(bot)) == outcome
    assert api.asked[-1] == "stopPoll"


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (done(True), Sent(0)),
        (
            refused(403, "Forbidden: bot was blocked by the user"),
            Blocked("bot was blocked by the user"),
        ),
        (answer(502, b"<html>nginx</html>"), Uncertain("Bad Gateway (502)")),
    ],
)
async def test_probing_sends_no_message(
    api: Api, bot: ExtBot[Any], reply: bytes, outcome: Outcome
) -> None:
    api.script = [reply]
    assert await Messenger(bot).probe(5) == outcome
    assert api.asked[-1] == "sendChatAction"

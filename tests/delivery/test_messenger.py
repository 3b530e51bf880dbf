"""What is sent for each kind of message, and what every answer and failure is made into."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.delivery.allowance import UNLIMITED
from bot.delivery.encoding import encode, keyboard
from bot.delivery.messenger import Messenger
from bot.delivery.pacer import Lane, Pacer
from bot.delivery.transport import HttpRequest, Timeouts
from bot.domain.callback import Tap, Verb, card_data, check_ins_data, parsed
from bot.domain.message import Button, Message, PollMessage, TextMessage
from bot.domain.outcome import Blocked, Flood, NotSent, Outcome, Refused, Sent, Uncertain
from bot.rehearsal.emulator import World, serve

from .conftest import CUT, HANG, TOKEN, Api, Clock, answer, done, refused

TEXT = TextMessage("<b>Beweeg</b>", ((Button("Ja", data="y"), Button("Lees", url="https://x.nl")),))


@pytest.fixture
async def pacer(clock: Clock) -> Pacer:
    return Pacer(
        monotonic=clock.monotonic, sleep=clock.sleep, per_second=UNLIMITED, per_chat=UNLIMITED
    )


@pytest.fixture
async def request_(api: Api) -> AsyncIterator[HttpRequest]:
    async with HttpRequest(timeouts=Timeouts(read=0.2)) as request:
        yield request


@pytest.fixture
async def messenger(api: Api, pacer: Pacer, request_: HttpRequest) -> Messenger:
    return Messenger(request_, f"{api.url}/bot{TOKEN}", pacer)


async def sent(messenger: Messenger, message: Message) -> Outcome:
    ticket = await messenger._pacer.moment(Lane.BULK)
    return await messenger.send(5, encode(message), 12, ticket)


async def test_a_text(api: Api, messenger: Messenger, pacer: Pacer) -> None:
    api.script = [done({"message_id": 7})]
    assert await sent(messenger, TEXT) == Sent(7)
    assert api.asked[-1] == "sendMessage"
    assert json.loads(api.bodies[-1]) == {
        "chat_id": 5,
        "text": "<b>Beweeg</b>",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": keyboard(TEXT.buttons),
    }


async def test_a_poll(api: Api, messenger: Messenger) -> None:
    api.script = [done({"message_id": 8, "poll": {"id": "555"}})]
    assert await sent(messenger, PollMessage("Hoe?", ("Goed", "Slecht"))) == Sent(8, "555")
    assert api.asked[-1] == "sendPoll"
    assert json.loads(api.bodies[-1]) == {
        "chat_id": 5,
        "question": "Hoe?",
        "options": [{"text": "Goed"}, {"text": "Slecht"}],
        "is_anonymous": False,
        "protect_content": True,
    }


def test_what_is_paid_for_says_so() -> None:
    assert json.loads(encode(TEXT, paid=True).of(5, 1))["allow_paid_broadcast"] is True
    assert "allow_paid_broadcast" not in json.loads(encode(TEXT).of(5, 1))


def test_one_encoding_serves_everybody() -> None:
    rows = ((Button("Ja", check_ins_data(True)), Button("Bel", card_data("safety"))),)
    body = encode(TextMessage("Zeg ja", rows))
    for chat, delivery in ((5, 12), (-1007, 9_223_372_036_854_775_807)):
        sent = json.loads(body.of(chat, delivery))
        assert sent["chat_id"] == chat
        yes, call = sent["reply_markup"]["inline_keyboard"][0]
        assert parsed(yes["callback_data"]) == Tap(Verb.CHECK_INS, ("yes", str(delivery)))
        assert parsed(call["callback_data"]) == Tap(Verb.CARD, ("safety", str(delivery)))


async def test_the_emulator_finds_nothing_to_complain_of(
    pacer: Pacer, request_: HttpRequest
) -> None:
    world = World(lambda: datetime(2026, 3, 2, 9, tzinfo=UTC))
    world.person(7).start()
    async with serve(world) as url:
        messenger = Messenger(request_, f"{url}/bot{world.token}", pacer)

        async def send(chat: int, message: Message) -> Outcome:
            ticket = await pacer.moment(Lane.BULK)
            return await messenger.send(chat, encode(message), 1, ticket)

        poll = await send(7, PollMessage("Hoe?", ("Goed", "Slecht"), TEXT.buttons))
        assert isinstance(poll, Sent)
        assert poll.poll_id in world.polls
        for _ in range(2):
            ticket = await pacer.moment(Lane.SPARE)
            assert isinstance(await messenger.close_poll(7, poll.message_id, ticket), Sent)
        assert isinstance(await send(7, TEXT), Sent)
        assert await messenger.probe(7) == Sent(0)
        assert isinstance(await send(8, TEXT), Blocked)
        world.person(7).block()
        assert isinstance(await send(7, TEXT), Blocked)
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
        (answer(403, b"<html>go away</html>"), Uncertain("HTTP 403")),
        (refused(400, "Bad Request: chat not found"), Blocked("chat not found")),
        (refused(400, "Bad Request: private chat not found"), Blocked("private chat not found")),
        (refused(400, "Bad Request: user not found"), Blocked("user not found")),
        (refused(400, "Bad Request: PEER_ID_INVALID"), Blocked("PEER_ID_INVALID")),
        (refused(400, "Bad Request: message text is empty"), Refused("message text is empty")),
        (
            refused(400, 'Bad Request: can\'t parse "mijn tekst" of 123456789'),
            Refused('can\'t parse "…" of …'),
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
        (answer(502, b"<html>nginx</html>"), Uncertain("HTTP 502")),
        (answer(200, b"{"), Uncertain("unusable answer")),
        (answer(200, {"ok": True}), Uncertain("unusable answer")),
        (answer(200, [1]), Uncertain("unusable answer")),
        (done(True), Uncertain("unusable answer")),
        (done({"message_id": None}), Uncertain("unusable answer")),
        (answer(500, [1]), Uncertain("HTTP 500")),
        (CUT, Uncertain("Connection lost: closed by the server")),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{",
            Uncertain("Connection lost: closed by the server"),
        ),
        (HANG, Uncertain("timed out")),
    ],
)
async def test_outcomes(
    api: Api, messenger: Messenger, reply: bytes | None, outcome: Outcome
) -> None:
    api.script = [reply]
    assert await sent(messenger, TEXT) == outcome
    assert api.asked.count("sendMessage") == 1


async def test_a_server_that_is_away(api: Api, messenger: Messenger) -> None:
    await api.stop()
    assert await sent(messenger, TEXT) == NotSent("Not connected: ConnectionRefusedError")


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (done({"id": "555"}), Sent(0)),
        (refused(400, "Bad Request: poll has already been closed"), Sent(8)),
        (refused(400, "Bad Request: message with poll to stop not found"), Sent(8)),
        (refused(400, "Bad Request: poll can't be stopped"), Refused("poll can't be stopped")),
        (refused(403, "Forbidden: user is deactivated"), Blocked("user is deactivated")),
        (refused(429, "Too Many Requests: retry after 7", retry_after=7), Flood(7)),
        (CUT, Uncertain("Connection lost: closed by the server")),
        (answer(200, {"ok": True}), Uncertain("unusable answer")),
    ],
)
async def test_closing_a_poll(
    api: Api, messenger: Messenger, reply: bytes | None, outcome: Outcome
) -> None:
    api.script = [reply]
    assert await messenger.close_poll(5, 8, await messenger._pacer.moment(Lane.SPARE)) == outcome
    assert api.asked[-1] == "stopPoll"


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (done(True), Sent(0)),
        (
            refused(403, "Forbidden: bot was blocked by the user"),
            Blocked("bot was blocked by the user"),
        ),
        (answer(502, b"<html>nginx</html>"), Uncertain("HTTP 502")),
    ],
)
async def test_probing_sends_no_message(
    api: Api, messenger: Messenger, reply: bytes, outcome: Outcome
) -> None:
    api.script = [reply]
    assert await messenger.probe(5) == outcome
    assert api.asked[-1] == "sendChatAction"

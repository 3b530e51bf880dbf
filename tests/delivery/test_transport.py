"""Which failures are surely unsent and which are in doubt."""

from __future__ import annotations

import asyncio
import json
import socket
import traceback
from collections.abc import AsyncIterator

import pytest
from telegram import InputFile
from telegram.error import NetworkError, TimedOut
from telegram.ext import ExtBot

from bot.delivery import connections
from bot.delivery.transport import HttpRequest, Lapsed, NotConnected, Timeouts, in_time

from .conftest import CUT, HANG, TOKEN, Api, done

RUBBISH = b"this is no HTTP\r\n\r\n"
HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"


@pytest.fixture
async def transport() -> AsyncIterator[HttpRequest]:
    quick = Timeouts(pool=0.2, connect=0.2, write=0.2, media_write=0.2, read=0.2)
    async with HttpRequest(connections=1, timeouts=quick) as transport:
        yield transport


def address(api: Api) -> str:
    return f"{api.url}/bot{TOKEN}/sendMessage"


def closed_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def says_nothing_of_the_token(error: BaseException, caplog: pytest.LogCaptureFixture) -> bool:
    return TOKEN not in "".join(traceback.format_exception(error)) + repr(error) + caplog.text


async def test_parameters_go_as_json_over_one_lasting_connection(
    api: Api, transport: HttpRequest
) -> None:
    api.script = [done(True), done(True)]
    bot = ExtBot(TOKEN, base_url=f"{api.url}/bot", request=transport)
    await bot.set_my_name("één & twee")
    await bot.leave_chat(5)
    assert [json.loads(body) for body in api.bodies] == [{"name": "één & twee"}, {"chat_id": 5}]
    assert api.connections == 1


async def test_files_go_as_multipart(api: Api, transport: HttpRequest) -> None:
    api.script = [done({})]
    bot = ExtBot(TOKEN, base_url=f"{api.url}/bot", request=transport)
    content = b"x" * 2_000_000
    await bot.do_api_request(
        "sendDocument_", {"chat_id": 5, "document": InputFile(content, filename="mijn rug.png")}
    )
    assert b'name="document"; filename="mijn rug.png"' in api.bodies[0]
    assert b"Content-Type: image/png" in api.bodies[0]
    assert b'name="chat_id"' in api.bodies[0]
    assert content in api.bodies[0]


@pytest.mark.parametrize(
    ("reply", "expected", "says"),
    [
        (CUT, NetworkError, "closed by the server"),
        (HALF, NetworkError, "closed by the server"),
        (RUBBISH, NetworkError, "not HTTP"),
        (HANG, TimedOut, "no answer"),
    ],
)
async def test_after_the_connection_stood_all_is_in_doubt(
    api: Api,
    transport: HttpRequest,
    caplog: pytest.LogCaptureFixture,
    reply: bytes | None,
    expected: type[NetworkError],
    says: str,
) -> None:
    api.script = [reply]
    with pytest.raises(NetworkError, match=says) as caught:
        await transport.post(address(api))
    assert type(caught.value) is expected
    assert len(api.asked) == 1
    assert says_nothing_of_the_token(caught.value, caplog)


async def test_an_answer_may_come_in_pieces_and_after_others(
    api: Api, transport: HttpRequest
) -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    api.script = [
        b"HTTP/1.1 102 Processing\r\n\r\n" + chunked + b"2\r\n[1\r\n4\r\n, 2]\r\n0\r\n\r\n",
        b"HTTP/1.1 403 No\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ]
    assert await transport.call(address(api), b"{}") == (200, b"[1, 2]")
    assert await transport.call(address(api), b"{}") == (403, b"{}")
    assert api.connections == 1
    assert await transport.call(address(api), b"{}") == (200, b"")
    assert api.connections == 2, "a server that wants to close was asked again"


async def test_what_nobody_asked_for_ends_the_connection(api: Api, transport: HttpRequest) -> None:
    api.script = [done(1) + done(2), done(3)]
    assert (await transport.call(address(api), b"{}"))[0] == 200
    assert json.loads((await transport.call(address(api), b"{}"))[1])["result"] == 3


async def test_idle_connections_are_closed_before_the_server_does(
    api: Api, transport: HttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "KEEPALIVE", 0.05)
    api.script = [done(1), done(2)]
    await transport.call(address(api), b"{}")
    assert api.open == 1
    await asyncio.sleep(0.2)
    assert api.open == 0
    await transport.call(address(api), b"{}")
    assert api.connections == 2


async def test_given_up_requests_leave_no_connection_behind(
    api: Api, transport: HttpRequest
) -> None:
    api.script = [HANG, done(True)]
    asking = asyncio.create_task(transport.call(address(api), b"{}"))
    await api.hanging.wait()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert (await transport.call(address(api), b"{}"))[0] == 200
    assert api.connections == 2


async def test_a_server_that_shows_no_certificate_is_asked_nothing(
    api: Api, transport: HttpRequest
) -> None:
    with pytest.raises(NotConnected):
        await transport.call(address(api).replace("http:", "https:"), b"{}")
    assert api.asked == []


async def test_an_address_cannot_add_lines_to_a_request(api: Api, transport: HttpRequest) -> None:
    api.script = [done(True)]
    await transport.call(f"{api.url}/bot1/get Me HTTP/1.1\r\nX: y", b"{}")
    assert api.asked == ["1.1X:%20y"]


async def test_a_connection_closed_while_idle_is_not_tried_again(
    api: Api, transport: HttpRequest
) -> None:
    api.script = [done(True), CUT, done(True)]
    await transport.post(address(api))
    with pytest.raises(NetworkError) as caught:
        await transport.post(address(api))
    assert type(caught.value) is NetworkError
    assert len(api.asked) == 2


@pytest.mark.parametrize(
    "place",
    ["http://127.0.0.1:CLOSED", "http://nowhere.invalid", "http://127.0.0.1:99999"],
)
async def test_without_a_connection_nothing_was_sent(
    transport: HttpRequest, caplog: pytest.LogCaptureFixture, place: str
) -> None:
    place = place.replace("CLOSED", str(closed_port()))
    with pytest.raises(NotConnected) as caught:
        await transport.post(f"{place}/bot{TOKEN}/sendMessage")
    assert says_nothing_of_the_token(caught.value, caplog)


async def test_no_connection_free_in_time_means_not_sent(
    api: Api, transport: HttpRequest, caplog: pytest.LogCaptureFixture
) -> None:
    api.script = [HANG]
    first = asyncio.create_task(transport.post(address(api), read_timeout=None))
    await api.hanging.wait()
    with pytest.raises(NotConnected) as caught:
        await transport.post(address(api))
    assert len(api.asked) == 1
    assert says_nothing_of_the_token(caught.value, caplog)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)


async def test_what_came_too_late_while_it_waited_for_its_connection_does_not_leave(
    api: Api,
) -> None:
    api.script = [HANG, done(True)]
    transport = HttpRequest(connections=1)
    await transport.initialize()
    late = False

    async def call() -> tuple[int, bytes]:
        in_time.set(lambda: not late)
        return await transport.call(f"{api.url}/bot{TOKEN}/getMe", b"{}")

    first = asyncio.create_task(call())
    await api.hanging.wait()
    second = asyncio.create_task(call())
    await asyncio.sleep(0.05)
    late = True
    api.release.set()
    await asyncio.gather(first, return_exceptions=True)
    with pytest.raises(Lapsed):
        await second
    late = False
    assert (await call())[0] == 200
    assert len(api.asked) == 2
    await transport.shutdown()


async def test_a_closed_transport_sends_nothing() -> None:
    transport = HttpRequest()
    with pytest.raises(NotConnected):
        await transport.post("http://127.0.0.1/")
    assert transport.read_timeout == 25

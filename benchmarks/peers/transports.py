"""HTTP clients as PTB's transport, under `Bot._post`, which builds no `Message`.

`ours` is this program's own transport, `aiohttp` the least that aiohttp's session takes,
`pyreqwest` one on reqwest (Rust), `httpx` PTB's default, and `protocol` the least there can be: it
knows no errors, no TLS, and is there as a bound only.
"""

import asyncio
import json
import os
from datetime import timedelta

import aiohttp
from loop import TEXT, job, run
from pyreqwest.client import ClientBuilder
from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

from bot.delivery.transport import HttpRequest

KEYBOARD = {"inline_keyboard": [[{"text": "One", "callback_data": "1"}]]}


class PyreqwestRequest(BaseRequest):
    read_timeout = 25.0

    async def initialize(self) -> None:
        builder = ClientBuilder().max_connections(job["in_flight"]).follow_redirects(False)
        builder = builder.no_proxy().read_timeout(timedelta(seconds=25))
        self._client = builder.pool_timeout(timedelta(seconds=5)).build()

    async def shutdown(self) -> None:
        await self._client.close()

    async def do_request(self, url, method, request_data=None, *_timeouts, **_more):
        request = self._client.post(url)
        if request_data:
            body = json.dumps(request_data.parameters).encode()
            request = request.body_bytes(body).header("Content-Type", "application/json")
        response = await request.build().send()
        return response.status, bytes(await response.bytes())


class AiohttpRequest(BaseRequest):
    read_timeout = 25.0

    async def initialize(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=job["in_flight"]),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=40, sock_read=25),
        )

    async def shutdown(self) -> None:
        await self._session.close()

    async def do_request(self, url, method, request_data=None, *_timeouts, **_more):
        body = json.dumps(request_data.parameters).encode() if request_data else None
        headers = {"Content-Type": "application/json"}
        async with self._session.request(method, url, data=body, headers=headers) as response:
            return response.status, await response.read()


class Exchange(asyncio.Protocol):
    """A connection that carries one request at a time."""

    def connection_made(self, transport) -> None:
        self.transport, self.buffer, self.answer = transport, b"", None

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if found and len(body) >= int(length):
            self.buffer = b""
            self.answer.set_result((int(head[9:12]), body))


class ProtocolRequest(BaseRequest):
    read_timeout = 25.0

    async def initialize(self) -> None:
        self._idle = []

    async def shutdown(self) -> None:
        for exchange in self._idle:
            exchange.transport.abort()

    async def do_request(self, url, method, request_data=None, *_timeouts, **_more):
        host, _, path = url.removeprefix("http://").partition("/")
        loop = asyncio.get_running_loop()
        if self._idle:
            exchange = self._idle.pop()
        else:
            exchange = (await loop.create_connection(Exchange, *host.split(":")))[1]
        body = json.dumps(request_data.parameters).encode() if request_data else b""
        exchange.answer = loop.create_future()
        exchange.transport.write(
            f"POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        timer = loop.call_later(25, exchange.answer.cancel)
        try:
            answer = await exchange.answer
        finally:
            timer.cancel()
        self._idle.append(exchange)
        return answer


REQUESTS = {
    "ours": HttpRequest,
    "aiohttp": AiohttpRequest,
    "pyreqwest": PyreqwestRequest,
    "protocol": ProtocolRequest,
    "httpx": lambda: HTTPXRequest(connection_pool_size=256),
}


async def main() -> None:
    make = REQUESTS[job["way"]]
    bot = Bot("1:a", f"{job['url']}/bot", request=make(), get_updates_request=make())

    async def send(chat: int) -> None:
        data = {"chat_id": chat, "text": TEXT, "parse_mode": "HTML", "reply_markup": KEYBOARD}
        await bot._post("sendMessage", data)

    async with bot:
        await run(send)


asyncio.run(main())
# pyreqwest's threads abort the process now and then when Python ends in the usual way.
os._exit(0)

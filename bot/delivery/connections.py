"""Lasting HTTP/1.1 connections, each with one request under way at a time.

All that a client of one API needs, and little else: an HTTP library's own objects would cost more
than everything else that happens to a message (`benchmarks/README.md`). The answers are read by
llhttp, the parser of Node.js, through httptools.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict
from dataclasses import dataclass
from typing import cast

from httptools import HttpParserError, HttpResponseParser

Answer = tuple[int, bytes]
"""The status and the body."""

KEEPALIVE = 4.0
"""Seconds an idle connection is kept: less than a server's usual five, so that it is we who hang up
and no request crosses the server's closing, which would leave its fate unknown."""

INFORMATIONAL = 200
"""What has a status below this is not the answer yet."""


class Broken(Exception):
    """The connection ended, or said something that isn't HTTP, before the answer was complete."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where to connect."""

    host: str
    port: int
    secure: bool


class Connection(asyncio.Protocol):
    """A connection to a server. Belongs to one event loop."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.idle_since = 0.0
        self.usable = False
        """Whether another request may be made here."""
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._parser = HttpResponseParser(self)
        self._body = b""
        self._answer: asyncio.Future[Answer] | None = None

    async def ask(self, request: bytes, seconds: float | None) -> Answer:
        """Send a request and wait for its answer, for so many `seconds` (None: for ever).

        Raises TimeoutError or Broken, and what has become of the request is unknown then.
        """
        self._answer = self._loop.create_future()
        timer = None if seconds is None else self._loop.call_later(seconds, self._too_late)
        self._transport.write(request)
        try:
            return await self._answer
        except BaseException:
            self.close()
            raise
        finally:
            self._answer = None
            if timer is not None:
                timer.cancel()

    def close(self) -> None:
        """Hang up at once."""
        self.usable = False
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: it stands."""
        # uvloop's don't inherit from asyncio's.
        self._transport = cast(asyncio.Transport, transport)
        self.usable = True

    def eof_received(self) -> None:
        """asyncio: the server hangs up."""
        self.usable = False

    def connection_lost(self, error: Exception | None) -> None:
        """asyncio: it is gone."""
        self.usable = False
        self._fail(Broken("reset" if error else "closed by the server"))

    def data_received(self, data: bytes) -> None:
        """asyncio: a part of an answer came."""
        if self._answer is None:  # Nobody asked.
            return self.close()
        try:
            self._parser.feed_data(data)
        except HttpParserError:
            self._fail(Broken("not HTTP"))

    def on_body(self, body: bytes) -> None:
        """httptools: a part of the body."""
        self._body = self._body + body if self._body else body

    def on_message_complete(self) -> None:
        """httptools: the end of an answer."""
        body, self._body = self._body, b""
        status = self._parser.get_status_code()
        if status < INFORMATIONAL:
            return
        asked = self._answer is not None and not self._answer.done()
        self.usable = asked and self._parser.should_keep_alive()
        if self._answer is not None and asked:
            self._answer.set_result((status, body))

    def _too_late(self) -> None:
        self._fail(TimeoutError())

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)


class Connections:
    """Up to `most` connections at a time, kept for the next request. Belongs to one event loop."""

    def __init__(self, most: int) -> None:
        self._free = asyncio.Semaphore(most)
        self._idle: defaultdict[Server, list[Connection]] = defaultdict(list)
        self._sweeping: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._secure = ssl.create_default_context()

    async def take(self, server: Server, pool: float | None, connect: float | None) -> Connection:
        """A connection for one request; it is to be given back.

        `pool` seconds are waited for one of the places, `connect` for a new connection. Raises
        OSError, which TimeoutError is too.
        """
        if self._free.locked():
            async with asyncio.timeout(pool):
                await self._free.acquire()
        else:
            await self._free.acquire()  # At once.
        try:
            return self._kept(server) or await self._connected(server, connect)
        except BaseException:
            self._free.release()
            raise

    def give_back(self, connection: Connection) -> None:
        """Its request is over."""
        self._free.release()
        if connection.usable:
            connection.idle_since = self._loop.time()
            self._idle[connection.server].append(connection)
            if self._sweeping is None:
                self._sweeping = self._loop.call_later(KEEPALIVE, self._sweep)

    def close(self) -> None:
        """Hang up everywhere where no request is under way."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        for idle in self._idle.values():
            for connection in idle:
                connection.close()
        self._idle.clear()

    def _kept(self, server: Server) -> Connection | None:
        idle, fresh = self._idle[server], self._loop.time() - KEEPALIVE
        while idle:
            connection = idle.pop()
            if connection.usable and connection.idle_since > fresh:
                return connection
            connection.close()
        return None

    async def _connected(self, server: Server, seconds: float | None) -> Connection:
        async with asyncio.timeout(seconds):
            _, connection = await self._loop.create_connection(
                lambda: Connection(server),
                server.host,
                server.port,
                ssl=self._secure if server.secure else None,
            )
        if not connection.usable:  # Gone again before anything was asked.
            raise ConnectionResetError
        return connection

    def _sweep(self) -> None:
        """Hang up what nobody needed for long: a burst's connections don't stay for ever."""
        self._sweeping = None
        fresh = self._loop.time() - KEEPALIVE
        for server, idle in self._idle.items():
            for connection in idle:
                if connection.idle_since <= fresh:
                    connection.close()
            self._idle[server] = [connection for connection in idle if connection.usable]
        if any(self._idle.values()):
            self._sweeping = self._loop.call_later(KEEPALIVE, self._sweep)

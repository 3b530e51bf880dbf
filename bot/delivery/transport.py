"""How requests reach Telegram: PTB's transport, quick at a hundred in flight."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from urllib.parse import quote, urlsplit

import httpx
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.delivery.connections import Answer, Broken, Connections, Server

# PTB's next major version gives durations as timedelta. Opting in spares a deprecation warning
# at every RetryAfter; `flood_wait` below reads both.
os.environ.setdefault("PTB_TIMEDELTA", "1")

Seconds = object
"""A number, None for no limit, or PTB's mark for the default, whose type isn't public."""
DEFAULT: Seconds = BaseRequest.DEFAULT_NONE

CONNECTIONS = 100
JSON = b"application/json"


class NotConnected(NetworkError):
    """The request surely never left: refused, no address, or no connection in time."""


class Lapsed(NotConnected):
    """The request didn't leave because its moment had passed: the program stood still meanwhile."""


def _always() -> bool:
    return True


in_time: ContextVar[Callable[[], bool]] = ContextVar("in_time", default=_always)
"""Tells whether the request that the running task makes may still leave."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait at each stage of a request; None waits for ever.

    The 25 seconds for reading are long on purpose: a request given up on may have been carried out.
    """

    pool: float | None = 5.0
    connect: float | None = 5.0
    write: float | None = 5.0
    media_write: float | None = 20.0
    read: float | None = 25.0


class HttpRequest(BaseRequest):
    """Sends PTB's requests over HTTP/1.1, open from `initialize` to `shutdown`.

    Raises NotConnected where the request surely never left. Once a connection stood, TimedOut and
    any other NetworkError leave open whether Telegram carried the request out. No error shows the
    address, which holds the bot's token.
    """

    def __init__(self, *, connections: int = CONNECTIONS, timeouts: Timeouts | None = None) -> None:
        self._most = connections
        self._timeouts = timeouts or Timeouts()
        self._connections: Connections | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._timeouts.read

    async def initialize(self) -> None:
        if self._connections is None:
            self._connections = Connections(self._most)

    async def shutdown(self) -> None:
        connections, self._connections = self._connections, None
        if connections is not None:
            connections.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Seconds = DEFAULT,
        write_timeout: Seconds = DEFAULT,
        connect_timeout: Seconds = DEFAULT,
        pool_timeout: Seconds = DEFAULT,
    ) -> Answer:
        """One request, never repeated nor redirected: the status and the body of its answer."""
        defaults = self._timeouts
        uploads = request_data is not None and request_data.contains_files
        limits = Timeouts(
            pool=_chosen(pool_timeout, defaults.pool),
            connect=_chosen(connect_timeout, defaults.connect),
            write=_chosen(write_timeout, defaults.media_write if uploads else defaults.write),
            read=_chosen(read_timeout, defaults.read),
        )
        kind, body = JSON, b""
        if request_data is not None:
            kind, body = _form(request_data) if uploads else (JSON, _json(request_data.parameters))
        return await self._exchange(method, url, kind, body, limits)

    async def call(self, url: str, body: bytes) -> Answer:
        """A call of the Bot API as `do_request` makes it, with its parameters as JSON."""
        return await self._exchange("POST", url, JSON, body, self._timeouts)

    async def _exchange(
        self, method: str, url: str, kind: bytes, body: bytes, limits: Timeouts
    ) -> Answer:
        connections = self._connections
        if connections is None:
            raise NotConnected("The transport is not open")
        server, head = _head(method, url)
        try:
            connection = await connections.take(server, limits.pool, limits.connect)
        except (OSError, UnicodeError) as error:
            raise NotConnected(f"Not connected: {type(error).__name__}") from error
        request = b"%bContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b" % (
            head, kind, len(body), body,
        )  # fmt: skip
        try:
            # Looked at once more here: the program may have stood still while it waited.
            if not in_time.get()():
                raise Lapsed("its moment has passed")
            return await connection.ask(request, _longest(limits))
        except TimeoutError:
            raise TimedOut("Timed out: no answer") from None
        except Broken as error:
            raise NetworkError(f"Connection lost: {error}") from None
        finally:
            connections.give_back(connection)


def flood_wait(error: TelegramError) -> float | None:
    """The seconds to rest after a 429, or None where the error is something else.

    PTB raises a plain NetworkError for a 429 that names no time; that counts as one second.
    """
    if isinstance(error, RetryAfter):
        wait: int | timedelta = error.retry_after
        return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
    if type(error) is NetworkError and error.message.startswith("Too Many Requests"):
        return 1.0
    return None


@lru_cache
def _head(method: str, url: str) -> tuple[Server, bytes]:
    """Whom to ask, and the lines that begin a request there."""
    try:
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        server = Server(parts.hostname or "", parts.port or (443 if secure else 80), secure)
    except ValueError:
        raise NotConnected("Not connected: no address") from None
    # What isn't allowed in a path is escaped, so that nothing in it ends the line.
    path = quote(parts.path or "/", safe="/:%")
    lines = f"{method} {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
    return server, f"{lines}User-Agent: {BaseRequest.USER_AGENT}\r\n".encode()


def _chosen(given: Seconds, default: float | None) -> float | None:
    return given if given is None or isinstance(given, int | float) else default


def _longest(limits: Timeouts) -> float | None:
    """The seconds from the first byte written to the last one read."""
    return None if limits.write is None or limits.read is None else limits.write + limits.read


def _json(parameters: Mapping[str, object]) -> bytes:
    return json.dumps(parameters).encode()


def _form(request_data: RequestData) -> tuple[bytes, bytes]:
    """The parameters with their files as multipart: its type and the whole body."""
    encoded = httpx.Request(
        "POST", "http://x", data=request_data.json_parameters, files=request_data.multipart_data
    )
    return encoded.headers["content-type"].encode(), encoded.read()

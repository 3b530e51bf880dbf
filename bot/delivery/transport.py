"""How requests reach Telegram: PTB's transport on aiohttp, quick at a hundred in flight."""

from __future__ import annotations

import io
import json
import os
import traceback
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

import aiohttp
from multidict import CIMultiDict
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

# PTB's next major version gives durations as timedelta. Opting in spares a deprecation warning
# at every RetryAfter; `flood_wait` below reads both.
os.environ.setdefault("PTB_TIMEDELTA", "1")

Seconds = object
"""A number, None for no limit, or PTB's mark for the default, whose type isn't public."""
DEFAULT: Seconds = BaseRequest.DEFAULT_NONE

CONNECTIONS = 100
JSON = CIMultiDict({"Content-Type": "application/json"})
KEEPALIVE = 4.0
"""Seconds an idle connection is kept: less than a server's usual five, so that it is we who hang up
and no request crosses the server's closing, which would leave its fate unknown."""


class NotConnected(NetworkError):
    """The request surely never left: refused, no address, or no connection in time."""


class Lapsed(NotConnected):
    """The request didn't leave because its moment had passed: the program stood still meanwhile."""


def _always() -> bool:
    return True


in_time: ContextVar[Callable[[], bool]] = ContextVar("in_time", default=_always)
"""Tells whether the request that the running task makes may still leave."""


class _Connector(aiohttp.TCPConnector):
    """Looks once more whether a request may leave when it has its connection, right before it does:
    a program may have stood still while it waited for that."""

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[aiohttp.tracing.Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109
    ) -> aiohttp.connector.Connection:
        connection = await super().connect(req, traces, timeout)
        if not in_time.get()():
            connection.release()
            raise Lapsed("its moment has passed")
        return connection


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


class AiohttpRequest(BaseRequest):
    """Sends PTB's requests over HTTP/1.1 in one session, open from `initialize` to `shutdown`.

    Raises NotConnected where the request surely never left. Once a connection stood, TimedOut and
    any other NetworkError leave open whether Telegram carried the request out. The driver's error
    is the cause, unless it would print the address, which holds the bot's token.
    """

    def __init__(self, *, connections: int = CONNECTIONS, timeouts: Timeouts | None = None) -> None:
        self._connections = connections
        self._timeouts = timeouts or Timeouts()
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._timeouts.read

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=_Connector(limit=self._connections, keepalive_timeout=KEEPALIVE),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Seconds = DEFAULT,
        write_timeout: Seconds = DEFAULT,
        connect_timeout: Seconds = DEFAULT,
        pool_timeout: Seconds = DEFAULT,
    ) -> tuple[int, bytes]:
        """One request, never repeated nor redirected: the status and the body of its answer."""
        defaults = self._timeouts
        uploads = request_data is not None and request_data.contains_files
        timeout = _timeout(
            pool=_chosen(pool_timeout, defaults.pool),
            connect=_chosen(connect_timeout, defaults.connect),
            write=_chosen(write_timeout, defaults.media_write if uploads else defaults.write),
            read=_chosen(read_timeout, defaults.read),
        )
        if request_data is not None and uploads:
            return await self._exchange(method, url, _form(request_data), None, timeout)
        body = json.dumps(request_data.parameters).encode() if request_data else None
        return await self._exchange(method, url, body, JSON, timeout)

    async def call(self, url: str, parameters: Mapping[str, object]) -> tuple[int, bytes]:
        """A call of the Bot API as `do_request` makes it, without PTB's objects around it."""
        limits = self._timeouts
        timeout = _timeout(limits.pool, limits.connect, limits.write, limits.read)
        return await self._exchange("POST", url, json.dumps(parameters).encode(), JSON, timeout)

    async def _exchange(
        self,
        method: str,
        url: str,
        body: aiohttp.FormData | bytes | None,
        headers: CIMultiDict[str] | None,
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise NotConnected("The transport is not open")
        try:
            async with self._session.request(
                method,
                _parsed(url),
                data=body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _translated(error) from (None if _tells(error, url) else error)


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
def _parsed(url: str) -> URL:
    try:
        return URL(url)
    except ValueError:
        raise NotConnected("Not connected: no address") from None


def _chosen(given: Seconds, default: float | None) -> float | None:
    return given if given is None or isinstance(given, int | float) else default


@lru_cache
def _timeout(
    pool: float | None, connect: float | None, write: float | None, read: float | None
) -> aiohttp.ClientTimeout:
    """PTB's four timeouts in aiohttp's terms.

    aiohttp times the wait for a place in the pool together with connecting, and writing not at
    all: the limit on the whole request, the sum of the four, is what ends a stalled upload.
    """
    reached = None if pool is None or connect is None else pool + connect
    total = None if reached is None or write is None or read is None else reached + write + read
    return aiohttp.ClientTimeout(total=total, connect=reached, sock_connect=connect, sock_read=read)


def _form(request_data: RequestData) -> aiohttp.FormData:
    """The parameters as multipart, with their files."""
    form = aiohttp.FormData(request_data.json_parameters, quote_fields=False)
    for field, (name, content, mimetype) in request_data.multipart_data.items():
        # A stream, because aiohttp warns of large bytes.
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(field, stream, filename=name, content_type=mimetype)
    return form


def _translated(error: Exception) -> NetworkError:
    kind = type(error).__name__
    if isinstance(
        error,
        aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL,
    ):
        return NotConnected(f"Not connected: {kind}")
    if isinstance(error, TimeoutError):
        return TimedOut(f"Timed out: {kind}")
    return NetworkError(f"Connection lost: {kind}")


def _tells(error: Exception, url: str) -> bool:
    """Whether a traceback of this error, with its causes, would show the path with the token."""
    return urlsplit(url).path in "".join(traceback.format_exception(error))

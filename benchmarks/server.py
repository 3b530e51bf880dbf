"""A Bot API that does nothing but answer and count: quick enough to measure clients with.

Run as a process of its own; prints its port. It answers every method with the least that is valid,
and keeps when each message arrived. `GET /control/report` gives what it saw, as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
from collections import deque
from dataclasses import asdict, dataclass, field

ME = b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"B","username":"b_bot"}}'
TRUE = b'{"ok":true,"result":true}'
NONE = b'{"ok":true,"result":[]}'
FIXED = {
    b"getMe": ME,
    b"getMyCommands": NONE,
    b"getWebhookInfo": b'{"ok":true,"result":{"url":"","has_custom_certificate":false,'
    b'"pending_update_count":0}}',
    b"getMyName": b'{"ok":true,"result":{"name":""}}',
    b"getMyDescription": b'{"ok":true,"result":{"description":""}}',
    b"getMyShortDescription": b'{"ok":true,"result":{"short_description":""}}',
}
"""The answers to other methods than the counted ones; to all that aren't named: true."""
CHAT = '"chat":{"id":1,"type":"private"}'
SENT = f'{{"ok":true,"result":{{"message_id":%d,"date":1700000000,{CHAT},"text":"x"}}}}'
POLL = (
    f'{{"ok":true,"result":{{"message_id":%d,"date":1700000000,{CHAT},"poll":{{"id":"%d",'
    '"question":"x","options":[{"text":"x","voter_count":0}],"total_voter_count":0,'
    '"is_closed":false,"is_anonymous":false,"type":"regular","allows_multiple_answers":false}}}'
)
FLOOD = (
    b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1",'
    b'"parameters":{"retry_after":1}}'
)
STATUS = {200: b"200 OK", 429: b"429 Too Many Requests"}
CHAT_ID = re.compile(rb'"chat_id": ?"?(\d+)|chat_id=(\d+)')
HOLD = 10.0
"""Seconds that a request for updates is held while there are none."""

ASKER = 8_000_000_000
"""Who asks the bot something during a wave has an id from here on, a new one each time."""


@dataclass
class Report:
    """Seconds of the monotonic clock at which messages were accepted and refused; how long replies
    took, in seconds, and how many questions have none yet."""

    accepted: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    replies: list[float] = field(default_factory=list)
    unanswered: int = 0


class Bench:
    """What all connections share: the allowance, the questions asked, the report.

    `low` and `high` are the seconds on a message's way here, before it is counted. At most
    `allowance` messages are accepted within any one second (0: no limit). Once the first message is
    here, `asks` questions a second are put to the bot.
    """

    def __init__(self, low: float, high: float, allowance: int, asks: float) -> None:
        self._low, self._high = low, high
        self._allowance = allowance
        self._asks = asks
        self._window: deque[float] = deque()
        self._asked: dict[int, float] = {}
        self._next_update = 1
        self._waiting: Connection | None = None
        self._pending: list[dict[str, object]] = []
        self.loop = asyncio.get_running_loop()
        self.report = Report()

    def way(self) -> float:
        """The seconds that this message takes to get here."""
        return random.uniform(self._low, self._high)

    def admit(self, method: bytes, body: bytes, received: float) -> tuple[int, bytes]:
        """Count a message that arrives now; the status and body of its answer."""
        now, report = self.loop.time(), self.report
        if self._allowance:
            window = self._window
            while window and window[0] <= now - 1:
                window.popleft()
            if len(window) >= self._allowance:
                report.refused.append(now)
                return 429, FLOOD
            window.append(now)
        if not report.accepted and self._asks:
            self.loop.call_soon(self._ask)
        report.accepted.append(now)
        if self._asked:
            self._note_reply(body, received)
        number = len(report.accepted)
        text = POLL % (number, number) if method == b"sendPoll" else SENT % number
        return 200, text.encode()

    def updates(self, asking: Connection) -> None:
        """Give the updates there are, or hold the request until there is one."""
        self._waiting = asking
        self._flush()
        if self._waiting is asking:
            self.loop.call_later(HOLD, self._let_go, asking)

    def _ask(self) -> None:
        chat = ASKER + self._next_update
        person = {"id": chat, "is_bot": False, "first_name": "A"}
        message = {
            "message_id": 1,
            "date": 1_700_000_000,
            "chat": {"id": chat, "type": "private", "first_name": "A"},
            "from": person,
            "text": "/help",
            "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
        }
        self._pending.append({"update_id": self._next_update, "message": message})
        self._next_update += 1
        self._flush()
        # Uneven, so that questions don't march in step with the sender.
        self.loop.call_later(random.uniform(0.5, 1.5) / self._asks, self._ask)

    def _flush(self) -> None:
        if self._waiting is None or not self._pending:
            return
        now = self.loop.time()
        for number in range(len(self._pending)):
            self._asked[ASKER + self._next_update - 1 - number] = now
        body = json.dumps({"ok": True, "result": self._pending}).encode()
        waiting, self._waiting, self._pending = self._waiting, None, []
        waiting.answer(200, body)

    def _let_go(self, asking: Connection) -> None:
        if self._waiting is asking:
            self._waiting = None
            asking.answer(200, NONE)

    def _note_reply(self, body: bytes, received: float) -> None:
        found = CHAT_ID.search(body)
        if found is not None:
            asked = self._asked.pop(int(found[1] or found[2]), None)
            if asked is not None:
                self.report.replies.append(received - asked)

    def told(self) -> bytes:
        self.report.unanswered = len(self._asked)
        return json.dumps(asdict(self.report)).encode()


class Connection(asyncio.Protocol):
    """One client's connection: HTTP/1.1, kept alive, one request at a time."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end]
        at = head.lower().find(b"\r\ncontent-length:")
        length = int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._buffer) < end + 4 + length:
            return
        body = self._buffer[end + 4 : end + 4 + length]
        self._buffer = self._buffer[end + 4 + length :]
        self._take(head.split(b" ", 2)[1], body)

    def answer(self, status: int, body: bytes) -> None:
        """Nothing where the client has hung up."""
        if self._transport is not None:
            self._transport.write(
                b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                % (STATUS[status], len(body), body)
            )

    def _take(self, path: bytes, body: bytes) -> None:
        bench, method = self._bench, path.rpartition(b"/")[2]
        if method in (b"sendMessage", b"sendPoll"):
            received, way = bench.loop.time(), bench.way()
            if way:
                bench.loop.call_later(way, self._arrive, method, body, received)
            else:
                self._arrive(method, body, received)
        elif method in (b"getUpdates", b"getUpdates_"):
            bench.updates(self)
        elif method == b"report":
            self.answer(200, bench.told())
        else:
            self.answer(200, FIXED.get(method, TRUE))

    def _arrive(self, method: bytes, body: bytes, received: float) -> None:
        self.answer(*self._bench.admit(method, body, received))


async def serve(low: float, high: float, allowance: int, asks: float) -> None:
    """Serve until cancelled; prints the port first."""
    bench = Bench(low, high, allowance, asks)
    server = await bench.loop.create_server(lambda: Connection(bench), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--low", type=float, default=0, help="least latency, ms")
    options.add_argument("--high", type=float, default=0, help="most latency, ms")
    options.add_argument("--allowance", type=int, default=0, help="messages in any one second")
    options.add_argument("--asks", type=float, default=0, help="questions a second to the bot")
    given = options.parse_args()
    asyncio.run(serve(given.low / 1000, given.high / 1000, given.allowance, given.asks))


if __name__ == "__main__":
    main()

"""Delivery of updates to a webhook: in order within a lane, lanes side by side."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

import aiohttp

from .errors import Json
from .updates import Update, UpdateQueue

SLOWEST_REPLY = 60.0
LONGEST_PAUSE = 60.0
LONGEST_RETRY_AFTER = 3600.0
GONE_FOR = timedelta(hours=23)


class Webhook:
    """One bot's webhook. `pace` scales the pauses between tries, so that a test needn't wait."""

    def __init__(self, updates: UpdateQueue, now: Callable[[], datetime]) -> None:
        self._updates = updates
        self._now = now
        self.pace = 1.0
        self.url = ""
        self._secret = ""
        self._max_connections = 40
        self._last_error: tuple[int, str] | None = None
        self._gone_since: datetime | None = None
        self._lanes: dict[str, deque[Update]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(self._max_connections)
        self._http: aiohttp.ClientSession | None = None
        updates.listeners.append(self._feed)

    def set(self, url: str, secret: str, max_connections: int) -> None:
        """Deliver there from now on, beginning with what is pending."""
        self._stop()
        self.url, self._secret, self._max_connections = url, secret, max_connections
        self._slots = asyncio.Semaphore(max_connections)
        self._last_error = self._gone_since = None
        for update in self._updates:
            self._feed(update)

    def remove(self) -> None:
        """Deliver nowhere; what is pending stays."""
        self._stop()
        self.url = ""

    async def close(self) -> None:
        """Stop delivering and let go of the connections."""
        tasks = list(self._tasks)
        self._stop()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()
            self._http = None

    def info(self) -> Json:
        """The WebhookInfo object."""
        info: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
        }
        if self.url:
            info["max_connections"] = self._max_connections
        if self._updates.allowed:
            info["allowed_updates"] = self._updates.allowed
        if self._last_error is not None:
            info["last_error_date"], info["last_error_message"] = self._last_error
        return info

    def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()
        self._lanes.clear()

    def _feed(self, update: Update) -> None:
        if not self.url:
            return
        if update.lane in self._lanes:
            self._lanes[update.lane].append(update)
            return
        self._lanes[update.lane] = deque([update])
        task = asyncio.get_running_loop().create_task(self._drain(update.lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, lane: str) -> None:
        queue = self._lanes[lane]
        while queue:
            await self._deliver(queue[0])
            queue.popleft()
        # Nothing is awaited between the last look at the queue and this.
        del self._lanes[lane]

    async def _deliver(self, update: Update) -> None:
        tries = 0
        while True:
            async with self._slots:
                retry_after = await self._post(update)
            if retry_after is None:
                self._updates.discard(update.update_id)
                return
            # The first repetition comes at once, then after 2, 4, 8, ... seconds.
            backoff = 0.0 if tries == 0 else min(2.0**tries, LONGEST_PAUSE)
            tries += 1
            pause = retry_after or backoff
            if self._now() + timedelta(seconds=pause) >= update.expires:
                self._updates.discard(update.update_id)
                return
            await asyncio.sleep(pause * self.pace)

    async def _post(self, update: Update) -> float | None:
        """Try once: `None` when the bot took it, else the pause it asks for, 0 for none."""
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SLOWEST_REPLY))
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._secret} if self._secret else {}
        try:
            async with self._http.post(self.url, json=update.body, headers=headers) as answer:
                status = answer.status
                asked = answer.headers.get("Retry-After", "")
                await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            words = "Read timeout expired" if isinstance(error, TimeoutError) else str(error)
            self._note(words)
            return 0.0
        if 200 <= status < 300:
            self._gone_since = None
            return None
        self._note(f"Wrong response from the webhook: {status} {answer.reason}")
        if status == 410:
            self._gone_since = self._gone_since or self._now()
            if self._now() - self._gone_since >= GONE_FOR:
                self.remove()
        return min(float(asked), LONGEST_RETRY_AFTER) if asked.isdecimal() else 0.0

    def _note(self, words: str) -> None:
        self._last_error = (int(self._now().timestamp()), words)

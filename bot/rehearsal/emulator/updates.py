"""The queue of updates: kept until the bot confirms them or they are too old."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from .errors import Json

RETENTION = timedelta(hours=24)
CALLBACK_RETENTION = timedelta(seconds=150)
CAPACITY = 100_000
_ONLY_IF_ASKED = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(frozen=True, slots=True)
class Update:
    """One update, ready to send. Updates of one `lane` are delivered to a webhook in order."""

    update_id: int
    lane: str
    body: Json
    expires: datetime


class UpdateQueue:
    """Updates in order of their ids."""

    def __init__(self, now: Callable[[], datetime], first_id: int = 100_001) -> None:
        self._now = now
        self._next_id = first_id
        self._pending: OrderedDict[int, Update] = OrderedDict()
        self._allowed: frozenset[str] = frozenset()
        self.listeners: list[Callable[[Update], None]] = []

    def __len__(self) -> int:
        self._expire()
        return len(self._pending)

    def __iter__(self) -> Iterator[Update]:
        return iter(list(self._pending.values()))

    @property
    def allowed(self) -> list[str]:
        """The kinds the bot asked for; empty for Telegram's default."""
        return sorted(self._allowed)

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Set the kinds wanted from now on; `None` keeps the earlier choice."""
        if kinds is not None:
            self._allowed = frozenset(kinds)

    def add(self, kind: str, payload: Json, lane: str) -> int | None:
        """Queue an update and return its id, unless the bot doesn't want its kind."""
        wanted = kind in self._allowed if self._allowed else kind not in _ONLY_IF_ASKED
        if not wanted:
            return None
        keep = CALLBACK_RETENTION if kind == "callback_query" else RETENTION
        return self._push({kind: payload}, lane, keep)

    def inject(self, body: Json) -> int | None:
        """Queue a body as it is; an `update_id` in it is kept, even one that was used before."""
        return self._push(body, f"injected {self._next_id}", RETENTION)

    def _push(self, body: Json, lane: str, keep: timedelta) -> int | None:
        if len(self._pending) >= CAPACITY:
            return None
        update_id = body.get("update_id", self._next_id)
        if not isinstance(update_id, int):
            update_id = self._next_id
        self._next_id = max(self._next_id, update_id + 1)
        update = Update(update_id, lane, {"update_id": update_id, **body}, self._now() + keep)
        self._pending[update_id] = update
        for listener in self.listeners:
            listener(update)
        return update_id

    def take(self, offset: int, limit: int) -> list[Json]:
        """Confirm what is below `offset` and return the next updates, as getUpdates does."""
        self._expire()
        drop = len(self._pending) + offset if offset < 0 else None
        while self._pending:
            if drop is not None:
                if drop <= 0:
                    break
                drop -= 1
            elif next(iter(self._pending)) >= offset:
                break
            self._pending.popitem(last=False)
        # Short-lived callbacks may have expired behind long-lived updates.
        now = self._now()
        alive = (update for update in self._pending.values() if update.expires > now)
        taken = list(islice(alive, limit))
        for update in taken:
            # An injected repetition of a confirmed update is below any offset to come: it can't be
            # confirmed again, so it is delivered once.
            if update.update_id < offset:
                self.discard(update.update_id)
        return [update.body for update in taken]

    def discard(self, update_id: int) -> None:
        """Forget one update: it was delivered, or given up."""
        self._pending.pop(update_id, None)

    def clear(self) -> None:
        """Forget all updates (`drop_pending_updates`)."""
        self._pending.clear()

    def _expire(self) -> None:
        now = self._now()
        while self._pending and next(iter(self._pending.values())).expires <= now:
            self._pending.popitem(last=False)

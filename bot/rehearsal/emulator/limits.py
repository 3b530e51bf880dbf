"""How fast a bot may send, measured over a sliding second."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages a second: over all chats, in one chat, and over all chats when paid for."""

    overall: int = 30
    per_chat: int = 1
    paid: int = 1000


class Gate:
    """Remembers the last sends and says how long the next one has to wait."""

    def __init__(self) -> None:
        self._overall: dict[bool, deque[float]] = {False: deque(), True: deque()}
        self._chats: defaultdict[int, deque[float]] = defaultdict(deque)

    def admit(self, limits: Limits, chat_id: int, now: float, *, paid: bool) -> int:
        """0 and the send is counted, or the seconds after which it may be tried again."""
        windows = [
            (self._overall[paid], limits.paid if paid else limits.overall),
            (self._chats[chat_id], limits.per_chat),
        ]
        waits = [_wait(window, most, now) for window, most in windows]
        if wait := max(waits):
            return math.ceil(wait)
        for window, _ in windows:
            window.append(now)
        return 0


def _wait(window: deque[float], most: int, now: float) -> float:
    while window and window[0] <= now - 1:
        window.popleft()
    return window[0] + 1 - now if len(window) >= most else 0.0

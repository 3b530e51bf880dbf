"""The update that is being handled, and how often it has been answered.

Handling may happen twice: after a crash, an update whose handling didn't end comes again. Each
message in answer to it is counted in the inbox before it leaves, so the second handling sends only
what the first did not get to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from bot.instance import Instance
from bot.store import inbox
from bot.store.batch import Batch

PAUSES = (1, 2, 4, 8, 16)
"""Seconds between tries of a message that could not leave; so often it is tried."""


class Counts:
    """Counts replies before they leave, in sets."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._batch = Batch(self._write)

    async def leaves(self, id_: int, number: int) -> None:
        """The reply with this number to an update leaves next: when this returns it counts.

        Raises TakenForDead where another instance answers instead.
        """
        await self._batch.do((id_, number))

    async def _write(self, replies: Sequence[tuple[int, int]]) -> Sequence[None]:
        async with self._instance.write() as tx:
            await inbox.replying(tx, replies)
        return [None] * len(replies)


class Handling:
    """One handling of one update. `id_` is its inbox row, `replies` what left before.

    `count` is how many messages were asked to leave. `error` is what a handler raised; PTB keeps it
    from whoever called it. `done` says that the inbox knows already that the update is handled.
    `working` is told -1 and 1 around the time in which it only waits for the pace.
    """

    def __init__(
        self, counts: Counts, id_: int, replies: int, working: Callable[[int], None]
    ) -> None:
        self._counts = counts
        self._working = working
        self._left_before = replies
        self.id = id_
        self.count = 0
        self.done = False
        self.error: Exception | None = None

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Leave the room to others meanwhile."""
        self._working(-1)
        try:
            yield
        finally:
            self._working(1)

    async def may_leave(self) -> bool:
        """Count the next message in answer; False where it left in an earlier handling already."""
        self.count += 1
        if self.count <= self._left_before:
            return False
        try:
            await self._counts.leaves(self.id, self.count)
        except BaseException:
            self.count -= 1  # It hasn't left: the next handling is to send it.
            raise
        return True


current: ContextVar[Handling] = ContextVar("handling")
"""The handling that the running task belongs to."""

"""The update that is being handled, and how often it has been answered.

Handling may happen twice: after a crash, an update whose handling didn't end comes again. Each
message in answer to it is counted in the inbox before it leaves, so the second handling sends only
what the first did not get to.
"""

from __future__ import annotations

from contextvars import ContextVar

from bot.store import inbox
from bot.store.database import Database


class Handling:
    """One handling of one update. `id_` is its inbox row, `replies` what left before.

    `count` is how many messages were asked to leave. `error` is what a handler raised; PTB keeps it
    from whoever called it.
    """

    def __init__(self, db: Database, id_: int, replies: int) -> None:
        self._db = db
        self._id = id_
        self._left_before = replies
        self.count = 0
        self.error: Exception | None = None

    async def may_leave(self) -> bool:
        """Count the next message in answer; False where it left in an earlier handling already."""
        self.count += 1
        if self.count <= self._left_before:
            return False
        async with self._db.write() as tx:
            await inbox.replying(tx, self._id, self.count)
        return True


current: ContextVar[Handling] = ContextVar("handling")
"""The handling that the running task belongs to."""

"""The methods by which a bot gets its updates."""

from __future__ import annotations

import re
import time

from .errors import ApiError, Json, bad_request
from .validate import Args
from .world import World

LONGEST_POLL = 50
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}\Z")
_OTHER_POLL = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is "
    "running"
)
_WEBHOOK_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete "
    "the webhook first"
)


class Poller:
    """The one long poll a bot may have open."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._current: object = None
        self._closed = False
        self._why = _OTHER_POLL

    async def get_updates(self, args: Args) -> list[Json]:
        """getUpdates"""
        world = self._world
        if world.webhook.url:
            raise ApiError(409, _WEBHOOK_SET)
        me = self._current = object()
        self._why = _OTHER_POLL
        world.signal.notify()
        world.updates.allow(args.get("allowed_updates"))
        offset = args.get("offset", 0)
        limit = min(max(args.get("limit", 100), 1), 100)
        deadline = time.monotonic() + min(max(args.get("timeout", 0), 0), LONGEST_POLL)
        while True:
            if self._current is not me:
                raise ApiError(409, self._why)
            found = world.updates.take(offset, limit)
            left = deadline - time.monotonic()
            if found or left <= 0 or self._closed:
                self._current = None
                return found
            await world.signal.wait(left)

    def terminate(self) -> None:
        """End the open poll because a webhook is set."""
        self._why = "Conflict: terminated by setWebhook request"
        self._current = None
        self._world.signal.notify()

    def close(self) -> None:
        """Answer the open poll, and every later one, at once: the server goes down."""
        self._closed = True
        self._world.signal.notify()


def set_webhook(world: World, args: Args) -> bool:
    """setWebhook"""
    url = args["url"]
    if args.get("drop_pending_updates"):
        world.updates.clear()
    world.updates.allow(args.get("allowed_updates"))
    if not url:
        world.webhook.remove()
        return True
    # Telegram wants HTTPS; a bot under rehearsal on the same machine has none.
    if not re.match(r"https://|http://(127\.0\.0\.1|localhost|\[::1\])[:/]", url):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook", "malformed")
    secret = args.get("secret_token", "")
    if secret and not _SECRET.match(secret):
        words = "secret token contains unallowed characters"
        raise bad_request(words, "malformed")
    connections = args.get("max_connections", 40)
    if not 1 <= connections <= 100:
        raise bad_request("bad webhook: max_connections must be from 1 to 100", "over a limit")
    world.webhook.set(url, secret, connections)
    return True


def delete_webhook(world: World, args: Args) -> bool:
    """deleteWebhook"""
    if args.get("drop_pending_updates"):
        world.updates.clear()
    world.webhook.remove()
    return True


def get_webhook_info(world: World, args: Args) -> Json:
    """getWebhookInfo"""
    return world.webhook.info()

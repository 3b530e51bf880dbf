"""Refusals, in Telegram's words, and the record of what a bot did wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]
"""A JSON object, as the Bot API sends and receives it. Treated as immutable once it is shared."""

Kind = Literal[
    "unknown method", "unknown parameter", "wrong type", "missing", "over a limit", "malformed"
]


@dataclass(frozen=True, slots=True)
class Complaint:
    """A fault of the bot's own making, which a bot in good order never commits."""

    method: str
    kind: Kind
    detail: str


class ApiError(Exception):
    """The Bot API refuses a request. `kind` is set where the bot could have known better."""

    def __init__(
        self,
        code: int,
        description: str,
        *,
        kind: Kind | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.kind = kind
        self.retry_after = retry_after

    def body(self) -> Json:
        """The body of the answer."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


class Refusal(Exception):
    """Telegram's app would not let a person do this."""


def bad_request(words: str, kind: Kind | None = None) -> ApiError:
    """400, with Telegram's prefix."""
    return ApiError(400, f"Bad Request: {words}", kind=kind)


def forbidden(words: str) -> ApiError:
    """403, with Telegram's prefix."""
    return ApiError(403, f"Forbidden: {words}")


def flood(retry_after: int) -> ApiError:
    """429, which Telegram gives without executing anything."""
    words = f"Too Many Requests: retry after {retry_after}"
    return ApiError(429, words, retry_after=retry_after)

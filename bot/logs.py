"""Logging for the whole program: one format, and no secrets in it."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import structlog
from pydantic import SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, StatementError
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from bot.settings import Settings

TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{20,}")
CENSORED = "[censored]"
SHORTEST = 6
"""Characters from which on a secret is struck out; a shorter one would maim ordinary words."""

CHATTY = ("httpx", "httpcore", "aiohttp", "telegram")
"""Libraries that log every request (with the token in its address) or every tick."""


def set_up_logs(settings: Settings) -> None:
    """Send everything that is logged, by structlog or by a library, to stderr as set."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        Censor(
            secrets(settings),
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                hide_parameters,
                *_renderers(settings.log_format),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    # A tick that takes longer than its interval is no news: the next one does what is left.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def _renderers(log_format: str) -> list[Processor]:
    if log_format == "json":
        return [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    # The renderer's own choice of traceback shows local variables, secrets among them.
    return [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    ]


def secrets(settings: Settings) -> Iterator[str]:
    """Every secret among the settings, the database's password included."""
    for _, value in settings:
        if isinstance(value, SecretStr):
            yield value.get_secret_value()
    try:
        password = make_url(settings.database_url).password
    except ArgumentError:
        return
    if password:
        yield str(password)


class Censor(structlog.stdlib.ProcessorFormatter):
    """Strikes the given secrets, and anything that looks like a bot token, from every line."""

    def __init__(self, secrets: Iterable[str], **others: Any) -> None:
        super().__init__(**others)
        # The longest first, so that no secret is spoilt by a shorter one inside it.
        texts = sorted({text for text in secrets if len(text) >= SHORTEST}, key=len, reverse=True)
        self._pattern = re.compile("|".join([*map(re.escape, texts), TOKEN.pattern]))

    def format(self, record: logging.LogRecord) -> str:
        """The rendered line, its traceback included, as it may be read."""
        return self._pattern.sub(CENSORED, super().format(record))


def hide_parameters(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Let SQLAlchemy's errors be written without the values of their statement."""
    for error in _chain(_exception(event.get("exc_info"))):
        if isinstance(error, StatementError):
            error.hide_parameters = True
    return event


def _exception(exc_info: ExcInfo | BaseException | bool | None) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1]
    return sys.exc_info()[1] if exc_info else None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        found = waiting.pop()
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        waiting += [found.__cause__, found.__context__]
        if isinstance(found, BaseExceptionGroup):
            waiting += found.exceptions

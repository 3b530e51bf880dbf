"""What is logged holds no secrets, in either format, from whichever library."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import structlog
from pydantic import SecretStr

from bot.logs import set_up_logs
from bot.settings import Settings
from bot.store.cipher import new_key

TOKEN = "123456:short_one"
KEY = new_key()


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def set_up(log_format: str, level: str = "info") -> None:
    set_up_logs(
        Settings.model_construct(
            telegram_bot_token=SecretStr(TOKEN),
            data_key=SecretStr(KEY),
            webhook_secret=SecretStr("abc"),
            database_url="postgresql://user:pass-word@host/name",
            log_level=level,
            log_format=log_format,
        )
    )


FORMATS = pytest.mark.parametrize("log_format", ["text", "json"])


@FORMATS
def test_secrets_are_struck_out(log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(log_format)
    other = "98765:" + "x" * 35
    structlog.get_logger().info("calling", url=f"https://host/bot{TOKEN}/getMe", key=KEY)
    logging.getLogger("library").warning("POST /bot%s/sendMessage by %s", other, "pass-word")
    try:
        raise ValueError(f"no such bot: {TOKEN}")
    except ValueError:
        structlog.get_logger().exception("failed")
        logging.getLogger("library").exception("failed too")
    text = capsys.readouterr().err
    assert "calling" in text
    assert "abc" not in text
    assert text.count("[censored]") >= 6
    for secret in (TOKEN, KEY, other, "pass-word"):
        assert secret not in text


@FORMATS
def test_a_failed_statement_is_logged_without_its_values(
    log_format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(log_format)
    engine = sa.create_engine("sqlite://")
    values = {"name": "Jan" + "sen"}  # A traceback shows this line, so not in one piece.
    try:
        with engine.connect() as connection:
            connection.execute(sa.text("INSERT INTO nowhere VALUES (:name)"), values)
    except sa.exc.DBAPIError as error:
        failed = RuntimeError("the work failed")
        failed.__cause__ = error
        structlog.get_logger().error("failed", exc_info=failed)
        logging.getLogger("library").exception("failed too")
    engine.dispose()
    text = capsys.readouterr().err
    assert "nowhere" in text
    assert "Jansen" not in text


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("json")
    structlog.get_logger().info("sent", step="move")
    logging.getLogger("library").warning("slow: %d s", 3)
    ours, theirs = map(json.loads, capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["level"], ours["step"]) == ("sent", "info", "move")
    assert (theirs["event"], theirs["logger"]) == ("slow: 3 s", "library")


def test_the_level_holds_and_chatty_libraries_are_quiet(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up("text", "info")
    structlog.get_logger().debug("detail")
    logging.getLogger("httpx").info("HTTP Request")
    logging.getLogger("apscheduler.scheduler").info("Added job")
    assert capsys.readouterr().err == ""

"""All settings, parsed once, from the environment and (in development) `.env`."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.domain.helplines import Country
from bot.domain.ids import BIGGEST
from bot.domain.schedule import zone_info

TELEGRAM = "https://api.telegram.org"
WEBHOOK_PORTS = (443, 80, 88, 8443)
TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")


class SettingProblem(Exception):
    """A setting is missing or wrong; the message names it and gives an example."""


class Settings(BaseSettings):
    """What an operator may set. Each field is the environment variable of its name in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    telegram_bot_token: Annotated[
        SecretStr | None, Field(description="the bot's token, from @BotFather", examples=["12:AbC"])
    ] = None
    telegram_api_url: Annotated[
        str, Field(description="the Bot API server", examples=["http://127.0.0.1:8081"])
    ] = TELEGRAM
    database_url: Annotated[
        str,
        Field(
            description="where everything is kept",
            examples=["sqlite:///data/rugwijzer.db", "postgresql://user:secret@host/rugwijzer"],
        ),
    ] = "sqlite:///data/rugwijzer.db"
    data_key: Annotated[
        SecretStr | None,
        Field(description="the key of the stored chat ids: 64 bytes in base64"),
    ] = None
    data_key_file: Annotated[
        Path | None,
        Field(description="a file that holds it", examples=["/run/secrets/rugwijzer.key"]),
    ] = None
    campaign: Annotated[
        str, Field(description="a folder in templates/campaigns/, or a path", examples=["rugpijn"])
    ] = "rugpijn"
    operator: Annotated[
        str,
        Field(
            description="who is behind it, as people read it", examples=["Fysiopraktijk De Brug"]
        ),
    ] = ""
    country: Annotated[
        Country,
        Field(
            description="where people are, so that they read whom to call",
            examples=[*Country],
        ),
    ] = Country.NL
    admin_ids: Annotated[
        tuple[Annotated[int, Field(ge=-BIGGEST, le=BIGGEST)], ...],
        NoDecode,
        Field(
            description="Telegram ids of the operators, who are told when sending stops",
            examples=["123,456"],
        ),
    ] = ()
    practice: Annotated[
        Path | None,
        Field(
            description="a YAML file about your physio practice, shown in the card `physio`",
            examples=["practice.yaml"],
        ),
    ] = None
    staff_chat_id: Annotated[
        int | None,
        Field(
            description="the group with topics in which physios answer questions",
            examples=["-1001234567890"],
            lt=0,
            ge=-BIGGEST,
        ),
    ] = None
    timezone: Annotated[
        str, Field(description="the zone of who has not chosen one", examples=["Europe/Amsterdam"])
    ] = "Europe/Amsterdam"
    webhook_url: Annotated[
        str | None,
        Field(
            description="where Telegram reaches us; without it the bot polls",
            examples=["https://bot.example.org/webhook"],
        ),
    ] = None
    webhook_secret: Annotated[
        SecretStr | None,
        Field(description="what Telegram proves itself with; made from the token if absent"),
    ] = None
    host: Annotated[str, Field(description="the address to listen on", examples=["0.0.0.0"])] = (
        "127.0.0.1"
    )
    port: Annotated[
        int, Field(description="the port for health and webhook", examples=["8080"], ge=0, le=65535)
    ] = 8080
    paid_broadcast: Annotated[
        int,
        Field(
            description="messages a second that are paid for; 0 is off",
            examples=["0", "1000"],
            ge=0,
            le=1000,
        ),
    ] = 0
    uncertain: Annotated[
        Literal["hold", "resend"],
        Field(description="what becomes of a delivery in doubt", examples=["hold", "resend"]),
    ] = "hold"
    clock_speed: Annotated[
        float,
        Field(
            description="how much faster than life, for rehearsals", examples=["1", "10000"], gt=0
        ),
    ] = 1.0
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Field(description="how much is logged", examples=["info", "warning"]),
    ] = "info"
    log_format: Annotated[
        Literal["text", "json"],
        Field(description="how it is logged", examples=["text", "json"]),
    ] = "text"

    @field_validator("telegram_bot_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not TOKEN.fullmatch(value.get_secret_value().strip()):
            raise ValueError("this is no token: it has a number, a colon and a secret")
        return SecretStr(value.get_secret_value().strip()) if value is not None else None

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        return (
            [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @field_validator("log_level", "log_format", "uncertain", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("country", mode="before")
    @classmethod
    def _country(cls, value: object) -> object:
        known = {each.lower(): each for each in Country}
        return known.get(value.strip().lower(), value) if isinstance(value, str) else value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        zone_info(value)
        return value

    @field_validator("telegram_api_url")
    @classmethod
    def _api(cls, value: str) -> str:
        if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc:
            raise ValueError("this is no http or https address")
        return value.rstrip("/")

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(
            r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()
        ):
            raise ValueError("1 to 256 letters, digits, - and _ only")
        return value

    @model_validator(mode="after")
    def _webhook(self) -> Settings:
        """Telegram's own server takes HTTPS on four ports; one's own server takes any address."""
        if self.webhook_url is None:
            return self
        parts, port = urlsplit(self.webhook_url), None
        with contextlib.suppress(ValueError):  # A port that is no number, or too large.
            port = parts.port or (443 if parts.scheme == "https" else 80)
        if parts.scheme not in ("http", "https") or not parts.hostname or port is None:
            raise ValueError(
                "WEBHOOK_URL: this is no address; for example https://bot.example.org/webhook"
            )
        taken = parts.scheme == "https" and port in WEBHOOK_PORTS
        if self.telegram_api_url == TELEGRAM and not taken:
            raise ValueError(
                "WEBHOOK_URL: Telegram asks for https on port 443, 80, 88 or 8443; "
                "for example https://bot.example.org/webhook"
            )
        return self

    @property
    def token(self) -> str:
        """The token; raises SettingProblem where there is none."""
        if self.telegram_bot_token is None:
            raise SettingProblem(
                "TELEGRAM_BOT_TOKEN is missing; get one from @BotFather, for example "
                "TELEGRAM_BOT_TOKEN=123456:ABC-DEF1234 (or rehearse without one: make run)"
            )
        return self.telegram_bot_token.get_secret_value()

    @property
    def webhook_path(self) -> str:
        """The path on PORT where Telegram's updates come in."""
        path = urlsplit(self.webhook_url or "").path
        return path if path not in ("", "/") else "/webhook"


def read_settings(**overrides: object) -> Settings:
    """The settings; raises SettingProblem with one line that names each wrong one."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingProblem("; ".join(_line(item) for item in error.errors())) from None
    except UnicodeDecodeError:
        raise SettingProblem("the file .env is not UTF-8; save it as UTF-8") from None


def _line(error: object) -> str:
    assert isinstance(error, dict)
    message = str(error["msg"]).removeprefix("Value error, ")
    if not error["loc"]:
        return message
    name = str(error["loc"][0]).lower()
    examples = (Settings.model_fields[name].examples or []) if name in Settings.model_fields else []
    hint = f"; for example {name.upper()}={examples[0]}" if examples else ""
    return f"{name.upper()}: {message}{hint}"

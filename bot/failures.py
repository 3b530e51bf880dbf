"""What goes wrong in a command, in one line for the operator."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup


class Failure(Exception):
    """A command can't do what it was asked; the message says why in one line."""


class Commands(TyperGroup):
    """Tells what went wrong in one line on stderr, with exit code 1. A bug keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            line = explained(error)
            if line is None:
                raise
            typer.echo(f"rugwijzer: {line}", err=True)
            raise typer.Exit(1) from None


def explained(error: Exception) -> str | None:
    """One line about what an operator can put right; None for anything else."""
    from sqlalchemy.exc import DBAPIError
    from telegram.error import InvalidToken

    from bot.content.findings import CampaignError
    from bot.content.practice import PracticeError
    from bot.service.export import ExportProblem
    from bot.settings import SettingProblem, read_settings
    from bot.store.cipher import KeyProblem
    from bot.store.database import DatabaseProblem, database_url, explain

    match error:
        case PracticeError():
            return "PRACTICE: " + "\nPRACTICE: ".join(map(str, error.findings))
        case CampaignError():
            more = len(error.findings) - 1
            tail = f" (and {more} more; run: python -m bot check)" if more else ""
            return f"{error.findings[0]}{tail}"
        case DBAPIError():
            return explain(error, database_url(read_settings().database_url))
        case InvalidToken():
            return "Telegram doesn't know TELEGRAM_BOT_TOKEN; copy it anew from @BotFather"
        case Failure() | SettingProblem() | DatabaseProblem() | KeyProblem() | ExportProblem():
            return " ".join(str(error).split())
    return None

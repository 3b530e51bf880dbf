"""docs/settings.md says exactly what bot/settings.py reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic.fields import FieldInfo

from bot.cli import main
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "settings.md"


def code(value: object) -> str:
    return f"`{value}`"


def default(field: FieldInfo) -> str:
    return "none" if field.default in (None, "", ()) else code(field.default)


def rows() -> Iterator[str]:
    """The table as the page should have it."""
    for name, field in Settings.model_fields.items():
        examples = ", ".join(code(f"{name.upper()}={each}") for each in field.examples or ())
        yield f"| `{name.upper()}` | {field.description} | {default(field)} | {examples} |"


def test_the_page_lists_every_setting_as_it_is() -> None:
    written = [line for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    assert "\n".join(written) == "\n".join(rows()), "paste the right-hand side into the page"


def test_the_procfile_starts_a_command_that_there_is() -> None:
    kind, _, line = (ROOT / "Procfile").read_text().strip().partition(": ")
    assert kind == "web"
    assert line.startswith("python -m bot ")
    names = {
        each.name or each.callback.__name__ for each in main.registered_commands if each.callback
    }
    assert line.split()[3] in names

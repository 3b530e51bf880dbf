"""A new campaign's folder, made from another one."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from bot.content import launched
from bot.content.draft import FILE
from bot.content.files import as_text, read_text
from bot.content.findings import CampaignError
from bot.content.schema import KEY_LENGTH

SCHEMA = Path(__file__).parents[2] / "docs" / "campaign.schema.json"

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class ScaffoldProblem(Exception):
    """No campaign can be made like that; the message says why in one line."""


def new_campaign(source: Path, target: Path) -> None:
    """Copy a campaign under a new key, which is the folder's name; raises ScaffoldProblem.

    The copy begins at version 1 with nobody's sign-off, and was never launched.
    """
    key = target.name
    if not _KEY.fullmatch(key) or len(key) > KEY_LENGTH:
        raise ScaffoldProblem(
            f"`{key}` can't be a campaign's name; use a-z, 0-9 and hyphens, at most {KEY_LENGTH}"
        )
    if not (source / FILE).is_file():
        raise ScaffoldProblem(f"{source} is no campaign: it has no {FILE}")
    if target.exists():
        raise ScaffoldProblem(f"{target} is there already; choose another name")
    try:
        text = read_text(source, FILE)
    except CampaignError as error:
        raise ScaffoldProblem(f"{source}: {error.findings[0]}") from error
    try:
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(launched.FILE, ".*"))
        (target / FILE).write_text(_begun(text, key, target), encoding="utf-8")
    except OSError as error:
        raise ScaffoldProblem(f"{target} can't be written: {error.strerror}") from error


def _begun(text: str, key: str, folder: Path) -> str:
    """campaign.yaml as it begins; its comments stay."""
    schema = Path(os.path.relpath(SCHEMA, folder.resolve())).as_posix()
    for pattern, line in (
        (r"^# yaml-language-server:.*$", f"# yaml-language-server: $schema={schema}"),
        (r"^key: *\S+", f"key: {as_text(key)}"),
        (r"^version: *\d+", "version: 1"),
        (r"^sign_off: *(\{.*?\}|(\n[ \t]+\S.*)+)", 'sign_off: {by: null, "on": null}'),
    ):
        text = re.sub(pattern, line.replace("\\", r"\\"), text, count=1, flags=re.MULTILINE)
    return text

"""The command `check` as text and JSON, and the same check before a launch."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog

from bot.content.codes import Rule, Severity
from bot.content.findings import CampaignError, Finding

log = structlog.get_logger()


def findings_text(findings: Sequence[Finding], campaign: Path, phrases: Path) -> str:
    """One line a finding, with the file's path for an editor to open; then how many there are."""
    lines = [
        f"{_path(each.file, campaign, phrases)}:{each.place}: "
        f"{each.severity} {each.rule} {each.message}"
        for each in findings
    ]
    errors = sum(each.severity is Severity.ERROR for each in findings)
    return "\n".join(
        [*lines, f"{_count(errors, 'error')}, {_count(len(lines) - errors, 'warning')}"]
    )


def findings_json(findings: Sequence[Finding]) -> str:
    """The same for programs."""
    rows = [
        {
            "file": each.file,
            "line": each.line,
            "column": each.column,
            "code": str(each.rule),
            "name": each.rule.label,
            "severity": str(each.severity),
            "message": each.message,
            "fixable": each.mend is not None,
        }
        for each in findings
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


async def checked(campaign: Path) -> list[Finding]:
    """What `check` finds in a campaign, without its repairs.

    In a process of its own, which ends when this is cancelled: the dictionaries stay out of the
    memory of a program that runs for long.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "check", f"{campaign}/", "--format", "json"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if not said:
        raise RuntimeError(f"the check of {campaign} ended with {process.returncode}")
    return [
        Finding(row["file"], row["line"], row["message"], Rule(row["code"]), column=row["column"])
        for row in json.loads(said)
    ]


async def refuse_errors(campaign: Path) -> None:
    """Check a campaign before it runs; raises CampaignError for what `check` calls an error.

    A review that fell due is only logged: a bot must never fail to start again because time passed.
    """
    findings = await checked(campaign)
    for each in findings:
        if each.rule is Rule.REVIEW_DUE:
            log.warning("a review is due", finding=str(each))
    errors = [each for each in findings if each.severity is Severity.ERROR]
    if refused := [each for each in errors if each.rule is not Rule.REVIEW_DUE]:
        raise CampaignError(refused)


def _path(file: str, campaign: Path, phrases: Path) -> Path:
    ours = file.startswith("phrases/") or (
        file.startswith("exercises/") and not (campaign / file).is_file()
    )
    path = (phrases.parent if ours else campaign) / file
    if file == campaign.name:  # The folder itself is what is wrong.
        path = campaign
    return shown(path)


def shown(path: Path) -> Path:
    """A path as someone in the present folder would write it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"

"""What is wrong in the files of a campaign, in words for the one who writes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.content.codes import Rule, Severity


@dataclass(frozen=True, slots=True)
class Mend:
    """A safe repair: on the finding's line, the first `old` becomes `new`."""

    old: str
    new: str


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to put right.

    `file` is relative to the folder that was read, `line` counts from 1. `message` says what is
    wrong and, after a semicolon, what to do. `mend` is there where a program can do it.
    """

    file: str
    line: int
    message: str
    rule: Rule
    mend: Mend | None = field(default=None, compare=False)
    column: int | None = field(default=None, compare=False)
    """Where on the line it is, counted from 1; None where the whole line is meant."""

    @property
    def severity(self) -> Severity:
        """Whether it stops the start of the bot."""
        return self.rule.severity

    @property
    def place(self) -> str:
        """The line, with the column where that is known, as editors take it."""
        return f"{self.line}:{self.column}" if self.column is not None else str(self.line)

    def __str__(self) -> str:
        return f"{self.file}:{self.place}: {self.message}"


class CampaignError(Exception):
    """The files can't be used as they are; `findings` says why, in order of file and line."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(set(findings)))
        super().__init__("\n".join(map(str, self.findings)))

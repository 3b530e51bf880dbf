"""Where the steps of a campaign stand in its files, what they rest on, and what the linter says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content.draft import FILE, read_draft
from bot.content.files import Document
from bot.content.findings import Finding
from bot.content.schema import CampaignModel, TipModel
from bot.domain.campaign import booster_key


@dataclass(frozen=True, slots=True)
class Place:
    """A line in a file of the campaign; `last` is where the part that begins there ends.

    `language` is set where only that language stands there.
    """

    file: str
    line: int
    last: int
    language: str | None = None

    def holds(self, finding: Finding) -> bool:
        """Whether a finding is about this part."""
        return finding.file == self.file and self.line <= finding.line <= self.last


@dataclass(frozen=True, slots=True)
class Authored:
    """One step as its author wrote it."""

    places: tuple[Place, ...]
    claims: Mapping[str, str]


WHOLE = 10**9
"""The last line of a part that takes its whole file."""


def authored(folder: Path) -> dict[str, Authored]:
    """Every step and booster of a campaign that can be read, by its key; a booster stands where the
    tip stands that it brings again."""
    draft = read_draft(folder)
    if draft.model is None or draft.document is None:
        return {}
    model, document = draft.model, draft.document
    starts = _starts(model, document)
    steps = {
        step.key: Authored(
            tuple(_places(model, index, document, starts)),
            {key: model.claims[key].text for key in step.claims if key in model.claims}
            if isinstance(step, TipModel)
            else {},
        )
        for index, step in enumerate(model.steps)
    }
    return steps | {booster_key(key): steps[key] for key in model.boosters if key in steps}


def _starts(model: CampaignModel, document: Document) -> list[int]:
    """The lines on which the parts of the file begin, in order."""
    places = [
        *((key,) for key in document.data),
        *(("steps", index) for index in range(len(model.steps))),
        *(("questions", key) for key in model.questions),
    ]
    return sorted({document.line(place) for place in places})


def _places(
    model: CampaignModel, index: int, document: Document, starts: list[int]
) -> Iterator[Place]:
    def part(*location: int | str) -> Place:
        line = document.line(location)
        after = [each for each in starts if each > line]
        return Place(FILE, line, after[0] - 1 if after else WHOLE)

    step = model.steps[index]
    if isinstance(step, TipModel):
        for language in model.languages:
            yield Place(f"{language}/{step.key}.j2", 1, WHOLE, language)
    else:
        yield from (part("questions", key) for key in step.questions)
    yield part("steps", index)


def as_json(step: Authored, findings: Iterable[Finding]) -> dict[str, Any]:
    """A step's places, claims and findings for the page."""
    return {
        "places": [
            {"file": place.file, "line": place.line, "language": place.language}
            for place in step.places
        ],
        "claims": [{"id": key, "text": text} for key, text in step.claims.items()],
        "findings": [
            finding_json(each)
            for each in findings
            if any(place.holds(each) for place in step.places)
        ],
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding for the page; its file is named as the linter does, from the campaign's folder."""
    return {
        "file": finding.file,
        "line": finding.line,
        "code": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
    }

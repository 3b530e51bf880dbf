"""Folders of texts that tests change, and what a right one holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.content.findings import CampaignError
from bot.content.load import Loaded, load
from bot.content.phrases import Phrases, read_phrases

CAMPAIGN = """\
key: tiny
version: 3
languages: [nl, en]
review_by: 2030-01-31
check_in_window: 3
source:
  publisher: {nl: een krant, en: a newspaper}
  published: 2022-02
  title:
    nl: Een artikel
    en: An article
claims:
  C1:
    text: Many people have it.
    not_for: fear
  C2:
    text: It is rarely serious.
    only_with: [safety]
questions:
  sure:
    scale: confidence
    text: {nl: Hoe zeker?, en: How sure?}
    values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, skip]
    options:
      nl: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, Sla over]
      en: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, Skip]
  known:
    scale: knowledge
    text: {nl: Wist je dit?, en: Did you know?}
    values: [always, mostly-not, skip]
    options:
      nl: [Altijd, Meestal niet, Sla over]
      en: [Always, Mostly not, Skip]
    correct: mostly-not
    explanation:
      nl: Het mag zo.
      en: You may.
steps:
  - tip: first
    day: 0
    title: {nl: Eerste, en: First}
    claims: [C1]
    buttons: [source]
  - check-in: week-1
    day: 3
    questions: [sure]
  - tip: second
    day: 7
    title: {nl: Tweede, en: Second}
    claims: [C1, C2]
    buttons: [source, safety]
  - check-in: week-2
    day: 10
    questions: [known, sure]
"""

PHRASES = """\
# What the bot says.
button.source: Source
button.safety: When to call
command-name.start: start
welcome.enrolled: |-
  Your next tip comes <b>{{ day }}</b>.

  In the {{ part }}.
settings.language: "Language: {{ language }}"
"""


CONSENT = {"consent-series": "welcome", "consent-check-ins": "check-ins-ask"}


@dataclass(frozen=True)
class Files:
    """The folder of a campaign or of phrases, with the ways in which tests change it."""

    folder: Path

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))


class CampaignFiles(Files):
    def load(self) -> Loaded:
        return load(self.folder)

    def findings(self) -> list[str]:
        """What is wrong with the folder, line by line."""
        with pytest.raises(CampaignError) as caught:
            self.load()
        return str(caught.value).splitlines()


class PhraseFiles(Files):
    def read(self) -> Phrases:
        return read_phrases(self.folder)

    def findings(self) -> list[str]:
        """What is wrong with the phrases, line by line."""
        with pytest.raises(CampaignError) as caught:
            self.read()
        return str(caught.value).splitlines()

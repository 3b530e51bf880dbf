"""The bot's own phrases: one YAML file per language, the same keys in each.

A campaign says some of them in its own words: `nl/phrases.yaml` in its folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.content.codes import Rule
from bot.content.files import Document, read_yaml
from bot.content.findings import CampaignError, Finding
from bot.content.phrase_checks import Languages, own_phrases, phrase_problems
from bot.content.templating import Text, compile_text, environment


@dataclass(frozen=True, slots=True)
class Phrases:
    """Every phrase, by language and key."""

    texts: Languages

    def text(self, key: str, language: str) -> Text:
        """One phrase; a KeyError names what isn't there."""
        try:
            return self.texts[language][key]
        except KeyError:
            raise KeyError(f"no phrase {key!r} in {language!r}") from None


OWN = "phrases.yaml"
"""The file in a campaign's `nl/` and `en/` with phrases in its own words."""


def read_phrases(folder: Path, campaign: Path | None = None) -> Phrases:
    """The phrases in every language of which the folder has a file, those of a campaign first.

    Findings name the files as "phrases/nl.yaml", to tell them from those of a campaign.
    """
    findings: list[Finding] = []
    texts: dict[str, Mapping[str, Text]] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            document = read_yaml(folder, path.name, shown=f"phrases/{path.name}")
        except CampaignError as error:
            findings += error.findings
        else:
            texts[path.stem], wrong = _compiled(document)
            findings += wrong
    if not texts and not findings:
        what = "no phrases here; put a file per language here, such as nl.yaml"
        findings.append(Finding("phrases", 1, what, Rule.MISSING_FILE))
    own = list(_own(campaign, findings)) if campaign is not None else []
    for language, spoken in own:
        findings += own_phrases(texts, spoken)
        texts[language] = {**texts.get(language, {}), **spoken}
    # Comparing languages says nothing while some phrases couldn't be read.
    findings = findings or list(phrase_problems(texts))
    if findings:
        raise CampaignError(findings)
    return Phrases(texts)


def _own(campaign: Path, findings: list[Finding]) -> Iterator[tuple[str, Mapping[str, Text]]]:
    """What a campaign says in its own words, by language; what is wrong joins the findings."""
    for path in sorted(campaign.glob(f"*/{OWN}")):
        try:
            document = read_yaml(campaign, f"{path.parent.name}/{OWN}")
        except CampaignError as error:
            findings += error.findings
        else:
            spoken, wrong = _compiled(document)
            findings += wrong
            yield path.parent.name, spoken


@lru_cache(maxsize=8)
def _compiled(document: Document) -> tuple[Mapping[str, Text], tuple[Finding, ...]]:
    """The phrases of one file, and what is wrong in single ones."""
    env = environment()
    findings: list[Finding] = []
    texts: dict[str, Text] = {}
    for key, value in document.data.items():
        if not isinstance(value, str) or not value.strip():
            message = f"`{key}` is not a text; write one, in quotes if need be"
            findings.append(document.finding((key,), message, Rule.PHRASE))
            continue
        try:
            texts[key] = compile_text(env, str(value), document.file, document.first_line(key))
        except CampaignError as error:
            findings += error.findings
    return texts, tuple(findings)

"""What would go wrong once the bot's own phrases are used: one function per rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.content.checks import MESSAGE_LENGTH, markup, unknown_facts
from bot.content.facts import PHRASE_FACTS
from bot.content.findings import CampaignError, Finding
from bot.content.markup import utf16_length, visible
from bot.content.templating import Text

Languages = Mapping[str, Mapping[str, Text]]
"""Phrases by language and key."""

PLAIN = (
    "bot.", "button.", "chart.", "command.", "command-name.", "language.", "pace.", "part.",
    "part-hours.", "tips.button", "weekday.", "word.", "zone.",
)  # fmt: skip
"""How the keys begin of phrases that go where Telegram takes no HTML, or into another text."""

PLAIN_LENGTHS = {
    "button.": 64,
    "tips.button": 64,
    "command.": 256,
    "bot.name": 64,
    "bot.short-description": 120,
    "bot.description": 512,
}
"""The longest that Telegram takes (buttons: that fits a phone), by how the key begins."""


def phrase_problems(phrases: Languages) -> Iterator[Finding]:
    """Everything that must be put right before the phrases can be used."""
    yield from same_keys(phrases)
    yield from same_facts(phrases)
    for texts in phrases.values():
        for key, text in texts.items():
            unknown = list(unknown_facts(text, PHRASE_FACTS))
            yield from unknown
            if not key.startswith(PLAIN):
                yield from markup(text)
            if unknown:
                continue
            try:
                sample = text.sample(PHRASE_FACTS)
            except CampaignError as error:
                yield from error.findings
            else:
                yield from phrase_length(key, text, sample)
                yield from plain_text(key, text, sample)


def same_keys(phrases: Languages) -> Iterator[Finding]:
    """Every phrase is there in every language."""
    every = dict.fromkeys(key for texts in phrases.values() for key in texts)
    for language, texts in phrases.items():
        for key in every:
            if key not in texts:
                yield Finding(f"phrases/{language}.yaml", 1, f"`{key}` is missing; add it", "keys")


def same_facts(phrases: Languages) -> Iterator[Finding]:
    """A phrase uses the same facts in every language: those that its place in the code gives."""
    first, *others = phrases
    for language in others:
        for key, text in phrases[language].items():
            model = phrases[first].get(key)
            if model is None:
                continue
            here, there = ({name for name, _ in each.names} for each in (text, model))
            if here != there:
                what = f"`{key}` uses {_listed(here)}, and {_listed(there)} in `{first}`"
                yield text.at(1, f"{what}; use the same in both", "facts")


def phrase_length(key: str, text: Text, sample: str) -> Iterator[Finding]:
    """A phrase fits where it goes."""
    prefix = next((prefix for prefix in PLAIN_LENGTHS if key.startswith(prefix)), None)
    limit = PLAIN_LENGTHS[prefix] if prefix else MESSAGE_LENGTH
    length = utf16_length(visible(sample))
    if not 1 <= length <= limit:
        message = f"`{key}` has {length} characters; give it 1 to {limit}"
        yield text.at(1, message, "phrase-length")


def plain_text(key: str, text: Text, sample: str) -> Iterator[Finding]:
    """Where Telegram takes no HTML there is none, and a command is one that Telegram takes."""
    if key.startswith(PLAIN) and visible(text.source) != text.source.strip():
        yield text.at(1, f"`{key}` holds HTML, which would be shown as it is; remove it", "plain")
    if key.startswith("command-name.") and not re.fullmatch("[a-z0-9_]{1,32}", sample):
        message = f"`{sample}` can't be a command; use a-z, 0-9 and _, at most 32"
        yield text.at(1, message, "command")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "no facts"

"""What would go wrong once the bot's own phrases are used: one function per rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.content.checks import MESSAGE_LENGTH, markup, unknown_facts
from bot.content.codes import Rule
from bot.content.facts import PHRASE_FACTS, STANDING_FACTS
from bot.content.findings import CampaignError, Finding
from bot.content.markup import utf16_length, visible
from bot.content.reading import WORD
from bot.content.templating import Text

Languages = Mapping[str, Mapping[str, Text]]
"""Phrases by language and key."""

PLAIN = (
    "bot.", "button.", "chart.", "command.", "command-name.", "doctor.", "language.",
    "out-of-hours.", "pace.", "part.", "part-hours.", "practice.days", "practice.hours",
    "tips.button", "weekday.", "word.", "zone.",
)  # fmt: skip
"""How the keys begin of phrases that go where Telegram takes no HTML, or into another text."""

LENGTHS = {
    "button.": (Rule.BUTTON, 64),
    "tips.button": (Rule.BUTTON, 64),
    "command.": (Rule.COMMAND, 256),
    "bot.name": (Rule.PROFILE, 64),
    "bot.short-description": (Rule.PROFILE, 120),
    "bot.description": (Rule.PROFILE, 512),
    "exercises.idea": (Rule.CAPTION_LENGTH, 120),  # it goes on top of an exercise's caption
    "export.done": (Rule.CAPTION_LENGTH, 1024),  # it goes with the file
}
"""The longest that Telegram takes (buttons: that fits a phone), by how the key begins."""

COMMANDS = 100
"""Telegram's limit to a bot's menu."""


def phrase_problems(phrases: Languages) -> Iterator[Finding]:
    """Everything that must be put right before the phrases can be used."""
    yield from same_keys(phrases)
    yield from same_facts(phrases)
    yield from few_commands(phrases)
    for texts in phrases.values():
        for key, text in texts.items():
            unknown = list(unknown_facts(text, PHRASE_FACTS))
            yield from unknown
            if not key.startswith(PLAIN):
                yield from markup(text)
            if unknown:
                continue
            try:
                samples = text.sample(PHRASE_FACTS), text.sample(PHRASE_FACTS | {"staffed": ""})
            except CampaignError as error:
                yield from error.findings
            else:
                for sample in dict.fromkeys(samples):
                    yield from phrase_length(key, text, sample)
                    yield from plain_text(key, text, sample)


def own_phrases(phrases: Languages, own: Mapping[str, Text]) -> Iterator[Finding]:
    """What a campaign says in its own words is a phrase of the bot, and uses no more facts."""
    for key, text in own.items():
        model = next((texts[key] for texts in phrases.values() if key in texts), None)
        if model is None:
            yield text.at(1, f"the bot has no phrase `{key}`; correct the name", Rule.PHRASE)
            continue
        given = {name for name, _ in model.names} | set(STANDING_FACTS)
        more = {name for name, _ in text.names} - given
        if more:
            what = f"`{key}` is not given {_listed(more)}"
            yield text.at(1, f"{what}; leave it out", Rule.PHRASE_FACTS)


def same_keys(phrases: Languages) -> Iterator[Finding]:
    """Every phrase is there in every language."""
    every = dict.fromkeys(key for texts in phrases.values() for key in texts)
    for language, texts in phrases.items():
        for key in every:
            if key not in texts:
                yield Finding(
                    f"phrases/{language}.yaml", 1, f"`{key}` is missing; add it", Rule.PHRASE
                )


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
                yield text.at(1, f"{what}; use the same in both", Rule.PHRASE_FACTS)


def few_commands(phrases: Languages) -> Iterator[Finding]:
    """The menu takes only so many commands."""
    for language, texts in phrases.items():
        commands = [text for key, text in texts.items() if key.startswith("command-name.")]
        if len(commands) > COMMANDS:
            message = (
                f"{len(commands)} commands in `{language}`; Telegram takes {COMMANDS}, remove some"
            )
            yield commands[COMMANDS].at(1, message, Rule.COMMAND)


def phrase_length(key: str, text: Text, sample: str) -> Iterator[Finding]:
    """A phrase fits where it goes."""
    found = (known for prefix, known in LENGTHS.items() if key.startswith(prefix))
    rule, limit = next(found, (Rule.TEXT_LENGTH, MESSAGE_LENGTH))
    length = utf16_length(visible(sample))
    if not 1 <= length <= limit:
        message = f"`{key}` has {length} characters; give it 1 to {limit}"
        yield text.at(1, message, rule if length else Rule.EMPTY)


def plain_text(key: str, text: Text, sample: str) -> Iterator[Finding]:
    """Where Telegram takes no HTML there is none; buttons have words; commands are Telegram's."""
    if key.startswith(PLAIN) and visible(text.source) != text.source.strip():
        yield text.at(
            1, f"`{key}` holds HTML, which would be shown as it is; remove it", Rule.MARKUP
        )
    if key.startswith(("button.", "tips.button")) and not WORD.search(sample):
        yield text.at(1, f"`{key}` has no words; say what the button does", Rule.BUTTON)
    if key.startswith("command-name.") and not re.fullmatch("[a-z0-9_]{1,32}", sample):
        message = f"`{sample}` can't be a command; use a-z, 0-9 and _, at most 32"
        yield text.at(1, message, Rule.COMMAND)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "no facts"

"""What is wrong with the files beside their words: one function per rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from bot.content.codes import Rule
from bot.content.draft import MAY_HAVE, Draft, needed
from bot.content.files import Document
from bot.content.findings import Finding, Mend
from bot.content.markup import utf16_length
from bot.content.phrase_checks import PLAIN, Languages
from bot.content.schema import CampaignModel, TipModel
from bot.content.templating import Text

_LINK = re.compile(r"<a\b([^<>]*)>", re.IGNORECASE)
_ADDRESS = re.compile(r"""(?<!\S)href\s*=\s*["']([^"']*)["']""")
_BARE = re.compile(r"(?<![\"'>/\w])(?:https?://|www\.)\S+")
_CALLS = re.compile(r"\b(?:\d{3,}|\d{2,}[ -]\d+)|\{\{ *emergency *\}\}")

TITLE = 56
"""A title stands on a button, after the number of its week: 64 characters in all."""

QUESTION, OPTION = 300, 100
"""Telegram's limits to a poll, in UTF-16 code units."""


def files_kept(draft: Draft) -> Iterator[Finding]:
    """Everything of this module about a campaign."""
    for text in draft.texts.values():
        yield from tidy(text)
        yield from links(text)
    if draft.model is not None and draft.document is not None:
        yield from used(draft, draft.model, draft.document)
        yield from polls_fit(draft.model, draft.document)
        yield from titles_fit(draft.model, draft.document)
        yield from labels_say(draft.model, draft.document)
        yield from help_at_hand(draft, draft.model, draft.document)


def phrase_links(phrases: Languages) -> Iterator[Finding]:
    """The links in the bot's own phrases."""
    for texts in phrases.values():
        for key, text in texts.items():
            if not key.startswith(PLAIN):
                yield from links(text)


def tidy(text: Text) -> Iterator[Finding]:
    """No spaces that nobody sees."""
    for number, ended in enumerate(text.source.split("\n"), 1):
        line = ended.removesuffix("\r")
        clean = re.sub(r"(?<=\S)[ \t]{2,}(?=\S)", " ", line.rstrip().replace("\t", " "))
        if line != clean:
            what = "spaces at the end, twice in a row, or a tab; write single spaces"
            yield text.at(number, what, Rule.WHITESPACE, Mend(line, clean))


def links(text: Text) -> Iterator[Finding]:
    """A link has an https address and words of its own."""
    source = text.source
    for match in _LINK.finditer(source):
        number = source.count("\n", 0, match.start()) + 1
        address = _ADDRESS.search(match[1])
        if address is None:
            yield text.at(
                number, "a link without an address; add href, in small letters", Rule.LINK
            )
        elif not address[1].startswith("https://"):
            message = f"`{address[1]}` is not an https address; use one that is"
            yield text.at(number, message, Rule.LINK)
    for match in _BARE.finditer(source):
        number = source.count("\n", 0, match.start()) + 1
        message = f"the bare address {match[0]}; make it a link with words"
        yield text.at(number, message, Rule.LINK)


def used(draft: Draft, model: CampaignModel, document: Document) -> Iterator[Finding]:
    """Every text belongs to a language and is shown somewhere; every question is asked."""
    names = {*needed(model), *(f"cards/{card}" for card in MAY_HAVE)}
    sources = "\n".join(text.source for text in draft.texts.values())
    for name, text in draft.texts.items():
        language, _, rest = name.partition("/")
        if language not in model.languages:
            what = f"`{language}` is not among `languages`; add it there or remove this file"
            yield text.at(1, what, Rule.TRANSLATION)
        elif rest not in names and f"{name}.j2" not in sources:
            what = "no step, button or command shows this text; name it somewhere or remove it"
            yield text.at(1, what, Rule.UNUSED)
    asked = {
        key for step in model.steps if not isinstance(step, TipModel) for key in step.questions
    }
    for key in model.questions:
        if key not in asked:
            what = f"no check-in asks `{key}`; ask it somewhere or remove it"
            yield document.finding(("questions", key), what, Rule.UNUSED)


def polls_fit(model: CampaignModel, document: Document) -> Iterator[Finding]:
    """Questions and options fit a poll; an emoji counts for two."""
    for key, question in model.questions.items():
        for language, said in question.text.items():
            if utf16_length(said) > QUESTION:
                message = f"this question counts {utf16_length(said)}; shorten it to {QUESTION}"
                yield document.finding(("questions", key, "text", language), message, Rule.POLL)
        for language, options in question.options.items():
            for position, said in enumerate(options):
                if utf16_length(said) > OPTION:
                    message = f"this option counts {utf16_length(said)}; shorten it to {OPTION}"
                    at = ("questions", key, "options", language, position)
                    yield document.finding(at, message, Rule.POLL)


def titles_fit(model: CampaignModel, document: Document) -> Iterator[Finding]:
    """A title is words that fit the button by which a tip is read again."""
    for index, step in enumerate(model.steps):
        if isinstance(step, TipModel):
            yield from _titles(step.title, index, document)


def _titles(titles: Mapping[str, str], index: int, document: Document) -> Iterator[Finding]:
    for language, title in titles.items():
        at = ("steps", index, "title", language)
        if utf16_length(title) > TITLE:
            message = f"this title has {utf16_length(title)} characters; a button takes {TITLE}"
            yield document.finding(at, f"{message}, shorten it", Rule.BUTTON)
        elif not re.search(r"[^\W\d_]{2}", title):
            message = "this title has no words, and it stands on a button; write some"
            yield document.finding(at, message, Rule.BUTTON)


def labels_say(model: CampaignModel, document: Document) -> Iterator[Finding]:
    """A choice says in words what it does."""
    for index, branch in enumerate(model.branches):
        for position, choice in enumerate(branch.choices):
            for language, label in choice.label.items():
                if not re.search(r"[^\W\d_]{2}", label):
                    at = ("branches", index, "choices", position, "label", language)
                    message = "this choice has no words, and it stands on a button; write some"
                    yield document.finding(at, message, Rule.BUTTON)


def help_at_hand(draft: Draft, model: CampaignModel, document: Document) -> Iterator[Finding]:
    """The safety card says whom to call, and some tip leads to it."""
    for name, text in draft.texts.items():
        if PurePosixPath(name).match("*/cards/safety") and not _CALLS.search(text.source):
            message = "the safety card names no number to call; write {{ emergency }}"
            yield text.at(1, message, Rule.SAFETY_CARD)
    tips = [step for step in model.steps if isinstance(step, TipModel)]
    if tips and not any("safety" in step.buttons for step in tips):
        message = "no tip has the `safety` button; put it under the tips that need it"
        yield document.finding(("steps",), message, Rule.SAFETY_CARD)

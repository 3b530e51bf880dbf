"""What would go wrong once a campaign's texts are sent: one function per rule.

Texts go by name here: "nl/not-alone" is a tip, "nl/cards/safety" a card.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from bot.content.codes import Rule
from bot.content.facts import CAMPAIGN_FACTS
from bot.content.findings import CampaignError, Finding
from bot.content.markup import faults, visible, visible_length
from bot.content.templating import Text

TIP_LENGTH = 400
"""A tip fits one screen of a small phone."""

MESSAGE_LENGTH = 4096
"""Telegram's limit."""

CONSENT_SHOWN = {"consent-series": "welcome", "consent-check-ins": "check-ins-ask"}
"""The wording of a consent, and the card under which people say yes to it."""


def problems(texts: Mapping[str, Text], choices: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """Everything that must be put right before a campaign's texts can be sent.

    `choices` are the facts that people's own answers make, each with the values it may have.
    """
    bare: dict[str, str] = {}
    longest: dict[str, str] = {}
    full: dict[str, str] = {}
    widest: dict[str, str] = {}
    nothing = dict.fromkeys((*CAMPAIGN_FACTS, *choices), "")
    everything = nothing | CAMPAIGN_FACTS
    for name, text in texts.items():
        yield from markup(text)
        unknown = list(unknown_facts(text, nothing))
        yield from unknown
        if unknown:
            continue
        try:
            # Once with nothing and once with everything: a text may branch on what is there.
            bare[name] = text.sample(nothing)
            full[name] = text.sample(everything)
            unstaffed = text.sample(everything | {"staffed": ""})
            widest[name] = max((full[name], unstaffed), key=visible_length)
            variants = [text.sample(nothing | each) for each in _variants(text, choices)]
            longest[name] = max((bare[name], *variants), key=visible_length)
        except CampaignError as error:
            yield from error.findings
    yield from never_empty(texts, bare)
    yield from tip_lengths(texts, longest)
    yield from message_lengths(texts, widest)
    yield from consents_shown(texts, full)


def _variants(text: Text, choices: Mapping[str, Sequence[str]]) -> Iterator[dict[str, object]]:
    """Every combination of values that the facts may have by which a text differs."""
    used = sorted({name for name, _ in text.names} & choices.keys())
    for values in product(*(choices[name] for name in used)):
        yield dict(zip(used, values, strict=True))


def unknown_facts(text: Text, known: Iterable[str]) -> Iterator[Finding]:
    """A text uses only facts that it is given, in every branch."""
    for name, line in text.names:
        if name not in known:
            message = f"`{name}` is no fact that this text gets; use one of {', '.join(known)}"
            yield text.at(line, message, Rule.VARIABLE)


def markup(text: Text) -> Iterator[Finding]:
    """Telegram can parse it."""
    for line, message, mend in faults(text.source):
        yield text.at(line, message, Rule.MARKUP, mend)


def never_empty(texts: Mapping[str, Text], bare: Mapping[str, str]) -> Iterator[Finding]:
    """A text says something whatever facts there are: Telegram refuses an empty message."""
    for name, sample in bare.items():
        if not visible(sample):
            message = "nothing is left of this text without facts; write some that always stays"
            yield texts[name].at(1, message, Rule.EMPTY)


def tip_lengths(texts: Mapping[str, Text], longest: Mapping[str, str]) -> Iterator[Finding]:
    """A tip or an offer is short. What people said themselves may come on top of that."""
    for name, sample in longest.items():
        length = visible_length(sample)
        kind = "tip" if name.count("/") == 1 else "offer" if "/offers/" in name else None
        if kind is not None and length > TIP_LENGTH:
            message = f"this {kind} has {length} characters; shorten it to {TIP_LENGTH}"
            yield texts[name].at(1, message, Rule.TIP_LENGTH)


def message_lengths(texts: Mapping[str, Text], full: Mapping[str, str]) -> Iterator[Finding]:
    """Everything fits one message."""
    for name, sample in full.items():
        length = visible_length(sample)
        if length > MESSAGE_LENGTH:
            message = f"this text has {length} characters; shorten it to {MESSAGE_LENGTH}"
            yield texts[name].at(1, message, Rule.TEXT_LENGTH)


def consents_shown(texts: Mapping[str, Text], full: Mapping[str, str]) -> Iterator[Finding]:
    """The wording that is kept with a consent is what people read above the button."""
    for name, sample in full.items():
        language, _, wording = name.partition("/cards/")
        shown = f"{language}/cards/{CONSENT_SHOWN.get(wording, '')}"
        if shown in full and _words(sample) not in _words(full[shown]):
            message = f"{texts[shown].file} does not show this wording; let the two say the same"
            yield texts[name].at(1, message, Rule.CONSENT_SHOWN)


def _words(sample: str) -> str:
    return " ".join(visible(sample).split())

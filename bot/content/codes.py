"""Every rule by its code: the one list for findings, the command `check` and docs/checks.md."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """What a finding stops: an error stops the start of the bot, a warning nothing."""

    ERROR = "error"
    WARNING = "warning"


class Rule(StrEnum):
    """What may be wrong. A code keeps its meaning for good; docs/checks.md explains each.

    RW1 files, RW2 the series, RW3 claims and tone, RW4 Telegram, RW5 language, RW6 safety,
    RW7 templates and phrases, RW8 exercises.
    """

    MISSING_FILE = "RW101"
    UNREADABLE_FILE = "RW102"
    YAML = "RW103"
    DUPLICATE_KEY = "RW104"
    SCHEMA = "RW105"
    WHITESPACE = "RW106"

    TRANSLATION = "RW201"
    VALUES = "RW202"
    OPTIONS = "RW203"
    KNOWLEDGE = "RW204"
    ORDER = "RW205"
    SAME_DAY = "RW206"
    UNKNOWN_QUESTION = "RW207"
    CHANGED_KEY = "RW208"
    UNUSED = "RW209"
    BRANCH_WORDS = "RW210"
    UNREACHABLE_BRANCH = "RW211"
    NEVER_REJOINS = "RW212"
    TOO_OFTEN = "RW213"
    BOOSTER = "RW214"

    UNFOUNDED = "RW301"
    CLAIM_ALONE = "RW302"
    NOT_FOR = "RW303"
    MUST_SAY = "RW304"
    REVIEW_DUE = "RW305"
    PROMISE = "RW306"
    SCARE = "RW307"
    BLAME = "RW308"

    MARKUP = "RW401"
    TEXT_LENGTH = "RW402"
    TIP_LENGTH = "RW403"
    CAPTION_LENGTH = "RW404"
    POLL = "RW405"
    BUTTON = "RW406"
    CALLBACK_DATA = "RW407"
    COMMAND = "RW408"
    PROFILE = "RW409"
    LINK = "RW410"
    EMPTY = "RW411"

    HARD_TO_READ = "RW501"
    NOT_YET_PLAIN = "RW502"
    SENTENCE_TOO_LONG = "RW503"
    LONG_SENTENCE = "RW504"
    SPELLING = "RW505"
    EMOJI = "RW506"
    ONE_ACTION = "RW507"

    SAFETY_CARD = "RW601"

    TEMPLATE = "RW701"
    VARIABLE = "RW702"
    CONSENT_SHOWN = "RW703"
    PHRASE = "RW704"
    PHRASE_FACTS = "RW705"

    UNKNOWN_EXERCISE = "RW801"
    PICTURE = "RW802"
    DOSE = "RW803"

    @property
    def label(self) -> str:
        """The rule's short name, as in the headings of docs/checks.md."""
        return self.name.lower().replace("_", "-")

    @property
    def severity(self) -> Severity:
        """How much a finding of this rule stops."""
        return Severity.WARNING if self in _WARNINGS else Severity.ERROR


_WARNINGS = frozenset(
    {
        Rule.WHITESPACE,
        Rule.UNUSED,
        Rule.UNREACHABLE_BRANCH,
        Rule.NOT_YET_PLAIN,
        Rule.LONG_SENTENCE,
        Rule.ONE_ACTION,
    }
)

"""What a message is, known by its text as its reader sees it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from bot.content.phrases import Phrases
from bot.content.render import Texts
from bot.domain.branch import PACES
from bot.domain.campaign import Scale, StepKind

TIP, ASK, QUESTION, REMINDER, THANKS, SAFETY, OFFER, OTHER = (
    "tip", "ask", "question", "reminder", "thanks", "safety", "offer", "other",
)  # fmt: skip
"""The kinds of messages. An ask is the question whether check-ins are welcome."""

SERIES = (TIP, ASK, QUESTION)


@dataclass(frozen=True, slots=True)
class Known:
    """A message's kind; `key` is that of the tip, question or phrase, `title` its first line."""

    kind: str
    key: str
    title: str


class Reader:
    """Knows a campaign's messages in all its languages, from Telegram's HTML or plain text."""

    def __init__(self, texts: Texts, phrases: Phrases, operator: str = "") -> None:
        self._tips: dict[str, str] = {}
        self._whole: dict[str, tuple[str, str]] = {}
        self._polls: dict[str, str] = {}
        for language in texts.campaign.languages:
            for step in texts.campaign.steps:
                if step.kind is StepKind.TIP:
                    self._tips[_title(plain(texts.tip(step.key, language)))] = step.key
                for question in step.questions:
                    self._polls[question.text[language]] = question.key
                    if question.scale is Scale.KNOWLEDGE:
                        explanation = texts.explanation(question.key, language)
                        for kind in ("right", "other"):
                            key = f"thanks.knowledge.{kind}"
                            shown = texts.phrase(key, language, explanation=explanation)
                            self._whole[plain(shown)] = (THANKS, key)
            for key, text in phrases.texts[language].items():
                if key.startswith("thanks.") and not text.names:
                    self._whole[plain(text.html({}))] = (THANKS, key)
            for card, kind in (("check-ins-ask", ASK), ("safety", SAFETY)):
                shown = texts.card(card, language, operator=operator)
                self._whole[plain(shown)] = (kind, "")
            reminder = texts.phrase("check-ins.reminder", language)
            self._whole[plain(reminder)] = (REMINDER, "")
            paces = ["", *(texts.plain(f"pace.{pace}", language) for pace in PACES)]
            for branch, pace in product(texts.campaign.branches, paces):
                shown = texts.offer(branch.key, language, slower=pace)
                self._whole[plain(shown)] = (OFFER, branch.key)
        self._answers = tuple(
            _title(plain(texts.phrase("progress.own", language, chart="")))
            for language in texts.campaign.languages
        )
        self.text = lru_cache(maxsize=4096)(self._text)

    def poll(self, question: str) -> Known:
        """What a poll asks."""
        return Known(QUESTION, self._polls.get(question, ""), question)

    def _text(self, text: str) -> Known:
        shown = plain(text)
        title = _title(shown)
        if title in self._tips:
            return Known(TIP, self._tips[title], title)
        for heading in self._answers:
            shown = shown.partition(f"\n\n{heading}\n")[0]
        kind, key = self._whole.get(shown, (OTHER, ""))
        return Known(kind, key, title)


def plain(text: str) -> str:
    """Telegram's HTML as it is read; plain text stays as it is, unless it holds tags."""
    return html.unescape(re.sub(r"</?[a-z][^>]*>", "", text)).strip()


def _title(text: str) -> str:
    return text.partition("\n")[0].strip()

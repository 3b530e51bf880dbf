"""What is said, in the language of the one who reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from markupsafe import Markup

from bot.content.codes import Rule
from bot.content.exercises import caption
from bot.content.facts import CAMPAIGN_FACTS, HELP_FACTS
from bot.content.findings import CampaignError, Finding
from bot.content.load import Loaded, load
from bot.content.phrase_checks import Languages
from bot.content.phrases import Phrases, read_phrases
from bot.content.schema import CampaignModel, TipModel
from bot.content.templating import Text
from bot.domain.campaign import Scale
from bot.domain.exercise import Exercise, ExerciseLibrary
from bot.domain.helplines import HELPLINES, Country
from bot.domain.message import PollMessage
from bot.domain.tailoring import fact


class Texts:
    """A campaign's texts and the bot's phrases. Asking for one that is not there is a KeyError.

    Facts go in by name and are escaped. The keys are positional, so a fact may have any name.
    Whom to call in `country` is known to every text.
    """

    def __init__(self, loaded: Loaded, phrases: Phrases, country: Country = Country.NL) -> None:
        buttons = {each for group in loaded.buttons.values() for each in group}
        buttons |= {each for branch in loaded.campaign.branches for each in branch.cards}
        findings = list(_misfits(loaded.campaign.languages, buttons, phrases.texts))
        if findings:
            raise CampaignError(findings)
        self.campaign = loaded.campaign
        self._loaded = loaded
        self.phrases = phrases
        # Of every question in the file: one that no step asks any more is one that nobody answered.
        chosen = {fact(key) for key, each in loaded.questions.items() if each.scale is Scale.CHOICE}
        self._no_facts: dict[str, object] = dict.fromkeys((*CAMPAIGN_FACTS, *chosen), "")
        told = {"chart", "favourites", *chosen}
        self.staffed = False
        """Whether a physio can be asked; every text may say so or else that nobody reads along."""
        self._country = country
        self._help: dict[str, dict[str, object]] = {}
        self._showing = {
            name.partition("/")[2]
            for name, text in loaded.texts.items()
            if told & set(dict(text.names))
        }

    def phrase(self, key: str, language: str, /, **facts: object) -> str:
        """One of the bot's own phrases in Telegram's HTML."""
        text = self.phrases.text(key, language)
        return text.html(self._known(text, language) | facts)

    def plain(self, key: str, language: str, /, **facts: object) -> str:
        """A phrase for where Telegram takes no HTML (a button), or as a fact in another text."""
        text = self.phrases.text(key, language)
        return text.plain(self._known(text, language) | facts)

    def tip(self, step_key: str, language: str, /, **facts: object) -> str:
        """A tip in Telegram's HTML; facts of a campaign that aren't given count as empty."""
        return self._own(f"{language}/{step_key}", language, facts)

    def card(self, name: str, language: str, /, **facts: object) -> str:
        """A card in Telegram's HTML; facts of a campaign that aren't given count as empty."""
        return self._own(f"{language}/cards/{name}", language, facts)

    def offer(self, branch_key: str, language: str, /, **facts: object) -> str:
        """A branch's offer in Telegram's HTML; facts that aren't given count as empty."""
        return self._own(f"{language}/offers/{branch_key}", language, facts)

    @property
    def exercises(self) -> ExerciseLibrary:
        """The exercises that the campaign shows; it may show none."""
        return self._loaded.exercises

    def exercise(self, exercise: Exercise, language: str) -> str:
        """What stands under the picture of an exercise, in Telegram's HTML."""
        return caption(self.exercises, exercise, language)

    def question(self, question_key: str, language: str) -> PollMessage:
        """A question as a poll, its options in the order of the question's values."""
        question = self._loaded.questions[question_key]
        return PollMessage(question.text[language], question.options[language])

    def explanation(self, question_key: str, language: str) -> str:
        """Why a knowledge question's right answer is right; plain text, to go into a phrase."""
        return self._loaded.explanations[question_key][language]

    def shows_answers(self, step_key: str) -> bool:
        """Whether a tip depends on its reader's own answers, in any language."""
        step = self.campaign.step(step_key)
        return step is not None and step.text in self._showing

    def has_card(self, name: str) -> bool:
        """Whether the campaign has a card of this name."""
        return f"{self.campaign.languages[0]}/cards/{name}" in self._loaded.texts

    def tells_own(self, card: str) -> bool:
        """Whether a card depends on what its reader chose before, in any language."""
        return f"cards/{card}" in self._showing

    def buttons_of(self, step_key: str) -> tuple[str, ...]:
        """The cards one tap away from a tip, in order; none for a check-in."""
        return self._loaded.buttons.get(step_key, ())

    def wording(self, scope: str, language: str) -> tuple[int, str]:
        """What someone says yes to (`series`, `check-ins`), with the campaign's version."""
        return self.campaign.version, self.card(f"consent-{scope}", language)

    def _own(self, name: str, language: str, facts: dict[str, object]) -> str:
        text = self._loaded.text(name)
        return text.html(self._no_facts | self._known(text, language) | facts)

    def _known(self, text: Text, language: str) -> dict[str, object]:
        """What holds for everybody: whether a physio can be asked and, where a text says so, whom
        to call."""
        staffed: dict[str, object] = {"staffed": "yes" if self.staffed else ""}
        if not any(name in HELP_FACTS for name, _ in text.names):
            return staffed
        if language not in self._help:
            self._help[language] = self._whom_to_call(language)
        return staffed | self._help[language]

    def _whom_to_call(self, language: str) -> dict[str, object]:
        def say(key: str) -> str:
            known = self.phrases.texts[language]
            fitting = f"{key}.{self._country}"
            return self.plain(fitting if fitting in known else f"{key}.elsewhere", language)

        lines = HELPLINES[self._country]
        numbers = f" {self.plain('word.or', language)} ".join(lines.suicide)
        sort = "call" if lines.suicide else "elsewhere"
        helpline = self.phrase(f"helpline.{sort}", language, numbers=numbers, site=lines.site)
        return {
            "doctor": say("doctor"),
            "emergency": lines.emergency or self.plain("word.emergency", language),
            "helpline": Markup(helpline),
            "out_of_hours": say("out-of-hours"),
        }


def read_texts(campaign: Path, phrases: Path, country: Country = Country.NL) -> Texts:
    """The texts in two folders; raises CampaignError with everything that is wrong in both."""
    try:
        loaded = load(campaign)
    except CampaignError as error:
        findings = error.findings
        try:
            read_phrases(phrases, campaign)
        except CampaignError as more:
            findings += more.findings
        raise CampaignError(findings) from error
    return Texts(loaded, read_phrases(phrases, campaign), country)


def missing_phrases(model: CampaignModel, phrases: Languages) -> Iterator[Finding]:
    """Where the phrases lack a language of the campaign, or the name of one of its buttons."""
    tips = [step for step in model.steps if isinstance(step, TipModel)]
    buttons = {button for step in tips for button in step.buttons}
    buttons |= {card for branch in model.branches for card in branch.cards}
    yield from _misfits(model.languages, buttons, phrases)


def _misfits(
    languages: Iterable[str], buttons: Iterable[str], phrases: Languages
) -> Iterator[Finding]:
    for language in languages:
        file = f"phrases/{language}.yaml"
        if language not in phrases:
            what = f"there is no such file, but the campaign speaks `{language}`; write it"
            yield Finding(file, 1, what, Rule.PHRASE)
            continue
        for button in sorted(buttons):
            if f"button.{button}" not in phrases[language]:
                what = f"`button.{button}` is missing, but a tip or offer has that button; add it"
                yield Finding(file, 1, what, Rule.PHRASE)

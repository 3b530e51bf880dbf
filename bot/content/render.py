"""What is said, in the language of the one who reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.content.codes import Rule
from bot.content.exercises import caption
from bot.content.facts import CAMPAIGN_FACTS
from bot.content.findings import CampaignError, Finding
from bot.content.load import Loaded, load
from bot.content.phrase_checks import Languages
from bot.content.phrases import Phrases, read_phrases
from bot.content.schema import CampaignModel, TipModel
from bot.domain.exercise import Exercise, ExerciseLibrary
from bot.domain.message import PollMessage
from bot.domain.tailoring import choices


class Texts:
    """A campaign's texts and the bot's phrases. Asking for one that is not there is a KeyError.

    Facts go in by name and are escaped. The keys are positional, so a fact may have any name.
    """

    def __init__(self, loaded: Loaded, phrases: Phrases) -> None:
        buttons = {each for group in loaded.buttons.values() for each in group}
        buttons |= {each for branch in loaded.campaign.branches for each in branch.cards}
        findings = list(_misfits(loaded.campaign.languages, buttons, phrases.texts))
        if findings:
            raise CampaignError(findings)
        self.campaign = loaded.campaign
        self._loaded = loaded
        self._phrases = phrases
        chosen = choices(loaded.campaign, ())
        self._no_facts = dict.fromkeys(CAMPAIGN_FACTS, "") | dict(chosen)
        told = {"chart", *chosen}
        self._showing = {
            step.key
            for step in loaded.campaign.steps
            for language in loaded.campaign.languages
            if (text := loaded.texts.get(f"{language}/{step.key}")) and told & set(dict(text.names))
        }

    def phrase(self, key: str, language: str, /, **facts: object) -> str:
        """One of the bot's own phrases in Telegram's HTML."""
        return self._phrases.text(key, language).html(facts)

    def plain(self, key: str, language: str, /, **facts: object) -> str:
        """A phrase for where Telegram takes no HTML (a button), or as a fact in another text."""
        return self._phrases.text(key, language).plain(facts)

    def tip(self, step_key: str, language: str, /, **facts: object) -> str:
        """A tip in Telegram's HTML; facts of a campaign that aren't given count as empty."""
        return self._loaded.text(f"{language}/{step_key}").html(self._no_facts | facts)

    def card(self, name: str, language: str, /, **facts: object) -> str:
        """A card in Telegram's HTML; facts of a campaign that aren't given count as empty."""
        return self._loaded.text(f"{language}/cards/{name}").html(self._no_facts | facts)

    def offer(self, branch_key: str, language: str, /, **facts: object) -> str:
        """A branch's offer in Telegram's HTML; facts that aren't given count as empty."""
        return self._loaded.text(f"{language}/offers/{branch_key}").html(self._no_facts | facts)

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
        return step_key in self._showing

    def buttons_of(self, step_key: str) -> tuple[str, ...]:
        """The cards one tap away from a tip, in order; none for a check-in."""
        return self._loaded.buttons.get(step_key, ())

    def wording(self, scope: str, language: str) -> tuple[int, str]:
        """What someone says yes to (`series`, `check-ins`), with the campaign's version."""
        return self.campaign.version, self.card(f"consent-{scope}", language)


def read_texts(campaign: Path, phrases: Path) -> Texts:
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
    return Texts(loaded, read_phrases(phrases, campaign))


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

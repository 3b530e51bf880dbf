"""A campaign's folder, read and checked as a whole before anything of it is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.content.branches import branches_of
from bot.content.codes import Severity
from bot.content.draft import read_draft
from bot.content.findings import CampaignError
from bot.content.schema import CampaignModel, QuestionModel, TipModel
from bot.content.templating import Text
from bot.domain.campaign import Campaign, Claim, Question, Source, Step, StepKind, booster
from bot.domain.exercise import ExerciseLibrary
from bot.domain.schedule import MONTH

TEMPLATES = Path(__file__).parents[2] / "templates"
PHRASES = TEMPLATES / "phrases"
STARTER = TEMPLATES / "starter"
"""What comes with the program: the bot's own phrases, and the sample that campaigns begin from."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A campaign with its texts.

    `texts` go by the file's name without its ending ("nl/not-alone", "nl/cards/safety"),
    `buttons` by step, `questions` and `explanations` (plain text by language) by question.
    `signed_off` is who read it as a professional, and when; None until someone did. `exercises`
    are those that it shows, which may be none.
    """

    campaign: Campaign
    texts: Mapping[str, Text]
    buttons: Mapping[str, tuple[str, ...]]
    questions: Mapping[str, Question]
    explanations: Mapping[str, Mapping[str, str]]
    signed_off: tuple[str, date] | None
    exercises: ExerciseLibrary

    def text(self, name: str) -> Text:
        """One text; a KeyError names what isn't there."""
        try:
            return self.texts[name]
        except KeyError:
            raise KeyError(f"no text {name!r} in the campaign {self.campaign.key!r}") from None


def resolve(root: Path, name: str) -> Path:
    """The folder that the setting CAMPAIGN means.

    A bare name is one of `templates/campaigns/` under `root`; anything with a slash is a path.
    """
    if "/" in name or "\\" in name or name.startswith((".", "~")):
        return Path(name).expanduser()
    return root / "templates" / "campaigns" / name


def load(folder: Path) -> Loaded:
    """The campaign in a folder; raises CampaignError with everything that keeps it from working."""
    draft = read_draft(folder)
    errors = [each for each in draft.findings if each.severity is Severity.ERROR]
    if errors or draft.model is None:
        raise CampaignError(errors)
    return _loaded(draft.model, draft.texts, draft.exercises)


def _loaded(model: CampaignModel, texts: Mapping[str, Text], exercises: ExerciseLibrary) -> Loaded:
    questions = {key: _question(key, question) for key, question in model.questions.items()}
    signed = model.sign_off
    return Loaded(
        campaign=_campaign(model, questions),
        texts=texts,
        buttons={
            step.tip: tuple(step.buttons) for step in model.steps if isinstance(step, TipModel)
        },
        questions=questions,
        explanations={key: each.explanation for key, each in model.questions.items()},
        signed_off=(signed.by, signed.on) if signed.by and signed.on else None,
        exercises=exercises,
    )


def _campaign(model: CampaignModel, questions: Mapping[str, Question]) -> Campaign:
    steps = tuple(_steps(model, questions))
    return Campaign(
        key=model.key,
        version=model.version,
        languages=tuple(model.languages),
        source=Source(
            title=model.source.title,
            publisher=model.source.publisher,
            published=model.source.published,
        ),
        claims={
            key: Claim(key, claim.text, tuple(claim.only_with), claim.not_for)
            for key, claim in model.claims.items()
        },
        steps=steps,
        check_in_window=model.check_in_window,
        branches=branches_of(model),
        most_a_week=model.most_a_week,
        boosters=tuple(_boosters(model, steps)),
        review_by=model.review_by,
    )


def _steps(model: CampaignModel, questions: Mapping[str, Question]) -> Iterator[Step]:
    for step in model.steps:
        week = step.day // 7 + 1
        if isinstance(step, TipModel):
            claims = tuple(step.claims)
            yield Step(step.key, StepKind.TIP, step.day, week, claims, titles=step.title)
        else:
            asked = tuple(questions[key] for key in step.questions)
            yield Step(step.key, StepKind.CHECK_IN, step.day, week, questions=asked)


def _boosters(model: CampaignModel, steps: Sequence[Step]) -> Iterator[Step]:
    tips = {step.key: step for step in steps if step.kind is StepKind.TIP}
    last = steps[-1]
    for number, key in enumerate(model.boosters, 1):
        yield booster(tips[key], last.day + number * MONTH, last.week)


def _question(key: str, model: QuestionModel) -> Question:
    return Question(
        key=key,
        scale=model.scale,
        values=tuple(model.values),
        text=model.text,
        options={language: tuple(options) for language, options in model.options.items()},
        correct=model.correct,
    )

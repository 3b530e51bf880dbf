"""A campaign's folder as its author left it: all that could be read, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content.branch_checks import branches_right
from bot.content.branches import read_action
from bot.content.checks import problems
from bot.content.chosen import NONE, chosen_exercises
from bot.content.codes import Rule
from bot.content.files import Document, Location, read_text, read_yaml
from bot.content.findings import CampaignError, Finding
from bot.content.parsing import parse
from bot.content.rules import broken
from bot.content.schema import CampaignModel, TipModel
from bot.content.templating import Text, compile_text, environment
from bot.domain.branch import Show
from bot.domain.campaign import Scale
from bot.domain.exercise import ExerciseLibrary
from bot.domain.tailoring import fact

FILE = "campaign.yaml"

CARDS = (
    "about", "check-ins-ask", "consent-check-ins", "consent-series", "exercises", "help",
    "physio", "privacy", "safety", "source", "welcome",
)  # fmt: skip
"""The cards that the bot's own commands show, so that every campaign has them."""

MAY_HAVE = ("plan",)
"""The cards that the bot shows where a campaign has them: what somebody plans for afterwards."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a folder holds: `texts` that compile, and `model` where campaign.yaml has its shape.

    `findings` is everything that keeps it from being sent; what it says is judged elsewhere.
    """

    texts: Mapping[str, Text]
    findings: tuple[Finding, ...]
    document: Document | None = None
    model: CampaignModel | None = None
    exercises: ExerciseLibrary = NONE


def read_draft(folder: Path) -> Draft:
    """Everything in a campaign's folder."""
    if not folder.is_dir():
        what = "there is no such folder; check the setting CAMPAIGN"
        return Draft({}, (Finding(folder.name, 1, what, Rule.MISSING_FILE),))
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.j2")}
    findings: list[Finding] = []
    texts = _texts(folder, files, findings)
    document = model = None
    exercises = NONE
    try:
        document = read_yaml(folder, FILE)
        model = parse(document)
    except CampaignError as error:
        findings += error.findings
    else:
        findings += broken(model, document)
        findings += branches_right(model, document)
        findings += _missing(model, document, files)
        exercises = chosen_exercises(model, document, folder, findings)
    findings += problems(texts, _choices(model) if model is not None else {})
    return Draft(texts, tuple(findings), document, model, exercises)


def _choices(model: CampaignModel) -> dict[str, list[str]]:
    """The facts that a campaign's own choice questions make, each with its values."""
    return {
        fact(key): question.values[:-1]
        for key, question in model.questions.items()
        if question.scale is Scale.CHOICE
    }


def _texts(folder: Path, files: Collection[str], findings: list[Finding]) -> dict[str, Text]:
    """Every template that compiles; what is wrong with the others joins the findings."""
    sources: dict[str, str] = {}
    for file in sorted(files):
        try:
            sources[file] = read_text(folder, file)
        except CampaignError as error:
            findings += error.findings
    env = environment(sources)
    texts: dict[str, Text] = {}
    for file, source in sources.items():
        try:
            texts[file.removesuffix(".j2")] = compile_text(env, source, file)
        except CampaignError as error:
            findings += error.findings
    return texts


def needed(model: CampaignModel) -> dict[str, Location]:
    """The texts that steps, branches and the bot show in every language, each where first named."""
    names: dict[str, Location] = {}
    for index, step in enumerate(model.steps):
        if not isinstance(step, TipModel):
            continue
        names.setdefault(step.tip, ("steps", index, "tip"))
        for position, button in enumerate(step.buttons):
            names.setdefault(f"cards/{button}", ("steps", index, "buttons", position))
    for index, branch in enumerate(model.branches):
        names.setdefault(f"offers/{branch.key}", ("branches", index, "key"))
        for position, card in enumerate(branch.cards):
            names.setdefault(f"cards/{card}", ("branches", index, "cards", position))
        for position, choice in enumerate(branch.choices):
            shown = read_action(choice.does).meaning if choice.does is not None else None
            if isinstance(shown, Show):
                at = ("branches", index, "choices", position, "does")
                names.setdefault(f"cards/{shown.card}", at)
    for card in CARDS:
        names.setdefault(f"cards/{card}", ("languages",))
    return names


def _missing(model: CampaignModel, document: Document, files: Collection[str]) -> Iterator[Finding]:
    names = needed(model)
    for card in MAY_HAVE:
        if any(f"{language}/cards/{card}.j2" in files for language in model.languages):
            names.setdefault(f"cards/{card}", ("languages",))
    for name, location in names.items():
        there = [language for language in model.languages if f"{language}/{name}.j2" in files]
        rule = Rule.TRANSLATION if there else Rule.MISSING_FILE
        for language in model.languages:
            if language not in there:
                file = f"{language}/{name}.j2"
                message = f"there is no {file}; write it, or correct the name"
                safety = Rule.SAFETY_CARD if name == "cards/safety" else rule
                yield document.finding(location, message, safety)

"""Which exercises a campaign shows, and from where."""

from __future__ import annotations

from pathlib import Path

from bot.content.codes import Rule
from bot.content.exercises import FOLDER, load_exercises
from bot.content.files import Document, Location
from bot.content.findings import CampaignError, Finding
from bot.content.schema import CampaignModel
from bot.domain.exercise import ExerciseLibrary

OWN = "exercises"
"""The folder of a campaign with a library of its own."""

NONE = ExerciseLibrary((), {})
"""What a campaign without exercises shows."""


def library_of(campaign: Path) -> Path:
    """The folder from which a campaign's exercises come: its own, or the one of the program."""
    own = campaign / OWN
    return own if own.is_dir() else Path(__file__).parents[2] / FOLDER


def chosen_exercises(
    model: CampaignModel, document: Document, folder: Path, findings: list[Finding]
) -> ExerciseLibrary:
    """What the campaign in a folder shows of its library; what is wrong joins the findings."""
    if not model.exercises:
        return NONE
    try:
        library = load_exercises(library_of(folder))
    except CampaignError as error:
        findings += error.findings
        return NONE
    if isinstance(model.exercises, list):
        for position, key in enumerate(model.exercises):
            if library.exercise(key) is None:
                message = f"there is no exercise `{key}`; correct it or remove it"
                at: Location = ("exercises", position)
                findings.append(document.finding(at, message, Rule.UNKNOWN_EXERCISE))
        library = library.only(model.exercises)
    for language in model.languages:
        if language not in library.always:
            message = f"the exercises have no texts in `{language}`; write them, or show none"
            findings.append(document.finding(("exercises",), message, Rule.TRANSLATION))
    return library

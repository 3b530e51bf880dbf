"""The library of exercises: its texts and pictures, read and checked as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.content.codes import Rule
from bot.content.files import Document, Location, read_yaml
from bot.content.findings import CampaignError, Finding
from bot.content.markup import visible_length
from bot.content.parsing import parse_as
from bot.content.prose import Kind, Prose
from bot.content.schema import Key, Language, StrictModel
from bot.domain.exercise import Effort, Exercise, ExerciseLibrary, ExerciseWords, Posture

FOLDER = Path("templates/exercises")
"""Where the library is, from the root of the program."""

FILE = "exercises.yaml"
DRAWINGS = "drawings"
MEDIA = "media"

CAPTION_LENGTH = 1024
"""Telegram's limit for the text under a picture, after its tags are parsed."""

Short = Annotated[str, Field(min_length=1, max_length=90)]
Title = Annotated[str, Field(min_length=1, max_length=40)]
Sentence = Annotated[str, Field(min_length=1, max_length=200)]
Description = Annotated[str, Field(min_length=20, max_length=400)]


class WordsModel(StrictModel):
    """One exercise in one language."""

    title: Title
    how: Annotated[list[Short], Field(min_length=3, max_length=3)]
    stop: Sentence
    picture: Description


class ExerciseModel(StrictModel):
    """One exercise; its picture is the file in `media/` that is named after its key."""

    posture: Annotated[Posture, Field(strict=False)]
    floor: bool
    effort: Annotated[Effort, Field(strict=False)]
    words: dict[Language, WordsModel]


class LibraryModel(StrictModel):
    """The whole of exercises.yaml."""

    languages: Annotated[list[Language], Field(min_length=1)]
    always: dict[Language, Sentence]
    exercises: Annotated[dict[Key, ExerciseModel], Field(min_length=1)]


def load_exercises(folder: Path) -> ExerciseLibrary:
    """The library in a folder; raises CampaignError with everything that is wrong in it."""
    document = _document(folder)
    model = parse_as(LibraryModel, document)
    findings = [
        *_languages(model, document),
        *_pictures(model, document, folder / MEDIA),
    ]
    if findings:
        raise CampaignError(findings)
    library = ExerciseLibrary(
        exercises=tuple(_exercise(key, each, folder) for key, each in model.exercises.items()),
        always=model.always,
    )
    findings += _captions(library, document)
    if findings:
        raise CampaignError(findings)
    return library


def exercises_prose(folder: Path) -> Iterator[Prose]:
    """Everything that the library says, for the rules of language; raises CampaignError."""
    document = _document(folder)
    model = parse_as(LibraryModel, document)
    for key, each in model.exercises.items():
        for language, words in each.words.items():
            at: Location = ("exercises", key, "words", language)
            said = {"stop": words.stop, "picture": words.picture}
            lines = [
                *(
                    (document.line((*at, "how", index)), text)
                    for index, text in enumerate(words.how)
                ),
                *((document.line((*at, part)), text) for part, text in said.items()),
                (document.line(("always", language)), model.always[language]),
            ]
            yield Prose(Kind.CARD, key, language, document.file, tuple(lines))
            title = ((document.line((*at, "title")), words.title),)
            yield Prose(Kind.LABEL, key, language, document.file, title)


def caption(library: ExerciseLibrary, exercise: Exercise, language: str) -> str:
    """What stands under the picture of an exercise, in Telegram's HTML."""
    words = exercise.words[language]
    how = "\n".join(f"{number}. {escape(line)}" for number, line in enumerate(words.how, 1))
    last = f"{escape(words.stop)} {escape(library.always[language])}"
    return f"<b>{escape(words.title)}</b>\n\n{how}\n\n{last}"


def _document(folder: Path) -> Document:
    return read_yaml(folder, FILE, shown=f"exercises/{FILE}")


def _languages(model: LibraryModel, document: Document) -> Iterator[Finding]:
    """Every text is there in every language, and in no other."""
    texts: dict[Location, Mapping[str, object]] = {("always",): model.always}
    texts |= {("exercises", key, "words"): each.words for key, each in model.exercises.items()}
    for location, by_language in texts.items():
        for language in model.languages:
            if language not in by_language:
                message = f"`{language}` is missing; write this in every one of `languages`"
                yield document.finding(location, message, Rule.TRANSLATION)
        for language in by_language:
            if language not in model.languages:
                message = f"`{language}` is not among `languages`; add it there or remove this"
                yield document.finding((*location, language), message, Rule.TRANSLATION)


def _pictures(model: LibraryModel, document: Document, media: Path) -> Iterator[Finding]:
    """Every exercise has its picture."""
    for key in model.exercises:
        if not (media / f"{key}.png").is_file():
            message = f"there is no {MEDIA}/{key}.png; draw it, or correct the key"
            yield document.finding(("exercises", key), message, Rule.MISSING_FILE)


def _captions(library: ExerciseLibrary, document: Document) -> Iterator[Finding]:
    """Telegram takes the text under every picture."""
    for exercise in library.exercises:
        for language in exercise.words:
            length = visible_length(caption(library, exercise, language))
            if length > CAPTION_LENGTH:
                at: Location = ("exercises", exercise.key, "words", language)
                message = f"this makes {length} characters; shorten it to {CAPTION_LENGTH}"
                yield document.finding(at, message, Rule.CAPTION_LENGTH)


def _exercise(key: str, model: ExerciseModel, folder: Path) -> Exercise:
    animation = f"{key}.gif"
    return Exercise(
        key=key,
        posture=model.posture,
        on_floor=model.floor,
        effort=model.effort,
        words={
            language: ExerciseWords(
                title=words.title,
                how=(words.how[0], words.how[1], words.how[2]),
                stop=words.stop,
                alternative=words.picture,
            )
            for language, words in model.words.items()
        },
        picture=f"{key}.png",
        animation=animation if (folder / MEDIA / animation).is_file() else None,
    )

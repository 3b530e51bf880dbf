"""The library of exercises: its texts and pictures, read and checked as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.content.codes import Rule
from bot.content.files import Document, Location, read_yaml
from bot.content.findings import CampaignError, Finding
from bot.content.markup import visible_length
from bot.content.parsing import parse_as
from bot.content.schema import Key, Language, StrictModel
from bot.domain.exercise import Effort, Exercise, ExerciseLibrary, ExerciseWords, Posture
from bot.domain.message import Medium, MediumKind

FOLDER = Path("templates/exercises")
"""Where the library is, from the root of the program."""

FILE = "exercises.yaml"
DRAWINGS = "drawings"
MEDIA = "media"

CAPTION_LENGTH = 900
"""Telegram takes 1,024 under a picture, after its tags are parsed; a line of the bot's own may come
on top of what stands here."""

SUFFIX = {MediumKind.PHOTO: "png", MediumKind.ANIMATION: "gif"}
SIGNATURE = {MediumKind.PHOTO: b"\x89PNG\r\n\x1a\n", MediumKind.ANIMATION: b"GIF8"}
HEAVIEST = {MediumKind.PHOTO: 60_000, MediumKind.ANIMATION: 200_000}
"""Bytes that an old phone on a slow line still loads at once."""

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
    model, document = read_library(folder)
    findings = list(_languages(model, document))
    pictures: dict[str, dict[MediumKind, Medium]] = {}
    for key in model.exercises:
        pictures[key] = {}
        for kind in MediumKind:
            try:
                medium = _medium(folder / MEDIA, key, kind)
            except _BadPicture as error:
                findings.append(document.finding(("exercises", key), str(error), Rule.PICTURE))
            else:
                if medium is not None:
                    pictures[key][kind] = medium
    if findings:
        raise CampaignError(findings)
    library = ExerciseLibrary(
        exercises=tuple(
            _exercise(key, each, pictures[key]) for key, each in model.exercises.items()
        ),
        always=model.always,
    )
    if findings := list(_captions(library, document)):
        raise CampaignError(findings)
    return library


def read_library(folder: Path) -> tuple[LibraryModel, Document]:
    """The file of a library as it stands; raises CampaignError where it has another shape."""
    document = read_yaml(folder, FILE, shown=f"exercises/{FILE}")
    return parse_as(LibraryModel, document), document


def caption(library: ExerciseLibrary, exercise: Exercise, language: str) -> str:
    """What stands under the picture of an exercise, in Telegram's HTML.

    Telegram has no place for what a picture shows in words, so that comes last, folded.
    """
    words = exercise.words[language]
    how = "\n".join(f"{number}. {escape(line)}" for number, line in enumerate(words.how, 1))
    last = f"{escape(words.stop)} {escape(library.always[language])}"
    shows = f"<blockquote expandable>{escape(words.alternative)}</blockquote>"
    return f"<b>{escape(words.title)}</b>\n\n{how}\n\n{last}\n\n{shows}"


class _BadPicture(Exception):
    """A picture can't be shown; the message says why."""


def _medium(media: Path, key: str, kind: MediumKind) -> Medium | None:
    """A picture as it is sent; None for an animation that isn't there."""
    name = f"{key}.{SUFFIX[kind]}"
    try:
        content = (media / name).read_bytes()
    except FileNotFoundError:
        if kind is MediumKind.ANIMATION:
            return None
        raise _BadPicture(f"there is no {MEDIA}/{name}; draw it, or correct the key") from None
    except OSError as error:
        what = f"{MEDIA}/{name} can't be read ({error.strerror})"
        raise _BadPicture(f"{what}; make it a file that the bot may read") from error
    if not content.startswith(SIGNATURE[kind]):
        what = SUFFIX[kind].upper()
        raise _BadPicture(f"{MEDIA}/{name} is no {what}; save it as one")
    if len(content) > HEAVIEST[kind]:
        most = HEAVIEST[kind] // 1000
        what = f"{MEDIA}/{name} has {len(content) / 1000:.0f} kB"
        raise _BadPicture(f"{what}; make it {most} at most, for old phones")
    return Medium(kind, name, content, sha256(content).hexdigest())


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


def _captions(library: ExerciseLibrary, document: Document) -> Iterator[Finding]:
    """The text under every picture fits."""
    for exercise in library.exercises:
        for language in exercise.words:
            length = visible_length(caption(library, exercise, language))
            if length > CAPTION_LENGTH:
                at: Location = ("exercises", exercise.key, "words", language)
                message = f"this makes {length} characters; shorten it to {CAPTION_LENGTH}"
                yield document.finding(at, message, Rule.CAPTION_LENGTH)


def _exercise(key: str, model: ExerciseModel, pictures: Mapping[MediumKind, Medium]) -> Exercise:
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
        picture=pictures[MediumKind.PHOTO],
        animation=pictures.get(MediumKind.ANIMATION),
    )

"""Exercises to look at: the list under its card, one with its picture, favourites, an idea.

They are ideas, the same for everybody. Nothing that someone said about their health chooses them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.chat import answer, pictures
from bot.chat.callback import StaleButton
from bot.chat.keyboards import button, cards, paired, spoken, stacked
from bot.chat.turn import Turn
from bot.domain.callback import Tap, Verb, made
from bot.domain.exercise import Exercise
from bot.domain.message import Button, MediaMessage, Rows, TextMessage
from bot.service import exercising

A_PAGE = 6

IDEA, MINE = "idea", "mine"
STILL, MOVING = "still", "moving"


def rows(turn: Turn, number: int = 0) -> Rows:
    """A page of the exercises as buttons under their card; nothing where there are none."""
    library = turn.desk.texts.exercises
    if not library.exercises:
        return ()
    more = [button(turn, "exercise-idea", Verb.EXERCISES, IDEA, *spoken(turn))]
    if exercising.keeps(turn.person):
        more.append(button(turn, "favourites", Verb.EXERCISES, MINE))
    page = _page(turn, library.exercises, number)
    return (*page, *stacked(*more), *cards(turn, "safety", "physio", "help"))


async def listed(turn: Turn, tap: Tap) -> None:
    """Another page of the list, the favourites, or an idea for today."""
    which = tap.arg(0) or ""
    turn = _in(turn, tap.arg(1))
    library = turn.desk.texts.exercises
    if not library.exercises:
        raise StaleButton
    if which == IDEA:
        exercise = await exercising.idea(
            turn.desk.records, library, turn.person, turn.desk.zone, turn.now
        )
        await _show(turn, exercise, idea=True)
    elif which == MINE:
        await _in_place(turn, await _favourites(turn, _number(tap.arg(1) or "0")))
    else:
        await _in_place(turn, TextMessage(turn.card("exercises"), rows(turn, _number(which))))


async def shown(turn: Turn, tap: Tap) -> None:
    """One exercise, still or moving."""
    turn = _in(turn, tap.arg(2))
    await _show(turn, _exercise(turn, tap), moving=tap.arg(1) == MOVING)


async def liked(turn: Turn, tap: Tap) -> None:
    """An exercise becomes a favourite, or is one no longer."""
    exercise = _exercise(turn, tap)
    if tap.arg(1) not in ("yes", "no"):
        raise StaleButton
    records, now = turn.desk.records, turn.now
    if await exercising.like(records, turn.chat_id, exercise.key, tap.arg(1) == "yes", now):
        await _show(turn, exercise, moving=tap.arg(2) == MOVING)
    else:
        await answer.say(turn, turn.phrase("exercises.not-kept"), cards(turn, "help"))


async def _favourites(turn: Turn, number: int) -> TextMessage:
    if turn.person is None or not exercising.keeps(turn.person):
        return TextMessage(turn.phrase("exercises.not-kept"), cards(turn, "help"))
    library = turn.desk.texts.exercises
    keys = await exercising.favourites(turn.desk.records, turn.person)
    known = [each for key in keys if (each := library.exercise(key)) is not None]
    back = stacked(button(turn, "all-exercises", Verb.EXERCISES, 0))
    if not known:
        return TextMessage(turn.phrase("exercises.no-favourites"), back)
    page = _page(turn, known, number, MINE)
    return TextMessage(turn.phrase("exercises.favourites"), (*page, *back))


def _page(turn: Turn, exercises: Sequence[Exercise], number: int, *of: str) -> Rows:
    """A page of a list as buttons, with the ways to the others; `of` is what the list is."""
    last = (len(exercises) - 1) // A_PAGE
    number = min(number, last)
    buttons = [
        _one(turn, each, each.words[turn.language].title)
        for each in exercises[number * A_PAGE : (number + 1) * A_PAGE]
    ]
    more = () if of else spoken(turn)
    turns = []
    if number > 0:
        turns.append(button(turn, "previous", Verb.EXERCISES, *of, number - 1, *more))
    if number < last:
        turns.append(button(turn, "next", Verb.EXERCISES, *of, number + 1, *more))
    return (*stacked(*buttons), *paired(*turns))


async def _show(
    turn: Turn, exercise: Exercise, *, moving: bool = False, idea: bool = False
) -> None:
    favourite = await exercising.see(turn.desk.records, turn.chat_id, exercise.key, turn.now)
    medium = (exercise.animation if moving else None) or exercise.picture
    html = turn.desk.texts.exercise(exercise, turn.language)
    if idea:
        html = f"{turn.phrase('exercises.idea')}\n\n{html}"
    way = MOVING if medium is exercise.animation else STILL
    under = _under(turn, exercise, way, favourite=favourite, idea=idea)
    await pictures.show(turn, MediaMessage(medium, html, under))


def _under(turn: Turn, exercise: Exercise, way: str, *, favourite: bool, idea: bool) -> Rows:
    """The buttons under an exercise."""
    library = turn.desk.texts.exercises
    before, after = library.beside(exercise.key)
    found: list[Rows] = []
    if idea:
        again = button(turn, "another-idea", Verb.EXERCISES, IDEA, *spoken(turn))
        found.append(stacked(again))
    if exercise.animation is not None:
        other, name = (STILL, "show-still") if way == MOVING else (MOVING, "show-moving")
        found.append(stacked(_one(turn, exercise, turn.plain(f"button.{name}"), other)))
    if exercising.keeps(turn.person):
        wanted, name = ("no", "drop-exercise") if favourite else ("yes", "save-exercise")
        found.append(stacked(button(turn, name, Verb.FAVOURITE, exercise.key, wanted, way)))
    beside = ((before, "previous"), (after, "next"))
    found.append(
        paired(
            *(
                _one(turn, each, turn.plain(f"button.{name}"))
                for each, name in beside
                if each is not None
            )
        )
    )
    page = library.exercises.index(exercise) // A_PAGE
    found.append(stacked(button(turn, "all-exercises", Verb.EXERCISES, page, *spoken(turn))))
    found.append(cards(turn, "safety", "help"))
    return tuple(row for each in found for row in each)


def _one(turn: Turn, exercise: Exercise, text: str, way: str = STILL) -> Button:
    return Button(text, made(Verb.EXERCISE, exercise.key, way, *spoken(turn)))


def _exercise(turn: Turn, tap: Tap) -> Exercise:
    exercise = turn.desk.texts.exercises.exercise(tap.arg(0) or "")
    if exercise is None:
        raise StaleButton
    return exercise


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 3:
        raise StaleButton
    return int(text)


def _in(turn: Turn, language: str | None) -> Turn:
    """Of a stranger nothing is stored, so the button carries their language."""
    if turn.person is None and language in turn.campaign.languages:
        return replace(turn, language=language)
    return turn


async def _in_place(turn: Turn, message: TextMessage) -> None:
    """A text takes the place of a text; under a picture it comes as a new message."""
    put = answer.say if pictures.tapped(turn) else answer.replace
    await put(turn, message.html, message.buttons)

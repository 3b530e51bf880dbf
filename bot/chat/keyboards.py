"""Buttons in the language of the one who reads them."""

from __future__ import annotations

from collections.abc import Iterable

from bot.chat.turn import Turn
from bot.content.render import Texts
from bot.domain.callback import Verb, made
from bot.domain.message import Button, Rows


def button(turn: Turn, name: str, verb: Verb, *args: object) -> Button:
    """The button `button.<name>` of the phrases."""
    return Button(turn.plain(f"button.{name}"), made(verb, *args))


def card(turn: Turn, name: str) -> Button:
    """A button that opens a card."""
    return button(turn, name, Verb.CARD, name, *spoken(turn))


def spoken(turn: Turn) -> tuple[str, ...]:
    """What a button carries of a stranger: their language, since nothing of them is stored."""
    return () if turn.person is not None else (turn.language,)


def cards(turn: Turn, *names: str) -> Rows:
    """Buttons that open cards, two a row."""
    return paired(*(card(turn, name) for name in names))


def paired(*buttons: Button) -> Rows:
    """Buttons, two a row."""
    return tuple(buttons[index : index + 2] for index in range(0, len(buttons), 2))


def stacked(*buttons: Button) -> Rows:
    """Buttons, one a row: for longer words, which a narrow phone would cut off."""
    return tuple((each,) for each in buttons)


def for_another(
    texts: Texts, language: str, wanted: Iterable[tuple[str, Verb, *tuple[str, ...]]]
) -> Rows:
    """Buttons, two a row, for someone whose turn it isn't: each a phrase, a verb and arguments."""
    return paired(
        *(
            Button(texts.plain(f"button.{name}", language), made(verb, *args))
            for name, verb, *args in wanted
        )
    )

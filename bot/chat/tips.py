"""/tips: the tips that someone got, to read again."""

from __future__ import annotations

from bot.chat import answer
from bot.chat.callback import StaleButton
from bot.chat.chart import chart
from bot.chat.keyboards import button, card, cards, paired, stacked
from bot.chat.turn import Turn
from bot.delivery.compose import under_tip
from bot.domain.callback import Tap, Verb, made
from bot.domain.message import Button, TextMessage
from bot.service import reading

A_PAGE = 8


async def tips(turn: Turn) -> None:
    """The first page of the list."""
    message = await _page(turn, 0)
    await answer.send(turn, message)


async def page(turn: Turn, tap: Tap) -> None:
    """Another page in the place of this one; without a number, the list as a new message."""
    number = tap.arg(0)
    if number is None:
        await tips(turn)
    elif number.isdecimal() and len(number) <= 3:
        message = await _page(turn, int(number))
        await answer.replace(turn, message.html, message.buttons)
    else:
        raise StaleButton


async def tip(turn: Turn, tap: Tap) -> None:
    """One tip again, as a new message: the list stays above it."""
    key, person = tap.arg(0), turn.person
    if person is None or key not in await reading.tips_sent(turn.desk.records, person):
        raise StaleButton
    series = await reading.progress(turn.desk.records, person)
    texts = turn.desk.texts
    chosen = await reading.chosen(turn.desk.records, person)
    html = texts.tip(key, turn.language, chart=chart(texts, series, turn.language), **chosen)
    below = (card(turn, name) for name in under_tip(texts, key))
    await answer.say(turn, html, paired(*below, button(turn, "tips", Verb.TIPS)))


async def _page(turn: Turn, number: int) -> TextMessage:
    person = turn.person
    sent = await reading.tips_sent(turn.desk.records, person) if person is not None else []
    if person is None or not sent:
        return TextMessage(turn.phrase("tips.empty"), cards(turn, "help"))
    last = (len(sent) - 1) // A_PAGE
    number = min(number, last)
    buttons = [_button(turn, key) for key in sent[number * A_PAGE : (number + 1) * A_PAGE]]
    turns = []
    if number > 0:
        turns.append(button(turn, "previous", Verb.TIPS, number - 1))
    if number < last:
        turns.append(button(turn, "next", Verb.TIPS, number + 1))
    html = f"{turn.phrase('tips.title')}\n\n{turn.phrase('tips.ask')}"
    return TextMessage(html, (*stacked(*buttons), *paired(*turns), *cards(turn, "help")))


def _button(turn: Turn, key: str) -> Button:
    step = turn.campaign.step(key)
    assert step is not None
    text = turn.plain("tips.button", week=step.week, title=step.titles[turn.language])
    return Button(text, made(Verb.TIP, key))

"""An item of a step as the message that people read."""

from __future__ import annotations

from bot.content.render import Texts
from bot.domain.callback import card_data, check_ins_data
from bot.domain.campaign import Step, StepKind
from bot.domain.message import Button, Message, PollMessage, Rows, TextMessage
from bot.store.outbox import STEP_ITEM


def compose(texts: Texts, step: Step, item: int, language: str, chart: str = "") -> Message:
    """The message of an item of `step` in a language; the id of its delivery is left open.

    `chart` is the person's answers so far as lines of text; without it the message is the same for
    everybody.
    """
    if item > STEP_ITEM:
        question = step.questions[item - 1]
        poll = texts.question(question.key, language)
        return PollMessage(poll.question, poll.options, cards(texts, ("safety",), language))
    if step.kind is StepKind.CHECK_IN:
        yes, no = (
            (Button(texts.plain(f"button.{name}", language), check_ins_data(answer)),)
            for name, answer in (("yes-check-ins", True), ("no-check-ins", False))
        )
        return TextMessage(
            texts.card("check-ins-ask", language),
            (yes, no, *cards(texts, ("safety",), language)),
        )
    return TextMessage(
        texts.tip(step.key, language, chart=chart),
        cards(texts, texts.buttons_of(step.key), language),
    )


def cards(texts: Texts, names: tuple[str, ...], language: str) -> Rows:
    """Buttons that open cards, two a row."""
    buttons = [Button(texts.plain(f"button.{name}", language), card_data(name)) for name in names]
    return tuple(tuple(buttons[index : index + 2]) for index in range(0, len(buttons), 2))

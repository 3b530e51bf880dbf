"""A delivery as the message that its person reads."""

from __future__ import annotations

from bot.content.render import Texts
from bot.domain.callback import card_data, check_ins_data
from bot.domain.campaign import Step, StepKind
from bot.domain.message import Button, Message, PollMessage, Rows, TextMessage
from bot.store.outbox import STEP_ITEM, Delivery

ALWAYS = ("safety", "help")
"""The cards one tap away from every message of the series: help has every way out of it."""


def compose(texts: Texts, delivery: Delivery, step: Step, chart: str) -> Message:
    """The message of a delivery of `step`, in its person's language.

    `chart` is the person's answers so far as lines of text; it may be empty.
    """
    language = delivery.person.subscriber.language
    if delivery.item > STEP_ITEM:
        question = step.questions[delivery.item - 1]
        poll = texts.question(question.key, language)
        return PollMessage(poll.question, poll.options, cards(texts, ALWAYS, delivery.id, language))
    if step.kind is StepKind.CHECK_IN:
        return TextMessage(
            texts.card("check-ins-ask", language),
            (
                (
                    Button(
                        texts.plain("button.yes-check-ins", language),
                        check_ins_data(True, delivery.id),
                    ),
                ),
                (
                    Button(
                        texts.plain("button.no-check-ins", language),
                        check_ins_data(False, delivery.id),
                    ),
                ),
                *cards(texts, ALWAYS, delivery.id, language),
            ),
        )
    return TextMessage(
        texts.tip(step.key, language, chart=chart),
        cards(texts, under_tip(texts, step.key), delivery.id, language),
    )


def under_tip(texts: Texts, step_key: str) -> tuple[str, ...]:
    """The cards one tap away from a tip: those that the campaign chose, and the help."""
    return tuple(dict.fromkeys((*texts.buttons_of(step_key), ALWAYS[-1])))


def cards(texts: Texts, names: tuple[str, ...], delivery_id: int, language: str) -> Rows:
    """Buttons that open cards, two a row."""
    buttons = [
        Button(texts.plain(f"button.{name}", language), card_data(name, delivery_id))
        for name in names
    ]
    return tuple(tuple(buttons[index : index + 2]) for index in range(0, len(buttons), 2))

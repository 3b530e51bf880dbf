"""A delivery as the message that its person reads."""

from __future__ import annotations

from collections.abc import Mapping

from bot.content.render import Texts
from bot.domain import offers
from bot.domain.branch import Branch, slower
from bot.domain.callback import Verb, card_data, check_ins_data, made, offer_data
from bot.domain.campaign import Step, StepKind
from bot.domain.message import Button, Message, PollMessage, Rows, TextMessage
from bot.store.outbox import STEP_ITEM, Delivery

Facts = Mapping[str, str]

OFF = ("check-ins", "off")
"""What the button that turns check-ins off asks the settings for."""


def compose(
    texts: Texts, delivery: Delivery, step: Step, chart: str = "", choices: Facts | None = None
) -> Message:
    """The message of a delivery of `step`, or of its reminder, in its person's language.

    `chart` is the person's answers so far as lines of text; it may be empty. `choices` are what
    they like and how they are, by the names of facts.
    """
    language = delivery.person.subscriber.language
    if delivery.item < STEP_ITEM:
        off = Button(texts.plain("button.check-ins-off", language), made(Verb.SETTINGS, *OFF))
        return TextMessage(
            texts.phrase("check-ins.reminder", language),
            ((off,), *cards(texts, ("safety",), delivery.id, language)),
        )
    if delivery.item > STEP_ITEM:
        question = step.questions[delivery.item - 1]
        poll = texts.question(question.key, language)
        return PollMessage(
            poll.question, poll.options, cards(texts, ("safety",), delivery.id, language)
        )
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
                *cards(texts, ("safety",), delivery.id, language),
            ),
        )
    return TextMessage(
        texts.tip(step.key, language, chart=chart, **(choices or {})),
        cards(texts, texts.buttons_of(step.key), delivery.id, language),
    )


def compose_offer(texts: Texts, delivery: Delivery, branch: Branch) -> Message:
    """The offer of a branch, with the choices that its person has."""
    person = delivery.person
    language = person.subscriber.language
    slow = slower(person.subscriber.pace)
    html = texts.offer(
        branch.key, language, slower=texts.plain(f"pace.{slow}", language) if slow else ""
    )
    buttons = [
        (Button(each.labels[language], offer_data(each.key, delivery.id)),)
        for each in offers.choices(texts.campaign, person, branch)
    ]
    return TextMessage(html, (*buttons, *cards(texts, branch.cards, delivery.id, language)))


def cards(texts: Texts, names: tuple[str, ...], delivery_id: int, language: str) -> Rows:
    """Buttons that open cards, two a row."""
    buttons = [
        Button(texts.plain(f"button.{name}", language), card_data(name, delivery_id))
        for name in names
    ]
    return tuple(tuple(buttons[index : index + 2]) for index in range(0, len(buttons), 2))

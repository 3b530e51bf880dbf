"""An item of a step as the message that people read."""

from __future__ import annotations

from collections.abc import Mapping

from bot.content.render import Texts
from bot.domain import offers
from bot.domain.branch import Branch, slower
from bot.domain.callback import Verb, card_data, check_ins_data, made, offer_data, onward_data
from bot.domain.campaign import Step, StepKind
from bot.domain.message import Button, Message, PollMessage, Rows, TextMessage
from bot.domain.subscriber import Person
from bot.store.deliveries import STEP_ITEM

Facts = Mapping[str, str]
ALWAYS = ("safety", "help")
"""The cards one tap away from every message of the series: help has every way out of it."""


OFF = ("check-ins", "off")
"""What the button that turns check-ins off asks the settings for."""


def compose(
    texts: Texts,
    step: Step,
    item: int,
    language: str,
    chart: str = "",
    choices: Facts | None = None,
) -> Message:
    """The message of an item of `step`, its reminder included; its delivery's id is left open.

    `chart` is the person's answers so far as lines of text, `choices` what they like and how they
    are, by the names of facts; without either the message is the same for everybody.
    """
    if item < STEP_ITEM:
        off = Button(texts.plain("button.check-ins-off", language), made(Verb.SETTINGS, *OFF))
        return TextMessage(
            texts.phrase("check-ins.reminder", language),
            ((off,), *cards(texts, ("safety",), language)),
        )
    if item > STEP_ITEM:
        question = step.questions[item - 1]
        poll = texts.question(question.key, language)
        return PollMessage(poll.question, poll.options, cards(texts, ALWAYS, language))
    if step.kind is StepKind.CHECK_IN:
        yes, no = (
            (Button(texts.plain(f"button.{name}", language), check_ins_data(answer)),)
            for name, answer in (("yes-check-ins", True), ("no-check-ins", False))
        )
        return TextMessage(
            texts.card("check-ins-ask", language),
            (yes, no, *cards(texts, ALWAYS, language)),
        )
    rows = cards(texts, under_tip(texts, step.text), language)
    if step.key == texts.campaign.last_tip:
        # Who takes no part in check-ins has no round-up to choose from.
        rows = ((Button(texts.plain("button.onward", language), onward_data()),), *rows)
    return TextMessage(texts.tip(step.text, language, chart=chart, **(choices or {})), rows)


def compose_offer(texts: Texts, person: Person, branch: Branch) -> Message:
    """The offer of a branch, with the choices that its person has."""
    language = person.subscriber.language
    slow = slower(person.subscriber.pace)
    html = texts.offer(
        branch.key, language, slower=texts.plain(f"pace.{slow}", language) if slow else ""
    )
    buttons = [
        (Button(each.labels[language], offer_data(each.key)),)
        for each in offers.choices(texts.campaign, person, branch)
    ]
    return TextMessage(html, (*buttons, *cards(texts, branch.cards, language)))


def under_tip(texts: Texts, step_key: str) -> tuple[str, ...]:
    """The cards one tap away from a tip: those that the campaign chose, and the help."""
    return tuple(dict.fromkeys((*texts.buttons_of(step_key), ALWAYS[-1])))


def cards(texts: Texts, names: tuple[str, ...], language: str) -> Rows:
    """Buttons that open cards, two a row."""
    buttons = [Button(texts.plain(f"button.{name}", language), card_data(name)) for name in names]
    return tuple(tuple(buttons[index : index + 2]) for index in range(0, len(buttons), 2))

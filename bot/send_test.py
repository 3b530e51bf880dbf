"""The command `send-test`: a campaign's messages in the operator's own chat, as people get them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

import typer

from bot.clock import Clock
from bot.content.load import PHRASES, TEMPLATES, resolve
from bot.content.render import Texts, read_texts
from bot.delivery.breaker import UNAUTHORISED
from bot.delivery.compose import compose
from bot.delivery.encoding import Body, encode
from bot.delivery.messenger import Messenger
from bot.delivery.pacer import Lane, Pacer
from bot.delivery.transport import HttpRequest
from bot.domain.campaign import Campaign, Step, StepKind
from bot.domain.outcome import Blocked, Flood, Late, NotSent, Outcome, Refused, Sent, Uncertain
from bot.failures import Failure
from bot.settings import Settings
from bot.store.deliveries import STEP_ITEM

NOWHERE = 0
"""The delivery that the buttons of a test belong to: none has this number."""

PATIENCE = 60
"""Seconds that Telegram may ask to wait before it is given up."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One message of a step, under the name that is printed for it."""

    name: str
    body: Body


def send_test(
    settings: Settings,
    step: str,
    *,
    every: str,
    language: str,
    chat: int | None,
    campaign: str,
) -> Iterator[str]:
    """Send a step (all steps where it is empty) to a chat, a line for each message that arrived.

    Without `chat` it goes to the first operator. `every` is the pause between two messages ("5s",
    "2m"). Nothing is written anywhere. Raises SettingProblem, CampaignError or Failure.
    """
    token = settings.token
    pause = seconds(every)
    if chat is None:
        if not settings.admin_ids:
            raise Failure("ADMIN_IDS is missing; set it to your Telegram id, or give --to ID")
        chat = settings.admin_ids[0]
    texts = read_texts(
        resolve(TEMPLATES.parent, campaign or settings.campaign), PHRASES, settings.country
    )
    spoken = texts.campaign.languages
    if language and language not in spoken:
        raise Failure(f"the campaign doesn't speak `{language}`; use {' or '.join(spoken)}")
    steps = [_found(texts.campaign, step)] if step else list(texts.campaign.steps)
    samples = list(_samples(texts, steps, language or spoken[0]))
    with asyncio.Runner() as runner:
        line = Line(settings, token, chat)
        runner.run(line.open())
        try:
            for number, sample in enumerate(samples):
                if number:
                    runner.run(asyncio.sleep(pause))
                runner.run(line.send(sample))
                yield f"sent: {sample.name}"
        finally:
            runner.run(line.close())


def seconds(text: str) -> float:
    """A pause such as 5s, 2m or 1.5s in seconds; raises BadParameter for anything else."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(s|m)?", text)
    if found is None:
        raise typer.BadParameter(f"--every {text}: write it like 5s or 2m")
    return float(found[1]) * (60 if found[2] == "m" else 1)


def _found(campaign: Campaign, key: str) -> Step:
    step = campaign.step(key)
    if step is None:
        keys = [each.key for each in campaign.steps]
        near = get_close_matches(key, keys, cutoff=0.4) or keys[:3]
        raise Failure(f"the campaign has no step `{key}`; did you mean {' or '.join(near)}?")
    return step


def _samples(texts: Texts, steps: list[Step], language: str) -> Iterator[Sample]:
    """The messages of these steps; the first check-in begins with the question of consent."""
    asked = False
    for step in steps:
        items = [STEP_ITEM]
        if step.kind is StepKind.CHECK_IN:
            questions = range(STEP_ITEM + 1, STEP_ITEM + 1 + len(step.questions))
            items = [*questions] if asked else [STEP_ITEM, *questions]
            asked = True
        for item in items:
            what = step.key
            if step.kind is StepKind.CHECK_IN:
                what += f", question {item}" if item else ", asking for consent"
            body = encode(compose(texts, step, item, language))
            yield Sample(f"{what} ({language})", body)


class Line:
    """The way to one chat, through the sender's own messenger."""

    def __init__(self, settings: Settings, token: str, chat: int) -> None:
        self._chat = chat
        self._request = HttpRequest(connections=1)
        self._pacer = Pacer(monotonic=Clock().monotonic, per_second=1)
        api = f"{settings.telegram_api_url}/bot{token}"
        self._messenger = Messenger(self._request, api, self._pacer)

    async def open(self) -> None:
        """Be ready to send."""
        await self._request.initialize()

    async def close(self) -> None:
        """Send nothing more."""
        await self._request.shutdown()

    async def send(self, sample: Sample) -> None:
        """Send a message; raises Failure with what keeps it from arriving."""
        while True:
            ticket = await self._pacer.moment(Lane.INTERACTIVE, self._chat)
            outcome = await self._messenger.send(self._chat, sample.body, NOWHERE, ticket)
            if isinstance(outcome, Sent):
                return
            wait = _wait(outcome)
            if wait is None:
                raise Failure(_problem(outcome, sample.name))
            await asyncio.sleep(wait)


def _wait(outcome: Outcome) -> float | None:
    """Seconds until another try of what surely didn't leave, or None where that won't help."""
    match outcome:
        case Flood(retry_after) if retry_after <= PATIENCE:
            return retry_after
        case Late():
            return 0.0
    return None


def _problem(outcome: Outcome, name: str) -> str:
    match outcome:
        case Blocked():
            return (
                "Telegram knows no open chat of the bot with that id; "
                "open the bot in Telegram, press Start, and try again"
            )
        case NotSent(reason) if reason == UNAUTHORISED:
            return "Telegram doesn't know TELEGRAM_BOT_TOKEN; copy it anew from @BotFather"
        case NotSent(reason):
            return f"Telegram is out of reach ({reason}); {name} was not sent"
        case Uncertain(reason):
            return f"no answer came ({reason}); look whether {name} arrived"
        case Refused(reason):
            return f"Telegram refused {name}: {reason}; run: python -m bot check"
        case Flood(retry_after):
            return f"Telegram asks to wait {retry_after:.0f} seconds; {name} was not sent"
    return f"{name} was not sent"

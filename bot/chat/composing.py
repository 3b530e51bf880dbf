"""What was claimed as the bytes that leave: encoded once where it is the same for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from bot.chat.chart import chart
from bot.content.render import Texts
from bot.delivery.compose import compose, compose_offer
from bot.delivery.encoding import Body, encode
from bot.delivery.ledger import Claimed
from bot.domain.message import Message
from bot.domain.tailoring import choices
from bot.service.reading import points
from bot.store.deliveries import STEP_ITEM


class Composer:
    """Composes and encodes deliveries. With `paid`, what is above thirty a second costs Stars."""

    def __init__(self, texts: Texts, *, paid: bool) -> None:
        self._texts = texts
        self._paid = paid
        self._for_everybody = cache(self._plain)  # Without anybody's own answers in them.

    def __call__(self, claimed: Claimed) -> Body:
        """The body of a delivery, open for its chat and number."""
        delivery, campaign = claimed.delivery, self._texts.campaign
        branch = campaign.branch(delivery.step) if delivery.item < STEP_ITEM else None
        if branch is not None:
            return self._encoded(compose_offer(self._texts, delivery.person, branch))
        language = delivery.person.subscriber.language
        if not claimed.answers:
            # Whether a physio can be asked, which any text may say, changes while the bot runs.
            staffed = self._texts.staffed
            return self._for_everybody(delivery.step, delivery.item, language, staffed)
        lines = chart(self._texts, points(campaign, claimed.answers), language)
        chosen = choices(campaign, ((each.question, each.value) for each in claimed.answers))
        return self._composed(delivery.step, delivery.item, language, lines, chosen)

    def _plain(self, step_key: str, item: int, language: str, _staffed: bool) -> Body:
        return self._composed(step_key, item, language)

    def _composed(
        self,
        step_key: str,
        item: int,
        language: str,
        chart: str = "",
        chosen: Mapping[str, str] | None = None,
    ) -> Body:
        step = self._texts.campaign.step(step_key)
        assert step is not None  # The last look found it.
        return self._encoded(compose(self._texts, step, item, language, chart, chosen))

    def _encoded(self, message: Message) -> Body:
        return encode(message, paid=self._paid)

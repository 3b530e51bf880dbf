"""Whether a campaign says what its claims allow, no more and no less: one function per rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from bot.content.codes import Rule
from bot.content.files import Document
from bot.content.findings import Finding
from bot.content.prose import Kind, Prose
from bot.content.schema import CampaignModel, ClaimModel, TipModel
from bot.content.wordings import found

_FIGURE = re.compile(r"(?<![\w/.,])\d+(?:[.,]\d+)*")


def claims_kept(
    model: CampaignModel, document: Document, texts: Sequence[Prose], today: date
) -> Iterator[Finding]:
    """Everything about the claims."""
    for step in model.steps:
        if not isinstance(step, TipModel):
            continue
        claims = {key: model.claims[key] for key in step.claims if key in model.claims}
        for text in texts:
            if text.kind is Kind.TIP and text.name == step.tip:
                yield from figures_founded(text, claims.values(), model.source.published.year)
                yield from nothing_avoided(text, claims)
                yield from all_said(text, claims)
    yield from reviewed(model, document, today)


def figures_founded(text: Prose, claims: Iterable[ClaimModel], year: int) -> Iterator[Finding]:
    """A figure in a tip stands in one of its claims, or is the year of the source."""
    known = {_plain(each) for claim in claims for each in _FIGURE.findall(claim.text)}
    for line, said in text.lines:
        for figure in _FIGURE.findall(said):
            if _plain(figure) not in known | {"0", str(year)}:
                message = f"{figure} stands in no claim of this tip; name its claim or leave it out"
                yield text.at(line, message, Rule.UNFOUNDED)


def nothing_avoided(text: Prose, claims: Mapping[str, ClaimModel]) -> Iterator[Finding]:
    """A claim isn't used for what it is not for, as far as words tell."""
    for key, claim in claims.items():
        for line, said in text.lines:
            word = found(claim.avoid.get(text.language, ()), said)
            if word:
                why = f" ({claim.not_for})" if claim.not_for else ""
                message = f"'{word}' goes further than `{key}`{why}; leave it out"
                yield text.at(line, message, Rule.NOT_FOR)


def all_said(text: Prose, claims: Mapping[str, ClaimModel]) -> Iterator[Finding]:
    """A claim that needs certain words has one of them."""
    whole = " ".join(said for _, said in text.lines)
    for key, claim in claims.items():
        needed = claim.say.get(text.language, ())
        if needed and not found(needed, whole):
            listed = ", ".join(f"'{each}'" for each in needed)
            message = f"`{key}` is told without {listed}; say one of these"
            yield text.at(text.lines[0][0] if text.lines else 1, message, Rule.MUST_SAY)


def reviewed(model: CampaignModel, document: Document, today: date) -> Iterator[Finding]:
    """No claim is past the date by which it was to be read again."""
    if model.review_by < today:
        message = f"the review was due on {model.review_by}; reread the claims, then move the date"
        yield document.finding(("review_by",), message, Rule.REVIEW_DUE)
    for key, claim in model.claims.items():
        if claim.review_by is not None and claim.review_by < today:
            message = (
                f"`{key}` was to be read again by {claim.review_by}; do so, then move the date"
            )
            yield document.finding(("claims", key, "review_by"), message, Rule.REVIEW_DUE)


def _plain(figure: str) -> str:
    """1,9 and 1.9 are one figure, and so are 1.866.900 and 1,866,900."""
    return figure.replace(",", ".")

"""A tiny campaign and its phrases, right in every way, for tests to break one thing of."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.draft import CARDS
from bot.content.render import Texts

from .folders import CAMPAIGN, CONSENT, PHRASES, CampaignFiles, PhraseFiles


@pytest.fixture
def campaign(tmp_path: Path) -> CampaignFiles:
    """The tiny campaign's folder."""
    files = CampaignFiles(tmp_path / "tiny")
    files.write("campaign.yaml", CAMPAIGN)
    for language in ("nl", "en"):
        for card in CARDS:
            files.write(f"{language}/cards/{card}.j2", f"<b>{card}</b>\n")
        for wording, card in CONSENT.items():
            files.write(f"{language}/cards/{wording}.j2", f"I agree to the {wording}.\n")
            files.write(
                f"{language}/cards/{card}.j2", f"Hello.\n<i>I agree to the {wording}.</i>\n"
            )
        files.write(f"{language}/first.j2", "<b>First</b>\n\nMove &amp; rest.\n")
        files.write(
            f"{language}/second.j2",
            "<b>Second</b>\n{% if chart %}\nYours: {{ chart }}\n{% endif %}\nGo on.\n",
        )
    return files


@pytest.fixture
def phrases(tmp_path: Path) -> PhraseFiles:
    """A few phrases in the tiny campaign's languages."""
    files = PhraseFiles(tmp_path / "words")
    for language in ("nl", "en"):
        files.write(f"{language}.yaml", PHRASES)
    return files


@pytest.fixture
def texts(campaign: CampaignFiles, phrases: PhraseFiles) -> Texts:
    """The tiny campaign, ready to render."""
    return Texts(campaign.load(), phrases.read())

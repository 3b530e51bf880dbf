"""The bot's phrases: the file and line of everything that may be wrong in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.findings import CampaignError
from bot.content.render import Texts, read_texts

from .folders import CampaignFiles, PhraseFiles

BROKEN = [
    ("button.source: Source", "button.source: ''", 2, "`button.source` is not a text; "),
    ("button.source: Source", "button.source: 7", 2, "`button.source` is not a text; "),
    (
        "button.source: Source",
        f"button.source: {'a' * 65}",
        2,
        "`button.source` has 65 characters; give it 1 to 64",
    ),
    ("button.source: Source", "button.source: <b>Source</b>", 2, "`button.source` holds HTML, "),
    ("  In the {{ part }}.", "  In the {{ part }.", 8, "not a valid template ("),
    ("  In the {{ part }}.", "  In the {{ part.name }}.", 8, "this text can't be rendered ("),
    ("<b>{{ day }}</b>", "<b>{{ day }}", 6, "`<b>` is never closed; close it"),
    ("start: start", "start: Beginnen!", 4, "`Beginnen!` can't be a command; "),
    ("# What the bot says.", "button.source: A", 2, "`button.source` stands here twice; "),
    ("button.source: Source", "button.source: [Source", 3, "not valid YAML ("),
]


@pytest.mark.parametrize(("old", "new", "line", "message"), BROKEN)
def test_a_finding_names_the_line(
    phrases: PhraseFiles, old: str, new: str, line: int, message: str
) -> None:
    phrases.change("nl.yaml", old, new)
    (finding,) = phrases.findings()
    assert finding.startswith(f"phrases/nl.yaml:{line}: {message}")


def test_an_unknown_fact_is_a_finding(phrases: PhraseFiles) -> None:
    for language in ("nl", "en"):
        phrases.change(f"{language}.yaml", "{{ part }}", "{{ prt }}")
    first, second = phrases.findings()
    assert first.startswith("phrases/en.yaml:8: `prt` is no fact that this text gets; use one of")
    assert second.startswith("phrases/nl.yaml:8: `prt`")


def test_a_phrase_that_one_language_lacks_is_a_finding(phrases: PhraseFiles) -> None:
    phrases.change("en.yaml", "button.safety: When to call\n", "")
    assert phrases.findings() == ["phrases/en.yaml:1: `button.safety` is missing; add it"]


def test_languages_use_the_same_facts(phrases: PhraseFiles) -> None:
    phrases.change("nl.yaml", "In the {{ part }}", "In the {{ zone }}")
    assert phrases.findings() == [
        "phrases/nl.yaml:6: `welcome.enrolled` uses `day`, `zone`, and `day`, `part` in `en`; "
        "use the same in both"
    ]


def test_no_phrases_at_all_is_a_finding(tmp_path: Path) -> None:
    assert PhraseFiles(tmp_path / "none").findings() == [
        "phrases:1: no phrases here; put a file per language here, such as nl.yaml"
    ]


def test_a_button_of_a_tip_needs_its_name(campaign: CampaignFiles, phrases: PhraseFiles) -> None:
    for language in ("nl", "en"):
        phrases.change(f"{language}.yaml", "button.safety: When to call\n", "")
    with pytest.raises(CampaignError) as caught:
        Texts(campaign.load(), phrases.read())
    assert str(caught.value).splitlines() == [
        f"phrases/{language}.yaml:1: `button.safety` is missing, "
        "but a tip or offer has that button; add it"
        for language in ("en", "nl")
    ]


def test_the_phrases_speak_the_campaign_s_languages(
    campaign: CampaignFiles, phrases: PhraseFiles
) -> None:
    (phrases.folder / "en.yaml").unlink()
    with pytest.raises(CampaignError, match=r"^phrases/en.yaml:1: there is no such file, but "):
        Texts(campaign.load(), phrases.read())


def test_findings_of_both_folders_come_together(
    campaign: CampaignFiles, phrases: PhraseFiles
) -> None:
    campaign.change("campaign.yaml", "version: 3", "version: 0")
    phrases.change("nl.yaml", "start: start", "start: Start")
    with pytest.raises(CampaignError) as caught:
        read_texts(campaign.folder, phrases.folder)
    places = [str(finding).split(" ")[0] for finding in caught.value.findings]
    assert places == ["campaign.yaml:2:", "phrases/nl.yaml:4:"]


def test_a_campaign_says_phrases_in_its_own_words(
    campaign: CampaignFiles, phrases: PhraseFiles
) -> None:
    campaign.write("nl/phrases.yaml", "button.source: Bron\n")
    texts = read_texts(campaign.folder, phrases.folder)
    assert texts.plain("button.source", "nl") == "Bron"
    assert texts.plain("button.source", "en") == "Source"
    assert texts.plain("button.safety", "nl") == "When to call"


def test_a_campaign_may_bring_a_language_of_its_own(
    campaign: CampaignFiles, phrases: PhraseFiles
) -> None:
    (phrases.folder / "en.yaml").rename(campaign.folder / "en" / "phrases.yaml")
    assert read_texts(campaign.folder, phrases.folder).plain("button.source", "en") == "Source"

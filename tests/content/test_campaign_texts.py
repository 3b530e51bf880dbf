"""A campaign's templates: the file and line of everything that may be wrong in them."""

from __future__ import annotations

import pytest

from .folders import CampaignFiles

BROKEN = [
    ("One.\n{% if chart %}\nTwo.", 3, "not a valid template ("),
    ("One.\n{{ chart | shout }}", 2, "not a valid template ("),
    (
        "One.\n\n{{ chrt }}",
        3,
        "`chrt` is no fact that this text gets; use one of chart, operator, ",
    ),
    ("{% if operator %}\n{% else %}\n{{ nme }}\n{% endif %}", 3, "`nme` is no fact"),
    ("One.\n{{ chart.points }}", 2, "this text can't be rendered ("),
    ("One.\n{% include 'nl/third.j2' %}", 2, "this text can't be rendered ("),
    ("One.\n<b>Two", 2, "`<b>` is never closed; close it"),
    ("<b><i>One</b></i>", 1, "`</b>` closes no tag that is open here; mend the nesting"),
    ("One<br>", 1, "Telegram knows no tag `<br>`; use one of a, b, "),
    ("One.\nTwo < three.", 2, "a `<` that begins no tag; write `&lt;`"),
    ("Rest & move.", 1, "`&` is no character that Telegram knows; write `&amp;` for &"),
    ("a" * 401, 1, "this tip has 401 characters; shorten it to 400"),
    ("😀" * 201, 1, "this tip has 402 characters; shorten it to 400"),
    ("{% if operator %}From {{ operator }}{% endif %}", 1, "nothing is left of this text without"),
    (" \n\n", 1, "the file is empty; write its text or remove it"),
]


@pytest.mark.parametrize(("source", "line", "message"), BROKEN)
def test_a_finding_names_the_line(
    campaign: CampaignFiles, source: str, line: int, message: str
) -> None:
    campaign.write("nl/first.j2", source)
    findings = campaign.findings()
    assert findings[0].startswith(f"nl/first.j2:{line}: {message}")
    assert len({finding.split(" ")[0] for finding in findings}) == 1


def test_a_card_may_be_as_long_as_a_message(campaign: CampaignFiles) -> None:
    campaign.write("nl/cards/help.j2", f"<b>{'a' * 4096}</b>")
    campaign.load()
    campaign.write("nl/cards/help.j2", f"<b>{'a' * 4097}</b>")
    assert campaign.findings() == [
        "nl/cards/help.j2:1: this text has 4097 characters; shorten it to 4096"
    ]


def test_a_tip_without_its_text_is_a_finding_where_the_tip_stands(campaign: CampaignFiles) -> None:
    (campaign.folder / "en/second.j2").unlink()
    assert campaign.findings() == [
        "campaign.yaml:47: there is no en/second.j2; write it, or correct the name"
    ]


def test_a_button_without_a_card_is_a_finding_per_language(campaign: CampaignFiles) -> None:
    campaign.change("campaign.yaml", "buttons: [source]", "buttons: [source, diet]")
    assert campaign.findings() == [
        f"campaign.yaml:43: there is no {language}/cards/diet.j2; write it, or correct the name"
        for language in ("en", "nl")
    ]


def test_the_cards_that_commands_show_must_be_there(campaign: CampaignFiles) -> None:
    (campaign.folder / "nl/cards/help.j2").unlink()
    assert campaign.findings() == [
        "campaign.yaml:3: there is no nl/cards/help.j2; write it, or correct the name"
    ]


def test_another_encoding_is_a_finding_on_its_line(campaign: CampaignFiles) -> None:
    (campaign.folder / "nl/first.j2").write_bytes("Een\ntwee\ncafé".encode("latin-1"))
    assert campaign.findings() == ["nl/first.j2:3: this is not UTF-8; save the file as UTF-8"]


def test_a_byte_order_mark_does_no_harm(campaign: CampaignFiles) -> None:
    (campaign.folder / "nl/first.j2").write_bytes("Eén".encode("utf-8-sig"))
    assert campaign.load().text("nl/first").html({}) == "Eén"


def test_what_is_no_file_is_a_finding(campaign: CampaignFiles) -> None:
    (campaign.folder / "nl/first.j2").unlink()
    (campaign.folder / "nl/first.j2").mkdir()
    (finding,) = campaign.findings()
    assert finding.startswith("nl/first.j2:1: can't be read (")


def test_a_link_out_of_the_folder_is_a_finding(campaign: CampaignFiles) -> None:
    outside = campaign.folder.parent / "outside.j2"
    outside.write_text("Elsewhere.")
    (campaign.folder / "nl/first.j2").unlink()
    (campaign.folder / "nl/first.j2").symlink_to(outside)
    assert campaign.findings() == [
        "nl/first.j2:1: this link leads out of the folder; put a copy here"
    ]


def test_what_is_kept_of_a_consent_is_what_was_shown(campaign: CampaignFiles) -> None:
    campaign.write("en/cards/consent-series.j2", "I agree to much more.")
    assert campaign.findings() == [
        "en/cards/consent-series.j2:1: en/cards/welcome.j2 does not show this wording; "
        "let the two say the same"
    ]


def test_a_template_reaches_no_internals(campaign: CampaignFiles) -> None:
    campaign.write("nl/first.j2", "{{ chart.__class__.__mro__ }}")
    (finding,) = campaign.findings()
    assert finding.startswith("nl/first.j2:1: this text can't be rendered (")

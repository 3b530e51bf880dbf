"""campaign.yaml: what it becomes, and the line of everything that may be wrong in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.content.load import resolve
from bot.domain.campaign import Scale, StepKind

from .folders import CampaignFiles


def test_a_campaign_becomes_what_the_rules_know(campaign: CampaignFiles) -> None:
    loaded = campaign.load()
    tiny = loaded.campaign
    assert (tiny.key, tiny.version, tiny.languages) == ("tiny", 3, ("nl", "en"))
    assert tiny.source.published == date(2022, 2, 1)
    assert [(step.key, step.kind, step.day, step.week) for step in tiny.steps] == [
        ("first", StepKind.TIP, 0, 1),
        ("week-1", StepKind.CHECK_IN, 3, 1),
        ("second", StepKind.TIP, 7, 2),
        ("week-2", StepKind.CHECK_IN, 10, 2),
    ]
    known, sure = tiny.steps[3].questions
    assert (known.scale, known.correct) == (Scale.KNOWLEDGE, "mostly-not")
    assert sure.values == (*map(str, range(11)), "skip")
    assert sure.options["en"][-1] == "Skip"
    assert tiny.claims["C2"].only_with == ("safety",)
    assert loaded.signed_off is None


BROKEN = [
    ("version: 3", "version: three", 2, "`version`: input should be a valid integer; correct it"),
    ("version: 3\n", "", 1, "`version` is missing; add it"),
    (
        "check_in_window: 3",
        "check_in_window: 3\nwindow: 2",
        6,
        "`window` is not a key of this part; correct its spelling or remove it",
    ),
    ("  published: 2022-02", "  published: 2022-13", 8, "`source.published`: "),
    ("    en: An article\n", "", 9, "`title` has no text in `en`; add it"),
    (
        "    en: An article",
        "    en: An article\n    de: Ein Artikel",
        12,
        "`de` is not among `languages`; add it there or remove it",
    ),
    ("languages: [nl, en]", "languages: [nl, en, nl]", 3, "`nl` stands here twice; keep one"),
    ("scale: confidence", "scale: trust", 21, "`questions.sure.scale`: "),
    (
        "values: [always, mostly-not, skip]",
        "values: [always, mostly-not, neither]",
        30,
        "the last value is not `skip`; let people pass a question over",
    ),
    (
        "values: [0, 1, 2,",
        "values: [1, 0, 2,",
        23,
        "not the values of the scale `confidence`; write [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, skip]",
    ),
    (
        "en: [Always, Mostly not, Skip]",
        "en: [Always, Skip]",
        33,
        "2 options for 3 values; give each value one option, in the same order",
    ),
    (
        "en: [Always, Mostly not, Skip]",
        "en: [Always, Always, Skip]",
        33,
        "two options read the same; make them differ",
    ),
    (
        "nl: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, Sla over]",
        "nl: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, Sla over]",
        25,
        "`questions.sure.options.nl`: list should have at most 12 items",
    ),
    (
        "en: [Always,",
        f"en: [{'A' * 101},",
        33,
        "`questions.known.options.en`: string should have at most 100 characters; correct it",
    ),
    (
        "en: Did you know?",
        f"en: {'a' * 301}",
        29,
        "`questions.known.text.en`: string should have at most 300 characters; correct it",
    ),
    (
        "    correct: mostly-not\n",
        "",
        27,
        "`correct` is missing; name the right one of `values`",
    ),
    (
        "    correct: mostly-not",
        "    correct: skip",
        34,
        "`skip` is not an answer; name one of `values`",
    ),
    ("      en: You may.\n", "", 35, "`explanation` has no text in `en`; add it"),
    (
        "    scale: confidence",
        "    scale: confidence\n    correct: 3",
        22,
        "`correct` on a question of the scale `confidence`; only knowledge has it, remove it",
    ),
    ("    day: 0", "    day: 1", 39, "the first step is not a tip on day 0; let the series begin"),
    ("  - tip: second", "  - tip: first", 47, "`first` is the key of an earlier step; "),
    ("    day: 7", "    day: 3", 48, "day 3 is not after day 3 of the step before; "),
    ("questions: [sure]", "questions: []", 46, "`steps.questions`: list should have at least 1"),
    (
        "questions: [sure]",
        "questions: [unsure]",
        46,
        "`unsure` is not among `questions`; add it there or correct it",
    ),
    ("questions: [known, sure]", "questions: [sure, sure]", 54, "`sure` is asked twice; keep one"),
    ("claims: [C1, C2]", "claims:\n      - C1\n      - C9", 52, "`C9` is not among `claims`; "),
    ("claims: [C1, C2]", "claims: []", 50, "`steps.claims`: list should have at least 1 item"),
    (
        "buttons: [source, safety]",
        "buttons: [source]",
        50,
        "`C2` may not go without the card `safety`; add it to `buttons`",
    ),
    ("buttons: [source, safety]", "buttons: [safety]", 51, "no `source` button; "),
    (
        "title: {nl: Tweede, en: Second}",
        "title: {nl: Tweede}",
        49,
        "`title` has no text in `en`; add it",
    ),
    (
        "  - check-in: week-2",
        "  - checkin: week-2",
        52,
        "this step is neither `tip:` nor `check-in:`; begin it with one of the two",
    ),
    ("version: 3", "version: 3\nversion: 4", 3, "`version` stands here twice; keep one"),
    ("  publisher: {nl:", "  publisher: {{nl:", 8, "not valid YAML ("),
    ("review_by: 2030-01-31", "review_by: 2030-02-30", 4, "not valid YAML (day is out of range"),
    ("    not_for: fear", "   not_for: fear", 15, "not valid YAML ("),
]


@pytest.mark.parametrize(("old", "new", "line", "message"), BROKEN)
def test_a_finding_names_the_line(
    campaign: CampaignFiles, old: str, new: str, line: int, message: str
) -> None:
    campaign.change("campaign.yaml", old, new)
    (finding,) = campaign.findings()
    assert finding.startswith(f"campaign.yaml:{line}: {message}")
    assert "; " in finding


def test_a_file_that_is_no_mapping_is_a_finding(campaign: CampaignFiles) -> None:
    campaign.write("campaign.yaml", "- tip: first\n")
    assert campaign.findings() == [
        "campaign.yaml:1: not a list of `key: value` lines; start with a key"
    ]


def test_several_findings_come_together_in_order(campaign: CampaignFiles) -> None:
    campaign.change("campaign.yaml", "    day: 7", "    day: 2")
    campaign.change("campaign.yaml", "claims: [C1]", "claims: [C7]")
    campaign.write("en/first.j2", "Hello {{ nme }}")
    places = [finding.split(" ")[0] for finding in campaign.findings()]
    assert places == ["campaign.yaml:42:", "campaign.yaml:48:", "en/first.j2:1:"]


def test_a_missing_folder_is_a_finding(tmp_path: Path) -> None:
    assert CampaignFiles(tmp_path / "none").findings() == [
        "none:1: there is no such folder; check the setting CAMPAIGN"
    ]


def test_the_setting_is_a_name_or_a_path(tmp_path: Path) -> None:
    assert resolve(tmp_path, "tiny") == tmp_path / "templates" / "campaigns" / "tiny"
    assert resolve(tmp_path, "./tiny") == Path("tiny")
    assert resolve(tmp_path, "/srv/tiny") == Path("/srv/tiny")

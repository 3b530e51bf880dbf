"""The linter, measured: every seeded defect is found where it is, and nothing else is."""

from __future__ import annotations

import random
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content.codes import Rule, Severity
from bot.content.findings import CampaignError
from bot.content.launched import write_launched
from bot.content.lint import lint, repair
from bot.content.load import PHRASES, STARTER, TEMPLATES, load
from bot.content.markup import faults
from bot.content.templating import compile_text, environment
from bot.rehearsal.emulator.entities import parse_html

from .defects.clean import CARDS, TIPS
from .defects.corpus import DEFECTS, EXERCISES, Defect

TODAY = date(2026, 11, 23)
FEW_PHRASES = Path(__file__).parent / "defects" / "phrases"
FEW_EXERCISES = Path(__file__).parent / "defects" / "exercises"
PAGE = TEMPLATES.parent / "docs" / "checks.md"


class Seeded:
    """A right campaign with a few phrases, for breaking."""

    def __init__(self, folder: Path) -> None:
        self.campaign = folder / "starter"
        self.phrases = folder / "phrases"
        shutil.copytree(STARTER, self.campaign)
        shutil.copytree(FEW_PHRASES, self.phrases)

    def add_exercises(self) -> None:
        """Let the campaign show a library of its own."""
        with self.path("campaign.yaml").open("a", encoding="utf-8") as file:
            file.write("exercises: [bridge]\n")
        shutil.copytree(FEW_EXERCISES, self.campaign / "exercises")

    def path(self, name: str) -> Path:
        return (self.phrases.parent if name.startswith("phrases/") else self.campaign) / name

    def seed(self, defect: Defect) -> None:
        path = self.path(defect.file)
        if defect.new is None:
            path.unlink()
            return
        new = defect.new
        if defect.old is not None:
            text = path.read_text(encoding="utf-8")
            assert text.count(defect.old) == 1, f"{defect.old!r}: {text.count(defect.old)} times"
            assert isinstance(new, str)
            new = text.replace(defect.old, new)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(new if isinstance(new, bytes) else new.encode())

    def found(self) -> set[tuple[str, str, int]]:
        findings = lint(self.campaign, self.phrases, TODAY)
        return {(str(each.rule), each.file, each.line) for each in findings}


@pytest.mark.parametrize("rule", Rule, ids=lambda rule: f"{rule}-{rule.label}")
def test_every_defect_of_a_rule_is_found_and_nothing_else(rule: Rule, tmp_path: Path) -> None:
    defects = [each for each in DEFECTS if each.rule is rule]
    assert len(defects) >= 3
    missed: list[object] = []
    false: list[object] = []
    for number, defect in enumerate(defects):
        seeded = Seeded(tmp_path / str(number))
        if rule is Rule.CHANGED_KEY:
            write_launched(seeded.campaign)
        if defect in EXERCISES:
            seeded.add_exercises()
            assert seeded.found() == set()
        seeded.seed(defect)
        found = seeded.found()
        missed += [(number, defect.file, each) for each in sorted(defect.expected - found)]
        false += [(number, defect.file, each) for each in sorted(found - defect.expected)]
    assert (missed, false) == ([], [])


@pytest.mark.parametrize("number", range(8))
def test_nothing_is_found_in_a_clean_text(number: int, tmp_path: Path) -> None:
    seeded = Seeded(tmp_path)
    for language in ("nl", "en"):
        tip, card = TIPS[language][number], CARDS[language][number % 2]
        seeded.path(f"{language}/short-walk.j2").write_text(f"<b>Tip</b>\n\n{tip}\n")
        seeded.path(f"{language}/cards/about.j2").write_text(f"{card}\n")
    assert lint(seeded.campaign, seeded.phrases, TODAY) == ()


@pytest.mark.parametrize(
    "folder", [STARTER, *sorted((TEMPLATES / "campaigns").iterdir())], ids=lambda path: path.name
)
def test_nothing_is_found_in_what_is_shipped(folder: Path) -> None:
    assert lint(folder, PHRASES, TODAY) == ()


def test_the_page_has_a_section_for_each_rule_and_no_other() -> None:
    sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    told = {section.partition("\n")[0]: section for section in sections}
    assert list(told) == [f"{rule} {rule.label} ({rule.severity})" for rule in Rule]
    for section in told.values():
        assert all(f"**{part}**" in section for part in ("Why", "Example", "Mend"))
        assert len(section) > 150


def test_repairs_leave_nothing_that_can_be_repaired(tmp_path: Path) -> None:
    seeded = Seeded(tmp_path)
    tip = seeded.path("nl/short-walk.j2")
    right = tip.read_text()
    tip.write_text(right.replace("8 uur of", "8  uur of").replace("huis.", "huis.  "))
    card = seeded.path("en/cards/about.j2")
    card.write_text(card.read_text().replace("no diagnosis", "R&D & a caf&eacute; < no diagnosis"))
    phrases = seeded.path("phrases/en.yaml")
    phrases.write_text(phrases.read_text().replace("No problem,", "Q & A,"))
    folders = ((seeded.campaign, ""), (seeded.phrases, "phrases/"))
    while repair(folders, lint(seeded.campaign, seeded.phrases, TODAY)):
        pass
    assert tip.read_text() == right
    assert "R&amp;D &amp; a café &lt; no diagnosis" in card.read_text()
    assert "Q &amp; A" in phrases.read_text()
    assert lint(seeded.campaign, seeded.phrases, TODAY) == ()


def test_a_repair_touches_no_other_line_or_line_end(tmp_path: Path) -> None:
    seeded = Seeded(tmp_path)
    tip = seeded.path("nl/short-walk.j2")
    tip.write_bytes(b"<b>Tip</b>\r\n\r\nR&D, zegt het blad.\n\nDoe nu iets.\n")
    findings = [
        each for each in lint(seeded.campaign, seeded.phrases, TODAY) if each.rule is Rule.MARKUP
    ]
    assert repair(((seeded.campaign, ""),), findings) == 1
    assert tip.read_bytes() == (b"<b>Tip</b>\r\n\r\nR&amp;D, zegt het blad.\n\nDoe nu iets.\n")


@pytest.mark.parametrize(
    "defect",
    [each for each in DEFECTS if each.rule.severity is Severity.WARNING],
    ids=lambda defect: f"{defect.rule}-{defect.file}",
)
def test_a_warning_keeps_nothing_from_starting(defect: Defect, tmp_path: Path) -> None:
    seeded = Seeded(tmp_path)
    if "exercises/" in defect.file:
        seeded.add_exercises()
    seeded.seed(defect)
    errors = [
        each
        for each in lint(seeded.campaign, seeded.phrases, TODAY)
        if each.severity is Severity.ERROR
    ]
    if not errors:
        load(seeded.campaign)


@pytest.mark.parametrize("words", ["{# todo #}", "{{ operator }}", "<br />"])
def test_a_tip_without_words_is_told_of(words: str, tmp_path: Path) -> None:
    seeded = Seeded(tmp_path)
    seeded.path("nl/short-walk.j2").write_text(words, encoding="utf-8")
    assert (str(Rule.MUST_SAY), "nl/short-walk.j2", 1) in seeded.found()


@pytest.mark.parametrize("said", ["5 ** 3 is 2 ** 4", "R&amp;D; T&amp;T;", "een * en nog een *"])
def test_signs_that_are_no_marks_are_left_alone(said: str, tmp_path: Path) -> None:
    seeded = Seeded(tmp_path)
    card = seeded.path("nl/cards/about.j2")
    card.write_text(f"{card.read_text().rstrip()}\n{said}\n", encoding="utf-8")
    assert str(Rule.MARKUP) not in {rule for rule, _, _ in seeded.found()}


def test_files_with_the_line_ends_of_windows_are_as_good_as_others(tmp_path: Path) -> None:
    seeded = Seeded(tmp_path)
    for path in seeded.campaign.rglob("*.j2"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert seeded.found() == set()


def test_a_review_is_due_the_day_after_its_date(tmp_path: Path) -> None:
    seeded = Seeded(tmp_path)
    assert lint(seeded.campaign, seeded.phrases, date(2030, 1, 31)) == ()
    (late,) = lint(seeded.campaign, seeded.phrases, date(2030, 2, 1))
    assert (late.rule, late.line) == (Rule.REVIEW_DUE, 18)


def test_a_step_may_be_retired(tmp_path: Path) -> None:
    seeded = Seeded(tmp_path)
    launched = write_launched(seeded.campaign)
    keys = launched.read_text()
    launched.write_text(
        keys.replace("tips:\n", "tips:\n  - old-tip\n").replace(": []", ": [old-tip]")
    )
    assert lint(seeded.campaign, seeded.phrases, TODAY) == ()
    assert "retired: [old-tip]" in write_launched(seeded.campaign).read_text()


MARKS = (
    *[
        "<b>",
        "</b>",
        "<I>",
        "</I>",
        "</a>",
        "<br/>",
        "<h1>",
        "</tg-emoji>",
        "<tg-emoji>",
        "<span>",
        "</span>",
        "<code",
    ],
    *["</blockquote>", "<", ">", "&", "&amp;", "&nbsp;", "/>", '"', "=", "words"],
    *("</b x>", "<b x=a_b>", "<span data-class='tg-spoiler'>", "&#xD800;"),
    *("</i >", "<!-- x -->", "<b x=/>", "<blockquote expandable>", "<span class='tg-spoiler'>"),
    *("<a href='https://x.nl/?a=1&amp;b=2'>", "<a\nhref=https://x.nl>", '<tg-emoji emoji-id="5">'),
    *("\n", " ", "{% if operator %}", "{% else %}", "{% endif %}"),
)


@settings(max_examples=settings().max_examples * 20)
@given(st.lists(st.sampled_from(MARKS), max_size=8))
def test_what_is_found_right_is_taken_by_telegram(marks: list[str]) -> None:
    source = "".join(("x", *marks, "x"))
    if list(faults(source)):
        return
    try:
        text = compile_text(environment(), source, "x.j2")
    except CampaignError:
        return
    for operator in ("", "somebody"):
        parse_html(text.html({"operator": operator}))


SCRAPS = (
    "",
    "&",
    "<",
    "{{",
    "}}",
    "{%",
    ":",
    "- ",
    "\n",
    "  ",
    '"',
    "[",
    "null",
    "0",
    "😀",
    "\0",
    "!!x",
)


@pytest.mark.parametrize("seed", range(30))
def test_no_damage_to_a_file_breaks_the_linter(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    seeded = Seeded(tmp_path)
    write_launched(seeded.campaign)
    files = sorted(each for each in seeded.campaign.rglob("*") if each.is_file())
    yaml = [each for each in files if each.suffix == ".yaml"]
    for path in (chance.choice(files), chance.choice(yaml)):
        text = path.read_text(encoding="utf-8")
        start = chance.randrange(len(text))
        end = start + chance.choice((0, 1, 3, 20, 200))
        path.write_text(text[:start] + chance.choice(SCRAPS) + text[end:], encoding="utf-8")
    for finding in lint(seeded.campaign, seeded.phrases, TODAY):
        path = seeded.path(finding.file)
        assert finding.line == 1 or finding.line <= path.read_text(encoding="utf-8").count("\n") + 1
        assert "; " in finding.message

"""The linter: every rule over a campaign and the bot's phrases, and the repairs that are safe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from bot.content.chosen import library_of
from bot.content.claim_checks import claims_kept
from bot.content.codes import Rule
from bot.content.draft import read_draft
from bot.content.exercise_checks import doses, exercises_prose
from bot.content.file_checks import files_kept, phrase_links
from bot.content.findings import CampaignError, Finding
from bot.content.launched import keys_kept
from bot.content.phrase_checks import Languages
from bot.content.phrases import read_phrases
from bot.content.prose import Prose, phrases_prose, prose_of
from bot.content.reading import prose_only, words
from bot.content.render import missing_phrases
from bot.content.tone_checks import TONE

HINTS = 20
"""So many unknown words are told with what may be meant: each takes a moment to look up, and where
there are more the text is in another language."""


def lint(campaign: Path, phrases: Path, today: date) -> tuple[Finding, ...]:
    """All findings in two folders, in order of file and line; reviews fall due against `today`."""
    draft = read_draft(campaign)
    said = _phrases(phrases, campaign)
    findings = [*draft.findings, *said[1], *files_kept(draft), *phrase_links(said[0])]
    own_prose = prose_of(draft)
    if draft.model is not None and draft.document is not None:
        findings += claims_kept(draft.model, draft.document, own_prose, today)
        findings += keys_kept(draft.model, campaign)
        if not said[1]:
            findings += missing_phrases(draft.model, said[0])
        if draft.model.exercises:
            shown, wrong = _exercises(library_of(campaign))
            own_prose = [*own_prose, *shown]
            findings += wrong
    prose = [*own_prose, *phrases_prose(said[0])]
    for text in prose:
        for check in TONE:
            findings += check(text)
    findings += _misspelt(prose, campaign, phrases)
    return tuple(sorted(set(findings)))


def repair(folders: Iterable[tuple[Path, str]], findings: Iterable[Finding]) -> int:
    """Make the repairs that findings carry; gives how many were made.

    Each folder comes with what findings put before the names of its files ("phrases/").
    """
    made = 0
    for folder, prefix in folders:
        for finding in findings:
            if finding.mend is None or not finding.file.startswith(prefix):
                continue
            path = folder / finding.file.removeprefix(prefix)
            if not path.is_file():
                continue
            lines = path.read_bytes().decode("utf-8").split("\n")
            before = lines[finding.line - 1]
            lines[finding.line - 1] = before.replace(finding.mend.old, finding.mend.new, 1)
            if lines[finding.line - 1] != before:
                path.write_bytes("\n".join(lines).encode())
                made += 1
    return made


def _phrases(folder: Path, campaign: Path) -> tuple[Languages, tuple[Finding, ...]]:
    try:
        return read_phrases(folder, campaign).texts, ()
    except CampaignError as error:
        return {}, error.findings


def _exercises(library: Path) -> tuple[list[Prose], list[Finding]]:
    """What the exercises say, and the doses in it; their shape is a matter of the draft."""
    try:
        return list(exercises_prose(library)), list(doses(library))
    except CampaignError:
        return [], []


def _misspelt(prose: Iterable[Prose], *folders: Path) -> Iterator[Finding]:
    """Words that neither a dictionary nor an author's list knows, each once a file."""
    # Loading the dictionaries takes memory that a running bot has better use for.
    from bot.content.spelling import own_words, speller

    own = frozenset[str]()
    for folder in folders:
        try:
            own |= own_words(folder)
        except CampaignError as error:
            yield from error.findings
    texts = list(prose)
    spellers = {language: speller(language, own) for language in {text.language for text in texts}}
    told: set[tuple[str, str]] = set()
    for text in texts:
        known = spellers[text.language]
        if known is None:
            continue
        for line, said in text.lines:
            for word in words(prose_only(said)):
                if (text.file, word) in told or known.knows(word):
                    continue
                told.add((text.file, word))
                meant = known.instead(word) if len(told) <= HINTS else ()
                hint = f"write {' or '.join(map(repr, meant))}, or " if meant else ""
                message = f"'{word}' is no known word; {hint}add it to words.txt"
                yield text.at(line, message, Rule.SPELLING)

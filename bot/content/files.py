"""Files read whole: text in UTF-8, and YAML that still knows its lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import ConstructorError, DuplicateKeyError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.scalarstring import LiteralScalarString

from bot.content.codes import Rule
from bot.content.findings import CampaignError, Finding

Location = tuple[int | str, ...]
"""The way to a value in a document: keys and positions from the top."""


def read_text(folder: Path, name: str, shown: str | None = None) -> str:
    """The text of one file; a file that is absent, unreadable, empty or not UTF-8 is a finding.

    Findings call the file `shown`, or its name where that isn't given.
    """
    path = folder / name
    file = shown or name
    try:
        # A link that leads out would let a text change without its campaign, or leak another file.
        if not path.resolve().is_relative_to(folder.resolve()):
            raise _error(
                file, 1, "this link leads out of the folder; put a copy here", Rule.UNREADABLE_FILE
            )
        # Editors on Windows put a byte order mark in front.
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise _error(file, 1, "there is no such file; write it", Rule.MISSING_FILE) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _error(
            file, line, "this is not UTF-8; save the file as UTF-8", Rule.UNREADABLE_FILE
        ) from error
    except OSError as error:
        why = f"can't be read ({error.strerror}); make it a file that the bot may read"
        raise _error(file, 1, why, Rule.UNREADABLE_FILE) from error
    if not text.strip():
        raise _error(
            file, 1, "the file is empty; write its text or remove it", Rule.UNREADABLE_FILE
        )
    return text


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A YAML file whose top is a mapping, with the line of everything in it."""

    file: str
    data: CommentedMap
    source: str = ""

    def line(self, location: Location) -> int:
        """The line of a key or item, or of the nearest thing around it that exists.

        Parts that name nothing are passed over: a missing key has no line of its own, and
        pydantic puts marks of its own into the locations of unions and of dictionary keys.
        """
        node: object = self.data
        line = 1
        for part in location:
            if isinstance(node, CommentedMap) and part in node:
                # A key that came in by a YAML merge (<<) has no line here either.
                line = node.lc.key(part)[0] + 1 if part in (node.lc.data or ()) else line
                node = node[part]
            elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
                line = node.lc.item(part)[0] + 1
                node = node[part]
        return line

    def spot(self, location: Location, offset: int) -> tuple[int, int]:
        """The line and column of a character of a text, `offset` characters after its first.

        Quotes, line ends and indents stand in the file and not in the text, so characters are
        counted without the spaces between them.
        """
        parent: Any = self.data
        for part in location[:-1]:
            parent = parent[part]
        key, text = location[-1], parent[location[-1]]
        line, column = parent.lc.item(key) if isinstance(key, int) else parent.lc.value(key)
        rows = self.source.split("\n")[line:]
        mark = rows[0][column : column + 1]
        # A block begins on the next line, a quoted text after its quote.
        skipped = len(rows[0]) if mark in (">", "|") else column + (mark in ('"', "'"))
        left = sum(not each.isspace() for each in text[:offset])
        for number, row in enumerate(rows):
            for index in range(skipped if number == 0 else 0, len(row)):
                if row[index].isspace():
                    continue
                if left == 0:
                    return line + number + 1, index + 1
                left -= 1
        return line + 1, column + 1

    def first_line(self, key: str) -> int:
        """The line on which the text under a top-level key begins."""
        line = self.line((key,))
        return line + 1 if isinstance(self.data[key], LiteralScalarString) else line

    def finding(self, location: Location, message: str, rule: Rule) -> Finding:
        """What is wrong at a place of this document."""
        return Finding(self.file, self.line(location), message, rule)


class _Constructor(RoundTripConstructor):
    """Says where a value stands that looks like a date or number and is none (2030-02-30)."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError as error:
            raise ConstructorError(None, None, str(error), node.start_mark) from error


def read_yaml(folder: Path, name: str, shown: str | None = None) -> Document:
    """A YAML file as a document; what YAML itself refuses is a finding."""
    return _document(read_text(folder, name, shown), shown or name)


@lru_cache(maxsize=16)
def _document(text: str, file: str) -> Document:
    """Kept, because a rehearsal reads a campaign again whenever one of its files is saved."""
    yaml = YAML(typ="rt")
    yaml.Constructor = _Constructor
    try:
        data = yaml.load(text)
    except MarkedYAMLError as error:
        raise _refused(file, error) from error
    except Exception as error:  # On odd input ruamel fails in ways of Python's, too.
        why = f"not valid YAML ({' '.join(str(error).split())}); correct it"
        raise _error(file, 1, why, Rule.YAML) from error
    if not isinstance(data, CommentedMap):
        raise _error(file, 1, "not a list of `key: value` lines; start with a key", Rule.YAML)
    return Document(file, data, text)


def as_text(key: str) -> str:
    """A key as it is to stand in YAML so that it is read as text: `2026` needs quotes."""
    return key if YAML(typ="safe").load(key) == key else f'"{key}"'


def _refused(file: str, error: MarkedYAMLError) -> CampaignError:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    if isinstance(error, DuplicateKeyError):
        key = re.search('"(.*?)"', str(error.problem))
        name = f"`{key[1]}`" if key else "a key"
        return _error(file, line, f"{name} stands here twice; keep one", Rule.DUPLICATE_KEY)
    why = f"not valid YAML ({error.problem or error.context}); correct this line or the one above"
    return _error(file, line, why, Rule.YAML)


def _error(file: str, line: int, message: str, rule: Rule) -> CampaignError:
    return CampaignError([Finding(file, line, message, rule)])

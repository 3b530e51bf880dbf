"""What stands after `when:` and `does:` of a branch, from words to the rules' own values.

The words are a small language of their own (`branches.lark`): no program can be written in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedEOF, UnexpectedInput, UnexpectedToken, v_args
from lark.tree import Meta

from bot.content.schema import BranchModel, CampaignModel, QuestionModel
from bot.domain.branch import Action, Branch, Choice, Jump, Pause, Show, Slower, Stop
from bot.domain.campaign import Scale
from bot.domain.condition import AllOf, Answered, AnyOf, Condition, Moved, Silent

IN_FIGURES = (Scale.PAIN, Scale.ACTIVE_DAYS, Scale.CONFIDENCE)
"""Scales on which one answer is more than another, by so many points."""

Questions = Mapping[str, QuestionModel]


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong in some words: `offset` counts the characters before it."""

    offset: int
    message: str


@dataclass(slots=True)
class Read:
    """What some words mean, as far as they mean something, and what is wrong with them."""

    meaning: Any = None
    slips: list[Slip] = field(default_factory=list)


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("branches.lark").read_text(encoding="utf-8")
    return Lark(grammar, start=["condition", "action"], parser="lalr", propagate_positions=True)


def read_condition(words: str, questions: Questions) -> Read:
    """The condition that some words mean, checked against the questions there are."""
    reader = _Conditions(questions)
    read = _read(words, "condition", reader.transform)
    read.slips += reader.slips
    return read


def read_action(words: str) -> Read:
    """The action that some words mean."""
    return _read(words, "action", _Actions().transform)


def _read(words: str, start: str, transform: Callable[[Any], Any]) -> Read:
    try:
        tree = _parser().parse(words, start=start)
    except UnexpectedInput as error:
        return Read(None, [_slip(words, error)])
    return Read(transform(tree))


_NAMES = {
    "$END": "the end",
    "NUMBER": "a number",
    "WORD": "a word of the campaign",
    "_OR": "', or'",
    "_AND": "', and'",
    "_CHECK_INS": "'check-ins'",
    "_WEEKS": "'weeks'",
    "DIRECTION": "'up' or 'down'",
    "BEYOND": "'more', 'less', 'better' or 'worse'",
    "COMMA": "','",
    "LPAR": "'('",
    "RPAR": "')'",
}


def _slip(words: str, error: UnexpectedInput) -> Slip:
    expected = getattr(error, "accepts", None) or getattr(error, "expected", None) or ()
    allowed = getattr(error, "allowed", None) or expected
    names = sorted(_NAMES.get(each, f"'{each.lower()}'") for each in allowed)
    offset = error.pos_in_stream if isinstance(error.pos_in_stream, int) else len(words)
    if isinstance(error, UnexpectedEOF) or (
        isinstance(error, UnexpectedToken) and error.token.type == "$END"
    ):
        return Slip(len(words.rstrip()), f"something is missing here; write {' or '.join(names)}")
    there = words[offset:].split(maxsplit=1)[0]
    return Slip(offset, f"'{there}' can't stand here; write {' or '.join(names)}")


@v_args(meta=True)
class _Conditions(Transformer[Token, Any]):
    """Builds a condition from the bottom up; what can't be meant is noted in `slips`."""

    def __init__(self, questions: Questions) -> None:
        super().__init__()
        self._questions = questions
        self.slips: list[Slip] = []

    def condition(self, _meta: Meta, parts: list[Condition]) -> Condition:
        return parts[0]

    def any_of(self, _meta: Meta, parts: list[Condition]) -> AnyOf:
        return AnyOf(tuple(parts))

    def all_of(self, meta: Meta, parts: list[Condition]) -> AllOf:
        for key in sorted(_impossible(parts, self._questions)):
            self._slip(meta, f"no answers to `{key}` make all of this true; change one part")
        return AllOf(tuple(parts))

    def answered(self, meta: Meta, parts: list[Any]) -> Answered:
        key, values, times = parts
        question = self._question(key)
        if times is not None and times < 2:
            self._slip(meta, "in a row begins at twice; leave it out or write twice")
        meant = frozenset(
            map(str, values if question is None else self._meant(key, question, values))
        )
        return Answered(str(key), meant, times or 1)

    def moved(self, _meta: Meta, parts: list[Any]) -> Moved:
        key, direction, by = parts[:3]
        question = self._question(key)
        if question is not None and question.scale not in IN_FIGURES:
            self._slip(direction, f"`{key}` has no figures that go {direction}; use `is`")
        elif question is not None and not 1 <= int(by) <= len(question.values) - 2:
            most = len(question.values) - 2
            self._slip(by, f"`{key}` can never go {direction} by {by}; use 1 to {most}")
        return Moved(str(key), int(by) if direction == "up" else -int(by))

    def silent(self, _meta: Meta, parts: list[Any]) -> Silent:
        if int(parts[0]) < 1:
            self._slip(parts[0], "nobody is silent 0 times; use 1 or more")
        return Silent(int(parts[0]))

    def question(self, _meta: Meta, parts: list[Token]) -> Token:
        return parts[0]

    def value(self, _meta: Meta, parts: list[Token]) -> Token:
        return parts[0]

    def values(self, _meta: Meta, parts: list[Token | None]) -> list[Token]:
        return [each for each in parts if each is not None]

    def in_a_row(self, _meta: Meta, parts: list[Token | None]) -> int:
        numbers = [int(each) for each in parts if each is not None]
        return numbers[0] if numbers else 2

    def _question(self, key: Token) -> QuestionModel | None:
        question = self._questions.get(str(key))
        if question is None:
            known = ", ".join(self._questions) or "none"
            self._slip(key, f"there is no question `{key}`; use one of {known}")
        return question

    def _meant(self, key: Token, question: QuestionModel, values: list[Token]) -> list[str]:
        """The values, with those that `or more` and its like stand for."""
        beyond = values[-1] if values[-1].type == "BEYOND" else None
        named = values[:-1] if beyond is not None else values
        scale = list(question.values[:-1])
        unknown = [each for each in named if each not in scale]
        for each in unknown:
            self._slip(each, f"`{key}` has no answer `{each}`; use {_listed(scale)}")
        if beyond is None or unknown:
            return [*named]
        fits = IN_FIGURES if beyond in ("more", "less") else (Scale.CHANGE,)
        if question.scale not in fits:
            self._slip(beyond, f"`{key}` has no `or {beyond}`; name each value")
            return [*named]
        at = scale.index(named[0])
        return scale[at:] if beyond in ("more", "worse") else scale[: at + 1]

    def _slip(self, at: Token | Meta, message: str) -> None:
        self.slips.append(Slip(at.start_pos or 0, message))


def _listed(scale: Sequence[str]) -> str:
    figures = len(scale) > 3 and all(each.isdecimal() for each in scale)
    return f"{scale[0]} to {scale[-1]}" if figures else ", ".join(scale)


def _impossible(parts: Sequence[Condition], questions: Questions) -> Iterator[str]:
    """The questions whose last two answers can't fit all of these parts."""
    for key, question in questions.items():
        leaves = [
            each for each in parts if isinstance(each, Answered | Moved) and each.question == key
        ]
        pairs = product(question.values[:-1], repeat=2)
        if leaves and not any(all(_fits(leaf, *pair) for leaf in leaves) for pair in pairs):
            yield key


def _fits(leaf: Answered | Moved, before: str, last: str) -> bool:
    if isinstance(leaf, Answered):
        return last in leaf.values and (leaf.times < 2 or before in leaf.values)
    if not (before.isdecimal() and last.isdecimal()):
        return True  # That it has no figures is said elsewhere.
    step = int(last) - int(before)
    return step >= leaf.by if leaf.by > 0 else step <= leaf.by


class _Actions(Transformer[Token, Any]):
    def show(self, parts: list[Any]) -> Show:
        return Show(str(parts[0]))

    def jump(self, parts: list[Any]) -> Jump:
        return Jump(str(parts[0]))

    def slower(self, _parts: list[Any]) -> Slower:
        return Slower()

    def pause(self, parts: list[Any]) -> Pause:
        return Pause(int(parts[0]) if parts and parts[0] is not None else None)

    def stop(self, _parts: list[Any]) -> Stop:
        return Stop()


def branches_of(model: CampaignModel) -> tuple[Branch, ...]:
    """The branches of a campaign in which every word was found right."""
    return tuple(_branch(each, model.questions) for each in model.branches)


def _branch(model: BranchModel, questions: Questions) -> Branch:
    return Branch(
        key=model.key,
        when=read_condition(model.when, questions).meaning,
        choices=tuple(Choice(each.key, each.label, _action(each.does)) for each in model.choices),
        cards=tuple(model.cards),
        rest=timedelta(days=model.not_again_for),
        ignored=_action(model.if_ignored),
    )


def _action(words: str | None) -> Action | None:
    meaning: Action | None = read_action(words).meaning if words is not None else None
    return meaning

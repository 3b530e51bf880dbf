"""Texts with placeholders: compiled once, rendered often, never reaching beyond their own files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from traceback import walk_tb
from types import CodeType
from typing import Any

from jinja2 import (
    Environment,
    FunctionLoader,
    StrictUndefined,
    Template,
    TemplateSyntaxError,
    nodes,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from bot.content.codes import Rule
from bot.content.findings import CampaignError, Finding, Mend


@lru_cache(maxsize=1000)
def _rendered(template: Template) -> str:
    return template.render().strip()


@dataclass(frozen=True, slots=True)
class Text:
    """One compiled text.

    `file` and `line` say where its source begins. `names` are the facts that it uses, each with
    the line of the source where it stands. A `fixed` one reads the same for everybody.
    """

    file: str
    line: int
    source: str
    names: tuple[tuple[str, int], ...]
    template: Template
    fixed: bool

    def html(self, facts: Mapping[str, object]) -> str:
        """The text in Telegram's HTML; the facts are escaped."""
        return _rendered(self.template) if self.fixed else self.template.render(facts).strip()

    def plain(self, facts: Mapping[str, object]) -> str:
        """The text for where Telegram takes no HTML (buttons, polls): the facts as they are."""
        return self.html({name: _unescaped(value) for name, value in facts.items()})

    def at(self, line: int, message: str, rule: Rule, mend: Mend | None = None) -> Finding:
        """What is wrong on a line of the source, which counts from 1."""
        return Finding(self.file, self.line + line - 1, message, rule, mend)

    def sample(self, facts: Mapping[str, object]) -> str:
        """The text as `html` gives it; what fails at that is a finding with its line."""
        try:
            return self.html(facts)
        except Exception as error:  # A template can fail in any way that Python can.
            # Jinja puts the template's own lines into the traceback.
            lines = [
                line
                for frame, line in walk_tb(error.__traceback__)
                if frame.f_code.co_filename == self.template.filename
            ]
            why = f"this text can't be rendered ({error}); correct what stands between the braces"
            raise CampaignError([self.at(lines[-1] if lines else 1, why, Rule.TEMPLATE)]) from error


def environment(sources: Mapping[str, str] | None = None) -> Environment:
    """What texts are compiled in; `include` finds the given sources and nothing else."""
    known = sources or {}

    def source(name: str) -> tuple[str, str, None] | None:
        return (known[name], name, None) if name in known else None

    return ImmutableSandboxedEnvironment(
        loader=FunctionLoader(source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )


_OTHER_TEXTS = (nodes.Include, nodes.Import, nodes.FromImport)


def compile_text(env: Environment, source: str, file: str, line: int = 1) -> Text:
    """A text from its source; a mistake in Jinja's syntax is a finding with its line."""
    try:
        names, fixed, code = _compiled(source, file)
    except TemplateSyntaxError as error:
        why = f"not a valid template ({error.message}); correct what stands between the braces"
        at = line + error.lineno - 1
        raise CampaignError([Finding(file, at, why, Rule.TEMPLATE)]) from error
    template = Template.from_code(env, code, env.make_globals(None))
    return Text(file, line, source, names, template, fixed)


_ANY = environment()
"""All environments differ in what they include, which code doesn't know yet."""


@lru_cache(maxsize=5000)
def _compiled(source: str, file: str) -> tuple[tuple[tuple[str, int], ...], bool, CodeType]:
    """The names in a text, whether it is fixed, and its code.

    Kept, because a rehearsal reads everything again whenever one file is saved.
    """
    tree = _ANY.parse(source, filename=file)
    names = _names(_ANY, tree)
    fixed = not names and not any(map(tree.find, _OTHER_TEXTS))
    return names, fixed, _ANY.compile(tree, filename=file)


def _names(env: Environment, tree: nodes.Template) -> tuple[tuple[str, int], ...]:
    """The names that a template reads and neither sets itself nor has from Jinja."""
    found = list(tree.find_all(nodes.Name))
    own = {name.name for name in found if name.ctx != "load"} | set(env.globals) | {"loop"}
    return tuple((name.name, name.lineno) for name in found if name.name not in own)


def _unescaped(value: Any) -> object:
    return Markup(value) if isinstance(value, str) else value

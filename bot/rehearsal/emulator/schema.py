"""The published shape of the Bot API, cut down by `make_schema` to what the emulator serves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter of a method or field of a type: the types it may have, by their API names."""

    types: tuple[str, ...]
    required: bool


Fields = dict[str, Field]


@dataclass(frozen=True, slots=True)
class Schema:
    """Parameters by method, fields by type, and the concrete types behind each abstract one."""

    version: str
    methods: dict[str, Fields]
    types: dict[str, Fields]
    variants: dict[str, tuple[str, ...]]


@cache
def load() -> Schema:
    """The schema the package was shipped with."""
    raw = json.loads(resources.files(__package__).joinpath("schema.json").read_text("utf-8"))
    return Schema(
        version=raw["version"],
        methods={name: _fields(fields) for name, fields in raw["methods"].items()},
        types={name: _fields(fields) for name, fields in raw["types"].items()},
        variants={name: tuple(names) for name, names in raw["variants"].items()},
    )


def _fields(raw: dict[str, str]) -> Fields:
    """Read the compact form `Integer|String!`, in which `!` marks a required field."""
    return {
        name: Field(tuple(text.rstrip("!").split("|")), text.endswith("!"))
        for name, text in raw.items()
    }

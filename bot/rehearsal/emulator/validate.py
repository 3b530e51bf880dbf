"""Requests held against the published schema: what a method takes, and of what type."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import Complaint, Kind, bad_request
from .schema import Field, Fields, load

Args = dict[str, Any]
"""The parameters of one request, with the types the schema gives them."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a multipart request."""

    name: str
    mime: str
    content: bytes


_MISSING_WORDS = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "question": "text must be non-empty",
    "document": "there is no document in the request",
    "photo": "there is no photo in the request",
    "animation": "there is no animation in the request",
    "media": "input media is empty",
    "user_id": "invalid user_id specified",
    "action": "wrong parameter action in request",
    "file_id": "invalid file_id",
    "message_thread_id": "message thread identifier is not specified",
    "name": "topic name must be specified",
}

_INTEGER = re.compile(r"[-+]?\d+\Z")
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


class _Wrong(Exception):
    """A value doesn't fit its type."""


def arguments(method: str, raw: Mapping[str, Any], complain: Callable[[Complaint], None]) -> Args:
    """Type the raw parameters of a call.

    Telegram ignores a parameter it doesn't know, so that is complained about and let through; a
    missing or unreadable one is refused.
    """
    fields = load().methods[method]
    args: Args = {}
    for name, value in raw.items():
        field = fields.get(name)
        if field is None:
            if not isinstance(value, Upload):
                complain(Complaint(method, "unknown parameter", name))
            continue
        if value is None:
            continue
        try:
            args[name] = _decode(value, field)
        except _Wrong as error:
            complain(Complaint(method, "wrong type", f"{name}: {error}"))
            raise bad_request(f"can't parse {name}: {error}") from error
        for kind, detail in _inspect(args[name], field.types, name):
            complain(Complaint(method, kind, detail))
            if kind != "unknown parameter":
                raise bad_request(f"can't parse {detail}")
    for name, field in fields.items():
        if field.required and name not in args:
            complain(Complaint(method, "missing", name))
            raise bad_request(_MISSING_WORDS.get(name, f"{name} is not specified"))
    return args


def _decode(value: Any, field: Field) -> Any:
    """Turn the text of a form field into the value it stands for; JSON values pass as they are."""
    if not isinstance(value, str):
        return value
    if "Integer" in field.types and _INTEGER.match(value):
        return int(value)
    if "Boolean" in field.types and value.lower() in _BOOLEANS:
        return _BOOLEANS[value.lower()]
    if "Float" in field.types:
        try:
            return float(value)
        except ValueError as error:
            raise _Wrong("expected a number") from error
    if {"String", "InputFile"} & set(field.types):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise _Wrong(f"expected {' or '.join(field.types)}") from error


Finding = tuple[Kind, str]


def _inspect(value: Any, types: tuple[str, ...], path: str) -> Iterator[Finding]:
    """What is wrong with a value that may have any of these types: nothing, if one of them fits."""
    best: list[Finding] | None = None
    for name in types:
        findings = list(_inspect_one(value, name, path))
        if not findings:
            return
        if best is None or _weight(findings) < _weight(best):
            best = findings
    yield from best or ()


def _weight(findings: list[Finding]) -> tuple[int, int, int]:
    """How far a value is from a type: strange fields count most, they belong to another type."""
    kinds = [kind for kind, _ in findings]
    return kinds.count("unknown parameter"), kinds.count("wrong type"), len(kinds)


def _inspect_one(value: Any, name: str, path: str) -> Iterator[Finding]:
    schema = load()
    if name.startswith("Array of "):
        if not isinstance(value, list):
            yield "wrong type", f"{path}: expected an array"
            return
        for index, item in enumerate(value):
            yield from _inspect(item, (name.removeprefix("Array of "),), f"{path}[{index}]")
    elif name in schema.variants:
        yield from _inspect(value, schema.variants[name], path)
    elif name == "InputFile":
        if not isinstance(value, Upload | str):
            yield "wrong type", f"{path}: expected a file"
    elif name in schema.types:
        yield from _inspect_object(value, schema.types[name], name, path)
    elif not _is_plain(value, name):
        yield "wrong type", f"{path}: expected {name}"


def _inspect_object(value: Any, fields: Fields, name: str, path: str) -> Iterator[Finding]:
    # InputPollOption was a bare string before Bot API 7.3, and that is still taken.
    if name == "InputPollOption" and isinstance(value, str):
        return
    if not isinstance(value, dict):
        yield "wrong type", f"{path}: expected {name} to be an object"
        return
    for key, item in value.items():
        if key not in fields:
            yield "unknown parameter", f"{path}.{key}"
        elif item is not None:
            yield from _inspect(item, fields[key].types, f"{path}.{key}")
    for key, field in fields.items():
        if field.required and key not in value:
            yield "missing", f'{path}: can\'t find field "{key}"'


def _is_plain(value: Any, name: str) -> bool:
    match name:
        case "Integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "Float":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "Boolean" | "True":
            return isinstance(value, bool)
        case "String":
            return isinstance(value, str)
    return False

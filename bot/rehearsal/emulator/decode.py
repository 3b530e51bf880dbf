"""Requests in the four forms in which the Bot API takes parameters."""

from __future__ import annotations

import json
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from .errors import bad_request
from .validate import Upload


async def parameters(request: Request) -> dict[str, Any]:
    """The parameters of a call: from the query, and from the body in whichever form it has."""
    given: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    if not body:
        return given
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("application/json"):
        return given | _from_json(body)
    if content_type.startswith("multipart/form-data"):
        return given | _from_multipart(body, content_type)
    return given | dict(parse_qsl(body.decode(), keep_blank_values=True))


def _from_json(body: bytes) -> dict[str, Any]:
    try:
        decoded = json.loads(body)
    except ValueError as error:
        raise bad_request("can't parse JSON object", "malformed") from error
    if not isinstance(decoded, dict):
        raise bad_request("object expected", "malformed")
    return decoded


def _from_multipart(body: bytes, content_type: str) -> dict[str, Any]:
    boundary = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode()).get_boundary()
    if boundary is None:
        raise bad_request("boundary of the multipart body not found", "malformed")
    given: dict[str, Any] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:-1]:
        head, _, content = part.lstrip(b"\r\n").partition(b"\r\n\r\n")
        headers = message_from_bytes(head + b"\r\n\r\n")
        name = headers.get_param("name", "", "content-disposition")
        filename = headers.get_filename()
        if filename is None:
            given[str(name)] = content.decode()
        else:
            given[str(name)] = Upload(filename, headers.get_content_type(), content)
    return given

"""What a page shows as markup, beside what the program sent."""

from __future__ import annotations

import html
import json
from html.parser import HTMLParser
from typing import Any

import pytest

from bot.delivery.connections import Answer
from bot.delivery.transport import JSON, Timeouts
from bot.rehearsal.carrier import Carrier
from bot.rehearsal.emulator.decode import _from_multipart

SHOWN = ("sendMessage", "sendPoll", "editMessageText", "sendPhoto", "stopPoll")


def _parameters(kind: bytes, body: bytes) -> dict[str, Any]:
    """What a request asks for, with a picture or without."""
    if kind == JSON:
        asked_for: dict[str, Any] = json.loads(body or b"{}")
        return asked_for
    form = _from_multipart(body, kind.decode())
    markup = form.get("reply_markup")
    return {**form, "reply_markup": json.loads(markup) if markup else None}


class Requests:
    """What the program sends to the Bot API, by message, in the language of its scene."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: dict[tuple[str, int], dict[str, Any]] = {}
        exchange = Carrier._exchange

        async def noted(
            carrier: Carrier, method: str, url: str, kind: bytes, body: bytes, limits: Timeouts
        ) -> Answer:
            status, answer = await exchange(carrier, method, url, kind, body, limits)
            name, asked_for = url.rpartition("/")[2], _parameters(kind, body)
            if name in SHOWN:
                result = json.loads(answer)["result"]
                spoken = next(iter(carrier._api._world.people.values())).language_code
                key = (spoken, asked_for.get("message_id") or result["message_id"])
                # What is changed has no other buttons than those that it gets then.
                before = {**self.sent.get(key, {}), "reply_markup": None}
                self.sent[key] = before | asked_for
            return status, answer

        monkeypatch.setattr(Carrier, "_exchange", noted)


SOURCE = """() => {
  const names = {STRONG: "b", EM: "i", U: "u", S: "s", CODE: "code", PRE: "pre",
    BLOCKQUOTE: "blockquote"};
  const escaped = (text) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const source = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return escaped(node.data);
    const inside = [...node.childNodes].map(source).join("");
    const name = names[node.nodeName];
    if (!name) return inside;
    const block = ["PRE", "BLOCKQUOTE"].includes(node.nodeName) && node.nextSibling ? "\\n" : "";
    return `<${name}>${inside}</${name}>${block}`;
  };
  return [...document.querySelectorAll("article.theirs")].map((article) => ({
    id: Number(article.dataset.messageId),
    text: article.querySelector(".body") ? source(article.querySelector(".body")) : null,
    question: article.querySelector(".question")?.textContent ?? null,
    options: [...article.querySelectorAll(".option-text")].map((each) => each.textContent),
    buttons: [...article.querySelectorAll(".inline-row")].map((row) =>
      [...row.querySelectorAll("button")].map((button) => button.textContent)),
  }));
}"""
"""Every message of the bot on the page, its text as the markup that it shows."""


NAMES = {"strong": "b", "em": "i", "ins": "u", "del": "s", "strike": "s"}


class Plain(HTMLParser):
    """Markup in the form that SOURCE gives: the short names, and three characters escaped."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.said = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.said += "" if tag == "a" else f"<{NAMES.get(tag, tag)}>"

    def handle_endtag(self, tag: str) -> None:
        self.said += "" if tag == "a" else f"</{NAMES.get(tag, tag)}>"

    def handle_data(self, data: str) -> None:
        self.said += html.escape(data, quote=False)


def asked(request: dict[str, Any]) -> dict[str, Any]:
    """A request as the page should show it."""
    rows = (request.get("reply_markup") or {}).get("inline_keyboard", [])
    text = request.get("text") or request.get("caption")
    return {
        "text": Plain(text).said if text else None,
        "question": request.get("question"),
        "options": [option["text"] for option in request.get("options", [])],
        "buttons": [[button["text"] for button in row] for row in rows],
    }

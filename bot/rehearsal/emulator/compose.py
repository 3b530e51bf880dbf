"""What a bot's message is made of: text with entities, keyboards, replies, files."""

from __future__ import annotations

from .bare import detect, utf16_length
from .entities import parse_html
from .errors import Json, bad_request
from .validate import Args

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
BUTTON_DATA_LIMIT = 64
_BUTTON_ACTIONS = [
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
]


def formatted(text: str, mode: str | None, entities: list[Json] | None) -> tuple[str, list[Json]]:
    """A text as sent, with what its markup or its explicit entities mean."""
    if mode and mode.lower() != "html":
        raise bad_request("unsupported parse_mode", "malformed")
    if mode:
        return parse_html(text)
    return text.strip(), list(entities or ())


def text_content(args: Args) -> Json:
    """The text of a message, refused where it is empty or too long."""
    text, entities = formatted(args["text"], args.get("parse_mode"), args.get("entities"))
    if not text:
        raise bad_request("message text is empty", "malformed")
    if utf16_length(text) > TEXT_LIMIT:
        raise bad_request("message is too long", "over a limit")
    content: Json = {"text": text}
    if found := detect(text, entities):
        content["entities"] = found
    if "link_preview_options" in args:
        content["link_preview_options"] = args["link_preview_options"]
    return content


def caption_content(args: Args) -> Json:
    """The caption of a file, if there is one."""
    mode, given = args.get("parse_mode"), args.get("caption_entities")
    text, entities = formatted(args.get("caption", ""), mode, given)
    if utf16_length(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long", "over a limit")
    if not text:
        return {}
    found = detect(text, entities)
    return {"caption": text, **({"caption_entities": found} if found else {})}


def plain(text: str, limit: int, refusal: str) -> str:
    """A bounded text without markup."""
    text = text.strip()
    if len(text) > limit:
        raise bad_request(refusal, "over a limit")
    return text


def inline_keyboard(markup: Json | None) -> Json | None:
    """The inline keyboard to show under a message; an empty one is none."""
    if markup is None or "inline_keyboard" not in markup:
        return None
    for row in markup["inline_keyboard"]:
        for button in row:
            _check_button(button)
    rows = [row for row in markup["inline_keyboard"] if row]
    return {"inline_keyboard": rows} if rows else None


def _check_button(button: Json) -> None:
    words = "can't parse inline keyboard button: "
    if not button["text"]:
        raise bad_request(words + "text must be non-empty", "malformed")
    actions = [action for action in _BUTTON_ACTIONS if action in button]
    if not actions:
        unallowed = "Text buttons are unallowed in the inline keyboard"
        raise bad_request(words + unallowed, "malformed")
    if len(actions) > 1:
        raise bad_request(words + "exactly one action is allowed", "malformed")
    if "callback_data" in button:
        size = len(button["callback_data"].encode())
        if not 1 <= size <= BUTTON_DATA_LIMIT:
            raise bad_request("BUTTON_DATA_INVALID", "over a limit" if size else "malformed")
    url = button.get("url", "x://")
    if "://" not in url and not url.startswith(("tel:", "mailto:")) and "." not in url:
        raise bad_request(
            f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL", "malformed"
        )


def extras(args: Args, messages: dict[int, Json]) -> Json:
    """What any message may carry besides its content."""
    content: Json = {}
    if keyboard := inline_keyboard(args.get("reply_markup")):
        content["reply_markup"] = keyboard
    if args.get("protect_content"):
        content["has_protected_content"] = True
    if "message_effect_id" in args:
        content["effect_id"] = args["message_effect_id"]
    if reply := args.get("reply_parameters"):
        if earlier := messages.get(reply["message_id"]):
            # Telegram nests replies one level deep.
            nested = ("reply_to_message",)
            content["reply_to_message"] = {k: v for k, v in earlier.items() if k not in nested}
        elif not reply.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
    return content

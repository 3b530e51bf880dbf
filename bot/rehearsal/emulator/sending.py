"""The methods that put a new message in a chat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from .chats import Chat
from .compose import extras, formatted, plain, text_content
from .errors import Json, bad_request
from .polls import Option, Poll
from .topics import in_topic
from .validate import Args
from .world import World

QUESTION_LIMIT = 300
OPTION_LIMIT = 100
OPTIONS_MOST = 12
EXPLANATION_LIMIT = 200
DESCRIPTION_LIMIT = 1024
OPEN_SHORTEST = 5
OPEN_LONGEST = 2_628_000


def send_message(world: World, args: Args) -> Json:
    """sendMessage"""
    chat = world.reachable(args["chat_id"])
    return send(world, "sendMessage", chat, args, text_content(args))


def send_poll(world: World, args: Args) -> Json:
    """sendPoll"""
    chat = world.reachable(args["chat_id"])
    question, entities = _custom_emoji_only(
        args["question"], args.get("question_parse_mode"), args.get("question_entities")
    )
    if len(question) > QUESTION_LIMIT:
        words = f"poll question length must not exceed {QUESTION_LIMIT}"
        raise bad_request(words, "over a limit")
    options = _options(args["options"])
    quiz = args.get("type") == "quiz"
    shown: Json = {
        "question": question,
        "is_anonymous": args.get("is_anonymous", True),
        "type": "quiz" if quiz else "regular",
        "allows_multiple_answers": args.get("allows_multiple_answers", False),
        "allows_revoting": args.get("allows_revoting", not quiz),
        "members_only": args.get("members_only", False),
        **({"question_entities": entities} if entities else {}),
        **(_quiz(args, len(options)) if quiz else {}),
    }
    closes = _closing_time(world, args, shown)
    poll_id = str(5 * 10**18 + world.serial())
    poll = Poll(poll_id, chat.header["id"], 0, options, shown, _description(args))
    poll.closed = bool(args.get("is_closed"))
    content = {"poll": poll.as_json(in_message=True)}
    message = send(world, "sendPoll", chat, args, content)
    poll.message_id = message["message_id"]
    world.add_poll(poll, closes)
    return message


def send_venue(world: World, args: Args) -> Json:
    """sendVenue"""
    chat = world.reachable(args["chat_id"])
    latitude, longitude = args["latitude"], args["longitude"]
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad_request("wrong latitude or longitude", "over a limit")
    title, address = plain(args["title"], 255, "venue title is too long"), args["address"].strip()
    if not title or not address:
        raise bad_request("venue title and address must be non-empty", "malformed")
    place = {"latitude": latitude, "longitude": longitude}
    venue = {"location": place, "title": title, "address": address}
    return send(world, "sendVenue", chat, args, {"location": place, "venue": venue})


def send(world: World, method: str, chat: Chat, args: Args, content: Json) -> Json:
    """Put a message in a chat, with what any message may carry, if the limits let it."""
    more = {**in_topic(world, chat, args), **extras(args, chat.messages)}
    world.admit(chat, paid=bool(args.get("allow_paid_broadcast")))
    if (markup := args.get("reply_markup")) and "inline_keyboard" not in markup:
        chat.reply_keyboard = None if markup.get("remove_keyboard") else markup
    return world.sent(method, world.post(chat, world.bot, {**content, **more}))


def _custom_emoji_only(
    text: str, mode: str | None, given: list[Json] | None
) -> tuple[str, list[Json]]:
    """A poll's texts keep no other entities."""
    text, entities = formatted(text, mode, given)
    if not text:
        raise bad_request("text must be non-empty", "malformed")
    return text, [entity for entity in entities if entity["type"] == "custom_emoji"]


def _options(given: list[Json | str]) -> tuple[Option, ...]:
    if not given:
        raise bad_request("poll must have at least one answer option", "malformed")
    if len(given) > OPTIONS_MOST:
        raise bad_request(f"poll can't have more than {OPTIONS_MOST} options", "over a limit")
    options = []
    for number, item in enumerate(given):
        option: Json = {"text": item} if isinstance(item, str) else item
        text, entities = _custom_emoji_only(
            option["text"], option.get("text_parse_mode"), option.get("text_entities")
        )
        if len(text) > OPTION_LIMIT:
            words = f"poll options length must not exceed {OPTION_LIMIT}"
            raise bad_request(words, "over a limit")
        options.append(Option(text, f"o{number}", tuple(entities)))
    return tuple(options)


def _quiz(args: Args, count: int) -> Json:
    correct = args.get("correct_option_ids") or []
    if not correct or any(not 0 <= index < count for index in correct):
        raise bad_request("wrong correct option identifiers specified", "malformed")
    shown: Json = {"correct_option_ids": correct}
    if args.get("explanation"):
        mode, given = args.get("explanation_parse_mode"), args.get("explanation_entities")
        text, entities = formatted(args["explanation"], mode, given)
        shown["explanation"] = plain(text, EXPLANATION_LIMIT, "MESSAGE_TOO_LONG")
        if entities:
            shown["explanation_entities"] = entities
    return shown


def _description(args: Args) -> Json:
    if not args.get("description"):
        return {}
    mode, given = args.get("description_parse_mode"), args.get("description_entities")
    text, entities = formatted(args["description"], mode, given)
    text = plain(text, DESCRIPTION_LIMIT, "message caption is too long")
    return {"description": text, **({"description_entities": entities} if entities else {})}


def _closing_time(world: World, args: Args, shown: Json) -> datetime | None:
    """When the poll closes by itself; noted in `shown` as well."""
    if "open_period" in args and "close_date" in args:
        raise bad_request("either open_period or close_date can be used", "malformed")
    if "open_period" in args:
        seconds = args["open_period"]
        shown["open_period"] = seconds
        closes = world.now() + timedelta(seconds=seconds)
    elif "close_date" in args:
        closes = datetime.fromtimestamp(args["close_date"], UTC)
        seconds = round((closes - world.now()).total_seconds())
    else:
        return None
    if not OPEN_SHORTEST <= seconds <= OPEN_LONGEST:
        raise bad_request("invalid poll open period specified", "over a limit")
    shown["close_date"] = int(closes.timestamp())
    return closes

"""The methods about the bot itself and about chats, members and files."""

from __future__ import annotations

import re
from typing import Any

from .errors import ApiError, Json, bad_request
from .members import member
from .profile import localised, scope_key
from .validate import Args
from .world import World

COMMANDS_MOST = 100
_LIMITS = {"name": 64, "description": 512, "short_description": 120}
_COMMAND = re.compile(r"[a-z0-9_]{1,32}\Z")
_NO_GIFTS = dict.fromkeys(
    [
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    ],
    False,
)


def get_me(world: World, args: Args) -> Json:
    """getMe"""
    abilities = (
        "can_join_groups can_read_all_group_messages supports_inline_queries "
        "can_connect_to_business has_main_web_app"
    )
    return {**world.bot, **dict.fromkeys(abilities.split(), False), "can_join_groups": True}


def log_out(world: World, args: Args) -> bool:
    """logOut"""
    world.logged_out = True
    return True


def close(world: World, args: Args) -> bool:
    """close"""
    return True


def set_my_commands(world: World, args: Args) -> bool:
    """setMyCommands"""
    commands = args["commands"]
    if len(commands) > COMMANDS_MOST:
        raise bad_request("BOT_COMMANDS_TOO_MUCH", "over a limit")
    for command in commands:
        if not _COMMAND.match(command["command"]):
            raise bad_request("BOT_COMMAND_INVALID", "malformed")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID", "over a limit")
    world.profile.commands[_commands_key(world, args)] = commands
    world.events.broadcast("commands")
    return True


def get_my_commands(world: World, args: Args) -> list[Json]:
    """getMyCommands"""
    return world.profile.commands.get(_commands_key(world, args), [])


def delete_my_commands(world: World, args: Args) -> bool:
    """deleteMyCommands"""
    world.profile.commands.pop(_commands_key(world, args), None)
    world.events.broadcast("commands")
    return True


def _commands_key(world: World, args: Args) -> tuple[tuple[str, int, int], str]:
    scope = args.get("scope")
    if scope and "chat_id" in scope:
        world.chat(scope["chat_id"])
    language = args.get("language_code", "")
    if language and not re.match(r"[a-z]{2}\Z", language):
        raise bad_request("invalid language code specified", "malformed")
    return scope_key(scope), language


def set_my_name(world: World, args: Args) -> bool:
    """setMyName"""
    return _set_text(world.profile.name, "name", args)


def set_my_description(world: World, args: Args) -> bool:
    """setMyDescription"""
    return _set_text(world.profile.description, "description", args)


def set_my_short_description(world: World, args: Args) -> bool:
    """setMyShortDescription"""
    return _set_text(world.profile.short_description, "short_description", args)


def _set_text(texts: dict[str, str], key: str, args: Args) -> bool:
    text = args.get(key, "")
    if len(text) > _LIMITS[key]:
        raise bad_request(f"bot {key.replace('_', ' ')} is too long", "over a limit")
    language = args.get("language_code", "")
    if text:
        texts[language] = text
    elif language or key != "name":
        texts.pop(language, None)
    return True


def get_my_name(world: World, args: Args) -> Json:
    """getMyName"""
    return {"name": localised(world.profile.name, args.get("language_code", ""))}


def get_my_description(world: World, args: Args) -> Json:
    """getMyDescription"""
    text = localised(world.profile.description, args.get("language_code", ""))
    return {"description": text}


def get_my_short_description(world: World, args: Args) -> Json:
    """getMyShortDescription"""
    text = localised(world.profile.short_description, args.get("language_code", ""))
    return {"short_description": text}


def set_chat_menu_button(world: World, args: Args) -> bool:
    """setChatMenuButton"""
    button = args.get("menu_button", {"type": "default"})
    world.profile.menu_buttons[args.get("chat_id", 0)] = button
    return True


def get_chat_menu_button(world: World, args: Args) -> Json:
    """getChatMenuButton"""
    buttons = world.profile.menu_buttons
    return buttons.get(args.get("chat_id", 0)) or buttons.get(0) or {"type": "commands"}


def send_chat_action(world: World, args: Args) -> bool:
    """sendChatAction"""
    chat = world.reachable(args["chat_id"])
    world.events.publish(chat.header["id"], "typing", {"action": args["action"]})
    return True


def get_chat(world: World, args: Args) -> Json:
    """getChat"""
    header = world.chat(args["chat_id"]).header
    return {
        **header,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": _NO_GIFTS,
    }


def get_chat_member(world: World, args: Args) -> Json:
    """getChatMember"""
    chat_id = world.chat(args["chat_id"]).header["id"]
    user_id = args["user_id"]
    group = world.groups.get(chat_id)
    if user_id == world.bot["id"]:
        inside = group.has_bot if group else not world.people[chat_id].blocked
        if inside and group and group.bot_rights:
            return member(world.bot, "administrator", group.bot_rights)
        return member(world.bot, "member" if inside else "kicked")
    person = world.people.get(user_id)
    if person is None or (group is None and user_id != chat_id):
        raise bad_request("user not found")
    status = group.members.get(user_id, "left") if group else "member"
    return member(person.user, status)


def leave_chat(world: World, args: Args) -> bool:
    """leaveChat"""
    chat = world.chat(args["chat_id"])
    group = world.groups.get(chat.header["id"])
    if group is None:
        raise bad_request("chat member status can't be changed in private chats")
    group.has_bot = False
    return True


def get_file(world: World, args: Args) -> Json:
    """getFile"""
    try:
        stored = world.files.get(args["file_id"])
    except ApiError as error:
        raise bad_request("invalid file_id") from error
    result: dict[str, Any] = {**stored.as_json(), "file_path": stored.path}
    return result

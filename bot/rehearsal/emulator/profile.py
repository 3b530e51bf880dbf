"""What the bot says about itself: commands, name and descriptions, by scope and language."""

from __future__ import annotations

from dataclasses import dataclass, field

from .errors import Json

ScopeKey = tuple[str, int, int]
"""A scope's type with its chat and user, 0 where it has none."""


def scope_key(scope: Json | None) -> ScopeKey:
    """The key of a BotCommandScope; absent means the default scope."""
    if scope is None:
        return ("default", 0, 0)
    return (scope["type"], int(scope.get("chat_id", 0)), int(scope.get("user_id", 0)))


@dataclass(slots=True)
class Profile:
    """Texts by language (`""` for all others) and commands by scope and language."""

    name: dict[str, str]
    description: dict[str, str] = field(default_factory=dict)
    short_description: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[ScopeKey, str], list[Json]] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)

    def commands_for(self, user_id: int, language: str) -> list[Json]:
        """What a person sees in the private chat: narrowest scope first, own language first."""
        scopes = (("chat", user_id, 0), ("all_private_chats", 0, 0), ("default", 0, 0))
        for scope in scopes:
            for code in (language, ""):
                if found := self.commands.get((scope, code)):
                    return found
        return []


def localised(texts: dict[str, str], language: str) -> str:
    """The text in a language, or the one for all languages."""
    return texts.get(language) or texts.get("", "")

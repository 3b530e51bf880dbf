"""Who handles what: the one list. Order matters, the first that fits handles an update."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import (
    Application,
    BaseHandler,
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.chat import (
    asking,
    boosters,
    callback,
    cards,
    check_ins,
    exercises,
    fallback,
    groups,
    membership,
    offers,
    own_data,
    pause,
    practice,
    progress,
    settings,
    share,
    staff,
    start,
    stop,
    tips,
    turn,
)
from bot.chat.callback import Act
from bot.chat.commands import COMMANDS, names
from bot.chat.desk import Desk
from bot.chat.turn import Turn
from bot.domain.callback import Verb
from bot.domain.source import UNKNOWN, source_code
from bot.service import joining

Handle = Callable[[Turn], Awaitable[None]]
Handler = BaseHandler[Update, Any, Any]
Context = CallbackContext[Any, Any, Any, Any]
Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]

BY_COMMAND: Mapping[str, Handle] = {
    "start": start.start,
    "tips": tips.tips,
    "progress": progress.progress,
    "exercises": partial(cards.show, name="exercises"),
    "physio": partial(cards.show, name="physio"),
    "ask": asking.ask,
    "alarm": partial(cards.show, name="safety"),
    "settings": settings.settings,
    "pause": pause.pause,
    "stop": stop.stop,
    "share": share.share,
    "privacy": partial(cards.show, name="privacy"),
    "export": own_data.export,
    "forget": own_data.forget,
    "help": partial(cards.show, name="help"),
    "cancel": fallback.cancel,
}

WAYS_OUT = ("stop", "pause", "forget")
"""Commands that are obeyed even behind alarm words; the others would only distract from help."""

BY_BUTTON: Mapping[Verb, Act] = {
    Verb.CARD: cards.tapped,
    Verb.OFFER: offers.tapped,
    Verb.CHECK_INS: check_ins.answered,
    Verb.WELCOME: start.in_language,
    Verb.CONSENT: start.consent,
    Verb.DECLINE: start.decline,
    Verb.START_AGAIN: start.again,
    Verb.ONWARD: start.onward,
    Verb.BOOSTERS: boosters.tapped,
    Verb.SETTINGS: settings.tapped,
    Verb.PAUSE: pause.tapped,
    Verb.RESUME: pause.resume,
    Verb.STOP: stop.tapped,
    Verb.TIPS: tips.page,
    Verb.TIP: tips.tip,
    Verb.EXERCISES: exercises.listed,
    Verb.EXERCISE: exercises.shown,
    Verb.FAVOURITE: exercises.liked,
    Verb.PROGRESS: progress.tapped,
    Verb.PLACE: practice.place,
    Verb.ASK: asking.tapped,
    Verb.EXPORT: own_data.export_tapped,
    Verb.FORGET: own_data.forget_tapped,
    Verb.CANCEL: fallback.cancel_tapped,
}

GROUP = filters.ChatType.GROUPS
PRIVATE = filters.ChatType.PRIVATE
NEW = PRIVATE & filters.UpdateType.MESSAGE
# A place that is shared live changes all the time; nobody changed anything by hand.
EDITED = PRIVATE & filters.UpdateType.EDITED_MESSAGE & ~filters.LOCATION


def register(application: Application[Any, Any, Any, Any, Any, Any], desk: Desk) -> None:
    """Give the application its handlers. What they raise is the caller's to deal with.

    Votes don't come here: `bot.chat.votes` takes them in sets.
    """
    private = partial(_private, desk)
    application.add_handlers(
        [
            MessageHandler(GROUP, _group(desk)),
            ChatMemberHandler(_membership(desk), ChatMemberHandler.MY_CHAT_MEMBER),
            CallbackQueryHandler(private(partial(callback.tapped, acts=BY_BUTTON))),
            *(
                handler(names(desk.texts, each), private(_heeding(each)))
                for each in COMMANDS
                for handler in (_command, _bare_command)
            ),
            MessageHandler(NEW & filters.COMMAND, private(fallback.unknown_command)),
            MessageHandler(NEW & filters.TEXT, private(fallback.written)),
            MessageHandler(NEW & ~filters.StatusUpdate.ALL, private(fallback.other)),
            MessageHandler(EDITED, private(fallback.edited)),
        ]
    )


def _command(known: set[str], callback: Callback) -> Handler:
    return CommandHandler(known, callback, filters=NEW)


def _bare_command(known: set[str], callback: Callback) -> Handler:
    """The command without its slash, as people write "STOP" in answer to a text message."""
    alone = re.compile(rf"\A\W*(?:{'|'.join(sorted(known))})\W*\Z", re.IGNORECASE)
    return MessageHandler(NEW & filters.TEXT & filters.Regex(alone), callback)


def _heeding(command: str) -> Handle:
    """A command that heeds alarm words behind it first; then only a way out is obeyed."""
    handle = BY_COMMAND[command]

    async def heeded(turn: Turn) -> None:
        words = turn.behind_command
        # The code of a deep link is nobody's words.
        if command != "start" or source_code(words) == UNKNOWN:
            alarmed = await fallback.alarmed(turn, words)
            if alarmed and command not in WAYS_OUT:
                return
        await handle(turn)

    return heeded


def _private(desk: Desk, handle: Handle) -> Callback:
    """A handler of private chats for PTB."""

    async def handled(update: Update, context: Context) -> None:
        opened = await turn.opened(desk, context.bot, update)
        if opened is not None:
            await handle(opened)
            # Erasure counts from the last sign of a person; nobody's answer waits for that.
            if opened.person is not None:
                await joining.seen(desk.records, opened.chat_id, opened.now)

    return handled


def _group(desk: Desk) -> Callback:
    """The staff's group is answered, every other one is left."""

    async def handled(update: Update, context: Context) -> None:
        room, chat = desk.room, update.effective_chat
        if room is None or chat is None or chat.id != room.chat_id:
            await groups.leave(desk, context.bot, update)
        elif update.my_chat_member is not None:
            await room.check()
        else:
            await staff.heard(desk, room, update)

    return handled


def _membership(desk: Desk) -> Callback:
    """Membership changes come from private chats and groups alike."""
    in_private, in_group = _private(desk, membership.changed), _group(desk)

    async def handled(update: Update, context: Context) -> None:
        chat = update.effective_chat
        if chat is not None and chat.type in (ChatType.GROUP, ChatType.SUPERGROUP):
            await in_group(update, context)
        else:
            await in_private(update, context)

    return handled

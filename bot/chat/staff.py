"""What the staff writes in its group: answers go to the person of their topic, and nowhere else."""

from __future__ import annotations

from telegram import Message, Update

from bot.chat import practice
from bot.chat.desk import Desk
from bot.chat.keyboards import for_another
from bot.chat.staff_room import StaffRoom
from bot.domain.asking import ANSWER_LONGEST
from bot.domain.callback import Verb
from bot.domain.outcome import Blocked, Sent, Uncertain
from bot.service import asking, joining
from bot.service.asking import Routed


async def heard(desk: Desk, room: StaffRoom, update: Update) -> None:
    """Something in the staff's group. The General topic and topics of theirs are their own."""
    message = update.effective_message
    if message is None or not desk.texts.staffed or not _of_staff(message):
        return
    thread = message.message_thread_id
    # In the General topic a reply has the id of the message it replies to.
    if thread is None or not message.is_topic_message:
        return
    if message.forum_topic_closed is not None:
        await _close(desk, room, thread, shut=True)
    elif message.forum_topic_reopened is not None:
        if await asking.reopened(desk.records, thread):
            await room.note(thread, "staff.reopened")
            room.wake()
    elif update.edited_message is not None:
        await _note(desk, room, thread, "staff.edited")
    elif message.text is None:
        if message.forum_topic_created is None and message.forum_topic_edited is None:
            await _note(desk, room, thread, "staff.only-text")
    elif message.text.startswith("/"):
        await _command(desk, room, thread, message.text)
    elif len(message.text) > ANSWER_LONGEST:
        await _note(desk, room, thread, "staff.too-long")
    else:
        await _answer(desk, room, thread, message, update.update_id)


def _of_staff(message: Message) -> bool:
    """A member of the group, or an administrator who stays anonymous; no other bot, no channel."""
    if message.sender_chat is not None:
        return message.sender_chat.id == message.chat.id
    return message.from_user is not None and not message.from_user.is_bot


async def _note(desk: Desk, room: StaffRoom, thread: int, phrase: str) -> None:
    """Say something in a topic of a conversation; others are the staff's own."""
    if await asking.knows(desk.records, thread):
        await room.note(thread, phrase)


async def _command(desk: Desk, room: StaffRoom, thread: int, text: str) -> None:
    name = text.split()[0].removeprefix("/").partition("@")[0].lower()
    texts = desk.texts
    known = {
        "close",
        *(texts.plain("staff.close-command", each) for each in texts.campaign.languages),
    }
    if name in known:
        await _close(desk, room, thread, shut=False)
    else:
        await _note(desk, room, thread, "staff.command")


async def _answer(
    desk: Desk, room: StaffRoom, thread: int, message: Message, update_id: int
) -> None:
    assert message.text is not None
    routed = await asking.route(
        desk.records, thread, message_id=message.message_id, update_id=update_id, now=desk.now()
    )
    if routed is None:
        return
    if routed.chat_id is None:
        return await room.note(thread, "staff.not-open")
    await desk.card_first(routed.chat_id)
    language = desk.records.campaign.language(routed.language)
    who = practice.name(desk, language)
    html = desk.texts.phrase("ask.answer", language, practice=who, text=message.text)
    rows = for_another(
        desk.texts, language, (("close", Verb.ASK, "close"), ("safety", Verb.CARD, "safety"))
    )
    outcome = await room.say(routed.chat_id, html, rows)
    match outcome:
        case Sent():
            await room.seen(message.message_id)
        case Blocked():
            # With it the conversation ends, and the staff reads why.
            await joining.blocked(desk.records, routed.chat_id, desk.now())
            room.wake()
        case Uncertain():
            await room.note(thread, "staff.doubt")
        case _:
            await room.note(thread, "staff.not-sent")


async def _close(desk: Desk, room: StaffRoom, thread: int, *, shut: bool) -> None:
    routed = await asking.close_topic(desk.records, thread, shut=shut)
    room.wake()
    if routed is not None and routed.chat_id is not None:
        await _tell_closed(desk, room, routed)


async def _tell_closed(desk: Desk, room: StaffRoom, routed: Routed) -> None:
    assert routed.chat_id is not None
    language = desk.records.campaign.language(routed.language)
    rows = for_another(desk.texts, language, (("ask", Verb.ASK), ("safety", Verb.CARD, "safety")))
    await desk.card_first(routed.chat_id)
    await room.say(routed.chat_id, desk.texts.phrase("ask.closed-by-staff", language), rows)

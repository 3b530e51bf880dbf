"""Wiring: everything is put together here and nowhere else."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import Update
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import Application, CallbackContext, ExtBot

from bot.charts.renderer import Renderer
from bot.chat import handling, menu, registration
from bot.chat.backlog import Backlog
from bot.chat.charts import Charts, Render
from bot.chat.composing import Composer
from bot.chat.desk import Desk
from bot.chat.intake import ALLOWED, Inbox, Intake, Poller, chat_of
from bot.chat.notices import Notices
from bot.chat.replies import Replies
from bot.chat.staff_room import StaffRoom
from bot.chat.votes import Votes
from bot.clock import Clock
from bot.content.render import Texts
from bot.delivery.breaker import Trouble
from bot.delivery.ledger import Ledger
from bot.delivery.messenger import Messenger
from bot.delivery.pacer import Pacer
from bot.delivery.sender import Sender
from bot.delivery.shared import SharedAllowance, in_database
from bot.delivery.transport import HttpRequest
from bot.domain.practice import Practice
from bot.domain.wave import FREE
from bot.instance import Instance, Role
from bot.rounds import Rounds
from bot.service import joining
from bot.service.records import Records
from bot.settings import Settings
from bot.store import inbox as inbox_rows
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.deliveries import Lane
from bot.ticking import Ticking

log = structlog.get_logger()

GRACE = 8.0
"""Seconds that a stop waits for what is in flight."""

AT_ONCE, FOR_REPLIES = 100, 20
"""Requests of the series that may be under way, at least, and connections beside them."""

LANES = {Lane.INTERACTIVE: Role.WEB, Lane.BULK: Role.WORKER}
"""Whose duty it is to send what."""

TICK = 1.0
FAST_TICK = 0.05
"""Seconds between two looks at what is due, in life and in a fast rehearsal."""

MOST_CONNECTIONS = 100
"""How many updates Telegram may bring at a time: the most there is, since they are written in sets.
"""


def _over_http(connections: int) -> HttpRequest:
    return HttpRequest(connections=connections)


class App:
    """The running bot: intake, handling, planning and sending over one database."""

    def __init__(
        self,
        settings: Settings,
        texts: Texts,
        db: Database,
        cipher: Cipher,
        clock: Clock,
        pacer: Pacer | None = None,
        role: Role = Role.ALL,
        transport: Callable[[int], HttpRequest] = _over_http,
        practice: Practice | None = None,
        render: Render | None = None,
    ) -> None:
        """`practice` is the operator's own, if any. `transport` makes what carries so many requests
        at once to Telegram, `render` the PNGs of charts where it isn't a process of their own."""
        self.settings = settings
        self.texts = texts
        self.practice = practice
        self.clock = clock
        self.records = Records(db, cipher, texts.campaign)
        per_second = settings.paid_broadcast or FREE
        self.instance = Instance(
            db, role, recover=self._recover, adopt=self._adopt, adopted=self._look_back
        )
        self.pacer = pacer or Pacer(
            monotonic=clock.monotonic,
            per_second=per_second,
            allowance=None if db.is_sqlite else self._shared(per_second),
        )
        # A round trip of half a second still leaves room for all that may leave meanwhile.
        at_once = max(AT_ONCE, per_second // 2)
        request = transport(at_once + FOR_REPLIES)
        api = f"{settings.telegram_api_url}/bot"
        self.bot: ExtBot[Any] = ExtBot(
            token=settings.token,
            base_url=api,
            base_file_url=f"{settings.telegram_api_url}/file/bot",
            request=request,
            get_updates_request=transport(2),
            rate_limiter=self.pacer,
        )
        self.messenger = Messenger(request, api + settings.token, self.pacer)
        self.ledger = Ledger(
            self.records,
            clock.now,
            instance=lambda: self.instance.id,
            on_uncertain=settings.uncertain,
            shows_answers=texts.shows_answers,
        )
        self.notices = Notices(self.bot, texts, settings.admin_ids, clock.now)
        self.room: StaffRoom | None = None
        if settings.staff_chat_id is not None:
            self.room = StaffRoom(
                settings.staff_chat_id,
                self.bot,
                self.messenger,
                self.pacer,
                self.records,
                texts,
                self._tell_staff_trouble,
                self._refresh_menu,
            )
        self.sender = Sender(
            self.ledger,
            self.messenger,
            self.pacer,
            Composer(texts, paid=settings.paid_broadcast > FREE),
            lanes=[lane for lane in Lane if role.does(LANES[lane])],
            at_once=at_once,
            on_trouble=self._tell_trouble,
        )
        self._answer_soon = partial(self.sender.wake, Lane.INTERACTIVE)
        self.rounds = Rounds(
            self.records,
            clock,
            self.messenger,
            self.pacer,
            leads=partial(self.instance.leads, Role.WORKER),
            wake=self.sender.wake,
            queued=partial(self.sender.wake, Lane.BULK),
        )
        self.inbox = Inbox(db, self.instance, cipher, self._handle, self._apologise)
        self.renderer = Renderer()
        self.charts = Charts(texts, render or self.renderer.png, clock.monotonic)
        self.replies = Replies(
            db, cipher, self.bot, self.pacer, self.charts, self.instance, self._answer_soon
        )
        self.votes: Votes
        self.intake = Intake(self.instance, cipher, clock.now, self.inbox.wake)
        self.poller = Poller(self.bot, self.intake)
        self.backlog = Backlog(self.bot, webhook=settings.webhook_url is not None)
        self.application = Application.builder().bot(self.bot).updater(None).job_queue(None).build()
        self.application.add_error_handler(_keep_error)
        self._ticking = Ticking()
        self._tasks: list[asyncio.Task[Any]] = []

    async def start(self) -> None:
        """Meet Telegram, settle what earlier runs left in doubt, and begin.

        Raises InvalidToken for a token that Telegram doesn't know.
        """
        await self._meet()
        await self.instance.join()
        self._run(self.instance.run())
        desk = Desk(
            records=self.records,
            texts=self.texts,
            now=self.clock.now,
            zone=self.settings.timezone,
            operator=self.settings.operator,
            username=self.bot.username,
            wake=self._answer_soon,
            pacer=self.pacer,
            practice=self.practice,
            room=self.room,
            charts=self.charts,
            card_first=self.replies.card_first,
        )
        registration.register(self.application, desk)
        self.votes = Votes(desk, self.bot, self.replies)
        if self.room is not None:
            await self.room.check()
            self._every(60, self.room.check)
            self._lead(Role.WEB, self.room.run)
        self._lead(Role.WEB, self._receive)
        self._run(self.sender.run())
        self._run(self.replies.run())
        self._run(self.inbox.run())
        fast = self.clock.speed > 1
        self._every(FAST_TICK if fast else TICK, self.rounds.tick)
        self._every(FAST_TICK * 4 if fast else 5 * TICK, self.rounds.close_polls)
        self._every(60, self.backlog.check)
        self._every(3600, self.rounds.tidy)
        self._ticking.start()
        self._lead(Role.WEB, partial(menu.set_up, self.bot, self.texts))
        self._lead(Role.WORKER, self.rounds.tell_waves)

    async def _meet(self) -> None:
        await self._insist(self.application.initialize)

    async def _receive(self) -> None:
        """Have updates brought or fetch them, whichever is set."""
        url = self.settings.webhook_url
        if url is None:
            await self._insist(self.bot.delete_webhook)
            return await self.poller.run()
        if url.rstrip("/").count("/") < 3:
            url = url.rstrip("/") + self.settings.webhook_path
        await self._insist(
            partial(
                self.bot.set_webhook,
                url,
                allowed_updates=ALLOWED,
                secret_token=webhook_secret(self.settings),
                max_connections=MOST_CONNECTIONS,
            )
        )

    async def _insist(self, request: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Make a request until Telegram answers; raises InvalidToken and what it refuses."""
        pause = 1.0
        while True:
            try:
                await request()
                return
            except (InvalidToken, BadRequest):
                raise
            except TelegramError as error:
                log.warning("Telegram is out of reach; trying again", reason=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 30)

    async def stop(self) -> None:
        """Take nothing more, end what is in flight, close the connection to Telegram."""
        await self._ticking.stop(GRACE)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.inbox.stop(GRACE)
        await self.replies.stop(GRACE)
        await self.sender.stop(GRACE)
        await self.renderer.close()
        await self.notices.stop()
        await self.application.shutdown()
        with contextlib.suppress(SQLAlchemyError):  # Others will notice, if there are any.
            await self.instance.leave()

    async def failed(self) -> None:
        """Wait until a part of the app fails; raises what it raised."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()

    async def ready(self) -> dict[str, bool]:
        """What readiness consists of: the database answers and others see that this one is alive,
        ticks pass, messages leave, updates come in."""
        try:
            async with self.records.db.read() as tx:
                await self.records.alive(tx)
            database = self.instance.valid_for > 0
        except DBAPIError:
            database = False
        return {
            "database": database,
            "schedule": self.clock.monotonic() - self.rounds.ticked_at < 60,
            "sending": self.sender.trouble is None,
            "updates": self.settings.webhook_url is not None
            or self.poller.healthy
            or not self.instance.leads(Role.WEB),
        }

    async def _handle(self, raw: dict[str, Any]) -> None:
        if "poll_answer" in raw:
            return await self.votes.voted(raw)
        update = Update.de_json(raw, self.bot)
        await self.application.process_update(update)

    async def _apologise(self, chat_id: int, raw: dict[str, Any]) -> None:
        """Say that something failed, in a private chat; in a group nobody is addressed."""
        person = await joining.look(self.records, chat_id)
        if chat_of(raw) not in (None, chat_id):
            return
        wanted = person.subscriber.language if person is not None else None
        language = self.records.campaign.language(wanted)
        await self.replies.card_first(chat_id)
        await self.bot.send_message(chat_id, self.texts.plain("error.sorry", language))

    async def _recover(self, tx: AsyncConnection) -> int:
        return await self.ledger.recover(tx)

    async def _adopt(self, tx: AsyncConnection) -> None:
        await inbox_rows.adopt(tx, self.instance.id)

    def _look_back(self) -> None:
        """What was adopted is older than what was read."""
        self.inbox.look_back()
        self.replies.wake()

    def _shared(self, per_second: int) -> SharedAllowance:
        return SharedAllowance(
            per_second,
            in_database(self.records.db, per_second),
            monotonic=self.clock.monotonic,
            valid_for=lambda: self.instance.valid_for,
        )

    def _tell_trouble(self, trouble: Trouble | None) -> None:
        """Each instance finds out for itself; the operators are told by one."""
        if self.instance.leads(Role.WORKER):
            self.notices.trouble(trouble)

    def _tell_staff_trouble(self, html: str) -> None:
        if self.instance.leads(Role.WEB):
            self.notices.tell(html)

    def _refresh_menu(self) -> None:
        """What the bot says of itself depends on whether somebody can be asked."""
        if self.instance.leads(Role.WEB):
            self._run(menu.set_up(self.bot, self.texts))

    def _lead(self, duty: Role, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do what only one instance may, whenever this is the one."""
        self._run(self.instance.while_leading(duty, work))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work))

    def _every(self, seconds: float, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._ticking.every(seconds, work)


async def _keep_error(_update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
    """PTB keeps a handler's exception to itself; the inbox needs it to try again."""
    error = context.error
    handling.current.get().error = error if isinstance(error, Exception) else None


def webhook_secret(settings: Settings) -> str:
    """What Telegram proves itself with: as set, else derived from the token, alike everywhere."""
    if settings.webhook_secret is not None:
        return settings.webhook_secret.get_secret_value()
    return hmac.new(settings.token.encode(), b"webhook", hashlib.sha256).hexdigest()

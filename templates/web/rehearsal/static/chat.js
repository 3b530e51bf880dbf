/** Brings the parts together: one person, one chat, one clock. */

import { Stream, post } from "./api.js";
import { isOwn } from "./bubble.js";
import { Composer } from "./composer.js";
import { find } from "./dom.js";
import { MessageList } from "./messages.js";
import * as notices from "./notices.js";
import { Panel } from "./panel.js";
import { known, language, setLanguage, word } from "./words.js";

const TYPING_MS = 5000;
const TAP_MS = 10_000;

const config = JSON.parse(find("#config").textContent);
const payload = new URLSearchParams(location.search).get("start") ?? "";
setLanguage(config.language);

let stream = null;
let chat = null;
let taps = [];
let typingTimer = 0;

const context = { userId: config.user_id, actions: { press, vote, retract, command: send, link: ownLink } };
const list = new MessageList(context);
const composer = new Composer({ send, act });
const panel = new Panel({ language: changeLanguage, block, restart, zone: () => list.render(), turning });

find("[data-testid=start]").addEventListener("click", () => start(payload));
find("[data-testid=unblock]").addEventListener("click", block);
connect();
panel.fetch();

function connect() {
  stream?.close();
  stream = new Stream(context.userId, {
    chat: showChat,
    message: (message) => {
      list.put(message);
      if (!isOwn(message, context)) typing(false);
      showState();
      panel.refreshSoon();
    },
    deleted: ({ message_id: messageId }) => {
      list.remove(messageId);
      showState();
    },
    callback_answer: answered,
    commands: () => stream.reload(),
    typing: () => typing(true),
    lost: () => notices.connection(true),
    failed: (failure) => notices.trouble(failure.message),
  });
}

function showChat(fresh) {
  const firstTime = chat === null;
  chat = fresh;
  notices.connection(false);
  const theirs = known(chat.user.language_code);
  if (firstTime && theirs && theirs !== language()) setLanguage(theirs);
  find(".bot-name").textContent = chat.bot.name;
  find("#welcome-name").textContent = chat.bot.name;
  find(".welcome-text").textContent = chat.bot.description;
  document.title = `${chat.bot.name} · ${word("title")}`;
  composer.setCommands(chat.commands);
  list.replace(chat.messages);
  typing(false);
  showState();
}

/** Before START there is no field, while blocked there is no field either, as in Telegram. */
function showState() {
  if (!chat) return;
  const fresh = list.empty;
  const hadFocus = find(".foot").contains(document.activeElement);
  list.setBlocked(chat.blocked);
  find(".welcome").hidden = !fresh;
  find("[data-testid=start]").hidden = !fresh;
  find("[data-testid=unblock]").hidden = fresh || !chat.blocked;
  find(".composer").hidden = fresh || chat.blocked;
  panel.setChat({ started: !fresh, blocked: chat.blocked });
  if (hadFocus && !find(".foot").contains(document.activeElement)) list.scroller.focus();
}

/** Do what a person does; a failure is said, and tells the caller `null`. */
async function act(action, body = {}) {
  try {
    const reply = await post(`/emulator/chat/${context.userId}/${action}`, body);
    notices.calm();
    panel.refreshSoon();
    return reply;
  } catch (failure) {
    notices.trouble(failure.message);
    return null;
  }
}

function send(text) {
  return act("text", { text });
}

function start(code) {
  return act("start", { payload: code });
}

async function vote(message, options) {
  await act("vote", { message_id: message.message_id, options });
}

async function retract(message) {
  await act("retract", { message_id: message.message_id });
}

async function press(message, button) {
  if (button.callback_data !== undefined) return tap(message, button.callback_data);
  if (button.copy_text) {
    await navigator.clipboard?.writeText(button.copy_text.text);
    return notices.toast(word("copied"));
  }
  if (!button.url) return notices.toast(word("notHere"));
  return ownLink(button.url) || notices.confirmLink(button.url);
}

/** Ends when the bot has answered the tap, as the loading mark on a button in Telegram does. */
async function tap(message, data) {
  const waiting = { id: null };
  const answer = new Promise((resolve) => (waiting.resolve = resolve));
  taps.push(waiting);
  setTimeout(waiting.resolve, TAP_MS);
  const reply = await act("tap", { message_id: message.message_id, data });
  waiting.id = reply?.callback_query_id ?? reply?.id ?? null;
  if (reply) await answer;
  taps = taps.filter((other) => other !== waiting);
}

function answered({ id, text, show_alert: showAlert }) {
  const waiting = taps.find((tapped) => tapped.id === id) ?? taps[0];
  waiting?.resolve();
  if (!text) return;
  if (showAlert) notices.alert(text);
  else notices.toast(text);
}

/** A link to this very bot is a START with a payload here. */
function ownLink(address) {
  const url = new URL(address, location.href);
  const own = url.hostname === "t.me" && url.pathname.slice(1) === chat?.bot.username;
  if (own) start(url.searchParams.get("start") ?? "");
  return own;
}

function typing(on) {
  clearTimeout(typingTimer);
  find(".bot-state").textContent = word(on ? "typing" : "bot");
  if (on) typingTimer = setTimeout(() => typing(false), TYPING_MS);
}

/** Who turns the clock wants to see what comes; while all weeks pass nothing is read in between. */
function turning(busy) {
  if (busy) list.toEnd();
  list.hurried = panel.turning === "all";
  list.scroller.setAttribute("aria-busy", String(busy));
}

async function block() {
  await act(chat?.blocked ? "unblock" : "block");
  await stream.reload();
}

async function changeLanguage(code) {
  setLanguage(code);
  list.render();
  list.showPill();
  typing(false);
  panel.show();
  if (await act("language", { language_code: code })) await stream.reload();
}

async function restart() {
  try {
    const { user_id: userId } = await post("/rehearsal/restart");
    const spoken = language();
    context.userId = userId;
    list.clear();
    connect();
    await act("language", { language_code: spoken });
    await panel.fetch();
  } catch (failure) {
    notices.trouble(failure.message);
  }
}

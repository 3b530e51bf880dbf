/** One phone: the chat of one language, in the page itself or, for the other one, in its frame. */

import { Composer } from "./composer.js";
import { find } from "./dom.js";
import { MessageList } from "./messages.js";
import * as notices from "./notices.js";
import { change, subscribe } from "./state.js";
import { language, setLanguage, setZone, time, word } from "./words.js";

const payload = new URLSearchParams(location.search).get("start") ?? "";

export class Phone {
  /** `spoken(state)` is the language of the phone. */
  constructor(spoken) {
    this.spoken = spoken;
    this.chat = null;
    this.life = "";
    const actions = {
      press: (message, button) => this.press(message, button),
      vote: (message, options) => this.act("vote", { message_id: message.message_id, options }),
      retract: (message) => this.act("retract", { message_id: message.message_id }),
      command: (text) => this.say(text),
      link: (address) => this.ownLink(address),
      file: (id) => `/rehearsal/file/${language()}/${encodeURIComponent(id)}`,
    };
    this.list = new MessageList({ userId: null, actions });
    this.composer = new Composer({ send: (text) => this.say(text), act: (action) => this.act(action) });
    find("[data-testid=start]").addEventListener("click", () => this.start(payload));
    find("[data-testid=unblock]").addEventListener("click", () => this.act("unblock"));
    subscribe((fresh) => this.show(fresh));
  }

  show(fresh) {
    const spoken = this.spoken(fresh);
    const chat = fresh.phones[spoken];
    if (!chat) return;
    const { kind, starts } = fresh.script;
    const life = [spoken, kind, starts].join();
    const translated = spoken !== language();
    if (translated) setLanguage(spoken);
    const moved = setZone(fresh.clock.zone);
    this.chat = chat;
    this.list.context.userId = chat.user.id;
    if ((translated || moved) && !this.list.empty) this.list.render();
    find(".bot-name").textContent = chat.bot.name;
    find(".bot-state").textContent = word("bot");
    find(".status-time").textContent = time(new Date(fresh.clock.now));
    find("#welcome-name").textContent = chat.bot.name;
    find(".welcome-text").textContent = chat.bot.description;
    document.title = `${chat.bot.name} · ${word("title")}`;
    this.composer.setCommands(chat.commands);
    this.list.replace(chat.messages, life !== this.life);
    this.life = life;
    this.showBroken(fresh.broken);
    this.showFoot();
  }

  /** Before START there is no field, while blocked there is no field either, as in Telegram. */
  showFoot() {
    const fresh = this.list.empty;
    const hadFocus = find(".foot").contains(document.activeElement);
    this.list.setBlocked(this.chat.blocked);
    find(".welcome").hidden = !fresh;
    find("[data-testid=start]").hidden = !fresh;
    find("[data-testid=unblock]").hidden = fresh || !this.chat.blocked;
    find(".composer").hidden = fresh || this.chat.blocked;
    if (hadFocus && !find(".foot").contains(document.activeElement)) this.list.scroller.focus();
  }

  /** What is wrong in a file that was saved; the phone goes on with what was right before. */
  showBroken(findings) {
    const box = find(".broken");
    box.hidden = !findings.length;
    const lines = findings.map(({ file, line, message }) => `${file}:${line}: ${message}`);
    const text = [word("brokenFile"), ...lines].join("\n");
    if (box.textContent !== text) box.textContent = findings.length ? text : "";
  }

  /** Do what a person does, on every phone; a failure is said, and tells the caller `null`. */
  async act(action, body = {}) {
    return change(`act/${action}`, body);
  }

  say(text) {
    return this.act("text", { text });
  }

  start(code) {
    return this.act("start", { payload: code });
  }

  async press(message, button) {
    if (button.callback_data !== undefined) return this.tap(message, button.callback_data);
    if (button.copy_text) {
      await navigator.clipboard?.writeText(button.copy_text.text);
      return notices.toast(word("copied"));
    }
    if (!button.url) return notices.toast(word("notHere"));
    return this.ownLink(button.url) || notices.confirmLink(button.url);
  }

  async tap(message, data) {
    const done = await this.act("tap", { message_id: message.message_id, data });
    const answer = done?.answer;
    if (!answer?.text) return;
    if (answer.show_alert) notices.alert(answer.text);
    else notices.toast(answer.text);
  }

  /** A link to this very bot is a START with a payload here. */
  ownLink(address) {
    const url = new URL(address, location.href);
    const own = url.hostname === "t.me" && url.pathname.slice(1) === this.chat?.bot.username;
    if (own) this.start(url.searchParams.get("start") ?? "");
    return own;
  }
}

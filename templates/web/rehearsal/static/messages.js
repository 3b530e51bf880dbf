/** The list of messages: in order, by day, and scrolled with the reader's consent. */

import { isOwn, messageView } from "./bubble.js";
import { element, find } from "./dom.js";
import { dayOfMonth, word } from "./words.js";

const NEAR_PX = 80;
const START_PX = 10;
const FEW = 4;
const nodeId = (node) => Number(node.dataset.messageId);

export class MessageList {
  constructor(context) {
    this.context = context;
    this.scroller = find(".messages");
    this.thread = find(".thread");
    this.pill = find(".pill");
    this.messages = new Map();
    this.unseen = 0;
    this.following = true;
    this.top = 0;
    this.end = element("p", { class: "line", "data-testid": "blocked", hidden: true });
    this.thread.append(this.end);
    this.scroller.addEventListener("scroll", () => this.scrolled());
    this.pill.addEventListener("click", () => {
      this.toEnd();
      this.scroller.focus();
    });
    // Both sizes move the end: the thread's when it grows, the window's when a keyboard opens.
    const sizes = new ResizeObserver(() => this.following && this.toEnd());
    sizes.observe(this.thread);
    sizes.observe(this.scroller);
  }

  get empty() {
    return this.messages.size === 0;
  }

  /** Take over the whole chat; what didn't change is left alone. `another` says it is someone else's. */
  replace(messages, another) {
    if (another) this.clear();
    const first = this.empty;
    const ids = new Set(messages.map((message) => message.message_id));
    const gone = [...this.messages.keys()].filter((id) => !ids.has(id));
    const news = messages.filter((message) => !this.messages.has(message.message_id));
    const few = !first && news.length <= FEW;
    gone.forEach((id) => this.drop(id));
    for (const message of messages) {
      const known = this.messages.get(message.message_id);
      if (JSON.stringify(known) !== JSON.stringify(message)) this.place(message, few && !known);
    }
    this.separate();
    if (news.some((message) => isOwn(message, this.context))) this.following = true;
    if (first || gone.length) this.toEnd();
    else this.count(news.length);
    const theirs = news.find((message) => !isOwn(message, this.context));
    if (few && theirs) this.showStart(this.node(theirs.message_id));
  }

  /** Draw all again, as in another language. */
  render() {
    for (const message of this.messages.values()) this.place(message, false);
    this.separate();
  }

  clear() {
    this.messages.clear();
    this.thread.replaceChildren(this.end);
    this.toEnd();
  }

  /** What doesn't fit is read from its start: a card that says to call must not begin out of sight. */
  showStart(node) {
    const top = node.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
    if (!this.following || top >= 0) return;
    this.scroller.scrollTop += top - START_PX;
    this.following = false;
  }

  place(message, fresh) {
    const id = message.message_id;
    const view = messageView(message, this.context, fresh);
    const old = this.node(id);
    this.messages.set(id, message);
    if (old) this.swap(id, () => old.replaceWith(view));
    else (this.nodes().find((node) => nodeId(node) > id) ?? this.end).before(view);
  }

  drop(id) {
    this.messages.delete(id);
    this.swap(id, () => this.node(id)?.remove());
  }

  setBlocked(blocked) {
    this.end.hidden = !blocked;
    this.end.textContent = blocked ? word("blockedLine") : "";
  }

  nodes() {
    return [...this.thread.querySelectorAll("[data-message-id]")];
  }

  node(id) {
    return this.thread.querySelector(`[data-message-id="${Number(id)}"]`);
  }

  /** Change a message and give the focus back to what stands in the same place, or to the message. */
  swap(id, change) {
    const focused = document.activeElement;
    const inside = this.node(id)?.contains(focused);
    const place = focused?.dataset.focus ?? "";
    change();
    if (!inside) return;
    const again = this.node(id);
    const same = again?.querySelector(`[data-focus="${CSS.escape(place)}"]`);
    (same ?? again ?? this.scroller).focus({ preventScroll: true });
  }

  /** A line above the first message of each day. Lines that are right stay, so they aren't said twice. */
  separate() {
    for (const line of this.thread.querySelectorAll(".day")) {
      if (!line.nextElementSibling?.dataset.messageId) line.remove();
    }
    let previous = null;
    for (const node of this.nodes()) {
      const text = dayOfMonth(new Date(this.messages.get(nodeId(node)).date * 1000));
      const above = node.previousElementSibling;
      const line = above?.matches(".day") ? above : null;
      if (text === previous) line?.remove();
      else if (!line) node.before(element("p", { class: "line day" }, text));
      else if (line.textContent !== text) line.textContent = text;
      previous = text;
    }
  }

  count(news) {
    if (this.following) this.toEnd();
    else this.unseen += news;
    this.showPill();
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.following = true;
    this.unseen = 0;
    this.showPill();
  }

  /** Only moving up is the reader's wish to stay: the end also moves when a size changes. */
  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    if (scrollHeight - scrollTop - clientHeight < NEAR_PX) this.following = true;
    else if (scrollTop < this.top) this.following = false;
    this.top = scrollTop;
    if (this.following) this.unseen = 0;
    this.showPill();
  }

  showPill() {
    this.pill.hidden = this.unseen === 0;
    const key = this.unseen === 1 ? "newMessage" : "newMessages";
    find("span", this.pill).textContent = word(key, { n: this.unseen });
  }
}

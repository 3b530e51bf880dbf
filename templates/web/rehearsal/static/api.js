/** Requests to the rehearsal's server, and the stream of what happens in the chat. */

import { word } from "./words.js";

const RETRY_MS = 1500;

export class Failure extends Error {}

async function ask(url, options) {
  let response;
  try {
    response = await fetch(url, options);
  } catch {
    throw new Failure(word("unreachable"));
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) {
    const reason = body.description ?? body.error ?? body.detail ?? `HTTP ${response.status}`;
    throw new Failure(word("failed", { reason }));
  }
  return body;
}

export const get = (url) => ask(url, { headers: { Accept: "application/json" } });

export const post = (url, body = {}) =>
  ask(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

const EVENTS = ["message", "deleted", "callback_answer", "commands", "typing"];

/**
 * One person's chat as it happens. Each time the stream opens, the chat is fetched whole,
 * so nothing that happened while it was closed is missed. `on` has a function for each
 * event, and `chat`, `lost` and `failed`.
 */
export class Stream {
  constructor(userId, on) {
    this.url = `/emulator/chat/${userId}`;
    this.on = on;
    this.waiting = null;
    this.closed = false;
    this.open();
  }

  open() {
    this.source = new EventSource(`${this.url}/events`);
    this.source.addEventListener("open", () => this.reload());
    this.source.addEventListener("error", () => this.lost());
    for (const name of EVENTS) {
      this.source.addEventListener(name, (event) => this.receive(name, event));
    }
  }

  receive(name, event) {
    if (event.data === undefined) return;
    const data = event.data ? JSON.parse(event.data) : {};
    if (this.waiting) this.waiting.push([name, data]);
    else this.on[name](data);
  }

  /** Fetch the chat; what happens meanwhile is applied after it, so the older never wins. */
  async reload() {
    if (this.waiting) {
      this.again = true;
      return;
    }
    this.waiting = [];
    this.again = false;
    try {
      const chat = await get(this.url);
      if (!this.closed) this.on.chat(chat);
    } catch (failure) {
      if (!this.closed) this.on.failed(failure);
    }
    const waiting = this.waiting;
    this.waiting = null;
    if (this.closed) return;
    waiting.forEach(([name, data]) => this.on[name](data));
    if (this.again) await this.reload();
  }

  lost() {
    if (this.closed) return;
    this.on.lost();
    // An EventSource tries again by itself, except after an answer that wasn't a stream.
    if (this.source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => this.closed || this.open(), RETRY_MS);
  }

  close() {
    this.closed = true;
    this.source.close();
  }
}

/** The panel beside the phone; on a phone the same panel is a sheet behind a slim bar. */

import { get, post } from "./api.js";
import { find, isOff, setBusy, setOff } from "./dom.js";
import * as notices from "./notices.js";
import * as words from "./words.js";

const { hasWord, language, word } = words;

const NARROW = "(max-width: 859px)";
const PROGRESS_MS = 600;
const SETTLE_MS = 400;

export class Panel {
  /** `on` has `language(code)`, `block()`, `restart()`, `zone()` and `turning(busy)`. */
  constructor(on) {
    this.on = on;
    this.clock = null;
    this.turning = null;
    this.started = false;
    this.blocked = false;
    document.body.append(find("template#panel").content.cloneNode(true));
    this.root = find(".panel");
    this.sheet = find("dialog.sheet");
    this.place();
    matchMedia(NARROW).addEventListener("change", () => this.place());
    this.listen();
    words.translate(this.root);
  }

  place() {
    const narrow = matchMedia(NARROW).matches;
    if (!narrow) this.sheet.close();
    (narrow ? this.sheet : find("aside")).append(this.root);
    find("aside").hidden = narrow;
  }

  listen() {
    for (const button of document.querySelectorAll("[data-turn]")) {
      button.addEventListener("click", () => isOff(button) || this.turn(button.dataset.turn));
    }
    for (const button of this.root.querySelectorAll("[data-language]")) {
      button.addEventListener("click", () => this.on.language(button.dataset.language));
    }
    this.during("block", () => this.on.block());
    this.during("restart", () => this.on.restart());
    find("[data-testid=open-panel]").addEventListener("click", () => this.sheet.showModal());
    find(".sheet-close").addEventListener("click", () => this.sheet.close());
    this.sheet.addEventListener("click", (event) => event.target === this.sheet && this.sheet.close());
  }

  during(name, action) {
    const button = find(`[data-testid=${name}]`, this.root);
    button.addEventListener("click", async () => {
      if (isOff(button) || this.turning) return;
      setBusy(button, true);
      await action();
      setBusy(button, false);
      this.sheet.close();
    });
  }

  async turn(kind) {
    if (this.turning) return;
    this.turning = kind;
    notices.calm();
    this.sheet.close();
    this.on.turning(true);
    this.show();
    const watch = kind === "all" && setInterval(() => this.fetch(), PROGRESS_MS);
    try {
      const answer = find("[data-testid=answer]").checked;
      this.clock = await post(`/rehearsal/clock/${kind}`, kind === "all" ? { answer } : {});
    } catch (failure) {
      notices.trouble(failure.message);
    } finally {
      clearInterval(watch);
      this.turning = null;
      this.on.turning(false);
      this.show();
    }
  }

  /** What a person does in the chat moves what comes next, a moment later. */
  refreshSoon() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.turning || this.fetch(), SETTLE_MS);
  }

  async fetch() {
    const asked = (this.asked = {});
    try {
      const clock = await get("/rehearsal/clock");
      if (asked === this.asked) this.clock = clock;
      this.show();
    } catch (failure) {
      notices.trouble(failure.message);
    }
  }

  /** Whether the chat has begun and the bot is blocked, for the words and the buttons. */
  setChat({ started, blocked }) {
    Object.assign(this, { started, blocked });
    this.show();
  }

  show() {
    this.showPerson();
    if (!this.clock) return;
    if (words.setZone(this.clock.zone)) this.on.zone();
    const now = new Date(this.clock.now);
    setText(find("[data-testid=clock]"), listed(words.moment(now), this.week()));
    setText(find(".bar-time"), listed(words.shortDay(now), words.time(now)));
    setText(find(".bar-next"), this.brief());
    setText(find(".status-time"), words.time(now));
    setText(find("[data-testid=coming]"), this.coming());
    setText(find(".all-weeks"), word("all", { n: words.numberWord(this.clock.weeks) }));
    this.showTurns();
    this.showProgress();
  }

  showPerson() {
    setText(find("[data-testid=block]"), word(this.blocked ? "unblock" : "block"));
    setOff(find("[data-testid=block]"), !this.started);
    for (const button of this.root.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === language()));
    }
  }

  week() {
    return this.clock.week ? word("week", { n: this.clock.week }) : "";
  }

  /** The bar's second line, for which a phone has little room. */
  brief() {
    if (this.turning === "all") return this.progressText();
    const { next } = this.clock;
    if (!next) return this.idle("Short");
    return listed(this.week(), word("comingShort", { when: words.shortDay(new Date(next.at)) }));
  }

  /** Why nothing comes; "Short" for the bar. */
  idle(length = "") {
    if (this.clock.finished) return word(`finished${length}`);
    if (this.blocked) return word(`nothingBlocked${length}`);
    return word(length ? "nothingShort" : this.started ? "nothing" : "nothingStart");
  }

  coming() {
    const { next } = this.clock;
    if (!next) return this.idle();
    const kind = next.week ? next.what : `${next.what}Any`;
    const name = hasWord(kind) ? word(kind, { n: next.week }) : next.what;
    const title = next.title ? word("titled", { title: next.title }) : "";
    return `${word("coming")} ${words.moment(new Date(next.at))}: ${name}${title}`;
  }

  showTurns() {
    const { next, week, finished } = this.clock;
    const idle = { next: !next, day: false, week: false, all: finished || (!next && !week) };
    for (const button of document.querySelectorAll("[data-turn]")) {
      setBusy(button, this.turning === button.dataset.turn);
      setOff(button, Boolean(this.turning) || idle[button.dataset.turn]);
    }
  }

  progressText() {
    const { week, weeks } = this.clock;
    return week ? word("progress", { n: week, weeks }) : word("progressEarly");
  }

  showProgress() {
    const running = this.turning === "all";
    find(".progress").hidden = !running;
    find(".tick").hidden = running;
    find(".bar-progress").hidden = !running;
    setText(find(".progress-text"), running ? this.progressText() : "");
    for (const bar of document.querySelectorAll("progress")) {
      bar.max = this.clock.weeks;
      bar.value = this.clock.week ?? 0;
      bar.setAttribute("aria-label", this.progressText());
    }
  }
}

const listed = (...parts) => words.capital(parts.filter(Boolean).join(", "));

/** Unchanged text is left alone, so that a screen reader doesn't say it again. */
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

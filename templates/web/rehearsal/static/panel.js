/** The panel beside the phone; on a phone the same panel is a sheet behind a slim bar. */

import { element, find, isOff, setBusy, setOff, setText } from "./dom.js";
import { address } from "./link.js";
import * as notices from "./notices.js";
import { change, play, state, subscribe } from "./state.js";
import * as words from "./words.js";

const { hasWord, language, word } = words;
export const NARROW = "(max-width: 859px)";
const WIDE = { one: "(min-width: 1240px)", both: "(min-width: 1540px)" };
const NAMES = new Intl.DisplayNames(["en"], { type: "language" });

export class Panel {
  /** `config.people` are the kinds of people, with their names and what they do in each language. */
  constructor({ people }) {
    this.people = people;
    this.turning = null;
    for (const part of ["panel", "weeks"]) {
      document.body.append(find(`template#${part}`).content.cloneNode(true));
    }
    this.root = find(".panel");
    this.sheet = find("dialog.sheet");
    this.languages = [];
    this.weeks = find(".weeks");
    this.step = find(".step");
    for (const query of [NARROW, ...Object.values(WIDE)]) {
      matchMedia(query).addEventListener("change", () => this.place());
    }
    this.listen();
    subscribe((fresh) => this.show(fresh));
  }

  /** Everything has its place beside the phone; where there is no room it is in the sheet. */
  place() {
    const narrow = matchMedia(NARROW).matches;
    const wide = matchMedia(state()?.both ? WIDE.both : WIDE.one).matches;
    if (!narrow) this.sheet.close();
    put(this.root, narrow ? this.sheet : find("aside"));
    put(this.weeks, narrow ? this.sheet : find("nav.timeline"));
    put(this.step, wide ? find(".inspector") : this.root);
    find("aside").hidden = narrow;
    find("nav.timeline").hidden = narrow;
    find(".inspector").hidden = !wide;
  }

  listen() {
    for (const button of document.querySelectorAll("[data-turn]")) {
      button.addEventListener("click", () => isOff(button) || this.turn(button.dataset.turn));
    }
    find("#kind").addEventListener("change", ({ target }) => play({ kind: target.value, acts: [] }));
    this.during("block", () => change(`act/${this.blocked() ? "unblock" : "block"}`));
    this.during("restart", () => play({ at: state().script.starts, acts: [] }));
    this.during("share", () => this.share());
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
      this.show(state());
    });
  }

  /** Turn the clock by one of the buttons, or go to a step. */
  async turn(kind, step) {
    if (this.turning) return null;
    this.turning = kind;
    this.sheet.close();
    this.showTurns(state());
    const done = await change(step ? "go" : `turn/${kind}`, step ? { step } : {});
    this.turning = null;
    this.showTurns(state());
    if (done?.found === false) notices.toast(word("neverComes"));
    return done;
  }

  async share() {
    try {
      await navigator.clipboard.writeText(address());
      notices.toast(word("shared"));
    } catch {
      notices.alert(`${word("shareThis")}\n${address()}`);
    }
  }

  blocked() {
    return state().phones[state().script.language].blocked;
  }

  show(fresh) {
    const { clock } = fresh;
    const now = new Date(clock.now);
    words.translate(document);
    this.place();
    this.showKinds(fresh);
    this.showLanguages(fresh);
    setText(find("[data-testid=block]"), word(this.blocked() ? "unblock" : "block"));
    setOff(find("[data-testid=block]"), !this.started(fresh));
    setText(find("[data-testid=clock]"), listed(words.moment(now), this.week(clock)));
    setText(find(".bar-time"), listed(words.shortDay(now), words.time(now)));
    setText(find(".bar-next"), this.brief(fresh));
    setText(find("[data-testid=coming]"), this.coming(fresh));
    setText(find(".all-weeks"), word("all", { n: words.numberWord(clock.weeks) }));
    this.showTurns(fresh);
  }

  started({ phones, script }) {
    return phones[script.language].messages.length > 0;
  }

  showKinds({ script }) {
    const options = this.people.map(({ key, name }) =>
      element("option", { value: key, selected: key === script.kind }, name[language()]),
    );
    const select = find("#kind");
    if (document.activeElement !== select || select.options.length !== options.length) {
      select.replaceChildren(...options);
    }
    select.value = script.kind;
    const { about } = this.people.find(({ key }) => key === script.kind);
    setText(find("#kind-about"), about[language()]);
  }

  showLanguages({ languages, script, both }) {
    const group = find(".language", this.root);
    if (this.languages.join() !== languages.join()) {
      this.languages = languages;
      const single = languages.map((code) => {
        const on = () => play({ language: code, both: false });
        const place = { "data-language": code, "data-testid": `language-${code}`, lang: code };
        return element("button", { type: "button", ...place, onclick: on }, nameOf(code));
      });
      const onBoth = () => play({ both: !state().both });
      const place = { "data-testid": "both", "data-words": "both" };
      const twin = element("button", { type: "button", ...place, onclick: onBoth }, word("both"));
      group.replaceChildren(...single, ...(languages.length > 1 ? [twin] : []));
    }
    for (const button of group.children) {
      const code = button.dataset.language;
      button.setAttribute("aria-pressed", String(code ? !both && code === script.language : both));
    }
  }

  week({ week }) {
    return week ? word("week", { n: week }) : "";
  }

  /** The bar's second line, for which a phone has little room. */
  brief(fresh) {
    const { next } = fresh.clock;
    if (!next) return this.idle(fresh, "Short");
    return listed(this.week(fresh.clock), word("comingShort", { when: words.shortDay(new Date(next.at)) }));
  }

  /** Why nothing comes; "Short" for the bar. */
  idle(fresh, length = "") {
    if (fresh.clock.status === "finished") return word(`finished${length}`);
    if (this.blocked()) return word(`nothingBlocked${length}`);
    return word(length ? "nothingShort" : this.started(fresh) ? "nothing" : "nothingStart");
  }

  coming(fresh) {
    const { next } = fresh.clock;
    if (!next) return this.idle(fresh);
    const kind = next.week ? next.what : `${next.what}Any`;
    const name = hasWord(kind) ? word(kind, { n: next.week }) : next.what;
    const title = next.titles[language()] ? word("titled", { title: next.titles[language()] }) : "";
    return `${word("coming")} ${words.moment(new Date(next.at))}: ${name}${title}`;
  }

  showTurns({ clock }) {
    const idle = { next: !clock.more, day: false, week: false, all: !clock.more };
    for (const button of document.querySelectorAll("[data-turn]")) {
      setBusy(button, this.turning === button.dataset.turn);
      setOff(button, Boolean(this.turning) || idle[button.dataset.turn]);
    }
  }
}

/** Moving an element throws the focus away, so what is in its place stays. */
function put(node, parent) {
  if (node.parentElement !== parent) parent.append(node);
}

const listed = (...parts) => words.capital(parts.filter(Boolean).join(", "));

/** A language's name in that language. */
function nameOf(code) {
  const own = new Intl.DisplayNames([code], { type: "language", fallback: "none" });
  return words.capital(own.of(code) ?? NAMES.of(code) ?? code);
}

/** The weeks with their steps: done, now, to come. A step is a place to go to, back or ahead. */

import { element, find, icon } from "./dom.js";
import { subscribe } from "./state.js";
import { capital, dayOfMonth, hasWord, language, word } from "./words.js";

const MARKS = { done: "check", now: "next", "to-come": null, passed: "close" };

export class Weeks {
  constructor(panel) {
    this.panel = panel;
    this.list = find(".weeks > ol");
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("focusin", ({ target }) => this.rove(target));
    subscribe((fresh) => this.show(fresh));
  }

  show({ timeline, step }) {
    // A place that is pressed just now must not be replaced for nothing: its click would be lost.
    const looks = JSON.stringify([language(), step, timeline]);
    if (looks === this.looks) return;
    this.looks = looks;
    const key = this.list.contains(document.activeElement) && document.activeElement.dataset.step;
    this.list.replaceChildren(...timeline.map((week) => this.week(week)));
    const buttons = this.buttons();
    const here = buttons.find((button) => button.dataset.step === step) ?? buttons[0];
    this.rove((key && buttons.find((button) => button.dataset.step === key)) || here);
    if (key) buttons.find((button) => button.dataset.step === key)?.focus({ preventScroll: true });
    if (step !== this.shown) here?.scrollIntoView({ block: "nearest" });
    this.shown = step;
  }

  /** A week without a number is what comes every month after the series. */
  week({ week, steps }) {
    const name = week ? word("week", { n: week }) : word("monthly");
    return element(
      "li",
      {},
      element("span", { class: "unseen" }, name),
      element("span", { class: "week-number", "aria-hidden": "true" }, week ? String(week) : "+"),
      element("ol", {}, ...steps.map((step) => element("li", {}, this.step(step)))),
    );
  }

  step({ key, kind, titles, state: stands, at }) {
    const name = titles[language()] ?? (hasWord(`${kind}Any`) ? capital(word(`${kind}Any`)) : kind);
    const day = at ? dayOfMonth(new Date(at), "short") : "";
    const mark = element("span", { class: "step-mark" }, MARKS[stands] ? icon(MARKS[stands]) : null);
    const attributes = {
      type: "button",
      class: `step-place ${stands}`,
      "data-step": key,
      "data-kind": kind,
      "aria-current": stands === "now" ? "step" : null,
      onclick: () => this.panel.turn("go", key),
    };
    const said = element("span", { class: "unseen" }, `, ${word(stands)}`);
    return element(
      "button",
      attributes,
      mark,
      element("span", { class: "step-name" }, name, said),
      element("span", { class: "step-day" }, day),
    );
  }

  buttons() {
    return [...this.list.querySelectorAll("button")];
  }

  /** One stop for the Tab key; the arrows go from step to step. */
  rove(button) {
    for (const each of this.buttons()) each.tabIndex = each === button ? 0 : -1;
  }

  key(event) {
    const buttons = this.buttons();
    const from = buttons.indexOf(document.activeElement);
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    buttons[Math.max(0, Math.min(buttons.length - 1, to))].focus();
  }
}

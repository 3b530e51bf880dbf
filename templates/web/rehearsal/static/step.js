/** The step that is shown: why it comes now, where it stands in the files, its claims and findings. */

import { element, find, setText } from "./dom.js";
import { subscribe } from "./state.js";
import { capital, dayOfMonth, hasWord, language, time, weekday, word } from "./words.js";

export class Step {
  constructor() {
    this.root = find(".step");
    subscribe((fresh) => this.show(fresh));
  }

  show(fresh) {
    const all = fresh.timeline.flatMap(({ week, steps }) => steps.map((step) => ({ ...step, week })));
    const step = all.find(({ key }) => key === fresh.step);
    setText(find("#step-title"), step ? titleOf(step) : word("noStep"));
    const parts = step
      ? [
          part("why", reasons(step, fresh.why).join(" ")),
          part("places", list(fresh.authored?.places ?? [], placeView)),
          part("claims", list(fresh.authored?.claims ?? [], claimView)),
          part("checks", checks(fresh.authored?.findings ?? [], fresh.checked)),
        ]
      : [];
    const elsewhere = others(fresh);
    if (elsewhere.length) parts.push(part("elsewhere", list(elsewhere, findingView)));
    find(".step-parts").replaceChildren(...parts.filter(Boolean));
  }
}

const titleOf = ({ titles, kind, key, week }) =>
  titles[language()] ?? (hasWord(kind) ? capital(word(kind, { n: week })) : key);

function part(name, content) {
  if (!content || content.childElementCount === 0) return null;
  return element(
    "section",
    { class: `part-${name}`, "data-testid": name },
    element("h3", {}, word(name)),
    typeof content === "string" ? element("p", {}, content) : content,
  );
}

const list = (items, view) => element("ul", {}, ...items.map((item) => element("li", {}, view(item))));

const placeView = ({ file, line, language: code }) =>
  element("span", {}, element("code", {}, `${file}:${line}`), code ? ` ${word("inLanguage", { code })}` : "");

const claimView = ({ id, text }) => element("span", { lang: "en" }, element("b", {}, id), ` ${text}`);

function findingView({ file, line, code, severity, message }) {
  const place = element("code", {}, `${file}:${line}`);
  return element("span", { class: severity, lang: "en" }, place, ` ${code} ${message}`);
}

function checks(findings, checked) {
  if (findings.length) return list(findings, findingView);
  return word(checked ? "noFindings" : "checking");
}

/** Findings that belong to no step that is shown. */
function others({ findings, authored }) {
  const told = new Set((authored?.findings ?? []).map((each) => JSON.stringify(each)));
  return findings.filter((each) => !told.has(JSON.stringify(each)));
}

/** The schedule's own terms in plain words. */
function reasons({ kind }, why) {
  if (why.answers === "question") return [word("whyAnswer")];
  if (why.answers) return [word("whyStart")];
  const facts = {
    days: why.days,
    day: weekday(why.weekday),
    pace: word(why.pace === 1 ? "eachWeek" : "eachWeeks", { n: why.pace }),
    after: why.after ? dayOfMonth(new Date(why.after)) : "",
  };
  const tip = kind !== "check-in";
  const spaced = { tip: "whyTip", booster: "whyMonth" }[kind] ?? "whyDays";
  const rule = { tip: spaced, step: "whyNextDay", moment: "whyMoment" }[why.bound];
  const said = [why.paused ? word("whyPause") : "", rule ? word(rule, facts) : ""];
  if (tip && rule && why.bound !== "tip") said.push(word("whyWeekday", facts));
  const at = { time: time(new Date(why.at)), part: word(`part-${why.part}`) };
  return [...said.filter(Boolean), why.part ? word("whyTime", at) : ""];
}

/** The page's language: words, dates and times in it. */

import { dictionary, numbers } from "./dictionary.js";

const locales = { nl: "nl-NL", en: "en-GB" };
let current = "nl";
let zone = "Europe/Amsterdam";

export const language = () => current;
export const known = (code) => Object.keys(dictionary).find((key) => code?.startsWith(key));

export function setLanguage(code) {
  current = known(code) ?? current;
  document.documentElement.lang = current;
  translate(document);
}

export function setZone(name) {
  const changed = name !== zone;
  zone = name;
  return changed;
}

/** The word for `key`, with `{name}` filled in from `values`. */
export function word(key, values = {}) {
  const text = dictionary[current][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Has the text of `key` in this language? A next step may be of a kind that has no words here. */
export const hasWord = (key) => key in dictionary[current];

export const numberWord = (n) => numbers[current][n] ?? String(n);

/** Put the words in every element of `root` that names one. */
export function translate(root) {
  for (const element of root.querySelectorAll("[data-words]")) {
    element.textContent = word(element.dataset.words);
  }
  for (const element of root.querySelectorAll("[data-words-label]")) {
    element.setAttribute("aria-label", word(element.dataset.wordsLabel));
    if (element.matches("button")) element.title = word(element.dataset.wordsLabel);
  }
  for (const element of root.querySelectorAll("[data-words-placeholder]")) {
    element.placeholder = word(element.dataset.wordsPlaceholder);
  }
}

function format(date, options) {
  return new Intl.DateTimeFormat(locales[current], { timeZone: zone, ...options }).format(date);
}

export const time = (date) => format(date, { hour: "2-digit", minute: "2-digit" });

export const dayOfMonth = (date, month = "long") => format(date, { day: "numeric", month });

/** The name of a day of the week; 0 is Monday. */
export const weekday = (number) =>
  new Intl.DateTimeFormat(locales[current], { weekday: "long", timeZone: "UTC" }).format(
    new Date(Date.UTC(2024, 0, 1 + number)),
  );

/** "Thursday 26 November, 09:14", put together here because browsers differ in the comma. */
export const moment = (date) =>
  `${format(date, { weekday: "long" })} ${dayOfMonth(date)}, ${time(date)}`;

/** "Thu 26 Nov" */
export function shortDay(date) {
  return `${format(date, { weekday: "short" })} ${dayOfMonth(date, "short")}`;
}

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

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

/** "Thursday 26 November": put together here, because browsers differ in the comma. */
export function day(date) {
  const weekday = format(date, { weekday: "long" });
  return `${weekday[0].toUpperCase()}${weekday.slice(1)} ${shortDay(date)}`;
}

export const shortDay = (date) => format(date, { day: "numeric", month: "long" });
export const moment = (date) => `${day(date)}, ${time(date)}`;

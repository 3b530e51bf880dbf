/** What the page has to tell: toasts, alerts that wait for an answer, and troubles in a line. */

import { element, find, icon } from "./dom.js";
import { word } from "./words.js";

const TOAST_MS = 5000;

export function toast(text) {
  const line = element("p", {}, text);
  find(".toasts").replaceChildren(line);
  setTimeout(() => line.remove(), TOAST_MS);
}

function dialog(text, ...buttons) {
  const box = find("dialog.alert");
  find("#alert-text").textContent = text;
  find(".alert-buttons").replaceChildren(...buttons);
  if (!box.open) box.showModal();
}

function closing(attributes, ...children) {
  const close = () => find("dialog.alert").close();
  return element(attributes.href ? "a" : "button", { ...attributes, onclick: close }, ...children);
}

export function alert(text) {
  dialog(text, closing({ type: "button", class: "primary", autofocus: true }, word("ok")));
}

export function confirmLink(url) {
  const target = { href: url, target: "_blank", rel: "noopener noreferrer" };
  dialog(
    `${word("openLink")} ${url}`,
    closing({ type: "button" }, word("cancel")),
    closing({ ...target, class: "button primary", autofocus: true }, word("open")),
  );
}

/** Stays until dismissed or until something works again. */
export function trouble(text) {
  find("dialog.sheet").close();
  const dismiss = element(
    "button",
    { type: "button", class: "round", "aria-label": word("close"), onclick: calm },
    icon("close"),
  );
  find(".trouble").replaceChildren(element("p", {}, text), dismiss);
}

export function calm() {
  find(".trouble").replaceChildren();
}

export function connection(lost) {
  const line = find(".connection");
  line.hidden = !lost;
  line.textContent = lost ? word("reconnecting") : "";
}

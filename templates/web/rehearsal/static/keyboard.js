/** The buttons under a message. */

import { element, icon, isOff, setBusy } from "./dom.js";

export function inlineKeyboard(message, actions) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (!rows.length) return null;
  return element(
    "div",
    { class: "inline" },
    ...rows.map((row, y) =>
      element(
        "div",
        { class: "inline-row" },
        ...row.map((button, x) => inlineButton(message, button, `button-${y}-${x}`, actions)),
      ),
    ),
  );
}

function inlineButton(message, button, place, actions) {
  const node = element(
    "button",
    { type: "button", "data-focus": place },
    element("span", {}, button.text),
    button.url ? icon("link") : null,
  );
  node.addEventListener("click", async () => {
    if (isOff(node)) return;
    setBusy(node, true);
    try {
      await actions.press(message, button);
    } finally {
      setBusy(node, false);
    }
  });
  return node;
}

/** A native poll: options to tap, then bars with the own answer marked. */

import { element, icon, isOff, setBusy } from "./dom.js";
import { word } from "./words.js";

const MANY = 8;
const SHORT = 24;

/** `actions` has `vote(message, options)` and `retract(message)`, both promises. */
export function pollView(message, actions) {
  const { poll } = message;
  const mine = message.my_vote ?? poll.my_vote ?? [];
  const open = !poll.is_closed && mine.length === 0;
  const total = poll.total_voter_count ?? poll.options.reduce((sum, o) => sum + o.voter_count, 0);
  const multiple = poll.allows_multiple_answers === true;
  const compact =
    poll.options.length >= MANY && poll.options.every((option) => option.text.length <= SHORT);

  const questionId = `question-${message.message_id}`;
  const options = element("div", {
    class: compact ? "options compact" : "options",
    role: multiple ? "group" : "radiogroup",
    "aria-labelledby": questionId,
  });
  options.style.setProperty("--rows", Math.ceil(poll.options.length / 2));
  poll.options.forEach((option, index) => {
    const chosen = mine.includes(index);
    const share = total ? Math.round((100 * option.voter_count) / total) : 0;
    options.append(optionButton({ option, index, chosen, share, open, multiple }));
  });
  const view = element(
    "div",
    { class: open ? "poll" : "poll answered" },
    element("p", { class: "question", id: questionId }, poll.question),
    element("p", { class: "poll-kind" }, word(poll.is_closed ? "finalResults" : "poll")),
    options,
  );
  const buttons = [...options.children];
  if (!multiple) roving(buttons, mine[0] ?? 0);
  if (open) {
    const vote = (chosen, button) => during(button, () => actions.vote(message, chosen));
    if (multiple) view.append(voteButton(buttons, vote));
    else buttons.forEach((button, index) => button.addEventListener("click", () => vote([index], button)));
  } else if (!poll.is_closed && poll.allows_revoting !== false) {
    // Once retracted this button is gone, and the focus belongs on the options.
    const place = { "data-focus": "option-0" };
    const retract = element("button", { type: "button", class: "under", ...place }, word("retract"));
    retract.addEventListener("click", () => during(retract, () => actions.retract(message)));
    view.append(retract);
  }
  return view;
}

function optionButton({ option, index, chosen, share, open, multiple }) {
  const button = element(
    "button",
    {
      type: "button",
      class: "option",
      role: multiple ? "checkbox" : "radio",
      "aria-checked": String(chosen),
      "aria-disabled": open ? null : "true",
      "data-option": String(index),
      "data-focus": `option-${index}`,
    },
    element("span", { class: "mark" }, chosen ? icon("check") : null),
    element("span", { class: "option-text" }, option.text),
  );
  if (!open) {
    const bar = element("span", { class: "share-bar", "aria-hidden": "true" });
    bar.style.setProperty("--share", share / 100);
    const said = chosen ? element("span", { class: "unseen" }, `, ${word("yourVote")}`) : null;
    button.append(said ?? "", element("span", { class: share ? "share" : "share none" }, `${share}%`), bar);
  }
  return button;
}

async function during(button, request) {
  if (isOff(button)) return;
  setBusy(button, true);
  try {
    await request();
  } finally {
    setBusy(button, false);
  }
}

/** Arrows move the focus only: a vote counts at once here, so moving must not choose. */
function roving(buttons, first) {
  buttons.forEach((button, index) => {
    button.tabIndex = index === first ? 0 : -1;
    button.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = buttons[(index + step + buttons.length) % buttons.length];
      button.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
  });
}

function voteButton(buttons, vote) {
  const checked = () =>
    buttons.flatMap((button, index) =>
      button.getAttribute("aria-checked") === "true" ? [index] : [],
    );
  const send = element("button", { type: "button", class: "under", "aria-disabled": "true" }, word("vote"));
  buttons.forEach((button) =>
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-checked") !== "true";
      button.setAttribute("aria-checked", String(on));
      button.firstElementChild.replaceChildren(...(on ? [icon("check")] : []));
      if (checked().length) send.removeAttribute("aria-disabled");
      else send.setAttribute("aria-disabled", "true");
    }),
  );
  send.addEventListener("click", () => checked().length && vote(checked(), send));
  return send;
}

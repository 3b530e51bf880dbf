/** Telegram's entities as DOM nodes. Their offsets count UTF-16 units, as JavaScript's strings do. */

import { element } from "./dom.js";
import { word } from "./words.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  blockquote: "blockquote",
};
const BLOCKS = ["pre", "blockquote", "expandable_blockquote"];
const SCHEMES = ["http:", "https:", "mailto:", "tel:", "tg:"];

/** The address if a chat may open it, else nothing: `javascript:` and the like stay text. */
export function safeUrl(text) {
  const address = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
  try {
    const url = new URL(address);
    return SCHEMES.includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** `actions.command(text)` is called when a command is tapped; `actions.link(url)` may take over a link. */
export function formatted(text, entities = [], actions = {}) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return range(text, 0, text.length, sorted, actions);
}

function range(text, start, end, entities, actions) {
  const fragment = document.createDocumentFragment();
  let at = start;
  let rest = entities;
  while (rest.length) {
    const [entity, ...after] = rest;
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    const inside = after.filter((other) => other.offset < to);
    rest = after.filter((other) => other.offset >= to);
    if (to <= from) continue;
    fragment.append(text.slice(at, from));
    const content = range(text, from, to, inside, actions);
    fragment.append(wrapped(entity, text.slice(from, to), content, actions));
    // A block ends its own line, so the newline after it would show as an empty one.
    at = BLOCKS.includes(entity.type) && text[to] === "\n" ? to + 1 : to;
  }
  fragment.append(text.slice(at, end));
  return fragment;
}

function wrapped(entity, text, content, actions) {
  switch (entity.type) {
    case "pre":
      return element("pre", { tabindex: "0" }, element("code", {}, content));
    case "text_link":
      return link(entity.url, content, actions);
    case "url":
      return link(text, content, actions);
    case "email":
      return link(`mailto:${text}`, content, actions);
    case "phone_number":
      return link(`tel:${text.replace(/[^+\d]/g, "")}`, content, actions);
    case "bot_command":
      return command(text, actions);
    case "spoiler":
      return spoiler(content);
    case "expandable_blockquote":
      return expandable(content);
    default:
      return TAGS[entity.type] ? element(TAGS[entity.type], {}, content) : content;
  }
}

function link(address, content, actions) {
  const url = safeUrl(address);
  if (!url) return content;
  const opened = (event) => actions.link?.(url) && event.preventDefault();
  return element(
    "a",
    { href: url, target: "_blank", rel: "noopener noreferrer", onclick: opened },
    content,
  );
}

function command(text, actions) {
  const send = () => actions.command?.(text);
  return element("button", { type: "button", class: "link", onclick: send }, text);
}

function spoiler(content) {
  const inner = element("span", { inert: true }, content);
  const cover = element(
    "span",
    { class: "spoiler", role: "button", tabindex: "0", "aria-label": word("hidden") },
    inner,
  );
  const show = () => {
    inner.removeAttribute("inert");
    for (const name of ["role", "tabindex", "aria-label"]) cover.removeAttribute(name);
    cover.classList.add("shown");
  };
  cover.addEventListener("click", show);
  cover.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    show();
  });
  return cover;
}

function expandable(content) {
  const quote = element("blockquote", { class: "folded" }, content);
  const more = element("button", { type: "button", class: "link" }, word("more"));
  more.addEventListener("click", () => {
    quote.classList.remove("folded");
    more.remove();
  });
  return element("div", {}, quote, more);
}

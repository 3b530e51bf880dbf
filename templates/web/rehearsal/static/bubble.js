/** One Bot API message as an element. */

import { element, icon } from "./dom.js";
import { formatted } from "./entities.js";
import { inlineKeyboard } from "./keyboard.js";
import { pollView } from "./poll.js";
import { time, word } from "./words.js";

const UNITS = ["B", "kB", "MB"];

export const isOwn = (message, { userId }) => String(message.from?.id) === String(userId);

/** `context` is `{userId, actions}`; `fresh` lets a new bubble come in with a movement. */
export function messageView(message, context, fresh) {
  const { actions } = context;
  const own = isOwn(message, context);
  const author = own ? word("you") : (message.from?.first_name ?? word("bot"));
  const kind = [own ? "own" : "theirs", fresh && "fresh", message.poll && "has-poll"];
  return element(
    "article",
    {
      class: ["message", ...kind].filter(Boolean).join(" "),
      "data-message-id": String(message.message_id),
      tabindex: "-1",
    },
    element(
      "div",
      { class: "bubble" },
      element("span", { class: "unseen" }, `${author}: `),
      ...content(message, actions),
      meta(message, own),
    ),
    inlineKeyboard(message, actions),
  );
}

function content(message, actions) {
  const text = formatted(message.text ?? message.caption ?? "", textEntities(message), actions);
  const words = text.textContent ? element("div", { class: "body" }, text) : null;
  const parts = [attachment(message, actions), words].filter(Boolean);
  return parts.length ? parts : [element("div", { class: "body odd" }, word("other"))];
}

const textEntities = (message) => message.entities ?? message.caption_entities ?? [];

function attachment(message, actions) {
  if (message.poll) return pollView(message, actions);
  if (message.photo) return picture(message, largest([message.photo].flat()));
  if (message.animation) return picture(message, message.animation);
  if (message.document) return documentLink(message.document);
  if (message.sticker) return element("div", { class: "body odd" }, word("sticker"));
  if (message.voice) return element("div", { class: "body odd" }, word("voice"));
  if (message.venue) return venue(message.venue);
  return null;
}

const fileUrl = (fileId) => `/emulator/file/${encodeURIComponent(fileId)}`;

const largest = (sizes) => sizes.reduce((a, b) => ((b.width ?? 0) > (a.width ?? 0) ? b : a));

function picture(message, { file_id: fileId, width, height }) {
  return element("img", {
    class: "photo",
    src: fileUrl(fileId),
    alt: inWords(message) ?? (message.caption ? "" : word("photo")),
    width,
    height,
  });
}

const venue = ({ title, address }) =>
  element(
    "div",
    { class: "body" },
    element("strong", {}, title),
    element("br", {}),
    address,
  );

/** What a picture shows stands folded in its caption: Telegram has no other place for it. */
function inWords({ caption, caption_entities: entities = [] }) {
  const folded = entities.find(({ type }) => type === "expandable_blockquote");
  return folded && caption.slice(folded.offset, folded.offset + folded.length);
}

function documentLink({ file_id: fileId, file_name: name = "", file_size: size }) {
  return element(
    "a",
    { class: "file", href: fileUrl(fileId), download: name, "aria-label": word("download", { name }) },
    element("span", { class: "file-icon" }, icon("file")),
    element(
      "span",
      {},
      element("span", { class: "file-name" }, name),
      size ? element("span", { class: "file-size" }, readableSize(size)) : null,
    ),
  );
}

function readableSize(bytes) {
  const unit = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${Math.round(bytes / 1000 ** unit)} ${UNITS[unit]}`;
}

function meta(message, own) {
  const date = new Date(message.date * 1000);
  return element(
    "span",
    { class: "meta" },
    message.edit_date ? `${word("edited")} ` : null,
    element("time", { datetime: date.toISOString() }, time(date)),
    own ? icon("check") : null,
  );
}

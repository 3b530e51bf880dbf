/** What the server last said: one state for the page and for the phone in its frame. */

import { follow, get, post } from "./api.js";
import * as notices from "./notices.js";

const home = window.parent.document;
const EVENT = "rehearsal";
let current = null;

export const state = () => current;

/** Call `show(state)` with every new state, and with the one there is. */
export function subscribe(show) {
  const listener = ({ detail }) => {
    current = detail;
    show(detail);
  };
  home.addEventListener(EVENT, listener);
  window.addEventListener("pagehide", () => home.removeEventListener(EVENT, listener));
  if (current) show(current);
}

function publish(news) {
  notices.connection(false);
  // An answer that was overtaken by a newer one says nothing any more.
  if (current && news.version < current.version) return;
  home.dispatchEvent(new CustomEvent(EVENT, { detail: news }));
}

export async function fetchState() {
  try {
    publish(await get("/rehearsal/state"));
  } catch (failure) {
    notices.trouble(failure.message);
  }
}

/** Ask for a change; what it came to beside the new state, or null where it failed, which is said. */
export async function change(path, body) {
  try {
    const { state: news, ...rest } = await post(`/rehearsal/${path}`, body);
    notices.calm();
    publish(news);
    return rest;
  } catch (failure) {
    notices.trouble(failure.message);
    return null;
  }
}

/** Play another script: this one with changes. */
export const play = (changes) => change("play", { ...current.script, both: current.both, ...changes });

/** Keep up with files that are saved and with other pages. */
export function keepUp() {
  follow({
    changed: (version) => {
      if (version !== current?.version) fetchState();
      else notices.connection(false);
    },
    lost: () => notices.connection(true),
  });
}

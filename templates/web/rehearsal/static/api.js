/** Requests to the rehearsal's server, and the stream that says when something changed. */

import { word } from "./words.js";

const RETRY_MS = 1500;

export class Failure extends Error {}

async function ask(url, options) {
  let response;
  try {
    response = await fetch(url, options);
  } catch {
    throw new Failure(word("unreachable"));
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Failure(word("failed", { reason: body.error ?? `HTTP ${response.status}` }));
  }
  return body;
}

export const get = (url) => ask(url, { headers: { Accept: "application/json" } });

export const post = (url, body = {}) =>
  ask(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

/** Calls `changed(version)` whenever there is something new, and when the stream opens again. */
export function follow({ changed, lost }) {
  const source = new EventSource("/rehearsal/events");
  for (const name of ["ready", "changed"]) {
    source.addEventListener(name, (event) => changed(Number(event.data)));
  }
  source.addEventListener("error", () => {
    lost();
    // An EventSource tries again by itself, except after an answer that wasn't a stream.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow({ changed, lost }), RETRY_MS);
  });
}

/** The address is the link: whoever opens it on this machine sees the same moment of the same life. */

import { fetchState, play, state, subscribe } from "./state.js";

const NAMES = { kind: "person", language: "lang", starts: "from", at: "at" };

function written({ script, both }) {
  const link = new URLSearchParams();
  for (const [key, name] of Object.entries(NAMES)) link.set(name, script[key]);
  if (script.acts.length) link.set("did", JSON.stringify(script.acts));
  if (both) link.set("both", "1");
  return `#${link}`;
}

function read(hash) {
  const link = new URLSearchParams(hash.slice(1));
  if (!Object.values(NAMES).every((name) => link.get(name))) return null;
  const script = Object.fromEntries(Object.entries(NAMES).map(([key, name]) => [key, link.get(name)]));
  try {
    return { ...script, acts: JSON.parse(link.get("did") ?? "[]"), both: link.has("both") };
  } catch {
    return null;
  }
}

export const address = () => new URL(written(state()), location.href).href;

/** Let the address tell what is shown. */
export function keepLink() {
  subscribe((fresh) => history.replaceState(null, "", written(fresh)));
  // What was asked for, though the address may tell of a newer state by now.
  window.addEventListener("hashchange", ({ newURL }) => follow(new URL(newURL).hash));
}

async function follow(hash) {
  const wanted = read(hash);
  if (wanted && hash !== written(state())) await play(wanted);
}

/** Show what the address asks for, or else what is played. */
export async function arrive() {
  const { hash } = location;
  await fetchState();
  await follow(hash);
}

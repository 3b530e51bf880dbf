/** Brings the parts together: a phone, and around it the panel and the weeks of its person. */

import { Phone } from "./chat.js";
import { find } from "./dom.js";
import { arrive, keepLink } from "./link.js";
import { NARROW, Panel } from "./panel.js";
import { fetchState, keepUp, subscribe } from "./state.js";
import { Step } from "./step.js";
import { Weeks } from "./weeks.js";
import { setLanguage, word } from "./words.js";

const config = JSON.parse(find("#config").textContent);
const framed = new URLSearchParams(location.search).get("phone");

setLanguage(framed ?? config.language);
new Phone((state) => framed ?? state.script.language);
if (framed) {
  const narrow = window.parent.matchMedia(NARROW);
  const flush = () => document.body.classList.toggle("flush", narrow.matches);
  document.body.classList.add("alone");
  narrow.addEventListener("change", flush);
  flush();
  fetchState();
} else {
  const panel = new Panel(config);
  new Step();
  new Weeks(panel);
  subscribe(showTwin);
  keepLink();
  await arrive();
  keepUp();
}

/** The phone of the other language is this very page in a frame, so that all in it speaks that language. */
function showTwin({ both, script, languages }) {
  const twin = find(".twin");
  const other = languages.find((each) => each !== script.language);
  twin.hidden = !both || !other;
  document.body.classList.toggle("both", !twin.hidden);
  if (twin.hidden) return;
  const src = `/?phone=${other}`;
  if (twin.getAttribute("src") !== src) twin.setAttribute("src", src);
  twin.title = word("twin");
  twin.lang = other;
}

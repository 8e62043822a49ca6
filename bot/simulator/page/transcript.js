// A chat's log: entries under dates, drawn once and replaced only when they change, kept at the newest line.

import { dayName, dayOf } from "./civil.js";
import { h } from "./dom.js";

const HANDLING = ["wheel", "touchmove", "pointerdown", "keydown"];
const A_MOMENT = 1000; // milliseconds in which a scroll is still the reader's own
const NEAR = 80; // pixels from the end within which a reader counts as being at the end

export class Transcript {
  /** `draw(entry, fresh)` makes an entry's node; `fresh` is true where the speaker or the day has changed. */
  constructor(label, draw) {
    this.draw = draw;
    this.drawn = new Map();
    this.list = h("div", { class: "entries" });
    this.waiting = h("div", { class: "waiting", hidden: true });
    this.node = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": label, tabindex: "0" }, this.list, this.waiting);
    this.atEnd = true;
    this.handled = 0; // when the reader last touched the log
    for (const event of HANDLING) this.node.addEventListener(event, () => (this.handled = Date.now()), { passive: true });
    this.node.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.atEnd && this.toEnd("instant")).observe(this.list);
    new ResizeObserver(() => this.atEnd && this.toEnd("instant")).observe(this.node);
  }

  /** Forgets everything: another resident's chat follows. */
  clear() {
    this.drawn.clear();
    this.list.replaceChildren();
    this.atEnd = true;
  }

  /** Shows the entries, and three dots while the other side is busy. */
  update(entries, busy) {
    const settled = this.drawn.size > 0;
    const wanted = withDays(entries);
    const keys = new Set(wanted.map((item) => item.key));
    for (const [key, { node }] of this.drawn) if (!keys.has(key)) this.forget(key, node);
    let before = null;
    for (const item of wanted) before = this.show(item, before, settled);
    this.waiting.hidden = !busy;
    if (busy && !this.waiting.firstChild) this.waiting.append(dots());
    if (this.atEnd || wanted.at(-1)?.entry?.from === "me") this.toEnd(settled ? "smooth" : "instant");
  }

  show(item, before, settled) {
    const known = this.drawn.get(item.key);
    const stamp = JSON.stringify([item.entry ?? null, item.fresh]);
    const node = known?.stamp === stamp ? known.node : (item.day ?? this.draw(item.entry, item.fresh));
    if (known && known.node !== node) known.node.replaceWith(node);
    const place = before ? before.nextSibling : this.list.firstChild;
    if (place !== node) this.list.insertBefore(node, place);
    node.dataset.entry = item.key;
    if (!known && settled) node.classList.add("arriving");
    this.drawn.set(item.key, { node, stamp });
    return node;
  }

  forget(key, node) {
    node.remove();
    this.drawn.delete(key);
  }

  // A log also scrolls when pictures arrive and when it is on its way to the end; only a reader leaves the end.
  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.node;
    if (scrollHeight - scrollTop - clientHeight < NEAR) this.atEnd = true;
    else if (Date.now() - this.handled < A_MOMENT) this.atEnd = false;
  }

  toEnd(behavior) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.atEnd = true;
    this.node.scrollTo({ top: this.node.scrollHeight, behavior: calm ? "instant" : behavior });
  }
}

// The entries with a date before the first of each day, and whether each opens a new turn of a speaker.
function withDays(entries) {
  const items = [];
  let last = null;
  for (const entry of entries) {
    const newDay = !last || dayOf(last.at) !== dayOf(entry.at);
    if (newDay) items.push({ key: `day-${dayOf(entry.at)}`, day: h("p", { class: "notice day" }, dayName(entry.at)) });
    items.push({ key: entry.id, entry, fresh: newDay || last.from !== entry.from });
    last = entry;
  }
  return items;
}

function dots() {
  return h("div", { class: "dots", role: "status", "aria-label": "入力中" }, h("i"), h("i"), h("i"));
}

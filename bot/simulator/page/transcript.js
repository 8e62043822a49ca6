// A chat's log: entries under dates, drawn once and replaced only when they change, kept at the newest line.

import { dayName, dayOf } from "./civil.js";
import { h } from "./dom.js";

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
    this.lastTop = 0;
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

  // Only a reader scrolls upwards; our own way to the end, however slow, leads down.
  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.node;
    if (scrollHeight - scrollTop - clientHeight < NEAR) this.atEnd = true;
    else if (scrollTop < this.lastTop) this.atEnd = false;
    this.lastTop = scrollTop;
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

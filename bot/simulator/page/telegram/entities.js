// Telegram's formatted text: entities over UTF-16 offsets, nested as Telegram nests them.

import { h, linkified, link } from "../dom.js";

const WRAP = {
  bold: (inner) => h("b", {}, inner),
  italic: (inner) => h("i", {}, inner),
  underline: (inner) => h("u", {}, inner),
  strikethrough: (inner) => h("s", {}, inner),
  code: (inner) => h("code", {}, inner),
  pre: (inner) => h("pre", { tabindex: "0" }, inner),
  spoiler: (inner) => spoiler(inner),
  blockquote: (inner) => h("blockquote", {}, inner),
  expandable_blockquote: (inner) => expandable(inner),
  text_link: (inner, entity) => link(entity.url, { class: "in-text" }, inner),
  url: (inner, _entity, text) => link(text.includes("://") ? text : `https://${text}`, { class: "in-text" }, inner),
  phone_number: (inner, _entity, text) => link(`tel:${text.replace(/[^\d+]/g, "")}`, { class: "in-text" }, inner),
};

const LITERAL = new Set(["code", "pre", "text_link", "url", "phone_number", "bot_command"]);

/** Text with its entities as nodes. `command(text)` is called when a /command in it is pressed. */
export function formatted(text, entities = [], command = () => {}) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return range({ text, command, words: linkified }, 0, text.length, sorted);
}

// The nodes from `start` to `end`; `entities` are those that begin inside, outer ones before inner ones.
function range(source, start, end, entities) {
  const nodes = [];
  let at = start;
  for (const [index, entity] of entities.entries()) {
    if (entity.offset < at) continue; // inside the one before, which has drawn it
    const stop = Math.min(entity.offset + entity.length, end);
    const inside = entities.slice(index + 1).filter((other) => other.offset < stop);
    const words = LITERAL.has(entity.type) ? (plain) => [plain] : source.words;
    nodes.push(...source.words(source.text.slice(at, entity.offset)));
    nodes.push(wrapped(entity, range({ ...source, words }, entity.offset, stop, inside), source));
    at = stop;
  }
  nodes.push(...source.words(source.text.slice(at, end)));
  return nodes;
}

function wrapped(entity, inner, { text, command }) {
  const words = text.slice(entity.offset, entity.offset + entity.length);
  if (entity.type === "bot_command") {
    return h("button", { type: "button", class: "in-text command", on: { click: () => command(words) } }, inner);
  }
  return WRAP[entity.type]?.(inner, entity, words) ?? h("span", {}, inner);
}

function spoiler(inner) {
  const show = (event) => event.currentTarget.setAttribute("aria-expanded", "true");
  return h("button", { type: "button", class: "spoiler", "aria-expanded": "false", on: { click: show } }, inner);
}

function expandable(inner) {
  const toggle = (event) => {
    const quote = event.currentTarget.parentElement;
    const open = quote.classList.toggle("open");
    event.currentTarget.setAttribute("aria-expanded", String(open));
    event.currentTarget.textContent = open ? "たたむ" : "つづきを読む";
  };
  const button = h("button", { type: "button", class: "expand", "aria-expanded": "false", on: { click: toggle } }, "つづきを読む");
  const words = h("div", {}, inner);
  requestAnimationFrame(() => (button.hidden = words.scrollHeight <= words.clientHeight)); // nothing to unfold
  return h("blockquote", { class: "expandable" }, words, button);
}

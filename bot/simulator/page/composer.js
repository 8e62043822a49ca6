// The line to write in. Enter sends, Shift+Enter breaks the line, and an input method's own Enter is left alone.

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** A form with a growing field; `send(text)` is called with what was written. */
export function composer({ label, placeholder, send, before = [] }) {
  const field = h("textarea", { rows: "1", "aria-label": label, placeholder, autocomplete: "off", maxlength: "5000" });
  const button = h("button", { type: "submit", class: "send", "aria-label": "送信", disabled: true }, icon("send"));
  const form = h("form", { class: "composer" }, before, field, button);
  const fit = () => {
    button.disabled = !field.value.trim();
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 96)}px`;
  };
  field.addEventListener("input", fit);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    fit();
    send(text);
  });
  return Object.assign(form, { field });
}

/** The things other than words that a phone can send: a button that unfolds into a row of three. */
export function attachments({ sticker, location, image }) {
  const kinds = [
    ["sticker", "スタンプ", sticker],
    ["pin", "位置情報", location],
    ["photo", "写真", image],
  ];
  const row = h("div", { class: "attachments", hidden: true });
  const opener = h("button", { type: "button", class: "round", "aria-label": "スタンプなどを送る", "aria-expanded": "false" }, icon("plus"));
  const fold = (folded) => {
    row.hidden = folded;
    opener.setAttribute("aria-expanded", String(!folded));
  };
  opener.addEventListener("click", () => fold(!row.hidden));
  for (const [shape, label, send] of kinds) {
    const press = () => {
      fold(true);
      send();
    };
    row.append(h("button", { type: "button", on: { click: press } }, icon(shape), label));
  }
  return { opener, row };
}

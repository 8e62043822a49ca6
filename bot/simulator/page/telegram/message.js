// One entry of the Telegram transcript: a bubble, and the inline keyboard under it.

import { clockOf } from "../civil.js";
import { h, link, pictureUrl } from "../dom.js";
import { icon } from "../icons.js";
import { placeCard, samplePhoto } from "../pictures.js";
import { formatted } from "./entities.js";

const SYSTEM = { start: "チャットを始めました", block: "ボットを停止しました", unblock: "ボットを再開しました" };
const STYLES = new Set(["primary", "success", "danger"]);

/**
 * Draws an entry. `tap(entry, button, node)` is called with a pressed inline button, `command(text)` with a pressed
 * /command, `fresh` tells that somebody else spoke before.
 */
export function telegramEntry(entry, { tap, command, fresh }) {
  if (entry.from === "system") return h("p", { class: "notice" }, SYSTEM[entry.what] ?? entry.what);
  const { message } = entry;
  const keyboard = message.reply_markup?.inline_keyboard;
  const side = entry.from === "me" ? "mine" : "theirs";
  return h(
    "div",
    { class: `said ${side}${fresh ? " fresh" : ""}` },
    h("div", { class: "stack" }, bubble(entry, command), keyboard && inlineKeyboard(keyboard, (...press) => tap(entry, ...press))),
  );
}

function bubble(entry, command) {
  const { message } = entry;
  const words = message.text ?? message.caption;
  const entities = message.entities ?? message.caption_entities;
  return h(
    "div",
    { class: message.sticker ? "bubble bare" : "bubble" },
    attachment(message),
    words && h("div", { class: "words" }, formatted(words, entities, command)),
    h(
      "span",
      { class: "meta" },
      message.edit_date && h("span", {}, "編集済み"),
      h("time", { datetime: entry.at }, clockOf(entry.at)),
      entry.from === "me" && icon("checks"),
    ),
  );
}

function attachment(message) {
  if (message.photo) return photo(message.photo, message.caption);
  if (message.sticker) return h("p", { class: "emoji", role: "img", "aria-label": "スタンプ" }, message.sticker.emoji ?? "🙂");
  if (message.venue) return placeCard({ ...message.venue.location, title: message.venue.title, address: message.venue.address });
  if (message.location) return placeCard(message.location);
  if (message.document) return file(message.document);
  return null;
}

function photo(sizes, caption) {
  const size = sizes.filter((each) => pictureUrl(each.url)).at(-1);
  if (!size) return samplePhoto();
  const { width, height } = size;
  return h("div", { class: "photo" }, h("img", { src: pictureUrl(size.url), alt: caption ? "" : "写真", width, height }));
}

function file(document) {
  const content = [
    h("span", { class: "file-icon" }, icon("file")),
    h("span", { class: "file-name" }, document.file_name ?? "ファイル", h("small", {}, size(document.file_size))),
  ];
  const url = pictureUrl(document.url);
  return url ? link(url, { class: "file" }, content) : h("div", { class: "file" }, content);
}

function size(bytes) {
  if (!bytes) return "";
  return bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} KB`;
}

function inlineKeyboard(rows, tap) {
  return h(
    "div",
    { class: "inline-keyboard" },
    rows.map((row) => h("div", { class: "inline-row" }, row.map((button) => inlineButton(button, tap)))),
  );
}

function inlineButton(button, tap) {
  const tint = STYLES.has(button.style) ? ` ${button.style}` : "";
  const attributes = { class: `inline-button${tint}` };
  const deepLink = button.url?.startsWith("https://t.me/"); // may lead back into this very chat
  if (button.url && !deepLink) return link(button.url, attributes, button.text, icon("open"));
  const press = (event) => tap(button, event.currentTarget);
  const extra = button.copy_text ? icon("copy") : null;
  return h("button", { type: "button", ...attributes, on: { click: press } }, button.text, extra);
}

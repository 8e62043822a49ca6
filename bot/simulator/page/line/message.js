// One entry of the LINE transcript: what was said, by whom, when.

import { clockOf } from "../civil.js";
import { h, linkified, pictureUrl } from "../dom.js";
import { icon } from "../icons.js";
import { placeCard, samplePhoto, stickerPicture } from "../pictures.js";
import { flexContainer } from "./flex.js";
import { templateMessage } from "./template.js";

const SYSTEM = {
  follow: "友だちになりました",
  unblock: "ブロックを解除しました",
  block: "ブロックしました",
  join: "グループに招待しました",
  leave: "グループから退出させました",
};

/**
 * Draws an entry. `tap(entry, action, node)` is called with a pressed action; `unsend(entry)` takes a message back;
 * `fresh` tells that somebody else spoke before, so the speaker is shown again.
 */
export function lineEntry(entry, { bot, tap, unsend, fresh }) {
  if (entry.from === "system") return h("p", { class: "notice" }, SYSTEM[entry.what] ?? entry.what);
  if (entry.unsent) return h("p", { class: "notice" }, "メッセージの送信を取り消しました");
  const content = body(entry.message, (action, node) => tap(entry, action, node));
  return entry.from === "me" ? mine(entry, content, unsend) : theirs(entry, content, bot, fresh);
}

function theirs(entry, content, bot, fresh) {
  const sender = entry.message.sender;
  const face = pictureUrl(sender?.iconUrl);
  const name = sender?.name ? `${sender.name} from ${bot.name}` : bot.name;
  return h(
    "div",
    { class: fresh ? "said theirs fresh" : "said theirs" },
    h("div", { class: "face", "aria-hidden": "true" }, fresh && (face ? h("img", { src: face, alt: "" }) : mark())),
    h("div", { class: "stack" }, fresh && h("p", { class: "speaker" }, name), h("div", { class: "row" }, content, when(entry))),
  );
}

function mine(entry, content, unsend) {
  const meta = h("span", { class: "meta" }, entry.read && h("span", {}, "既読"), h("time", { datetime: entry.at }, clockOf(entry.at)));
  const undo = h(
    "button",
    { type: "button", class: "unsend", "aria-label": "送信を取り消す", title: "送信を取り消す", on: { click: () => unsend(entry) } },
    icon("undo"),
  );
  return h("div", { class: "said mine" }, h("div", { class: "row" }, undo, meta, content));
}

function when(entry) {
  return h("span", { class: "meta" }, h("time", { datetime: entry.at }, clockOf(entry.at)));
}

const BODY = {
  text: (message) => h("div", { class: "bubble" }, linkified(message.text)),
  textV2: (message) => h("div", { class: "bubble" }, linkified(substituted(message))),
  flex: (message, tap) => flexContainer(message.contents, message.altText, tap),
  template: templateMessage,
  sticker: (message) => stickerPicture(message.keywords),
  image: (message) => photo(message),
  video: (message) => photo({ originalContentUrl: message.previewImageUrl }),
  imagemap: (message) => photo({ originalContentUrl: `${message.baseUrl}/1040` }, message.altText),
  audio: () => h("div", { class: "bubble" }, "🎧 音声メッセージ"),
  location: (message) => placeCard(message),
};

function body(message, tap) {
  const draw = BODY[message.type];
  return draw ? draw(message, tap) : h("div", { class: "bubble" }, message.altText ?? `(${message.type})`);
}

function photo(message, alt = "写真") {
  const url = pictureUrl(message.previewImageUrl ?? message.originalContentUrl);
  if (!url) return samplePhoto();
  return h("div", { class: "photo" }, h("img", { src: url, alt, loading: "lazy" }));
}

// The {places} of a text V2 message, filled with what stands for a mention or an emoji.
function substituted(message) {
  const stands = (key) => (message.substitution?.[key]?.type === "mention" ? "@すべてのメンバー" : "🙂");
  return message.text.replace(/\{(\w+)\}/g, (_, key) => stands(key));
}

/** The concierge's face where it has no picture of its own. */
export function mark() {
  return h("img", { src: new URL("../mark.svg", import.meta.url).pathname, alt: "", width: "36", height: "36" });
}

// The Telegram phone: header, chat, commands, reply keyboard, input. It shows a state and tells what was pressed.

import { attachments, composer } from "../composer.js";
import { note, tell } from "../dialogs.js";
import { h, redraw } from "../dom.js";
import { icon } from "../icons.js";
import { mark } from "../line/message.js";
import { Transcript } from "../transcript.js";
import { telegramEntry } from "./message.js";

export class TelegramPhone {
  /** `perform(deed)` does what the resident did and resolves when it was taken. */
  constructor({ bot, perform }) {
    this.bot = bot;
    this.perform = perform;
    this.log = new Transcript("Telegramのチャット", (entry, fresh) => telegramEntry(entry, { fresh, ...this.presses() }));
    this.empty = h("div", { class: "empty" });
    this.status = h("small", {}, "ボット");
    this.door = h("button", { type: "button", class: "start-button", on: { click: () => this.begin() } });
    this.keys = h("div", { class: "reply-keyboard", role: "group", "aria-label": "キーボード" });
    this.commands = h("div", { class: "commands", role: "group", "aria-label": "コマンド", hidden: true });
    this.opener = h(
      "button",
      { type: "button", class: "menu-button", "aria-expanded": "false", on: { click: () => this.unfold(this.commands.hidden) } },
      icon("menu"),
      "メニュー",
    );
    const kinds = attachments({
      sticker: () => perform({ do: "sticker" }),
      location: () => perform({ do: "location" }),
      image: () => perform({ do: "image" }),
    });
    this.composer = composer({
      label: "Telegramのメッセージ",
      placeholder: "メッセージ",
      send: (text) => perform({ do: "say", text }),
      before: [this.opener, kinds.opener],
    });
    this.composer.field.addEventListener("input", () => this.unfold(this.composer.field.value === "/"));
    this.foot = h("div", { class: "foot" }, this.commands, kinds.row, this.composer, this.keys);
    this.node = h(
      "div",
      { class: "app telegram" },
      this.header(),
      h("div", { class: "chat" }, this.log.node, this.empty),
      this.foot,
      this.door,
    );
  }

  /** Another resident's phone: nothing of the last one stays. */
  clear() {
    this.log.clear();
    this.unfold(false);
    this.composer.field.value = "";
    this.toastAt = undefined;
  }

  show(phone) {
    this.phone = phone;
    const open = phone.started && !phone.blocked;
    this.log.update(phone.transcript, phone.typing);
    this.status.textContent = phone.typing ? "入力中…" : "ボット";
    redraw(this.empty, phone.transcript.length, () => [h("p", {}, h("strong", {}, "このボットでできること"), this.bot.description)]);
    this.empty.hidden = phone.transcript.length > 0 || !this.bot.description;
    redraw(this.commands, phone.commands, () => phone.commands.map((each) => this.command(each)));
    redraw(this.keys, phone.reply_keyboard, () => (phone.reply_keyboard?.keyboard ?? []).map((row) => this.keyRow(row)));
    this.opener.hidden = !phone.commands.length;
    this.keys.hidden = !phone.reply_keyboard;
    this.foot.hidden = !open;
    this.door.hidden = open;
    this.door.textContent = phone.blocked ? "ボットを再開" : "START";
    this.showToast(phone.toast);
  }

  presses() {
    return {
      tap: (entry, button, node) => this.tap(entry, button, node),
      command: (text) => this.perform({ do: "say", text }),
    };
  }

  begin() {
    this.perform({ do: this.phone.blocked ? "unblock" : "start" });
  }

  tap(entry, button, node) {
    const payload = deepLink(button.url, this.bot.username);
    if (payload !== null) return this.perform({ do: "start", payload });
    return this.perform({ do: "tap", entry: entry.id, action: button }, node);
  }

  unfold(open) {
    this.commands.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
  }

  command({ command, description }) {
    const press = () => {
      this.unfold(false);
      this.composer.field.value = "";
      this.perform({ do: "say", text: `/${command}` });
    };
    return h("button", { type: "button", on: { click: press } }, h("code", {}, `/${command}`), h("span", {}, description));
  }

  keyRow(row) {
    return h("div", { class: "inline-row" }, row.map((key) => this.key(typeof key === "string" ? { text: key } : key)));
  }

  key(key) {
    const press = () => this.perform(key.request_location ? { do: "location" } : { do: "say", text: key.text });
    return h("button", { type: "button", class: "key", on: { click: press } }, key.text, key.request_location && icon("pin"));
  }

  // A toast that was there when the page opened is old; only a newer one is shown.
  showToast(toast) {
    const old = this.toastAt === undefined || this.toastAt === toast?.at;
    this.toastAt = toast?.at ?? null;
    if (old || !toast) return;
    if (toast.show_alert) tell(toast.text);
    else note(this.node, toast.text);
  }

  header() {
    return h(
      "header",
      { class: "app-head" },
      icon("back"),
      h("span", { class: "face" }, mark()),
      h("div", { class: "app-title" }, h("h3", {}, this.bot.name), this.status),
      icon("more"),
    );
  }
}

// The payload of a link to this bot (`https://t.me/name?start=…`), or null for any other address.
function deepLink(address, username) {
  if (!address || !URL.canParse(address)) return null;
  const url = new URL(address);
  const here = url.hostname === "t.me" && url.pathname.slice(1).toLowerCase() === username?.toLowerCase();
  return here ? (url.searchParams.get("start") ?? "") : null;
}

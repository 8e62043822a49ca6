// The LINE phone: header, chat, quick replies, rich menu, input. It shows a state and tells what was pressed.

import { attachments, composer } from "../composer.js";
import { h, pictureUrl, redraw } from "../dom.js";
import { icon } from "../icons.js";
import { askDate } from "../dialogs.js";
import { Transcript } from "../transcript.js";
import { actionButton } from "./action.js";
import { lineEntry, mark } from "./message.js";
import { richMenu } from "./richmenu.js";

export class LinePhone {
  /** `perform(deed)` does what the resident did and resolves when it was taken. */
  constructor({ bot, perform }) {
    this.bot = bot;
    this.perform = perform;
    this.menuOpen = null; // null: as the menu itself wishes
    this.log = new Transcript("LINEのトーク", (entry, fresh) => lineEntry(entry, { bot, fresh, ...this.presses() }));
    this.quick = h("div", { class: "quick", role: "group", "aria-label": "こたえの候補" });
    this.rich = h("div", { class: "rich" });
    this.entrance = h("div", { class: "door" });
    const kinds = attachments({
      sticker: () => perform({ do: "sticker" }),
      location: () => perform({ do: "location" }),
      image: () => perform({ do: "image" }),
    });
    this.bar = h("button", { type: "button", class: "chat-bar", on: { click: () => this.fold() } });
    this.composer = composer({
      label: "LINEのメッセージ",
      placeholder: "メッセージを入力",
      send: (text) => perform({ do: "say", text }),
      before: [kinds.opener],
    });
    this.node = h(
      "div",
      { class: "app line" },
      header(bot),
      h("div", { class: "chat" }, this.log.node, this.quick),
      this.rich,
      h("div", { class: "foot" }, kinds.row, this.composer, this.bar),
      this.entrance,
    );
  }

  /** Another resident's phone: nothing of the last one stays. */
  clear() {
    this.log.clear();
    this.menuOpen = null;
    this.composer.field.value = "";
  }

  show(phone) {
    this.phone = phone;
    this.log.update(phone.transcript, phone.loading);
    redraw(this.quick, phone.quick_reply, () => (phone.quick_reply ?? []).map((item) => this.chip(item)));
    this.quick.hidden = !phone.quick_reply?.length;
    this.showMenu();
    redraw(this.entrance, [phone.friend, phone.blocked], () => this.door());
    this.entrance.hidden = phone.friend;
    for (const part of [this.composer, this.bar, this.rich]) part.inert = !phone.friend;
  }

  presses() {
    return {
      tap: (entry, action, node) => this.tap({ entry: entry.id }, action, node),
      unsend: (entry) => this.perform({ do: "unsend", entry: entry.id }),
    };
  }

  async tap(where, action, node) {
    const deed = { do: "tap", ...where, action };
    if (action.type === "datetimepicker") {
      deed.picked = await askDate(action);
      if (!deed.picked) return;
    }
    if (action.inputOption === "openKeyboard") this.openKeyboard(action.fillInText);
    if (action.inputOption === "openRichMenu") this.fold(true);
    else if (where.rich_menu && action.type !== "richmenuswitch") this.fold(false); // room for the answer
    await this.perform(deed, node);
  }

  openKeyboard(words = "") {
    this.composer.field.value = words;
    this.composer.field.focus();
    this.composer.field.dispatchEvent(new Event("input"));
  }

  chip(item) {
    const url = pictureUrl(item.imageUrl);
    const tap = (action, node) => this.tap({ quick_reply: true }, action, node);
    return actionButton(item.action, { class: "chip" }, tap, url && h("img", { src: url, alt: "" }), item.action.label ?? "");
  }

  fold(open = !this.menuIsOpen()) {
    this.menuOpen = open;
    this.showMenu();
  }

  menuIsOpen() {
    return Boolean(this.phone.rich_menu && (this.menuOpen ?? this.phone.rich_menu.selected));
  }

  showMenu() {
    const menu = this.phone.rich_menu;
    const open = this.menuIsOpen();
    redraw(this.rich, menu, () => (menu ? [richMenu(menu, (action, node) => this.tap({ rich_menu: true }, action, node))] : []));
    redraw(this.bar, [menu?.chatBarText, open], () => [menu?.chatBarText ?? "", icon(open ? "down" : "up")]);
    this.rich.hidden = !open;
    this.bar.hidden = !menu;
    this.bar.setAttribute("aria-expanded", String(open));
  }

  // What stands before the chat while the resident is no friend of the account.
  door() {
    const { blocked } = this.phone;
    const press = () => this.perform({ do: blocked ? "unblock" : "follow" });
    return [
      h("div", { class: "door-face" }, mark()),
      h("p", { class: "door-name" }, this.bot.name),
      h("p", { class: "door-id" }, blocked ? "ブロックしています" : this.bot.basic_id),
      h("button", { type: "button", class: "door-button", on: { click: press } }, blocked ? "ブロック解除" : "友だち追加"),
    ];
  }
}

function header(bot) {
  return h(
    "header",
    { class: "app-head" },
    icon("back"),
    h("span", { class: "shield", "aria-hidden": "true" }, icon("check")),
    h("h3", {}, bot.name),
    icon("search"),
    icon("menu"),
  );
}

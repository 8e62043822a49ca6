// The column beside the phones: whose phones they are, what time it is, and what else one can try.

import { clockOf, dayName, minutesToTomorrow } from "./civil.js";
import { h, redraw } from "./dom.js";
import { icon } from "./icons.js";

const STEPS = [
  ["+1時間", () => 60],
  ["+6時間", () => 6 * 60],
  ["翌日 8:00", (now) => minutesToTomorrow(now, 8)],
  ["翌日 18:00", (now) => minutesToTomorrow(now, 18)],
  ["+1週間", () => 7 * 24 * 60],
];

export class Controls {
  /** `choose(key)` changes the resident, `forward(minutes)` the clock, `perform(platform, deed)` does the rest. */
  constructor({ choose, forward, perform }) {
    this.choose = choose;
    this.perform = perform;
    this.day = h("span", { class: "now-day" });
    this.time = h("span", { class: "now-time" });
    this.residents = h("div", { class: "residents", role: "radiogroup", "aria-label": "だれのスマホを見るか" });
    this.tries = { line: h("div", { class: "tries" }), telegram: h("div", { class: "tries" }) };
    this.steps = STEPS.map(([label, minutes]) =>
      h("button", { type: "button", on: { click: () => forward(minutes(this.now)) } }, label),
    );
    this.node = h(
      "div",
      { class: "controls" },
      section("people", "だれのスマホ", "Resident", this.residents),
      section("clock", "時計をすすめる", "Clock", h("p", { class: "now", role: "timer" }, this.day, this.time), h("div", { class: "steps" }, this.steps)),
      section("sticker", "ためしてみる", "Try", this.tries.line, this.tries.telegram),
    );
  }

  /** The residents with how many unread messages each has, the chosen one, and the phones of that one. */
  show({ residents, unread, chosen }) {
    redraw(this.residents, [residents.map((each) => each.name), unread, chosen.key], () =>
      residents.map((each) => this.resident(each, unread[each.key], each.key === chosen.key)),
    );
    redraw(this.tries.line, [chosen.line.friend, chosen.line.blocked], () => this.lineTries(chosen.line));
    redraw(this.tries.telegram, [chosen.telegram.started, chosen.telegram.blocked], () => this.telegramTries(chosen.telegram));
  }

  showClock(iso) {
    this.now = iso;
    this.day.textContent = dayName(iso);
    this.time.textContent = clockOf(iso);
  }

  /** While the clock is moved, nobody moves it again. */
  busy(moving) {
    for (const step of this.steps) step.disabled = moving;
    this.node.classList.toggle("moving", moving);
  }

  resident(each, unread, chosen) {
    const [, name, about] = /^(.*?)\s*[((](.*)[))]$/.exec(each.name) ?? [null, each.name, ""];
    const button = h(
      "button",
      { type: "button", role: "radio", "aria-checked": String(chosen), tabindex: chosen ? "0" : "-1" },
      h("span", { class: "initial", "aria-hidden": "true" }, name.slice(-1)),
      h("span", { class: "who" }, h("strong", {}, name), h("span", {}, about)),
      unread > 0 && h("span", { class: "unread" }, String(unread), h("span", { class: "unseen" }, "件の新しいメッセージ")),
    );
    button.addEventListener("click", () => this.choose(each.key));
    button.addEventListener("keydown", (event) => moveRadio(event));
    return button;
  }

  lineTries(phone) {
    const send = (label, shape, deed) => this.try("line", label, shape, deed, !phone.friend);
    const door = phone.friend
      ? this.try("line", "ブロック", "block", "block")
      : phone.blocked
        ? this.try("line", "ブロック解除", "undo", "unblock")
        : this.try("line", "友だち追加", "plus", "follow");
    return [h("h3", {}, "LINE"), send("スタンプ", "sticker", "sticker"), send("位置情報", "pin", "location"), send("写真", "photo", "image"), door];
  }

  telegramTries(phone) {
    const away = !phone.started || phone.blocked;
    const send = (label, shape, deed) => this.try("telegram", label, shape, deed, away);
    const door = phone.blocked
      ? this.try("telegram", "再開", "undo", "unblock")
      : phone.started
        ? this.try("telegram", "停止", "block", "block")
        : this.try("telegram", "START", "send", "start");
    return [h("h3", {}, "Telegram"), send("スタンプ", "sticker", "sticker"), send("位置情報", "pin", "location"), send("写真", "photo", "image"), door, this.deepLink()];
  }

  try(platform, label, shape, deed, disabled = false) {
    const app = { line: "LINE", telegram: "Telegram" }[platform];
    const press = () => this.perform(platform, { do: deed });
    return h("button", { type: "button", "aria-label": `${app}: ${label}`, disabled, on: { click: press } }, icon(shape), label);
  }

  deepLink() {
    const field = h("input", { type: "text", "aria-label": "startリンクの中身", placeholder: "?start=…", maxlength: "64", pattern: "[A-Za-z0-9_\\-]*" });
    const form = h("form", { class: "deep-link" }, field, h("button", { type: "submit", "aria-label": "startリンクを開く" }, icon("link"), "開く"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.perform("telegram", field.value ? { do: "start", payload: field.value } : { do: "start" });
    });
    return form;
  }
}

function section(shape, title, english, ...content) {
  return h("section", {}, h("h2", {}, icon(shape), title, h("span", { lang: "en" }, english)), content);
}

// Arrow keys move within a radio group, as everywhere.
function moveRadio(event) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const radios = [...event.currentTarget.parentElement.children];
  const next = (radios.indexOf(event.currentTarget) + step + radios.length) % radios.length;
  const group = event.currentTarget.parentElement;
  radios[next].click();
  group.children[next].focus();
}

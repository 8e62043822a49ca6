// What interrupts: choosing a day, choosing a place, a word that must be read; and notes that pass by.

import { h } from "./dom.js";

const INPUT = { date: "date", time: "time", datetime: "datetime-local" };

// Stations of the sample city: where a resident of the simulator may be.
const PLACES = [
  { title: "田無駅", address: "西東京市田無町4丁目", latitude: 35.7273, longitude: 139.5394 },
  { title: "ひばりヶ丘駅", address: "西東京市住吉町3丁目", latitude: 35.7515, longitude: 139.5452 },
  { title: "保谷駅", address: "西東京市東町3丁目", latitude: 35.7484, longitude: 139.5675 },
  { title: "西武柳沢駅", address: "西東京市保谷町3丁目", latitude: 35.7286, longitude: 139.5527 },
];

/** Asks for the day or time of a datetimepicker action; null when given up. */
export function askDate(action) {
  const mode = INPUT[action.mode] ? action.mode : "date";
  const local = (value) => value?.replace("t", "T");
  const input = h("input", { type: INPUT[mode], required: true, min: local(action.min), max: local(action.max) });
  input.value = local(action.initial) ?? "";
  const field = h("label", { class: "field" }, mode === "time" ? "時刻" : "日付", input);
  const form = h("form", { method: "dialog" }, h("h2", {}, action.label || "日付をえらぶ"), field, closing("決定"));
  return open(form, () => input.value || null);
}

/** Asks where the resident is; null when given up. */
export function askPlace() {
  let chosen = null;
  const choose = (place) => (event) => {
    chosen = place;
    event.currentTarget.closest("dialog").close("ok");
  };
  const buttons = PLACES.map((place) =>
    h("button", { type: "button", class: "choice", on: { click: choose(place) } }, h("strong", {}, place.title), h("span", {}, place.address)),
  );
  const form = h("form", { method: "dialog" }, h("h2", {}, "どこから送りますか"), h("div", { class: "choice-list" }, buttons), closing());
  return open(form, () => chosen);
}

/** Shows words that must be read before going on. */
export function tell(words) {
  return open(h("form", { method: "dialog" }, h("p", { class: "told" }, words), closing("OK", false)), () => true);
}

/** A word that passes by at the foot of `host`. */
export function note(host, words) {
  host.querySelector(".toast")?.remove();
  const node = h("p", { class: "toast", role: "status" }, words);
  host.append(node);
  setTimeout(() => node.remove(), 4000);
}

function closing(yes, no = "やめる") {
  return h(
    "div",
    { class: "dialog-buttons" },
    no && h("button", { type: "submit", value: "cancel", formnovalidate: true, class: "quiet" }, no),
    yes && h("button", { type: "submit", value: "ok", class: "strong" }, yes),
  );
}

function open(form, answer) {
  const dialog = h("dialog", { "aria-label": form.querySelector("h2, .told").textContent }, form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "ok" ? answer() : null);
    });
    dialog.showModal();
  });
}

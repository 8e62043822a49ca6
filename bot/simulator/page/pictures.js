// Stand-ins for what a resident sends and what needs no network: a sticker, a photo, a map with a pin.

import { h } from "./dom.js";

const file = (name) => new URL(name, import.meta.url).pathname;

/** A sticker with the word it stands for. */
export function stickerPicture(keywords) {
  const word = keywords?.[0] ?? "スタンプ";
  return h("figure", { class: "sticker" }, h("img", { src: file("sticker.svg"), alt: `スタンプ: ${word}`, width: "120", height: "120" }));
}

/** The photo that a resident of the simulator sends. */
export function samplePhoto() {
  return h("div", { class: "photo" }, h("img", { src: file("photo.svg"), alt: "写真", width: "220", height: "165" }));
}

/** A place as a small map, with its name and address. `place` has title, address, latitude, longitude. */
export function placeCard(place) {
  const point = `${place.latitude.toFixed(4)}, ${place.longitude.toFixed(4)}`;
  return h(
    "div",
    { class: "place" },
    h("img", { src: file("map.svg"), alt: "地図", width: "240", height: "120" }),
    h("p", { class: "place-title" }, place.title ?? "位置情報"),
    h("p", { class: "place-address" }, place.address ?? point),
  );
}

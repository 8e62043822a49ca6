// The rich menu: the uploaded picture with pressable areas, or named tiles where no picture was uploaded.

import { h, pictureUrl, style } from "../dom.js";
import { actionButton } from "./action.js";

/** The open menu; every area is a button that says what it does. */
export function richMenu(menu, tap) {
  const url = pictureUrl(menu.image);
  const picture = url && h("img", { src: url, alt: "" });
  const areas = menu.areas.map((area) => areaButton(area, menu.size, !url, tap));
  const node = h("div", { class: "rich-picture" }, picture, areas);
  return style(node, { "aspect-ratio": `${menu.size.width} / ${menu.size.height}` });
}

function areaButton({ bounds, action }, size, named, tap) {
  const label = action.label ?? action.text ?? action.displayText ?? "メニュー";
  const attributes = { class: named ? "rich-area named" : "rich-area", "aria-label": label, title: label };
  const node = actionButton(action, attributes, tap, named ? label : "");
  const share = (part, whole) => `${(100 * part) / whole}%`;
  return style(node, {
    left: share(bounds.x, size.width),
    top: share(bounds.y, size.height),
    width: share(bounds.width, size.width),
    height: share(bounds.height, size.height),
  });
}

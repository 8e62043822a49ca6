// Cards side by side: swiped on a phone, stepped through with a mouse, scrolled by arrow keys.

import { h } from "../dom.js";
import { icon } from "../icons.js";

/** The cards in a row that scrolls and snaps, with a button at each end for those who have no way to swipe. */
export function carousel(cards, label) {
  const row = h("div", { class: "carousel", role: "group", "aria-label": label, tabindex: "0" }, cards);
  const step = (direction) => () => row.scrollBy({ left: direction * (cards[0].offsetWidth + 8), behavior: "smooth" });
  const back = arrow("back", "前のカード", step(-1));
  const on = arrow("on", "次のカード", step(1));
  const update = () => {
    back.hidden = row.scrollLeft < 8;
    on.hidden = row.scrollLeft + row.clientWidth > row.scrollWidth - 8;
  };
  row.addEventListener("scroll", update, { passive: true });
  new ResizeObserver(update).observe(row);
  return h("div", { class: "sideways" }, row, back, on);
}

// Left out of the tab order: the keyboard reaches each card by itself.
function arrow(shape, label, press) {
  return h("button", { type: "button", class: `arrow arrow-${shape}`, "aria-label": label, tabindex: "-1", on: { click: press } }, icon(shape));
}

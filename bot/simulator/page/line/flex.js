// LINE Flex Messages, drawn from their JSON: bubbles and carousels, boxes, texts, buttons, pictures.
//
// Every value comes from the bot and is checked against what LINE allows before it reaches a style; what is not
// allowed is left out, as LINE would refuse it.

import { h, pictureUrl, style } from "../dom.js";
import { actionButton, actionOn } from "./action.js";
import { carousel } from "./carousel.js";

const SPACE = { none: "0", xs: "2px", sm: "4px", md: "8px", lg: "12px", xl: "16px", xxl: "20px" };
const TEXT = { xxs: "11px", xs: "13px", sm: "14px", md: "16px", lg: "19px", xl: "22px", xxl: "29px", "3xl": "35px", "4xl": "48px", "5xl": "74px" };
const PICTURE = { xxs: "40px", xs: "60px", sm: "80px", md: "100px", lg: "120px", xl: "140px", xxl: "160px", "3xl": "180px", "4xl": "200px", "5xl": "220px", full: "100%" };
const BORDER = { none: "0", light: "0.5px", normal: "1px", medium: "2px", "semi-bold": "3px", bold: "4px" };
const SIZES = new Set(["nano", "micro", "deca", "hecto", "kilo", "mega", "giga"]);
const GRAVITY = { top: "flex-start", center: "center", bottom: "flex-end" };
const ALIGN = { start: "start", center: "center", end: "end" };
const DECORATION = { underline: "underline", "line-through": "line-through", none: "none" };
const PLACING = new Set(["flex-start", "center", "flex-end", "space-between", "space-around", "space-evenly"]);

const LENGTH = /^-?\d+(\.\d+)?(px|%)$/;
const COLOUR = /^#([0-9a-f]{6}|[0-9a-f]{8})$/i;

/** A bubble, or bubbles side by side. `tap` is called with an action that was pressed. */
export function flexContainer(contents, altText, tap) {
  if (contents.type === "carousel") {
    return carousel(contents.contents.map((bubble) => flexBubble(bubble, tap)), altText);
  }
  return h("div", { class: "flex-single", role: "group", "aria-label": altText }, flexBubble(contents, tap));
}

function flexBubble(bubble, tap) {
  const size = SIZES.has(bubble.size) ? bubble.size : "mega";
  const node = h("div", { class: `flex-bubble flex-${size}`, dir: bubble.direction === "rtl" ? "rtl" : "ltr" });
  for (const block of ["header", "hero", "body", "footer"]) {
    if (bubble[block]) node.append(flexBlock(block, bubble[block], bubble.styles?.[block] ?? {}, tap));
  }
  return actionOn(node, bubble.action, tap);
}

function flexBlock(name, content, look, tap) {
  const node = h("div", { class: `flex-block flex-${name}` }, component(content, "vertical", tap));
  style(node, { "background-color": colour(look.backgroundColor) });
  if (look.separator) style(node, { "border-top": `1px solid ${colour(look.separatorColor) ?? "#d4d6da"}` });
  return node;
}

const DRAW = { box, text, button, image, icon, separator, filler, spacer, video };

function component(part, layout, tap) {
  const draw = DRAW[part.type];
  if (!draw) return h("span", { class: "flex-unknown" });
  const node = draw(part, layout, tap);
  place(node, part, layout);
  return node;
}

// How a component sits in its box: its share of the room, its offsets.
function place(node, part, layout) {
  const across = layout !== "vertical";
  if (part.type !== "separator" && part.type !== "icon" && part.type !== "spacer") {
    const share = part.flex ?? (across && part.type !== "filler" && !part.width ? 1 : part.type === "filler" ? 1 : 0);
    const grows = Number.isInteger(share) && share > 0;
    style(node, { flex: grows ? (across ? `${share} 1 0` : `${share} 0 auto`) : "none" });
  }
  if (across && part.gravity) style(node, { "align-self": GRAVITY[part.gravity] });
  if (part.position === "absolute") node.classList.add("flex-absolute");
  style(node, {
    top: length(part.offsetTop, SPACE),
    bottom: length(part.offsetBottom, SPACE),
    "inset-inline-start": length(part.offsetStart, SPACE),
    "inset-inline-end": length(part.offsetEnd, SPACE),
  });
}

function box(part, _layout, tap) {
  const layout = ["horizontal", "vertical", "baseline"].includes(part.layout) ? part.layout : "vertical";
  const node = h("div", { class: `flex-box flex-${layout}` });
  style(node, {
    "background-color": colour(part.backgroundColor),
    "background-image": gradient(part.background),
    "border-radius": length(part.cornerRadius, SPACE),
    width: length(part.width),
    "max-width": length(part.maxWidth),
    height: length(part.height),
    "max-height": length(part.maxHeight),
    padding: length(part.paddingAll, SPACE),
    "padding-top": length(part.paddingTop, SPACE),
    "padding-bottom": length(part.paddingBottom, SPACE),
    "padding-inline-start": length(part.paddingStart, SPACE),
    "padding-inline-end": length(part.paddingEnd, SPACE),
    "justify-content": PLACING.has(part.justifyContent) ? part.justifyContent : null,
    "align-items": PLACING.has(part.alignItems) ? part.alignItems : null,
  });
  const border = length(part.borderWidth, BORDER);
  if (border) style(node, { border: `${border} solid ${colour(part.borderColor) ?? "transparent"}` });
  if (part.cornerRadius) node.classList.add("flex-clipped");
  fillBox(node, part, layout, tap);
  return actionOn(node, part.action, tap);
}

function fillBox(node, part, layout, tap) {
  let first = true;
  for (const child of part.contents ?? []) {
    const drawn = component(child, layout, tap);
    if (child.position !== "absolute") {
      const gap = first ? null : (length(child.margin, SPACE) ?? length(part.spacing, SPACE));
      style(drawn, layout === "vertical" ? { "margin-top": gap } : { "margin-inline-start": gap });
      first = false;
    }
    node.append(drawn);
  }
}

function text(part, _layout, tap) {
  const spans = part.contents?.length ? part.contents.map(span) : [part.text ?? ""];
  const node = h("div", { class: part.wrap ? "flex-text flex-wrap" : "flex-text" }, spans);
  style(node, {
    ...letters(part),
    "text-align": ALIGN[part.align],
    "line-height": part.lineSpacing && length(part.lineSpacing) ? `calc(1.4em + ${length(part.lineSpacing)})` : null,
  });
  if (part.wrap && part.maxLines > 0) {
    node.classList.add("flex-clamped");
    style(node, { "-webkit-line-clamp": String(part.maxLines) });
  }
  return actionOn(node, part.action, tap);
}

function span(part) {
  return style(h("span", {}, part.text ?? ""), letters(part));
}

function letters(part) {
  return {
    "font-size": length(part.size, TEXT),
    "font-weight": part.weight === "bold" ? "700" : part.weight === "regular" ? "400" : null,
    color: colour(part.color),
    "font-style": part.style === "italic" ? "italic" : null,
    "text-decoration": DECORATION[part.decoration],
  };
}

function button(part, _layout, tap) {
  const look = ["primary", "secondary"].includes(part.style) ? part.style : "link";
  const height = part.height === "sm" ? "sm" : "md";
  const node = actionButton(part.action ?? {}, { class: `flex-button flex-${look} flex-height-${height}` }, tap);
  return style(node, { [look === "link" ? "color" : "background-color"]: colour(part.color) });
}

function image(part, _layout, tap) {
  const cover = part.aspectMode === "cover";
  const frame = h("div", { class: "flex-picture" }, picture(part.url, cover));
  style(frame, {
    width: length(part.size ?? "md", PICTURE),
    "aspect-ratio": ratio(part.aspectRatio),
    "background-color": colour(part.backgroundColor),
  });
  const node = h("div", { class: "flex-image" }, frame);
  style(node, { "justify-content": { start: "flex-start", end: "flex-end" }[part.align] });
  return actionOn(node, part.action, tap);
}

function video(part, layout, tap) {
  if (part.altContent) return component(part.altContent, layout, tap);
  return image({ ...part, url: part.previewUrl, size: "full", aspectMode: "cover" }, layout, tap);
}

function picture(address, cover) {
  const url = pictureUrl(address);
  return url && h("img", { src: url, alt: "", loading: "lazy", class: cover ? "flex-cover" : "flex-fit" });
}

function icon(part) {
  const url = pictureUrl(part.url);
  const node = h("span", { class: "flex-icon" }, url && h("img", { src: url, alt: "" }));
  return style(node, { "font-size": length(part.size ?? "md", TEXT), "aspect-ratio": ratio(part.aspectRatio) });
}

function separator(part, layout) {
  const node = h("div", { class: `flex-separator flex-separator-${layout === "vertical" ? "across" : "down"}` });
  return style(node, { "background-color": colour(part.color) });
}

function filler() {
  return h("div", { class: "flex-filler" });
}

function spacer(part) {
  return style(h("div", {}), { padding: length(part.size ?? "md", SPACE) });
}

function length(value, names = {}) {
  if (typeof value !== "string") return null;
  return names[value] ?? (LENGTH.test(value) ? value : null);
}

function colour(value) {
  return COLOUR.test(value ?? "") ? value : null;
}

function ratio(value) {
  const match = /^(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/.exec(value ?? "1:1");
  return match ? `${match[1]} / ${match[2]}` : "1 / 1";
}

function gradient(background) {
  if (background?.type !== "linearGradient" || !/^\d+(\.\d+)?deg$/.test(background.angle ?? "")) return null;
  const stops = [colour(background.startColor), colour(background.endColor)];
  if (!stops.every(Boolean)) return null;
  const centre = colour(background.centerColor);
  if (centre) stops.splice(1, 0, `${centre} ${length(background.centerPosition) ?? "50%"}`);
  return `linear-gradient(${background.angle}, ${stops.join(", ")})`;
}

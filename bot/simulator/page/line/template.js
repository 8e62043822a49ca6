// LINE template messages: buttons, confirm, carousel, image carousel.

import { h, pictureUrl } from "../dom.js";
import { actionButton, actionOn } from "./action.js";
import { carousel } from "./carousel.js";

// A carousel gives its columns, everything else one node.
const DRAW = {
  buttons: (template, tap) => column(template, tap),
  confirm: (template, tap) =>
    h("div", { class: "template" }, h("p", { class: "template-text" }, template.text), choices(template.actions, tap, true)),
  carousel: (template, tap) => template.columns.map((each) => column(each, tap, template)),
  image_carousel: (template, tap) => template.columns.map((each) => picture(each, tap)),
};

/** A template message's picture, words and buttons; the alternative text where the kind is unknown. */
export function templateMessage(message, tap) {
  const draw = DRAW[message.template?.type];
  const drawn = draw ? draw(message.template, tap) : h("div", { class: "bubble" }, message.altText);
  if (Array.isArray(drawn)) return carousel(drawn, message.altText);
  drawn.setAttribute("role", "group");
  drawn.setAttribute("aria-label", message.altText);
  return drawn;
}

function column(template, tap, look = template) {
  const url = pictureUrl(template.thumbnailImageUrl);
  const shape = look.imageAspectRatio === "square" ? "square" : "rectangle";
  const words = h(
    "div",
    { class: "template-words" },
    template.title && h("p", { class: "template-title" }, template.title),
    h("p", { class: "template-text" }, template.text),
  );
  return h(
    "div",
    { class: "template" },
    url && h("div", { class: `template-picture ${shape}` }, h("img", { src: url, alt: "" })),
    actionOn(words, template.defaultAction, tap),
    choices(template.actions, tap),
  );
}

function picture(each, tap) {
  const url = pictureUrl(each.imageUrl);
  return h(
    "div",
    { class: "template template-square" },
    url && h("img", { src: url, alt: "" }),
    actionButton(each.action, { class: "template-caption" }, tap),
  );
}

function choices(actions, tap, beside = false) {
  const buttons = actions.map((action) => actionButton(action, { class: "template-button" }, tap));
  return h("div", { class: beside ? "template-choices beside" : "template-choices" }, buttons);
}

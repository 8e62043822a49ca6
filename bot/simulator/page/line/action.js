// What can be pressed on the LINE phone. Links are real links; everything else is told to `tap(action, node)`.

import { h, link, pressable, safeUrl } from "../dom.js";

/** A button for an action; a link where the action opens an address. */
export function actionButton(action, attributes, tap, ...children) {
  const content = children.length ? children : [action.label ?? action.text ?? ""];
  if (action.type === "uri") return link(action.uri, attributes, ...content);
  const press = (event) => tap(action, event.currentTarget);
  return h("button", { type: "button", ...attributes, on: { click: press } }, ...content);
}

/** Makes a drawn component pressable where it carries an action; gives it back. */
export function actionOn(node, action, tap) {
  if (!action) return node;
  const label = action.label || node.textContent.trim() || "開く";
  if (action.type !== "uri") return pressable(node, label, () => tap(action, node));
  const url = safeUrl(action.uri);
  return url ? pressable(node, label, () => window.open(url, "_blank", "noopener")) : node;
}

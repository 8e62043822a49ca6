// The one place where nodes are made. Text only ever becomes text nodes; nothing on this page parses HTML.

const SVG = "http://www.w3.org/2000/svg";
const SAFE_SCHEMES = new Set(["http:", "https:", "tel:", "line:"]);

/**
 * An element with its attributes, listeners (`on`), styles (`style`, a map of CSS properties) and children.
 * Attributes that are null, undefined or false are left out; strings among the children become text nodes.
 */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, { on = {}, style: properties = {}, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const [event, listener] of Object.entries(on)) node.addEventListener(event, listener);
  style(node, properties);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Sets CSS properties; a null value leaves the stylesheet's. The browser drops what is no valid value. */
export function style(node, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value !== null && value !== undefined) node.style.setProperty(name, value);
  }
  return node;
}

/** The address, where a bot may send people there; null for script, data and other schemes. */
export function safeUrl(address) {
  if (typeof address !== "string" || !address) return null;
  try {
    const url = new URL(address, document.baseURI);
    return SAFE_SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** The address of a picture: http or https only, else null. */
export function pictureUrl(address) {
  const url = safeUrl(address);
  return url && url.startsWith("http") ? url : null;
}

/** A link that opens a new tab; without a safe address the same look as plain text. */
export function link(address, attributes, ...children) {
  const url = safeUrl(address);
  if (!url) return h("span", { ...attributes, "data-refused-link": true }, ...children);
  const tab = url.startsWith("http") ? { target: "_blank", rel: "noopener noreferrer" } : {};
  return h("a", { ...attributes, href: url, ...tab }, ...children);
}

const ADDRESS = /https?:\/\/[^\s「」『』()（）<>、。]+/g;

/** Text as nodes, with the web addresses in it as links. */
export function linkified(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    nodes.push(text.slice(end, match.index), link(match[0], { class: "in-text" }, match[0]));
    end = match.index + match[0].length;
  }
  nodes.push(text.slice(end));
  return nodes.filter((node) => node !== "");
}

/** Makes any element a button: pressed by mouse, Enter and Space; an inner button's press stays its own. */
export function pressable(node, label, press) {
  node.setAttribute("role", "button");
  node.setAttribute("tabindex", "0");
  if (label) node.setAttribute("aria-label", label);
  node.classList.add("pressable");
  node.addEventListener("click", (event) => {
    if (event.target.closest("button, a, [role=button]") === node) press(event);
  });
  node.addEventListener("keydown", (event) => {
    if (event.target !== node || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    press(event);
  });
  return node;
}

/** Replaces the children of `node`, unless `state` is what they were last made from: focus survives no-ops. */
export function redraw(node, state, children) {
  const stamp = JSON.stringify(state ?? null);
  if (node.stamp === stamp) return;
  node.stamp = stamp;
  node.replaceChildren(...children().flat().filter(Boolean));
}

"""Checks of a page for everybody, run in the browser: each gives a list of what is wrong, empty at best."""

NAMELESS = """() => {
  const name = (node) => node.getAttribute("aria-label") || node.textContent.trim() || node.labels?.[0]?.textContent;
  const pressed = document.querySelectorAll("button, a[href], input, textarea, [role=button]");
  const images = [...document.images].filter((image) => image.getAttribute("alt") === null);
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
  return [...[...pressed].filter((node) => !name(node)), ...images].map((node) => node.outerHTML).concat(twice);
}"""

# Every visible text against every colour that may be behind it: the nearest opaque ground, or both ends of a gradient.
CONTRAST = """() => {
  const numbers = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const parsed = (colour) => { const [r, g, b, a = 1] = numbers(colour); return { rgb: [r, g, b], a }; };
  const over = (top, ground) => top.rgb.map((value, place) => value * top.a + ground[place] * (1 - top.a));
  const light = (rgb) => {
    const [r, g, b] = rgb.map((value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const grounds = (node) => {
    if (!node) return [[255, 255, 255]];
    const style = getComputedStyle(node);
    const colour = parsed(style.backgroundColor);
    const stops = style.backgroundImage.match(/rgba?\\([^)]*\\)/g);
    if (stops) {
      const under = grounds(node.parentElement);
      return stops.map(parsed).flatMap((stop) => under.map((ground) => over(stop, ground)));
    }
    if (colour.a === 1) return [colour.rgb];
    return grounds(node.parentElement).map((ground) => over(colour, ground));
  };
  const wrong = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    const words = walker.currentNode.data.trim();
    if (!words || !node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (node.closest(":disabled, .unseen, script, noscript")) continue;
    const ink = parsed(getComputedStyle(node).color);
    const worst = Math.min(...grounds(node).map((ground) => ratio(over(ink, ground), ground)));
    if (worst < 4.5) wrong.add(`${worst.toFixed(2)} ${words}`);
  }
  return [...wrong];
}"""

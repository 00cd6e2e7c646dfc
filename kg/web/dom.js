// Elements without markup: every text becomes a text node, nothing is ever parsed as HTML.

const SVG = "http://www.w3.org/2000/svg";

export const SMALL = matchMedia("(max-width: 799px)"); // one column, panels as sheets

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

// A name that may hold right-to-left marks or ten thousand letters: kept to itself and to a length.
export function named(text, limit = 60) {
  return el("bdi", { title: text.length > limit ? text.slice(0, 500) : null }, shorten(text, limit));
}

export function shorten(text, limit) {
  const letters = Array.from(text.slice(0, limit * 2 + 2));
  return letters.length > limit ? letters.slice(0, limit).join("") + "…" : letters.join("");
}

export function button(text, onclick, props = {}) {
  return el("button", { type: "button", onclick, ...props }, text);
}

// The symbol of a type, as in the picture.
export function symbol(type, size = 14) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "-10 -10 20 20");
  svg.setAttribute("width", size);
  svg.setAttribute("height", size);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `symbol type-${type}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SYMBOLS[type] ?? SYMBOLS.Other);
  svg.append(path);
  return svg;
}

export const SYMBOLS = {
  Region: "M-8-8H8V8H-8Z",
  Measure: "M0-9A9 9 0 1 1 0 9A9 9 0 1 1 0-9Z",
  Institution: "M0-9L9 7H-9Z",
  Honour: "M0-10L2.6-3.4 9.6-3 4.2 1.4 6 8.4 0 4.5-6 8.4-4.2 1.4-9.6-3-2.6-3.4Z",
  Policy: "M0-10L9 0 0 10-9 0Z",
  Indicator: "M0 9L9-7H-9Z",
  Criterion: "M-3-9H3V-3H9V3H3V9H-3V3H-9V-3H-3Z",
  Document: "M-9 0L-4.5-8H4.5L9 0 4.5 8H-4.5Z",
  Other: "M0-6A6 6 0 1 1 0 6A6 6 0 1 1 0-6Z",
};

export function replace(node, ...children) {
  node.replaceChildren(...children.flat().filter(Boolean));
}

export function save(name, blob) {
  const link = el("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

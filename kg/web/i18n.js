// Both languages of the page: its words are those of words.json, names of things come from the graph itself.

import { TERMS, WORDS } from "./words.js";

let column = 0;

export function setLanguage(lang) {
  column = lang === "en" ? 1 : 0;
  document.documentElement.lang = column ? "en" : "zh-CN";
}

export function inEnglish() {
  return column === 1;
}

export function t(key, values = {}) {
  return WORDS[key][column].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

export function term(kind, key) {
  return TERMS[kind][key]?.[column] ?? key;
}

export function count(number) {
  return Number(number).toLocaleString("en-US");
}

// Fill every element of the template that names its words.
export function translatePage() {
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
  for (const node of document.querySelectorAll("[data-t-placeholder]")) node.placeholder = t(node.dataset.tPlaceholder);
  document.title = t("title");
}

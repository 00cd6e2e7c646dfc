// The filters at the left: every choice with the number of facts it would leave.

import { button, el, named, replace, symbol } from "./dom.js";
import { FOLDED_TYPES, passes } from "./data.js";
import { count, t, term } from "./i18n.js";
import { change, state } from "./state.js";

const LONG = 12;
const TYPES = ["Region", "Institution", "Measure", "Honour", "Policy", "Indicator", "Criterion", "Document", "Other"];
const KINDS = ["Adoption", "Outcome", "Withheld", "Shortcoming", "Relation"];
const STATES = ["Done", "Planned", "Problem", "Actual", "Target", "UnderWay", "Ended", ""];

export class Filters {
  constructor(source, box) {
    Object.assign(this, { source, box, opened: new Map(["types", "kinds", "states", "region"].map((name) => [name, true])) });
  }

  draw() {
    const head = el("div", { class: "filters-head" }, el("h2", {}, t("filters")),
      button(t("clear"), () => change({ ...cleared(), page: 1 }), { class: "link" }), button("×", () => document.body.classList.remove("with-filters"), { class: "close small-only", "aria-label": t("close") }));
    const focused = document.activeElement?.dataset?.facet;
    replace(this.box, head, this.#types(), this.#checks("kinds", KINDS, "kind"), this.#checks("states", STATES, "status"), this.#regions(), this.#list("measure", (fact) => this.#measures(fact)),
      this.#list("document", (fact) => [fact.document]), this.#years());
    if (focused) this.box.querySelector(`[data-facet="${CSS.escape(focused)}"]`)?.focus();
  }

  #section(name, ...parts) {
    const details = el("details", { open: this.opened.get(name) ?? false, ontoggle: () => this.opened.set(name, details.open) }, el("summary", {}, t(name)), ...parts);
    return details;
  }

  #types() {
    const totals = tally(this.source.nodes, (node) => [node.type]);
    const present = TYPES.filter((type) => totals.has(type));
    return this.#boxes("types", present, totals, (type) => [symbol(type), term("type", type)]);
  }

  #checks(name, order, kind) {
    const totals = this.#tally(name, (fact) => [name === "kinds" ? fact.kind : fact.status]);
    const present = order.filter((key) => totals.has(key) || state[name].has(key));
    return this.#boxes(name, present, totals, (key) => [term(kind, key)]);
  }

  #boxes(name, keys, totals, words) {
    const off = state[name];
    const set = (next) => change({ [name]: new Set(next), page: 1 });
    const rows = keys.map((key) => {
      const box = el("input", { type: "checkbox", "data-facet": `${name}-${key}`, onchange: () => set(off.has(key) ? [...off].filter((one) => one !== key) : [...off, key]) });
      box.checked = !off.has(key);
      const only = button(t("only"), () => set(keys.filter((one) => one !== key)), { class: "link only" });
      return el("li", {}, el("label", {}, box, ...words(key), el("span", { class: "count" }, count(totals.get(key) ?? 0))), only);
    });
    const every = button(t("all"), () => set([]), { class: "link" });
    return this.#section(name, el("ul", { class: "choices" }, ...rows), keys.some((key) => off.has(key)) ? every : null);
  }

  #tally(but, keys) {
    return tally(this.source.facts.filter((fact) => passes(this.source, fact, state, but)), keys);
  }

  #measures(fact) {
    return [...new Set([fact.measure, fact.kind === "Adoption" ? fact.object : -1])];
  }

  #list(name, keys) {
    const totals = this.#tally(name, keys);
    totals.delete(-1);
    const label = (id) => (name === "document" ? this.source.documents[id].title : this.source.label(id));
    const entries = [...totals].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    return this.#options(name, entries.map(([id, total]) => [id, label(id), total]), -1);
  }

  #years() {
    const totals = this.#tally("year", (fact) => [String(fact.year)]);
    const entries = [...totals].sort((a, b) => Number(b[0]) - Number(a[0]));
    return this.#options("year", entries.map(([year, total]) => [year, year === "0" ? t("noYear") : year, total]), "");
  }

  #options(name, entries, none) {
    const rows = entries.map(([key, text, total]) => {
      const pick = () => change({ [name]: state[name] === key ? none : key, page: 1 });
      return el("li", {}, button(named(text, 26), pick, { class: "choice", "aria-pressed": String(state[name] === key), "data-facet": `${name}-${key}` }), el("span", { class: "count" }, count(total)));
    });
    const list = el("ul", { class: "choices long" }, ...rows);
    const narrow = entries.length > LONG ? this.#narrow(list, entries.map(([, text]) => text)) : null;
    if (state[name] !== none) this.opened.set(name, true);
    return this.#section(name, narrow, list);
  }

  #narrow(list, texts) {
    const input = el("input", { type: "search", class: "narrow", placeholder: t("narrow"), "aria-label": t("narrow") });
    input.addEventListener("input", () => [...list.children].forEach((row, place) => (row.hidden = !texts[place].toLowerCase().includes(input.value.trim().toLowerCase()))));
    return input;
  }

  #regions() {
    const root = { name: "", path: "", total: 0, children: new Map() };
    for (const fact of this.source.facts) if (passes(this.source, fact, state, "region")) plant(root, this.source.placeOf(fact));
    if (state.region) plant(root, state.region, 0);
    const branches = [...root.children.values()];
    return this.#section("region", branches.length ? this.#branch(branches) : el("p", { class: "muted" }, t("none")));
  }

  #branch(branches) {
    return el("ul", { class: "tree" }, ...branches.toSorted((a, b) => b.total - a.total || (a.path < b.path ? -1 : 1)).map((branch) => this.#twig(branch)));
  }

  #twig({ name, path, total, children }) {
    const pick = () => change({ region: state.region === path ? "" : path, page: 1 });
    const row = el("span", { class: "twig" }, button(named(name || t("noPlace"), 18), pick, { class: "choice", "aria-pressed": String(state.region === path), "data-facet": `region-${path}` }), el("span", { class: "count" }, count(total)));
    if (!children.size) return el("li", {}, row);
    const key = `tree ${path}`;
    const open = this.opened.has(key) ? this.opened.get(key) : state.region.startsWith(path) || children.size * total < 40;
    const branch = this.#branch([...children.values()]);
    branch.hidden = !open;
    const fold = button("", () => {
      branch.hidden = !branch.hidden;
      this.opened.set(key, !branch.hidden);
      fold.setAttribute("aria-expanded", String(!branch.hidden));
    }, { class: "twist", "aria-expanded": String(open), "aria-label": t("below", { name }) });
    row.prepend(fold);
    return el("li", {}, row, branch);
  }
}

function plant(root, path, weight = 1) {
  let at = root;
  for (const name of path ? path.split("/") : []) {
    const deeper = at.path ? `${at.path}/${name}` : name;
    if (!at.children.has(name)) at.children.set(name, { name, path: deeper, total: 0, children: new Map() });
    at = at.children.get(name);
    at.total += weight;
  }
}

function tally(items, keys) {
  const totals = new Map();
  for (const item of items) for (const key of keys(item)) totals.set(key, (totals.get(key) ?? 0) + 1);
  return totals;
}

// What is filtered at present: each filter in words, with what undoes it.
export function filtersInWords(source) {
  const found = [];
  const add = (name, text, undo) => found.push({ text: `${t(name)}${t("colon")}${text}`, undo: { ...undo, page: 1 } });
  for (const [name, kind] of [["kinds", "kind"], ["states", "status"]]) {
    if (state[name].size) add(name, t("without", { names: [...state[name]].map((key) => term(kind, key)).join(t("comma")) }), { [name]: new Set() });
  }
  if (state.region) add("region", state.region.split("/").at(-1), { region: "" });
  if (state.measure >= 0) add("measure", source.label(state.measure), { measure: -1 });
  if (state.document >= 0) add("document", source.documents[state.document].title, { document: -1 });
  if (state.year) add("year", state.year === "0" ? t("noYear") : state.year, { year: "" });
  return found;
}

export function cleared() {
  return { types: new Set(FOLDED_TYPES), kinds: new Set(), states: new Set(), region: "", measure: -1, document: -1, year: "", hidden: new Set(), extra: new Set(), columns: {} };
}

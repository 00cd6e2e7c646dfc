// All facts as a table: sorted, filtered by column, fifty a page, and saved as CSV.

import { button, el, named, replace, save, SMALL } from "./dom.js";
import { passes, unfiltered } from "./data.js";
import { chips, dateOf, marksOf, objectOf, periodOf, predicateName, valueOf } from "./facts.js";
import { fold } from "./fold.js";
import { count, t, term } from "./i18n.js";
import { change, state } from "./state.js";

const PAGE_ROWS = 50;

export class Table {
  constructor(source, box) {
    Object.assign(this, { source, box, narrowed: false });
    this.columns = [
      ["colSubject", (fact) => source.label(fact.subject)],
      ["colPredicate", (fact) => (["Outcome", "Withheld"].includes(fact.kind) ? term("kind", fact.kind) : predicateName(fact))],
      ["colObject", (fact) => objectOf(source, fact)],
      ["colValue", (fact) => valueOf(fact), (fact) => (fact.value ? Number(fact.value) : -Infinity)],
      ["colPeriod", (fact) => periodOf(fact) || fact.due, (fact) => fact.year],
      ["colStatus", (fact) => term("status", fact.status)],
      ["colMarks", (fact) => marksOf(fact).map(([text]) => text).join(" ")],
      ["colQuote", (fact) => fact.quotes.map((quote) => quote.exact).join(" … ")],
      ["colDocument", (fact) => source.documents[fact.document]?.title ?? ""],
      ["colDate", (fact) => (source.documents[fact.document] ? dateOf(source.documents[fact.document]) : "")],
      ["colPlace", (fact) => source.placeOf(fact)],
    ];
    SMALL.addEventListener("change", () => this.draw());
  }

  // The facts that the filters of the page and of the columns leave, in the chosen order.
  rows() {
    const wanted = this.columns.map(([name, text]) => [text, fold(state.columns[name] ?? "")]).filter(([, needle]) => needle);
    const about = fold(state.columns.about ?? "");
    const kept = this.source.facts.filter((fact) => passes(this.source, fact, state) && wanted.every(([text, needle]) => fold(text(fact)).includes(needle)) && (!about || this.#concerns(fact, about)));
    const [name, falling] = [state.sort.replace(/^-/, ""), state.sort.startsWith("-")];
    const column = this.columns.find(([one]) => one === name);
    if (!column) return kept;
    const key = column[2] ?? column[1];
    const sorted = kept.map((fact) => [key(fact), fact]).sort(([a, x], [b, y]) => (typeof a === "number" ? a - b : a.localeCompare(b, "zh")) || x.id - y.id);
    return (falling ? sorted.reverse() : sorted).map(([, fact]) => fact);
  }

  #concerns(fact, about) {
    return [fact.subject, fact.object, fact.measure, ...fact.concerns, this.source.documents[fact.document]?.node ?? -1].some((id) => id >= 0 && fold(this.source.label(id)) === about);
  }

  draw() {
    const rows = this.rows();
    const pages = Math.max(1, Math.ceil(rows.length / PAGE_ROWS));
    const page = Math.min(state.page, pages);
    const focused = document.activeElement?.dataset?.column;
    const spot = document.activeElement?.selectionStart;
    replace(this.box, this.#bar(rows, page, pages), el("div", { class: "sheet" }, el("table", { class: "facts" }, this.#head(), el("tbody", {}, ...rows.slice((page - 1) * PAGE_ROWS, page * PAGE_ROWS).map((fact) => this.#row(fact))))),
      rows.length ? null : this.#silence(), rows.length ? null : el("p", { class: "hint" }, t("noRows"), " ", button(t("clear"), () => change({ ...this.#clear() }), { class: "small" })));
    const input = focused && this.box.querySelector(`[data-column="${focused}"]`);
    if (input) {
      input.focus();
      input.setSelectionRange(spot, spot);
    }
  }

  // Why nothing is said of a place and a measure: no document belongs to the place, or its documents are silent.
  #silence() {
    if (!state.region) return null;
    const place = state.region.split("/").at(-1);
    const there = this.source.documents.some((item) => `${this.source.nodes[item.region]?.path ?? ""}/`.startsWith(`${state.region}/`));
    return el("p", { class: `hint ${there ? "mentioned" : "fileless"}` }, t(there ? "mentioned" : "fileless", { place }));
  }

  #clear() {
    return { ...unfiltered(), columns: {} };
  }

  #bar(rows, page, pages) {
    const about = state.columns.about;
    return el("div", { class: "bar" }, el("strong", { id: "row-count" }, t("rows", { count: count(rows.length) })),
      about ? el("span", { class: "chip" }, named(about, 30), button("×", () => change({ columns: { ...state.columns, about: undefined }, page: 1 }), { class: "link", "aria-label": t("clear") })) : null,
      SMALL.matches ? this.#order() : null, SMALL.matches ? this.#narrow() : null, el("span", { class: "grow" }),
      button(t("previous"), () => change({ page: page - 1 }), { class: "small", disabled: page <= 1 }), el("span", {}, t("page", { page, pages })),
      button(t("next"), () => change({ page: page + 1 }), { class: "small", disabled: page >= pages }), button(t("csv"), () => this.save(this.rows(), "facts.csv"), { class: "small", id: "csv" }));
  }

  // What the heads of the columns filter by, opened below a word.
  #narrow() {
    const used = this.columns.filter(([name]) => state.columns[name]).length;
    const fields = this.columns.map(([name]) => el("label", {}, t(name), this.#filter(name)));
    const box = el("details", { class: "by-column", open: this.narrowed }, el("summary", {}, t("byColumn"), used ? ` (${count(used)})` : ""), ...fields);
    box.addEventListener("toggle", () => (this.narrowed = box.open));
    return box;
  }

  // What they sort by, as a list.
  #order() {
    const options = ["", ...this.columns.flatMap(([name]) => [name, `-${name}`])].map((key) => {
      const name = key.replace("-", "");
      const option = el("option", { value: key }, key ? `${t(name)} ${key === name ? "▲" : "▼"}` : t("inOrder"));
      option.selected = key === state.sort;
      return option;
    });
    const select = el("select", { class: "small", "aria-label": t("order"), onchange: () => change({ sort: select.value, page: 1 }) }, ...options);
    return select;
  }

  #head() {
    const cells = this.columns.map(([name]) => {
      const way = state.sort === name ? "ascending" : state.sort === `-${name}` ? "descending" : "none";
      const arrow = { ascending: " ▲", descending: " ▼", none: "" }[way];
      const next = { none: name, ascending: `-${name}`, descending: "" }[way];
      return el("th", { scope: "col", "aria-sort": way, class: name }, button(t(name) + arrow, () => change({ sort: next, page: 1 }), { class: "sort", title: t("sortBy", { name: t(name) }) }), SMALL.matches ? null : this.#filter(name));
    });
    return el("thead", {}, el("tr", {}, ...cells));
  }

  #filter(name) {
    const input = el("input", { type: "search", "aria-label": t("filterBy", { name: t(name) }), "data-column": name });
    input.value = state.columns[name] ?? "";
    const apply = () => change({ columns: { ...state.columns, [name]: input.value || undefined }, page: 1 });
    input.addEventListener("input", (event) => event.isComposing || apply());
    input.addEventListener("compositionend", apply);
    return input;
  }

  #row(fact) {
    const open = () => change({ node: fact.subject, fact: fact.id, other: -1 });
    const cells = this.columns.map(([name, text]) => el("td", { class: name, "data-name": t(name) }, this.#cell(name, text, fact)));
    const row = el("tr", { tabindex: "0", class: `kind-${fact.kind} status-${fact.status || "none"}`, "aria-selected": String(state.fact === fact.id), onclick: open }, ...cells);
    row.addEventListener("keydown", (event) => event.key === "Enter" && open());
    return row;
  }

  #cell(name, text, fact) {
    if (name === "colStatus" && fact.status) return chips([[text(fact), fact.status.toLowerCase()]]);
    if (name === "colMarks") return chips(marksOf(fact));
    if (name === "colValue" && fact.kind === "Withheld") return chips([[text(fact), "withheld"]]);
    return named(text(fact), name === "colQuote" ? 300 : 60);
  }

  save(facts, name) {
    const names = [...this.columns.map(([name]) => t(name)), t("colUnit"), t("value")];
    const lines = facts.map((fact) => [...this.columns.map(([, text]) => text(fact)), fact.unit, fact.value]);
    const csv = [names, ...lines].map((cells) => cells.map(cell).join(",")).join("\r\n");
    save(name, new Blob(["\ufeff", csv, "\r\n"], { type: "text/csv;charset=utf-8" }));
  }
}

// A cell that a spreadsheet takes as text: no formula begins in it.
function cell(value) {
  const text = String(value);
  const safe = /^[=+@\t\r]/.test(text) || /^-\D/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// The search box: waits for the input method, lists nodes, quotes and documents, and is driven by keys.

import { el, named, replace, symbol } from "./dom.js";
import { dateOf, marked, predicateName } from "./facts.js";
import { locate } from "./fold.js";
import { count, t, term } from "./i18n.js";
import { change, state } from "./state.js";

const FIRST = 8;
const STEP = 50;

export class Search {
  constructor(source, input, box, open) {
    Object.assign(this, { source, input, box, open, composing: false, at: -1, limit: FIRST });
    input.addEventListener("compositionstart", () => (this.composing = true));
    input.addEventListener("compositionend", () => {
      this.composing = false;
      this.#typed();
    });
    input.addEventListener("input", (event) => this.composing || event.isComposing || this.#typed());
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("focus", () => input.value && this.#find());
    document.addEventListener("pointerdown", (event) => input.closest(".search").contains(event.target) || this.hide());
  }

  #typed() {
    this.limit = FIRST;
    change({ q: this.input.value.trim() });
    this.#find();
  }

  async #find() {
    const query = this.input.value.trim();
    const ticket = (this.ticket = (this.ticket ?? 0) + 1);
    if (!query) return this.hide();
    const found = await this.source.search(query, this.limit);
    if (ticket === this.ticket) this.#list(found, query);
  }

  #list(found, query) {
    const groups = [
      ["groupNodes", found.nodes.map((hit) => this.#node(hit, found.needle)), found.totals.nodes],
      ["groupQuotes", found.facts.map((fact) => this.#quote(fact, found.needle)), found.totals.facts],
      ["groupTexts", found.documents.map((item) => this.#text(item, found.needle)), found.totals.documents],
    ].filter(([, rows]) => rows.length);
    const parts = groups.flatMap(([name, rows, total]) => [el("div", { class: "group", role: "presentation" }, `${t(name)} ${count(total)}`), ...rows, total > rows.length ? this.#more(total - rows.length, rows.length) : null]).filter(Boolean);
    replace(this.box, ...(parts.length ? parts : [el("p", { class: "hint" }, t("noHits", { q: query.slice(0, 40) }))]));
    this.box.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.#mark(parts.length ? 0 : -1);
  }

  #row(run, ...parts) {
    const number = this.box.rows = (this.box.rows ?? 0) + 1;
    return el("div", { class: "hit", role: "option", id: `hit-${number}`, "aria-selected": "false", onclick: () => this.#take(run) }, ...parts);
  }

  #more(rest, listed) {
    const open = () => {
      this.limit = listed + STEP;
      this.#find();
    };
    return this.#row(open, el("span", { class: "main link" }, t("moreHits", { count: count(rest) })));
  }

  #take(run) {
    this.hide();
    run();
  }

  #node({ node, alias }, needle) {
    const label = this.source.label(node.id).slice(0, 60);
    const notes = [term("type", node.type), node.path, alias && `${t("aliases")} ${alias.slice(0, 30)}`].filter(Boolean).join(" · ");
    return this.#row(() => this.open(node.id), symbol(node.type), el("span", { class: "main" }, el("bdi", {}, ...marked(label, locate(label, needle))), el("small", {}, named(notes, 60))));
  }

  #quote(fact, needle) {
    const quote = fact.quotes.find((one) => locate(one.exact, needle)) ?? fact.quotes[0];
    const line = this.#context(quote.exact, needle);
    const notes = [this.source.label(fact.subject), predicateName(fact), this.source.label(fact.object), this.source.documents[quote.document]?.title].filter(Boolean).join(" · ");
    const run = () => change({ node: fact.subject, fact: fact.id, other: -1 });
    return this.#row(run, el("span", { class: "main" }, el("bdi", {}, ...line), el("small", {}, named(notes, 60))));
  }

  #text(item, needle) {
    const line = this.#context(item.text, needle);
    const run = () => change({ tab: "text", doc: item.id, fact: -1, q: this.input.value.trim() });
    return this.#row(run, symbol("Document"), el("span", { class: "main" }, named(item.title, 40), el("small", {}, `${dateOf(item)} `, el("bdi", {}, ...line))));
  }

  #context(text, needle) {
    const span = locate(text, needle);
    if (!span) return [text.slice(0, 40)];
    const from = Math.max(0, span[0] - 14);
    const part = text.slice(from, span[1] + 30).replace(/\n/g, " ");
    return [from ? "…" : "", ...marked(part, [span[0] - from, span[1] - from])];
  }

  #options() {
    return [...this.box.querySelectorAll(".hit")];
  }

  #mark(place) {
    const rows = this.#options();
    this.at = rows.length ? (place + rows.length) % rows.length : -1;
    rows.forEach((row, at) => row.setAttribute("aria-selected", String(at === this.at)));
    if (this.at < 0) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", rows[this.at].id);
    rows[this.at].scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    if (this.composing || event.isComposing || event.keyCode === 229) return;
    if (event.key === "ArrowDown") this.#mark(this.at + 1);
    else if (event.key === "ArrowUp") this.#mark(this.at - 1);
    else if (event.key === "Enter" && !this.box.hidden && this.at >= 0) this.#options()[this.at].click();
    else if (event.key === "Escape") this.#clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #clear() {
    if (this.box.hidden && !this.input.value) this.input.blur();
    this.input.value = "";
    this.hide();
    change({ q: "" });
  }

  hide() {
    this.box.hidden = true;
    this.at = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  sync() {
    if (document.activeElement !== this.input) this.input.value = state.q;
  }
}

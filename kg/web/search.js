// The search box of the page in one file: lists nodes, quotes and documents.

import { Combobox } from "./combobox.js";
import { el, named, symbol } from "./dom.js";
import { dateOf, marked, predicateName } from "./facts.js";
import { locate } from "./fold.js";
import { count, t, term } from "./i18n.js";
import { change, state } from "./state.js";

const FIRST = 8;
const STEP = 50;

export class Search extends Combobox {
  constructor(source, input, box, show) {
    super(input, box);
    Object.assign(this, { source, show, limit: FIRST });
    input.addEventListener("focus", () => input.value && this.#find());
  }

  typed() {
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
    this.open(parts.length ? parts : [el("p", { class: "hint" }, t("noHits", { q: query.slice(0, 40) }))]);
  }

  #row(run, ...parts) {
    return this.row("div", { onclick: () => this.#take(run) }, ...parts);
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
    return this.#row(() => this.show(node.id), symbol(node.type), el("span", { class: "main" }, el("bdi", {}, ...marked(label, locate(label, needle))), el("small", {}, named(notes, 60))));
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

  clear() {
    super.clear();
    change({ q: "" });
  }

  sync() {
    if (document.activeElement !== this.input) this.input.value = state.q;
  }
}

// The search box of every served page: it asks the server and lists what it finds; without it the form leads to a page of results.

import { Combobox } from "./combobox.js";
import { el, named, symbol } from "./dom.js";
import { marked, predicateName } from "./facts.js";
import { locate } from "./fold.js";
import { count, t, term } from "./i18n.js";
import { ask } from "./remote.js";

const PAUSE = 180; // milliseconds after the last letter
const ROWS = 6;

export class Suggest extends Combobox {
  constructor(input, box) {
    super(input, box);
    Object.assign(this, { asked: "", abort: null });
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", box.id], ["aria-autocomplete", "list"]]) input.setAttribute(name, value);
    addEventListener("keydown", (event) => this.#slash(event));
  }

  #slash(event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    event.preventDefault();
    this.input.focus();
  }

  stop() {
    clearTimeout(this.timer);
    this.abort?.abort();
  }

  typed() {
    this.stop();
    const query = this.input.value.trim();
    if (!query) return this.hide();
    this.timer = setTimeout(() => this.#find(query), PAUSE);
  }

  async #find(query) {
    const abort = (this.abort = new AbortController());
    try {
      const said = await ask(`/api/search?${new URLSearchParams({ q: query, limit: ROWS })}`, { signal: abort.signal });
      if (!abort.signal.aborted) this.#list(said, query);
    } catch (error) {
      if (abort.signal.aborted) return;
      if (!error.told) throw error;
      this.open([el("p", { class: "hint", role: "alert" }, error.message, " ", el("button", { type: "button", class: "small", onclick: () => this.#find(query) }, t("retry")))]);
    }
  }

  #list(said, query) {
    this.asked = query;
    const groups = [["groupNodes", said.hits.things.map((place) => this.#node(said.nodes[place], said))], ["groupQuotes", unique(said.hits.facts.map((place) => said.facts[place])).map((fact) => this.#quote(fact, said))]];
    const parts = groups.filter(([, rows]) => rows.length).flatMap(([name, rows]) => [el("div", { class: "group", role: "presentation" }, t(name)), ...rows]);
    if (!parts.length) return this.open([el("p", { class: "hint", role: "status" }, t("noHits", { q: query.slice(0, 40) }))]);
    const all = this.#row(`/search?${new URLSearchParams({ q: query })}`, "", el("span", { class: "main" }, t("allHits", { things: count(said.count.things), facts: count(said.count.facts) })));
    this.open([...parts, all]);
  }

  #row(href, key, ...parts) {
    return this.row("a", { href, tabindex: "-1", onclick: (event) => this.#take(event, key) }, ...parts);
  }

  // A page may take a thing itself instead of going to its page.
  #take(event, key) {
    const kept = !dispatchEvent(new CustomEvent("chosen", { detail: key, cancelable: true }));
    if (!key || !kept) return;
    event.preventDefault();
    this.input.value = "";
    this.hide();
  }

  #node(node, said) {
    const label = (document.documentElement.lang.startsWith("en") && node.en) || node.label || t("unnamed");
    const shown = label.slice(0, 60);
    const needle = said.needles.find((one) => locate(shown, one));
    const alias = needle ? "" : (node.alias ?? []).find((one) => said.needles.some((part) => locate(one, part))) ?? "";
    const notes = [term("type", node.type), node.path, alias && `${t("aliases")} ${alias.slice(0, 30)}`].filter(Boolean).join(" · ");
    return this.#row(`/id/${node.key}`, node.key, symbol(node.type), el("span", { class: "main" }, el("bdi", {}, ...marked(shown, needle ? locate(shown, needle) : null)), el("small", {}, named(notes, 60))));
  }

  #quote(fact, said) {
    const text = fact.quotes?.[0]?.[6] ?? "";
    const needle = said.needles.find((one) => locate(text, one));
    const span = needle ? locate(text, needle) : null;
    const from = span ? Math.max(0, span[0] - 14) : 0;
    const line = text.slice(from, (span ? span[1] : 0) + 36).replace(/\n/g, " ");
    const name = (place) => said.nodes[place]?.label ?? "";
    const notes = [name(fact.subject), predicateName(fact), name(fact.object), name(fact.place) !== name(fact.subject) ? name(fact.place) : "", said.documents[fact.quotes?.[0]?.[0]]?.title].filter(Boolean).join(" · ");
    return this.#row(`/id/${fact.at}`, "", el("span", { class: "main" }, el("bdi", {}, from ? "…" : "", ...marked(line, span ? [span[0] - from, span[1] - from] : null)), el("small", {}, named(notes, 60))));
  }

  // Not what was found for less than is typed by now: then the form leads to all results.
  settled() {
    return this.asked === this.input.value.trim();
  }

  hide() {
    super.hide();
    this.stop();
    this.asked = "";
  }
}

// The first fact of each quote.
function unique(facts) {
  return [...new Map(facts.toReversed().map((fact) => [fact.quotes?.[0]?.[6], fact])).values()].reverse();
}

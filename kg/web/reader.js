// The documents: a list, and the text of one with every fact marked in place.

import { button, el, named, replace } from "./dom.js";
import { dateOf, predicateName, valueOf } from "./facts.js";
import { locate, fold } from "./fold.js";
import { count, t, term } from "./i18n.js";
import { change, state } from "./state.js";

export class Reader {
  constructor(source, box) {
    Object.assign(this, { source, box });
  }

  async draw() {
    const ticket = (this.ticket = (this.ticket ?? 0) + 1);
    const text = state.doc >= 0 ? await this.#text(this.source.documents[state.doc]) : [el("p", { class: "hint" }, t("chooseText"))];
    if (ticket !== this.ticket) return;
    const list = this.source.documents.map((item) => this.#entry(item));
    const missing = this.source.texts === false ? el("p", { class: "hint" }, t("noTexts")) : null;
    replace(this.box, el("nav", { class: "documents", "aria-label": t("documents") }, missing, ...list), el("article", { class: "text", tabindex: "0", "aria-label": t("documents") }, ...text));
    this.box.classList.toggle("reading", state.doc >= 0);
    this.#reveal();
  }

  #entry(item) {
    const facts = this.source.nodes[item.node]?.facts ?? 0;
    return button(named(item.title, 40), () => change({ doc: item.id, fact: -1 }), { class: "entry", "aria-current": item.id === state.doc ? "true" : null }).appendChild(
      el("small", {}, [dateOf(item), item.region >= 0 ? this.source.label(item.region) : "", t("factCount", { count: count(facts) })].filter(Boolean).join(" · "))).parentNode;
  }

  async #text(item) {
    const text = await this.source.textOf(item.id);
    const spans = this.#spans(item);
    const head = el("header", {}, button(`‹ ${t("back")}`, () => change({ doc: -1, fact: -1 }), { class: "link small-only" }), el("h2", {}, named(item.title, 120)), this.#about(item, spans.length));
    return text ? [head, el("div", { class: "body-text" }, ...this.#marked(item, text, spans))] : [head, el("p", { class: "hint" }, t("noText"))];
  }

  #about(item, marks) {
    const parts = [dateOf(item), item.region >= 0 ? this.source.label(item.region) : "", item.publisher, item.genre, item.identifiers.join("、"), item.file_name, marks ? t("marks", { count: marks }) : t("noMarks")];
    const flags = item.flags.map((flag) => term("flag", flag));
    return el("p", { class: "muted" }, named([...parts, ...flags].filter(Boolean).join(" · "), 300), /^https?:\/\//.test(item.source ?? "") ? this.#link(item.source) : null);
  }

  #link(address) {
    return el("span", {}, " · ", el("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, t("source")));
  }

  // Spans of the document's facts in UTF-16 units: [start, end, fact].
  #spans(item) {
    const spans = [];
    for (const fact of this.source.facts) for (const quote of fact.quotes) if (quote.document === item.id) spans.push([unit(this.source, item, quote.start), unit(this.source, item, quote.end), fact]);
    return spans;
  }

  // The text cut wherever a span begins or ends; each piece knows the facts that lie over it.
  #marked(item, text, spans) {
    const hit = state.q && state.fact < 0 ? locate(text, fold(state.q)) : null;
    const cuts = [...new Set([0, text.length, ...spans.flatMap(([start, end]) => [start, end]), ...(hit ?? [])])].sort((a, b) => a - b);
    const opening = new Map();
    for (const span of spans) opening.set(span[0], [...(opening.get(span[0]) ?? []), span]);
    let active = [];
    const parts = [];
    for (let at = 0; at < cuts.length - 1; at += 1) {
      active = [...active.filter(([, end]) => end > cuts[at]), ...(opening.get(cuts[at]) ?? [])];
      const words = text.slice(cuts[at], cuts[at + 1]);
      const found = hit && cuts[at] >= hit[0] && cuts[at + 1] <= hit[1];
      parts.push(active.length ? this.#mark(words, active.map(([, , fact]) => fact), found) : found ? el("mark", { class: "found", id: "found" }, words) : words);
    }
    return parts;
  }

  #mark(words, facts, found) {
    const chosen = facts.find((fact) => fact.id === state.fact);
    const lead = chosen ?? facts[0];
    const open = () => {
      const here = facts.findIndex((fact) => fact.id === state.fact);
      const next = facts[(here + 1) % facts.length];
      change({ node: next.subject, fact: next.id, other: -1 });
    };
    const title = facts.map((fact) => [this.source.label(fact.subject), predicateName(fact), this.source.label(fact.object), valueOf(fact)].filter(Boolean).join(" ").slice(0, 120)).join("\n");
    const mark = el("mark", { class: `kind-${lead.kind} status-${lead.status || "none"}${chosen ? " chosen" : ""}${found ? " found" : ""}`, role: "button", tabindex: "0", title, onclick: open }, words);
    mark.addEventListener("keydown", (event) => event.key === "Enter" && open());
    return mark;
  }

  #reveal() {
    const mark = this.box.querySelector("mark.chosen") ?? this.box.querySelector("mark.found");
    if (mark) mark.scrollIntoView({ block: "center" });
    else this.box.querySelector(".entry[aria-current]")?.scrollIntoView({ block: "nearest" });
  }
}

function unit(source, item, point) {
  source.slice(item.id, 0, 0);
  return item.rare ? item.points.slice(0, point).join("").length : point;
}

// The panel: a thing with its facts, a single fact, or the paths between two things.

import { button, el, named, replace, symbol } from "./dom.js";
import { chips, dateOf, factCard, predicateName, reference, thing } from "./facts.js";
import { passes, unfiltered } from "./data.js";
import { predicateOf } from "./graph.js";
import { count, t, term } from "./i18n.js";
import { change, state } from "./state.js";

const AT_FIRST = 5;
const MORE = 50;
const MOST_PATHS = 5;
const NAME = 80;

// The first items of a list, and a button that says how many more there are and brings them.
function listed(list, items, first, item) {
  const rest = items.slice(first);
  list.append(...items.slice(0, first).map(item));
  if (!rest.length) return [list];
  const more = button(t("more", { count: count(rest.length) }), () => {
    list.append(...rest.splice(0, MORE).map(item));
    if (rest.length) more.textContent = t("more", { count: count(rest.length) });
    else more.remove();
  }, { class: "small" });
  return [list, more];
}

// What was done stands before what is planned or lacking, then figures, shortcomings and relations.
function weight({ kind, status }) {
  return ["Adoption", "Outcome", "Withheld", "Shortcoming", "Relation"].indexOf(kind) * 10 + ["Done", "Actual", "UnderWay", "Planned", "Target", "Problem"].indexOf(status);
}

const PATIENCE = 150; // milliseconds before a placeholder is shown

export class Panel {
  // `own` may have actions(node), the buttons in place of the usual ones, after(node), what stands below the facts, and partial(node), whether some are missing.
  constructor(source, box, picture, own = {}) {
    Object.assign(this, { source, box, picture, own, message: null });
  }

  async draw() {
    const ticket = (this.ticket = (this.ticket ?? 0) + 1);
    const waiting = setTimeout(() => ticket === this.ticket && this.#wait(), PATIENCE);
    const parts = await this.#parts();
    clearTimeout(waiting);
    if (ticket !== this.ticket) return;
    this.box.hidden = !parts;
    document.body.classList.toggle("with-panel", Boolean(parts));
    if (!parts) return;
    replace(this.box, this.#close(), ...parts);
    this.box.scrollTop = 0;
    document.getElementById("chosen-fact")?.scrollIntoView({ block: "nearest" });
  }

  async #parts() {
    try {
      return state.other >= 0 && state.node >= 0 ? await this.#ways() : state.node >= 0 ? await this.#node() : state.fact >= 0 ? this.#single() : null;
    } catch (error) {
      if (!error.told) throw error; // a failure of which the page tells elsewhere
      return [el("h2", {}, named(this.source.label(state.node), 80)), el("p", { class: "hint" }, error.message)];
    }
  }

  #wait() {
    this.box.hidden = false;
    document.body.classList.add("with-panel");
    replace(this.box, this.#close(), el("h2", {}, named(this.source.label(state.node), 80)), ...[1, 2, 3].map(() => el("div", { class: "skeleton", "aria-hidden": "true" })));
  }

  #close() {
    return button("×", () => change({ node: -1, fact: -1, other: -1 }), { class: "close", "aria-label": t("close") });
  }

  #single() {
    return [el("h2", {}, t("quote")), factCard(this.source, this.source.facts[state.fact], { chosen: true })];
  }

  async #node() {
    const node = this.source.nodes[state.node];
    const facts = await this.source.factsOf(node.id);
    const message = this.message?.node === node.id ? this.message.text : "";
    return [
      this.#head(node), this.#actions(node), message ? el("p", { class: "hint", role: "status" }, message) : null, this.#details(node),
      ...(node.document >= 0 ? [] : this.#chosen(facts)), ...this.#groups(node, facts), this.own.after?.(node) ?? null, ...this.#named(node, facts),
    ];
  }

  #head(node) {
    const notes = [term("type", node.type), node.detail, node.path].filter(Boolean);
    return el("header", { class: "head" }, el("h2", {}, symbol(node.type, 16), named(this.source.label(node.id), NAME)), el("p", { class: "muted" }, named(notes.join(" · "), 80)));
  }

  #actions(node) {
    if (this.own.actions) return el("div", { class: "row" }, ...this.own.actions(node));
    const drawn = this.picture.shown?.ids.has(node.id);
    const act = (text, run) => button(t(text), run, { class: "small" });
    const expand = () => {
      change({ tab: "graph" });
      this.message = { node: node.id, text: this.picture.expand(node.id) };
      this.draw();
    };
    const near = new Set(this.source.neighbours(node.id));
    return el("div", { class: "row" },
      state.tab !== "graph" ? act("locate", () => this.#show(node)) : null,
      node.document >= 0 ? act("openText", () => change({ tab: "text", doc: node.document, fact: -1 })) : null,
      act("expand", expand),
      [...state.extra].some((id) => near.has(id)) ? act("collapse", () => this.#collapse(node)) : null,
      act("pathFrom", () => this.pick(node)),
      state.tab !== "table" ? act("factsOf", () => change({ tab: "table", page: 1, columns: { about: this.source.label(node.id) } })) : null,
      drawn ? act("hide", () => this.picture.hide(node.id)) : null);
  }

  #show(node) {
    const missing = !this.picture.shown?.ids.has(node.id);
    change({ tab: "graph", ...(missing ? { extra: new Set([...state.extra, node.id]) } : {}) });
    this.picture.centre(node.id);
  }

  #collapse(node) {
    this.message = null;
    this.picture.collapse(node.id);
  }

  pick(node) {
    this.from = node.id;
    this.message = { node: node.id, text: t("pathPick", { name: this.source.label(node.id) }) };
    change({ tab: "graph" });
    this.draw();
  }

  // The node chosen after “find a path from here” is its other end.
  takePick(id) {
    const { from } = this;
    this.from = undefined;
    this.message = null;
    if (from !== undefined && id >= 0 && id !== from) change({ node: from, other: id });
  }

  #details(node) {
    const lines = [];
    const add = (name, value) => value && lines.push(el("dt", {}, t(name)), el("dd", value.length > 120 ? { class: "long", tabindex: "0" } : {}, el("bdi", {}, value)));
    if (node.label.length > NAME) add("fullName", node.label);
    add("aliases", (node.alias ?? []).join("、"));
    add("code", node.code);
    add("definition", node.definition);
    if (node.document >= 0) {
      const item = this.source.documents[node.document];
      add("file", item.file_name);
      add("publisher", item.publisher);
      add("genre", item.genre);
      add("identifier", item.identifiers.join("、"));
      add("colDate", dateOf(item));
      add("colMarks", item.flags.map((flag) => term("flag", flag)).join("、"));
    }
    return lines.length ? el("dl", {}, ...lines) : null;
  }

  #chosen(facts) {
    const fact = facts.find((one) => one.id === state.fact);
    return fact ? [el("h3", {}, t("quote")), factCard(this.source, fact, { chosen: true })] : [];
  }

  #groups(node, facts) {
    const kept = facts.filter((fact) => passes(this.source, fact, state) && fact.id !== (node.document >= 0 ? -1 : state.fact));
    const groups = new Map();
    const hidden = facts.length - kept.length - (facts.some((fact) => fact.id === state.fact) && node.document < 0 ? 1 : 0);
    for (const fact of kept.toSorted((a, b) => weight(a) - weight(b) || a.id - b.id)) {
      const name = ["Outcome", "Withheld"].includes(fact.kind) ? term("kind", fact.kind) : predicateName(fact);
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(fact);
    }
    if (!facts.length && node.type !== "Document") return [el("p", { class: "hint mentioned" }, t("noFacts"))];
    return [...[...groups].map(([name, list]) => this.#group(name, list, this.own.partial?.(node) ? "+" : "")), hidden > 0 ? this.#hidden(hidden) : null];
  }

  #hidden(number) {
    return el("p", { class: "hint" }, t("factsHidden", { count: count(number) }), " ", button(t("clear"), () => change(unfiltered()), { class: "small" }));
  }

  #group(name, facts, plus) {
    return el("section", {}, el("h3", {}, name, el("span", { class: "count" }, count(facts.length) + plus)), ...listed(el("div"), facts, AT_FIRST, (fact) => factCard(this.source, fact)));
  }

  #named(node, facts) {
    const parts = [];
    if (node.type === "Region") {
      const own = this.source.toldOf(node.id);
      const list = listed(el("ul", { class: "plain-list" }), own, 20, (item) => el("li", {}, reference(this.source, null, { document: item.id })));
      parts.push(own.length ? el("section", {}, el("h3", {}, t("homeOf")), ...list) : el("p", { class: "hint fileless" }, t("noDocument")));
    }
    if (node.named.length && !facts.length) {
      const list = listed(el("ul", { class: "plain-list" }), node.named, 20, (quote) => el("li", {}, el("span", { class: "words" }, quote.exact), " ", reference(this.source, null, quote)));
      parts.push(el("section", {}, el("h3", {}, t("namedIn")), ...list));
    }
    return parts;
  }

  async #ways() {
    const [from, to] = [state.node, state.other];
    const ways = await this.source.paths(from, to, (node) => !state.hidden.has(node.id) && (node.id === to || !state.types.has(node.type) || this.picture.shown.ids.has(node.id)));
    this.picture.way = new Set(ways.flat().map((link) => link.id));
    const through = new Set(ways.flat().flatMap((link) => [link.from, link.to]).filter((id) => !this.picture.shown.ids.has(id)));
    if (through.size) this.picture.reveal(through);
    this.picture.draw();
    const title = el("h2", {}, t("paths", { from: this.source.label(from), to: this.source.label(to) }));
    if (!ways.length) return [title, el("p", { class: "hint" }, t("noPath"))];
    const limit = ways.length >= MOST_PATHS ? el("p", { class: "hint" }, t("mostPaths", { count: MOST_PATHS })) : null;
    return [title, limit, el("ol", { class: "paths" }, ...ways.map((way) => el("li", {}, ...way.map((link) => this.#step(link)))))];
  }

  #step(link) {
    const facts = link.facts.map((id) => this.source.facts[id]);
    if (facts.length) return el("div", {}, ...listed(el("div"), facts, 2, (fact) => factCard(this.source, fact)));
    return el("p", { class: "sentence" }, thing(this.source, link.from), el("span", { class: "predicate" }, predicateOf(link)), thing(this.source, link.to), chips([]));
  }
}

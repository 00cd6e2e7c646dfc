// The one door to the data: everything the page shows is asked of a source, here one that lives inside the page.

import { fold, setFolding } from "./fold.js";
import { inEnglish, t, term } from "./i18n.js";

const LISTS = ["restricted_to", "meets", "fails", "flags", "concerns"];
const TEXTS = [
  "status", "period", "due", "asserted_in", "value", "value_max", "from_value", "value_text", "unit", "comparator", "per", "quantity_kind", "direction", "extent", "issue_kind", "voice", "detail", "basis", "rule", "key",
  "kind",
];

async function unpack(id) {
  const text = document.getElementById(id).textContent;
  if (text.startsWith("{") || text.startsWith("[")) return JSON.parse(text);
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

export async function openSource() {
  const [graph, data, table] = await Promise.all(["graph", "data", "fold"].map(unpack));
  setFolding(table);
  return new Source(graph, data);
}

export class Source {
  constructor(graph, data) {
    Object.assign(this, { nodes: [], links: [], facts: [], documents: [], byKey: new Map(), known: new Map(), base: data.base, prefixes: data.prefixes, terms: data.terms, digest: data.digest, limit: data.limit, texts: data.texts });
    this.absorb(graph, data);
    this.#silence();
  }

  // Takes up a part of the graph whose nodes, links, facts and documents name each other by their places; what is here already is not taken twice.
  // Gives the places that all of them have here.
  absorb(graph, data) {
    const nodes = graph.nodes.map((item) => this.#node(item));
    const places = { node: (id) => (id >= 0 ? nodes[id] : -1), nodes };
    places.documents = data.documents.map((item) => this.#document(item, places));
    places.facts = this.#facts(data.facts, places);
    places.links = graph.links.map((item) => this.#link(item, places));
    for (const [thing, document, start, end] of data.mentions) this.nodes[nodes[thing]].named.push(this.#quote([document, start, end], places));
    this.#name();
    return places;
  }

  #node(item) {
    const here = this.byKey.get(item.key);
    if (here) return here.id;
    const node = { ...item, id: this.nodes.length, links: [], named: [], about: new Set(), facts: item.facts ?? 0, figures: item.figures ?? 0, counted: "figures" in item };
    this.byKey.set(node.key, node);
    return this.nodes.push(node) - 1;
  }

  #document(item, places) {
    if (this.known.has(item.key)) return this.known.get(item.key);
    const found = { title: "", text: "", identifiers: [], flags: [], ...item, id: this.documents.length, node: places.node(item.node), region: places.node(item.region ?? -1) };
    if (item.key) this.known.set(item.key, found.id);
    if (found.node >= 0) this.nodes[found.node].document = found.id;
    return this.documents.push(found) - 1;
  }

  #facts(items, places) {
    const ids = items.map((item) => this.known.get(item.at) ?? this.facts.push(null) - 1);
    items.forEach((item, place) => {
      if (this.facts[ids[place]]) return;
      const fact = (this.facts[ids[place]] = this.#fact(item, ids[place], ids, places));
      if (item.at) this.known.set(item.at, fact.id);
      this.#attach(fact);
    });
    return ids;
  }

  #fact(item, id, ids, places) {
    const fact = { year: 0, ...item, id };
    for (const name of LISTS) fact[name] ??= [];
    for (const name of TEXTS) fact[name] ??= "";
    for (const name of ["subject", "object", "place", "measure", "responsible"]) fact[name] = places.node(item[name] ?? -1);
    for (const name of ["restates", "part_of", "change_of", "addressed_by"]) fact[name] = item[name] >= 0 ? ids[item[name]] : -1;
    fact.concerns = fact.concerns.map(places.node);
    fact.quotes = (item.quotes ?? []).map((quote) => this.#quote(quote, places));
    fact.document = fact.quotes[0]?.document ?? -1;
    return fact;
  }

  #quote([place, start, end, heading = "", paragraph = 0, page = 0, exact = null], places) {
    const document = place >= 0 ? places.documents[place] : -1;
    return { document, start, end, heading, paragraph, page, exact: exact ?? this.slice(document, start, end) };
  }

  // One link stands for all facts that say the same of the same two nodes.
  #link(item, places) {
    const [from, to] = [places.node(item.from), places.node(item.to)];
    const facts = (item.facts ?? []).map((fact) => places.facts[fact]);
    const key = `${from} ${to} ${item.predicate} ${item.status ?? ""}`;
    const here = this.known.get(key);
    if (here) {
      const fresh = facts.filter((fact) => !here.facts.includes(fact));
      if (fresh.length) Object.assign(here, { facts: [...here.facts, ...fresh], inferred: here.inferred && item.inferred, flagged: here.flagged && item.flagged });
      return here;
    }
    const link = { ...item, id: `e${this.links.length}`, from, to, facts };
    this.known.set(key, link);
    this.links.push(link);
    this.nodes[from].links.push(link);
    if (to !== from) this.nodes[to].links.push(link);
    return link;
  }

  #attach(fact) {
    for (const id of [fact.subject, fact.object, fact.measure, ...fact.concerns]) if (id >= 0) this.nodes[id].about.add(fact.id);
    const node = this.documents[fact.document]?.node ?? -1;
    if (node >= 0) this.nodes[node].about.add(fact.id);
    if (fact.subject >= 0 && !this.nodes[fact.subject].counted && ["Outcome", "Withheld"].includes(fact.kind)) this.nodes[fact.subject].figures += 1;
  }

  // Names that several things share get the place they belong to.
  #name() {
    const seen = new Map();
    for (const node of this.nodes) seen.set(`${node.type} ${node.label}`, (seen.get(`${node.type} ${node.label}`) ?? 0) + 1);
    for (const node of this.nodes) {
      const parents = (node.path ?? "").split("/").filter((part) => part && part !== node.label);
      node.shared = seen.get(`${node.type} ${node.label}`) > 1 && parents.length > 0 ? parents.at(-1) : "";
      node.folded ??= [node.label, node.en ?? "", ...(node.alias ?? [])].map(fold);
    }
  }

  // A part of a document by code points, which are not UTF-16 units once rare characters occur.
  slice(document, start, end) {
    const text = this.documents[document]?.text ?? "";
    const item = this.documents[document];
    if (!item) return "";
    item.rare ??= /[\ud800-\udfff]/.test(text);
    if (!item.rare) return text.slice(start, end);
    item.points ??= Array.from(text);
    return item.points.slice(start, end).join("");
  }

  // Which things no document speaks of, and which places have no document: known only where the whole graph is here.
  #silence() {
    const homes = new Set(this.documents.map((item) => item.region));
    for (const node of this.nodes) node.silent = node.type === "Region" && !homes.has(node.id) ? "fileless" : node.type === "Document" || node.about.size ? "" : "mentioned";
  }

  node(id) {
    return this.nodes[id];
  }

  label(id) {
    const node = this.nodes[id];
    if (!node) return "";
    const name = (inEnglish() && node.en) || node.label || t("unnamed");
    return node.shared ? `${name}(${node.shared})` : name;
  }

  placeOf(fact) {
    const path = this.nodes[fact.place]?.path;
    return path || (fact.place >= 0 ? this.label(fact.place) : "");
  }

  async factsOf(id) {
    return [...this.nodes[id].about].sort((a, b) => a - b).map((fact) => this.facts[fact]);
  }

  // The documents that are about a place.
  toldOf(id) {
    return this.documents.filter((item) => item.region === id);
  }

  async textOf(document) {
    return this.documents[document].text;
  }

  // Nodes by name, facts by quote and documents by text, the best first.
  async search(query, limit = 8) {
    const needle = fold(query);
    if (!needle) return { needle, nodes: [], facts: [], documents: [], totals: {} };
    const [nodes, facts, documents] = [this.#named(needle), this.#quoted(needle), this.#written(needle)];
    const totals = { nodes: nodes.length, facts: facts.length, documents: documents.length };
    return { needle, totals, nodes: nodes.slice(0, limit), facts: facts.slice(0, limit), documents: documents.slice(0, limit) };
  }

  #named(needle) {
    const hits = [];
    for (const node of this.nodes) {
      const scores = node.folded.map((name, place) => (name.includes(needle) ? (name === needle ? 0 : name.startsWith(needle) ? 1 : 2) + (place ? 0.5 : 0) : 9));
      const score = Math.min(...scores);
      if (score < 9) hits.push({ node, score, alias: scores[0] === 9 ? (node.alias ?? [])[scores.slice(2).indexOf(Math.min(...scores.slice(2)))] ?? "" : "" });
    }
    return hits.sort((a, b) => a.score - b.score || b.node.facts - a.node.facts || a.node.id - b.node.id);
  }

  #quoted(needle) {
    return this.facts.filter((fact) => {
      fact.folded ??= fact.quotes.map((quote) => fold(quote.exact)).join("\n");
      return fact.folded.includes(needle);
    });
  }

  #written(needle) {
    return this.documents.filter((item) => {
      item.folded ??= fold(item.title) + "\n" + fold(item.text);
      return item.folded.includes(needle);
    });
  }

  neighbours(id) {
    return [...new Set(this.nodes[id].links.map((link) => (link.from === id ? link.to : link.from)))].filter((other) => other !== id);
  }

  // Up to five shortest ways of at most four links, as lists of links.
  async paths(from, to, allowed, most = 5, hops = 4) {
    const found = [];
    let ends = [{ at: from, links: [], seen: new Set([from]) }];
    const depth = new Map([[from, 0]]);
    for (let step = 1; step <= hops && found.length < most && ends.length; step += 1) {
      const next = [];
      for (const end of ends) {
        for (const link of this.nodes[end.at].links) {
          const at = link.from === end.at ? link.to : link.from;
          if (end.seen.has(at) || !allowed(this.nodes[at], link) || (depth.get(at) ?? step) < step) continue;
          depth.set(at, step);
          const way = { at, links: [...end.links, link], seen: new Set([...end.seen, at]) };
          if (at === to) found.push(way.links);
          else if (next.length < 20000) next.push(way);
          if (found.length >= most) return found;
        }
      }
      ends = next;
    }
    return found;
  }
}

// ---- filters: which facts count, and which nodes and links that leaves

export const FOLDED_TYPES = ["Document", "Indicator", "Criterion"];
const MOST_LINKS = 4000;

export function passes(source, fact, filters, but = "") {
  return (
    (but === "kinds" || !filters.kinds.has(fact.kind)) &&
    (but === "states" || !filters.states.has(fact.status)) &&
    (but === "region" || !filters.region || within(source.placeOf(fact), filters.region)) &&
    (but === "measure" || filters.measure < 0 || fact.measure === filters.measure || fact.object === filters.measure) &&
    (but === "document" || filters.document < 0 || fact.document === filters.document) &&
    (but === "year" || !filters.year || String(fact.year) === filters.year)
  );
}

function within(path, region) {
  return path === region || path.startsWith(region + "/");
}

export function filtersFacts(filters) {
  return Boolean(filters.kinds.size || filters.states.size || filters.region || filters.measure >= 0 || filters.document >= 0 || filters.year);
}

// The state without any filter of facts.
export function unfiltered() {
  return { kinds: new Set(), states: new Set(), region: "", measure: -1, document: -1, year: "", page: 1 };
}

// The facts that stand in the picture: as lines, or as figures folded into a thing; of one thing where one is chosen.
export function inPicture(source, shown, chosen) {
  const drawn = (id) => id < 0 || shown.ids.has(id) || FOLDED_TYPES.includes(source.nodes[id].type);
  const about = chosen >= 0 && shown.ids.has(chosen) ? source.nodes[chosen].about : null;
  return source.facts.filter((fact) => shown.facts.has(fact.id) && shown.ids.has(fact.subject) && drawn(fact.object) && (!about || about.has(fact.id)));
}

// What the picture shows under the filters, and how much each reason hides.
export function select(source, filters) {
  const facts = new Set(source.facts.filter((fact) => passes(source, fact, filters)).map((fact) => fact.id));
  const touched = filtersFacts(filters) ? touchedBy(source, facts) : null;
  const reasons = { folded: new Map(), byFilter: 0, byHand: 0, loose: 0, cut: 0, links: 0 };
  const allowed = source.nodes.filter((node) => admitted(node, filters, touched, reasons));
  const ids = new Set(allowed.map((node) => node.id));
  const links = source.links.filter((link) => ids.has(link.from) && ids.has(link.to) && shows(link, facts));
  const linked = new Set(links.flatMap((link) => [link.from, link.to]));
  const joined = filters.loose || !linked.size ? allowed : allowed.filter((node) => linked.has(node.id) || filters.extra.has(node.id));
  reasons.loose = allowed.length - joined.length;
  const drawn = joined.toSorted((a, b) => filters.extra.has(b.id) - filters.extra.has(a.id) || a.rank - b.rank).slice(0, source.limit);
  reasons.cut = joined.length - drawn.length;
  const kept = new Set(drawn.map((node) => node.id));
  const lines = links.filter((link) => kept.has(link.from) && kept.has(link.to));
  reasons.links = Math.max(0, lines.length - MOST_LINKS);
  return { facts, nodes: drawn, links: lines.toSorted((a, b) => b.facts.length - a.facts.length).slice(0, MOST_LINKS), ids: kept, reasons, candidates: joined.length };
}

function touchedBy(source, facts) {
  const touched = new Set();
  for (const id of facts) {
    const fact = source.facts[id];
    for (const node of [fact.subject, fact.object, fact.measure, ...fact.concerns, source.documents[fact.document]?.node ?? -1]) touched.add(node);
  }
  return touched;
}

function admitted(node, filters, touched, reasons) {
  if (filters.hidden.has(node.id)) return (reasons.byHand += 1), false;
  if (filters.extra.has(node.id)) return true;
  if (filters.types.has(node.type)) {
    reasons.folded.set(node.type, (reasons.folded.get(node.type) ?? 0) + 1);
    return false;
  }
  if (touched && !touched.has(node.id)) return (reasons.byFilter += 1), false;
  return true;
}

function shows(link, facts) {
  return link.facts.length === 0 || link.facts.some((fact) => facts.has(fact));
}

export function typeNames(types) {
  return [...types].map((type) => term("type", type)).join(inEnglish() ? ", " : "、");
}

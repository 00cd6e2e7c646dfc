// A source that asks the server: it holds what was answered so far, and says plainly when nothing is answered.

import { Source } from "./data.js";
import { t } from "./i18n.js";

const PATIENCE = 20_000; // milliseconds until an answer is given up
const EMPTY = [{ nodes: [], links: [] }, { documents: [], facts: [], mentions: [] }];
const OF_EACH = 40; // facts of a kind in the panel
export const SEEN = 25; // neighbours drawn at a time

// A failure that a person can read; `status` is 0 where no answer came at all.
export class Failure extends Error {
  constructor(message, status = 0) {
    super(message);
    Object.assign(this, { status, told: true });
  }
}

export async function ask(address, { signal, ...options } = {}) {
  const late = AbortSignal.timeout(PATIENCE);
  let response;
  let said;
  try {
    response = await fetch(address, { ...options, signal: signal ? AbortSignal.any([signal, late]) : late });
    said = await response.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    if (response) throw new Failure(t("failed"), response.status);
    throw new Failure(t(late.aborted ? "serverLate" : "serverGone"));
  }
  if (!response.ok) throw new Failure(said.error || t("failed"), response.status);
  return said;
}

export class Remote extends Source {
  // `failed` hears of a failure and of what would try again.
  constructor(failed) {
    super(...EMPTY);
    Object.assign(this, { failed, limit: 1500, egos: new Map(), told: new Map(), joined: new Set() });
  }

  take(said) {
    const places = this.absorb(said, said);
    bend(this.links);
    return places;
  }

  addressOf(item, fact) {
    const key = fact?.at?.split("/").at(-1);
    return `/documents/${item.key.replace(/^document\//, "")}${key ? `?fact=${key}#t-${key}` : ""}`;
  }

  pageOf(fact) {
    return `/id/${fact.at}`;
  }

  // The surroundings of a node, asked for once: its place, those of the neighbours chosen, and how many there are.
  async ego(key, by, limit, signal) {
    const name = `${key} ${by} ${limit}`;
    if (!this.egos.has(name)) {
      const said = await ask(`/api/ego/${key}?${new URLSearchParams({ by, limit })}`, { signal });
      const { nodes } = this.take(said);
      this.nodes[nodes[said.thing]].beside = said.neighbours;
      this.egos.set(name, { centre: nodes[said.thing], added: said.added.map((place) => nodes[place]), total: said.total, rest: said.rest, truncated: said.truncated });
    }
    return this.egos.get(name);
  }

  // All lines among some nodes.
  async join(keys, signal) {
    const missing = keys.filter((key) => !this.joined.has(key));
    if (!missing.length) return;
    this.take(await ask("/api/links", { signal, method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(keys) }));
    this.joined = new Set(keys);
  }

  // What is said of a node: asked for once, then remembered.
  async about(id, signal) {
    if (!this.told.has(id)) {
      const said = await ask(`/api/node/${this.nodes[id].key}?size=${OF_EACH}`, { signal });
      const { nodes } = this.take(said);
      this.nodes[nodes[said.thing]].beside = said.neighbours;
      this.told.set(id, { total: said.total, usual: said.usual });
    }
    return this.told.get(id);
  }

  async factsOf(id) {
    try {
      await this.about(id);
    } catch (error) {
      this.failed(error, () => this.onRetry?.());
    }
    return super.factsOf(id);
  }

  async paths(from, to) {
    const lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";
    try {
      const said = await ask(`/api/path?${new URLSearchParams({ from: this.nodes[from].key, to: this.nodes[to].key, lang })}`);
      const { links } = this.take(said);
      const places = new Map(said.links.map((link, place) => [link.id, links[place]]));
      return said.paths.map((way) => way.map((id) => places.get(id)));
    } catch (error) {
      this.failed(error, () => this.onRetry?.());
      throw error;
    }
  }
}

// Lines between the same two nodes are bent apart.
function bend(links) {
  const pairs = new Map();
  for (const link of links) {
    const key = link.from < link.to ? `${link.from} ${link.to}` : `${link.to} ${link.from}`;
    pairs.set(key, [...(pairs.get(key) ?? []), link]);
  }
  for (const siblings of pairs.values()) {
    siblings.forEach((link, place) => {
      const turn = siblings.length > 1 ? Math.round((place - (siblings.length - 1) / 2) * 30) / 100 : 0;
      link.bend = link.from < link.to ? turn : -turn;
    });
  }
}

// The graph page: it begins empty or with the nodes of its address, and grows step by step; what came wrong leaves the picture as it is.

import { button, el, named, replace, SMALL, symbol } from "./dom.js";
import { drawLegend, drawZoom, Picture, predicateOf } from "./graph.js";
import { count, setLanguage, t } from "./i18n.js";
import { Panel } from "./panel.js";
import { Remote, SEEN } from "./remote.js";
import { change, keepAddress, onChange, state } from "./state.js";
import { readSteps, replay, wanted } from "./steps.js";

const PATIENCE = 150; // milliseconds before a placeholder is shown
const MOST = 200; // neighbours that one step may draw
const KINDS = { adopts: "Adoption", measured: "Outcome", withheld: "Withheld", lacks: "Shortcoming" };
const FOLDED = ["measured", "withheld", "mentions", "cites", "homeRegion"];
const byId = (id) => document.getElementById(id);

class Page {
  constructor() {
    setLanguage(document.documentElement.lang.startsWith("en") ? "en" : "zh");
    Object.assign(this, { steps: [], undone: [], result: replay([], { nodes: [] }), facts: new Set() });
    state.tab = "graph";
    this.source = new Remote((error, again) => this.fail(error, again));
    this.source.onRetry = () => this.panel.draw();
    this.picture = new Picture(this.source, byId("canvas"), this);
    this.panel = new Panel(this.source, byId("panel"), this.picture, { actions: (node) => this.actions(node), after: (node) => this.after(node), partial: (node) => this.missing(node) > 0 });
    drawZoom(byId("zoom"), this.picture);
    keepAddress((big) => this.write(big));
    onChange((changed) => this.changed(changed));
    this.listen();
  }

  listen() {
    this.watch = new ResizeObserver(() => {
      if (!this.picture.fitted) return;
      if (state.view) this.picture.restore(state.view);
      else this.fit();
    });
    for (const name of ["canvas", "panel"]) this.watch.observe(byId(name));
    addEventListener("popstate", () => this.read());
    addEventListener("recolor", () => this.picture.recolor());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.picture.recolor());
    addEventListener("chosen", (event) => this.chosen(event));
    addEventListener("keydown", (event) => {
      const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (event.key === "Escape" && !typing && !byId("expanding").open) change({ node: -1, fact: -1, other: -1 });
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !typing) {
        event.preventDefault();
        if (event.shiftKey) this.redo();
        else this.undo();
      }
    });
  }

  // ---- the address

  // Draws what the address names.
  async read() {
    const address = new URLSearchParams(location.search);
    state.view = address.get("at") ?? "";
    await this.show(readSteps(address), { keep: true });
    const idOf = (name) => this.source.byKey.get(address.get(name) ?? "")?.id ?? -1;
    const only = this.steps.length === 1 && !SMALL.matches ? this.result.last?.centre ?? -1 : -1;
    change({ node: address.has("sel") ? idOf("sel") : only, other: idOf("to"), fact: -1 });
  }

  address() {
    const found = new URLSearchParams(this.steps);
    const put = (name, value) => value && found.append(name, value);
    put("sel", this.source.nodes[state.node]?.key);
    put("to", this.source.nodes[state.other]?.key);
    put("at", state.view);
    const lang = new URLSearchParams(location.search).get("lang");
    put("lang", lang);
    return `${location.pathname}${found.size ? `?${found}` : ""}`;
  }

  write(big) {
    const address = this.address();
    if (this.reading || address === location.pathname + location.search) return;
    history[big ? "pushState" : "replaceState"](null, "", address);
    const other = byId("lang");
    if (other) other.href = `${address}${address.includes("?") ? "&" : "?"}lang=${other.hreflang}`;
  }

  // ---- steps

  // Loads what the steps need and draws what they leave; a failure leaves the picture and offers to try again.
  async show(steps, { keep = false, again = true } = {}) {
    this.abort?.abort();
    const abort = (this.abort = new AbortController());
    const waiting = setTimeout(() => (byId("skeleton").hidden = false), PATIENCE);
    this.reading = keep;
    try {
      await this.load(steps, abort.signal);
    } catch (error) {
      if (abort.signal.aborted) return;
      if (!error.told) throw error;
      this.fail(error, again ? () => this.show(steps, { keep }).then(() => keep && this.read()) : null);
      return;
    } finally {
      clearTimeout(waiting);
      if (this.abort === abort) byId("skeleton").hidden = true;
      this.reading = false;
    }
    if (abort.signal.aborted) return;
    byId("banner").hidden = true;
    this.draw(steps);
    if (!keep) this.write(true);
  }

  async load(steps, signal) {
    const loose = steps.filter(([name]) => name === "add").flatMap(([, value]) => value.split(" ")).filter((key) => !this.source.byKey.has(key));
    if (loose.length) await this.source.join(loose, signal);
    for (const step of steps) {
      if (step[0] !== "n" && step[0] !== "more") continue;
      const { key, by, limit } = wanted(step);
      await this.source.ego(key, by, limit, signal);
    }
    const { drawn } = replay(steps, this.source);
    await this.source.join([...drawn.keys()].map((id) => this.source.nodes[id].key), signal);
  }

  draw(steps) {
    const before = new Set(this.result.drawn.keys());
    this.steps = steps;
    this.result = replay(steps, this.source);
    byId("start").hidden = this.result.drawn.size > 0;
    this.picture.way = new Set();
    const first = !this.picture.fitted;
    this.picture.draw();
    const fresh = [...this.result.drawn.keys()].some((id) => !before.has(id));
    if (fresh && !first) this.fit();
    this.picture.fitted = this.result.drawn.size ? this.picture.network.getScale() : null;
    this.around();
    this.panel.draw();
  }

  // All in sight, until someone moves the picture.
  fit() {
    change({ view: "" });
    const covered = SMALL.matches ? byId("canvas").getBoundingClientRect().bottom - byId("panel").getBoundingClientRect().top : 0;
    this.picture.fit(byId("panel").hidden ? 0 : Math.max(0, covered));
  }

  act(name, value, more = {}) {
    this.undone = [];
    const steps = [...this.steps, [name, value]];
    return this.show(steps).then(() => this.steps === steps && change(more));
  }

  undo() {
    if (!this.steps.length) return;
    this.undone.push(this.steps.at(-1));
    this.show(this.steps.slice(0, -1));
  }

  redo() {
    if (this.undone.length) this.show([...this.steps, this.undone.pop()]);
  }

  // ---- which nodes are drawn, as the picture asks

  select() {
    const ids = new Set(this.result.drawn.keys());
    const links = this.source.links.filter((link) => ids.has(link.from) && ids.has(link.to));
    const facts = new Set(links.flatMap((link) => link.facts));
    return { facts, nodes: [...ids].map((id) => this.source.nodes[id]), links, ids, reasons: {}, candidates: ids.size };
  }

  // A double click draws the neighbours at once where they are few, and asks first where they are many.
  async expand(id) {
    const about = await this.trying(() => this.source.about(id), () => this.expand(id));
    if (!about) return;
    if (about.usual > SEEN) this.ask(id);
    else this.open(id, "");
  }

  collapse(id) {
    this.act("fold", this.source.nodes[id].key);
  }

  hide(id) {
    this.act("hide", this.source.nodes[id].key, state.node === id ? { node: -1 } : {});
  }

  put(id, { x, y }) {
    this.act("put", `${this.source.nodes[id].key}|${x}|${y}`);
  }

  reveal(ids) {
    this.result.drawn = new Map([...this.result.drawn, ...[...ids].map((id) => [id, id])]);
    const steps = [...this.steps, ["add", [...ids].map((id) => this.source.nodes[id].key).join(" ")]];
    this.undone = [];
    this.steps = steps;
    this.result = replay(steps, this.source);
    this.picture.draw();
    this.fit();
    this.around();
    this.write(false);
  }

  // The next neighbours of a node by one kind of line or by all.
  open(id, by) {
    const node = this.source.nodes[id];
    const step = this.result.drawn.has(id) || by ? ["more", `${node.key}|${by}|${Math.min(MOST, this.near(node, by) + SEEN)}`] : ["n", node.key];
    return this.act(...step, { node: id, fact: -1, other: -1 });
  }

  // How many neighbours of a node are drawn, by one kind of line or by the usual ones.
  near(node, by) {
    const links = node.links.filter((link) => (by ? link.predicate === by : !FOLDED.includes(link.predicate)));
    const others = new Set(links.map((link) => (link.from === node.id ? link.to : link.from)));
    return [...others].filter((id) => id !== node.id && this.result.drawn.has(id)).length;
  }

  // A thing found by the search box comes onto the canvas, or is the other end of a path.
  chosen(event) {
    const key = event.detail;
    if (!key) return;
    event.preventDefault();
    const picked = this.panel.from;
    const here = this.source.byKey.get(key);
    if (here && this.result.drawn.has(here.id)) {
      change({ node: here.id, fact: -1, other: -1 });
      this.picture.centre(here.id);
      return;
    }
    if (picked !== undefined) this.act("add", key).then(() => change({ node: this.source.byKey.get(key).id }));
    else this.act("n", key).then(() => this.source.byKey.has(key) && change({ node: this.source.byKey.get(key).id, fact: -1, other: -1 }));
  }

  // ---- what changed

  changed(changed) {
    const any = (names) => names.some((name) => changed.has(name));
    if (changed.has("node") && this.panel.from !== undefined && state.other < 0) return this.panel.takePick(state.node);
    if (any(["node", "other"]) && state.other < 0) this.picture.way = new Set();
    if (any(["node", "other"])) this.picture.draw();
    if (any(["node", "fact", "other"])) this.panel.draw();
  }

  around() {
    const { shown } = this.picture;
    byId("legend").hidden = !shown.nodes.length;
    drawLegend(byId("legend"), [...new Set(shown.nodes.map((node) => node.type))].sort());
    const notes = [t("drawn", { nodes: count(shown.nodes.length), facts: count(shown.facts.size) }), this.result.hidden ? t("byHand", { count: count(this.result.hidden) }) : ""];
    replace(byId("status"), el("span", {}, shown.nodes.length ? notes.filter(Boolean).join(" · ") : t("nothingDrawn")));
    const act = (name, run, disabled = false) => button(t(name), run, { class: "link", disabled, id: name });
    replace(byId("actions"), act("undo", () => this.undo(), !this.steps.length), act("redo", () => this.redo(), !this.undone.length),
      shown.nodes.length ? act("clearAll", () => this.clear()) : null, shown.nodes.length ? act("copy", (event) => this.copy(event.target)) : null,
      shown.nodes.length ? act("png", () => this.picture.png(`${document.title} · ${location.host}`)) : null);
    this.notice();
  }

  clear() {
    change({ node: -1, fact: -1, other: -1, view: "" });
    this.undone = [];
    this.show([]);
  }

  async copy(target) {
    await navigator.clipboard?.writeText(location.href).catch(() => {});
    target.textContent = t("copied");
  }

  // Says what the last opening left out, and where that is.
  notice() {
    const { last } = this.result;
    byId("notice").hidden = !last?.rest;
    if (!last?.rest) return;
    const node = this.source.nodes[last.centre];
    replace(byId("notice"), el("span", {}, t("firstOf", { shown: count(last.added.length), total: count(last.total), name: this.source.label(node.id).slice(0, 20) })), " ", this.table(node, last.by, t("restAsTable", { rest: count(last.rest) })),
      button("×", () => (byId("notice").hidden = true), { class: "link", "aria-label": t("close") }));
  }

  table(node, by, text) {
    const kind = KINDS[by] ?? (by ? "Relation" : "");
    const asked = new URLSearchParams(node.type === "Document" ? { document: node.key } : { thing: node.key, ...(kind ? { kind } : {}) });
    return el("a", { href: `/facts?${asked}` }, text);
  }

  // ---- failures

  fail(error, again) {
    replace(byId("banner"), el("span", {}, error.status === 404 ? t("notFound") : error.message),
      again && error.status !== 404 ? button(t("retry"), () => {
        byId("banner").hidden = true;
        again();
      }, { class: "small" }) : null, button("×", () => (byId("banner").hidden = true), { class: "link", "aria-label": t("close") }));
    byId("banner").hidden = false;
  }

  async trying(run, again) {
    try {
      return await run();
    } catch (error) {
      if (!error.told) throw error;
      this.fail(error, again);
      return null;
    }
  }

  // ---- the panel

  actions(node) {
    const act = (name, run) => button(t(name), run, { class: "small" });
    const drawn = this.result.drawn.has(node.id);
    const opened = [...this.result.drawn].some(([id, from]) => from === node.id && id !== node.id);
    return [
      act("expandBy", () => this.ask(node.id)), opened ? act("collapse", () => this.collapse(node.id)) : null, act("pathFrom", () => this.panel.pick(node)),
      drawn ? act("hide", () => this.hide(node.id)) : act("locate", () => this.act("add", node.key, { node: node.id })),
      el("a", { class: "small", href: `/id/${node.key}` }, t("ownPage")),
    ];
  }

  // How many facts of a node are not here.
  missing(node) {
    return (this.source.told.get(node.id)?.total ?? 0) - node.about.size;
  }

  after(node) {
    const rest = this.missing(node);
    return rest > 0 ? el("p", {}, this.table(node, "", t("restFactsAsTable", { rest: count(rest) }))) : null;
  }

  // ---- the dialog that tells the number of neighbours before they are drawn

  async ask(id) {
    const about = await this.trying(() => this.source.about(id), () => this.ask(id));
    if (!about) return;
    const node = this.source.nodes[id];
    const dialog = byId("expanding");
    const open = (by) => () => {
      dialog.close();
      this.open(id, by);
    };
    const rows = Object.entries(node.beside).sort((a, b) => FOLDED.indexOf(a[0]) - FOLDED.indexOf(b[0]) || b[1] - a[1]).map(([by, total]) => this.row(node, by, total, open(by)));
    const left = about.usual - this.near(node, "");
    const rest = left - SEEN;
    replace(dialog, button("×", () => dialog.close(), { class: "close", "aria-label": t("close") }),
      el("h2", {}, symbol(node.type, 16), " ", named(this.source.label(id), 40)), el("p", { class: "muted" }, t("expandHint", { count: SEEN })),
      rows.length ? el("table", { class: "facts counts" }, el("thead", {}, el("tr", {}, ...["colPredicate", "neighbours", "already", ""].map((name) => el("th", { scope: "col" }, name ? t(name) : "")))), el("tbody", {}, ...rows)) : el("p", { class: "hint" }, t("noNeighbours")),
      rows.length ? el("div", { class: "row" }, left > 0 ? button(t("expandUsual", { count: count(Math.min(SEEN, left)), total: count(about.usual) }), open(""), { class: "small", id: "expand-usual" }) : null,
        rest > 0 ? this.table(node, "", t("restAsTable", { rest: count(rest) })) : null) : null);
    dialog.showModal();
  }

  row(node, by, total, open) {
    const here = this.near(node, by);
    const left = total - here;
    return el("tr", {}, el("th", { scope: "row" }, predicateOf({ predicate: by, status: "" })), el("td", { class: "figure", "data-name": t("neighbours") }, count(total)), el("td", { class: "figure", "data-name": t("already") }, count(here)),
      el("td", {}, left > 0 && here < MOST ? button(t("expandSome", { count: Math.min(SEEN, left) }), open, { class: "small", "data-by": by }) : "", left > SEEN ? el("span", {}, " ", this.table(node, by, t("restAsTable", { rest: count(left - SEEN) }))) : null));
  }
}

const page = (window.edukg = new Page());
page.picture.draw();
page.around();
await page.read();
document.documentElement.dataset.ready = "true";

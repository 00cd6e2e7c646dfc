// Puts the parts of the page together and keeps them in step with the state.

import { Choice } from "./choice.js";
import { openSource, FOLDED_TYPES, typeNames, filtersFacts, inPicture } from "./data.js";
import { button, el, replace, save, SMALL } from "./dom.js";
import { cleared, Filters, filtersInWords } from "./filters.js";
import { drawLegend, drawZoom, Picture } from "./graph.js";
import { count, setLanguage, t, translatePage } from "./i18n.js";
import { Panel } from "./panel.js";
import { Reader } from "./reader.js";
import { Search } from "./search.js";
import { bindHash, change, onChange, state } from "./state.js";
import { Table } from "./table.js";
import { turtle } from "./turtle.js";

const CONTENT = ["types", "kinds", "states", "region", "measure", "document", "year", "loose", "extra", "hidden"];
const byId = (id) => document.getElementById(id);

class Page {
  constructor(source) {
    this.source = source;
    bindHash(source, FOLDED_TYPES);
    if (!state.tab) state.tab = SMALL.matches ? "table" : "graph";
    setLanguage(state.lang);
    this.picture = new Picture(source, byId("canvas"), new Choice(source));
    this.filters = new Filters(source, byId("filters"));
    this.panel = new Panel(source, byId("panel"), this.picture);
    this.table = new Table(source, byId("page-table"));
    this.reader = new Reader(source, byId("page-text"));
    this.search = new Search(source, byId("query"), byId("hits"), (id) => this.open(id));
    this.listen();
    this.drawAll();
    onChange((changed) => this.update(changed));
  }

  open(id) {
    const missing = !this.picture.shown.ids.has(id);
    change({ node: id, fact: -1, other: -1, ...(missing ? { extra: new Set([...state.extra, id]) } : {}), ...(state.tab === "graph" || SMALL.matches ? {} : { tab: "graph" }) });
    this.picture.centre(id);
  }

  listen() {
    for (const tab of document.querySelectorAll("[data-tab]")) tab.addEventListener("click", () => change({ tab: tab.dataset.tab }));
    byId("lang").addEventListener("click", () => change({ lang: state.lang === "en" ? "zh" : "en" }));
    byId("theme").addEventListener("click", () => this.flipTheme());
    byId("open-filters").addEventListener("click", () => document.body.classList.toggle("with-filters"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.picture.recolor());
    addEventListener("keydown", (event) => this.key(event));
    addEventListener("beforeprint", () => this.print(true));
    addEventListener("afterprint", () => this.print(false));
    document.querySelector(".tabs").addEventListener("keydown", (event) => moveTab(event));
  }

  key(event) {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "/" && !typing) {
      event.preventDefault();
      byId("query").focus();
    }
    if (event.key === "Escape" && !typing) {
      if (document.body.classList.contains("with-filters")) document.body.classList.remove("with-filters");
      else change({ node: -1, fact: -1, other: -1 });
    }
  }

  // Paper is light, whatever the screen is.
  print(begins) {
    const root = document.documentElement;
    if (begins) this.theme = root.dataset.theme;
    if (begins || this.theme) root.dataset.theme = begins ? "light" : this.theme;
    else delete root.dataset.theme;
    this.picture.recolor();
  }

  flipTheme() {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    this.picture.recolor();
  }

  drawAll() {
    translatePage();
    byId("lang").textContent = state.lang === "en" ? "中文" : "EN";
    byId("summary").textContent = this.summary();
    drawZoom(byId("zoom"), this.picture);
    this.tabs();
    this.picture.draw();
    this.around();
    this.filters.draw();
    this.search.sync();
    this.page();
    this.panel.draw();
  }

  summary() {
    const { documents, nodes, facts } = this.source;
    const newest = documents.map((item) => item.issued ?? "").sort().at(-1);
    return t("summary", { documents: count(documents.length), nodes: count(nodes.length), facts: count(facts.length) }) + (newest ? t("newest", { date: newest }) : "") + t("digest", { digest: this.source.digest.slice(0, 8) });
  }

  // Redraws the parts that depend on what changed.
  update(changed) {
    const any = (names) => names.some((name) => changed.has(name));
    if (changed.has("lang")) {
      setLanguage(state.lang);
      return this.drawAll();
    }
    if (changed.has("tab")) this.tabs();
    if (changed.has("node") && this.panel.from !== undefined && state.other < 0) return this.panel.takePick(state.node);
    if (any(["node", "other"]) && state.other < 0) this.picture.way = new Set();
    if (any([...CONTENT, "node", "other"])) this.picture.draw();
    if (any([...CONTENT, "node", "tab"])) this.around();
    if (any(CONTENT)) this.filters.draw();
    if (any([...CONTENT, "tab", "columns", "sort", "page", "doc", "fact"])) this.page(changed);
    if (any([...CONTENT, "node", "fact", "other", "tab"])) this.panel.draw();
    if (changed.has("q")) this.search.sync();
  }

  tabs() {
    for (const tab of document.querySelectorAll("[data-tab]")) {
      const on = tab.dataset.tab === state.tab;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      byId(`page-${tab.dataset.tab}`).hidden = !on;
    }
    document.body.dataset.page = state.tab;
  }

  page() {
    if (state.tab === "table") this.table.draw();
    if (state.tab === "text") this.reader.draw();
    if (state.tab === "about") this.about();
  }

  // Legend, notice and status line: what is drawn, what is not, and why.
  around() {
    const { shown } = this.picture;
    drawLegend(byId("legend"), [...new Set(shown.nodes.map((node) => node.type))].sort(), [...new Set(shown.nodes.map((node) => node.silent).filter(Boolean))].sort());
    const { reasons } = shown;
    const total = this.source.nodes.length;
    const head = t("shown", { shown: count(shown.nodes.length), total: count(total), facts: count(shown.facts.size), allFacts: count(this.source.facts.length) });
    replace(byId("status"), el("span", {}, head), el("span", { class: "more" }, this.notes(reasons).flatMap((note) => [" · ", note])));
    replace(byId("actions"), ...this.actions());
    this.notice(shown, total);
  }

  // Every reason for which something is not drawn; a click on it undoes it.
  notes(reasons) {
    const undo = (text, patch) => button(el("bdi", {}, text), () => change(patch), { class: "note", title: t("undo") });
    const folded = [...reasons.folded].map(([type, number]) => undo(t("folded", { count: count(number), names: typeNames([type]) }), { types: new Set([...state.types].filter((one) => one !== type)) }));
    const filters = filtersInWords(this.source).map((filter) => undo(`${filter.text.slice(0, 40)} ×`, filter.undo));
    return [
      reasons.byFilter ? t("byFilter", { count: count(reasons.byFilter) }) : "", ...filters, reasons.byHand ? undo(`${t("byHand", { count: count(reasons.byHand) })} ×`, { hidden: new Set() }) : "", ...folded,
      reasons.loose ? undo(t("loose", { count: count(reasons.loose) }), { loose: true }) : "", reasons.links ? t("byLinks", { count: count(reasons.links) }) : "",
    ].filter(Boolean);
  }

  actions() {
    const link = (text, run, id) => button(t(text), run, { class: "link", id });
    const facts = () => inPicture(this.source, this.picture.shown, state.node);
    const onGraph = [
      link("png", () => this.picture.png(this.caption()), "png"), link("saveShown", () => this.table.save(facts(), "shown.csv"), "shown-csv"),
      link("saveTurtle", () => save("shown.ttl", new Blob([turtle(this.source, facts())], { type: "text/turtle;charset=utf-8" })), "shown-ttl"),
    ];
    return [this.changed() ? link("restore", () => change({ ...cleared(), loose: false }), "restore") : null, link("copy", (event) => this.copy(event.target)), ...(state.tab === "graph" ? onGraph : [])];
  }

  changed() {
    const types = [...state.types].sort().join() !== [...FOLDED_TYPES].sort().join();
    return types || filtersFacts(state) || state.hidden.size > 0 || state.extra.size > 0;
  }

  notice(shown, total) {
    const text = !total ? t("empty") : !shown.nodes.length ? t("allHidden") : shown.reasons.cut ? t("cut", { shown: count(shown.nodes.length), total: count(shown.candidates) }) : "";
    byId("notice").hidden = !text;
    replace(byId("notice"), el("span", {}, text), total && !shown.nodes.length ? button(t("restore"), () => change({ ...cleared(), loose: false }), { class: "small" }) : null);
  }

  caption() {
    return `${t("title")} · ${this.summary()}`;
  }

  async copy(target) {
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      const field = el("textarea", { class: "offscreen" });
      field.value = location.href;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    target.textContent = t("copied");
  }

  about() {
    const sections = ABOUT.map((name) => el("section", {}, el("h3", {}, t(`about${name}`)), el("p", {}, t(`about${name}Text`, { limit: count(this.source.limit) }))));
    replace(byId("page-about"), el("article", { class: "about" }, el("h2", {}, t("about")), ...sections, this.source.texts === false ? el("p", { class: "hint" }, t("noTexts")) : null,
      el("p", { class: "muted" }, `${this.summary()} · sha256 ${this.source.digest}`)));
  }
}

const ABOUT = ["What", "Read", "Silence", "Sums", "Limits", "Keys"];

function moveTab(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const tabs = [...document.querySelectorAll("[data-tab]")];
  const next = tabs[(tabs.findIndex((tab) => tab.dataset.tab === state.tab) + step + tabs.length) % tabs.length];
  change({ tab: next.dataset.tab });
  next.focus();
}

async function start() {
  try {
    window.edukg = new Page(await openSource());
    byId("loading").remove();
    document.documentElement.dataset.ready = "true";
  } catch (error) {
    byId("loading").className = "loading broken";
    byId("loading").textContent = t("error", { message: error.message });
    throw error;
  }
}

start();

// Puts the parts of the page together and keeps them in step with the state.

import { Choice } from "./choice.js";
import { openSource, FOLDED_TYPES, typeNames, filtersFacts } from "./data.js";
import { button, el, replace } from "./dom.js";
import { cleared, Filters } from "./filters.js";
import { drawLegend, drawZoom, Picture } from "./graph.js";
import { count, setLanguage, t, translatePage } from "./i18n.js";
import { Panel } from "./panel.js";
import { Reader } from "./reader.js";
import { Search } from "./search.js";
import { bindHash, change, onChange, state } from "./state.js";
import { Table } from "./table.js";

const SMALL = matchMedia("(max-width: 799px)");
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
    return t("summary", { documents: count(documents.length), nodes: count(nodes.length), facts: count(facts.length) }) + (newest ? t("newest", { date: newest }) : "");
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
    drawLegend(byId("legend"), [...new Set(shown.nodes.map((node) => node.type))].sort());
    const { reasons } = shown;
    const total = this.source.nodes.length;
    const notes = [t("shown", { shown: count(shown.nodes.length), total: count(total), facts: count(shown.facts.size), allFacts: count(this.source.facts.length) })];
    for (const [type, number] of reasons.folded) notes.push(t("folded", { count: count(number), names: typeNames([type]) }));
    if (reasons.byFilter) notes.push(t("byFilter", { count: count(reasons.byFilter) }));
    if (reasons.byHand) notes.push(t("byHand", { count: count(reasons.byHand) }));
    if (reasons.links) notes.push(t("byLinks", { count: count(reasons.links) }));
    if (reasons.loose) notes.push(t("loose", { count: count(reasons.loose) }));
    replace(byId("status"), el("span", {}, notes[0]), el("span", { class: "more" }, notes.slice(1).map((note) => ` · ${note}`).join("")));
    replace(byId("actions"), reasons.loose ? button(t("showLoose"), () => change({ loose: true }), { class: "link" }) : null, this.changed() ? button(t("restore"), () => change({ ...cleared(), loose: false }), { class: "link", id: "restore" }) : null,
      button(t("copy"), (event) => this.copy(event.target), { class: "link" }), state.tab === "graph" ? button(t("png"), () => this.picture.png(this.caption()), { class: "link", id: "png" }) : null);
    this.notice(shown, total);
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
    return `${t("title")} · ${this.summary()} · ${this.source.digest.slice(0, 12)}`;
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
    const english = state.lang === "en";
    const lines = english ? ABOUT_EN : ABOUT_ZH;
    replace(byId("page-about"), el("article", { class: "about" }, el("h2", {}, t("about")), ...lines.map(([title, text]) => el("section", {}, el("h3", {}, title), el("p", {}, text))),
      el("p", { class: "muted" }, `${this.summary()} · sha256 ${this.source.digest.slice(0, 16)}`)));
  }
}

const ABOUT_ZH = [
  ["这是什么", "从义务教育报告中抽取的事实:哪里、哪所学校实施或计划了哪些举措,报告给出了哪些数据、问题和关系。每条事实都附原文,点击原文即可在文档中看到它的位置。"],
  ["怎样读", "实线为已实施或实际,虚线为计划或目标,红色点线为未落实或问题。带“?”的主体由上下文推断;带“!”的数据存疑。原文以 xx 隐去的数字显示为“原文隐去”,不作为数值。"],
  ["未提及不等于没有", "“未提及”指文档没有说到;“原文隐去”指文档说到而隐去了数字;“无文件”指没有任何文档属于该地。三者都不能当作零。"],
  ["数字不可随意相加", "存量、当期、累计、变化量、占比含义不同;“其中项”已包含在总数里;“重复表述”是同一事实的另一处说法。"],
  ["操作", "/ 搜索;方向键在相邻节点间移动;回车进入详情;+ − 0 缩放;双击展开邻居;右键隐藏;按住 Shift 点选第二个节点查找路径;Esc 关闭。地址栏记录当前状态,复制链接即可重现。"],
];

const ABOUT_EN = [
  ["What this is", "Facts taken from reports on compulsory education: which place or school adopted or plans which measures, and the figures, shortcomings and relations that the reports state. Every fact has its quote; click it to see its place in the document."],
  ["How to read it", "Solid lines are done or actual, dashed planned or targeted, red dotted lacking. '?' marks an agent inferred from context, '!' a figure that looks implausible. Figures masked as xx in the source read 'withheld' and are never values."],
  ["Not mentioned is not none", "'Not mentioned': no document says so. 'Withheld': said, with the figure masked. 'No document': no document belongs to the place. None of them is zero."],
  ["Do not add figures up", "Levels, flows, cumulative figures, changes and shares differ; parts are contained in their totals; a restatement says the same thing again."],
  ["Keys", "/ search; arrows move between nodes; Enter opens details; + − 0 zoom; double click expands; right click hides; Shift-click a second node for paths; Esc closes. The address keeps the state."],
];

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

// The picture: vis-network draws symbols and lines where the build put them; labels and marks are ours.

import { replace, symbol, el, button, save, SMALL, SYMBOLS } from "./dom.js";
import { drawLabels, FONT } from "./labels.js";
import { state, change } from "./state.js";
import { count, t, term } from "./i18n.js";

const OUTLINES = Object.fromEntries(Object.entries(SYMBOLS).map(([type, path]) => [type, new Path2D(path)]));
const DASHES = { Planned: [7, 5], Target: [7, 5], Problem: [2, 4], UnderWay: [9, 3, 2, 3], Ended: [1, 6] };
const MANY_LINKS = 700;
const FEW_MARKS = 60; // so many are drawn however small the picture is

export class Picture {
  constructor(source, box, choice) {
    Object.assign(this, { source, box, choice, hovered: -1, fitted: null, styles: new Map(), shown: null, labels: [] });
    this.colors = themeColors();
    this.nodes = new vis.DataSet();
    this.edges = new vis.DataSet();
    this.network = this.#network(box, this.nodes, this.edges);
    this.#listen();
    this.watch = new ResizeObserver(() => this.#resized());
    this.watch.observe(box);
  }

  #network(box, nodes, edges) {
    const network = new vis.Network(box, { nodes, edges }, {
      autoResize: false,
      physics: false,
      layout: { improvedLayout: false },
      nodes: { chosen: false, labelHighlightBold: false },
      edges: { smooth: false, selectionWidth: 0, chosen: false, hoverWidth: 0 },
      interaction: { hover: true, keyboard: false, multiselect: false, selectConnectedEdges: false, tooltipDelay: 1e9, hideEdgesOnDrag: false, zoomSpeed: 0.7 },
    });
    for (const frame of box.querySelectorAll(".vis-network")) frame.tabIndex = -1; // the box around it takes the keys
    return network;
  }

  #listen() {
    const { network } = this;
    network.on("click", (event) => this.#clicked(event));
    // The library takes the time between two clicks when it hears of them, so a busy page would lose one: a mouse's are the browser's.
    network.on("doubleClick", ({ nodes, event }) => nodes.length && event.srcEvent.pointerType === "touch" && this.expand(nodes[0]));
    this.box.addEventListener("dblclick", (event) => {
      const at = this.box.getBoundingClientRect();
      const node = network.getNodeAt({ x: event.clientX - at.x, y: event.clientY - at.y });
      if (node !== undefined) this.expand(node);
    });
    network.on("oncontext", (event) => this.#dismissed(event));
    network.on("hoverNode", ({ node }) => this.#hover(node));
    network.on("blurNode", () => this.#hover(-1));
    network.on("zoom", () => this.#moved());
    network.on("dragEnd", ({ nodes }) => (nodes.length ? this.#put(nodes[0]) : this.#moved()));
    network.on("afterDrawing", (context) => {
      this.labels = this.#overlay(context, network, 1);
    });
    this.box.addEventListener("keydown", (event) => this.#key(event));
  }

  #clicked({ nodes, edges, event }) {
    if (nodes.length && event.srcEvent.shiftKey && state.node >= 0 && nodes[0] !== state.node) change({ other: nodes[0], fact: -1 });
    else if (nodes.length) change({ node: nodes[0], fact: -1, other: -1 });
    else if (edges.length) this.#openLink(edges[0]);
    else change({ node: -1, fact: -1, other: -1 });
  }

  #openLink(id) {
    const link = this.shown.links.find((one) => one.id === id);
    const facts = link.facts.filter((fact) => this.shown.facts.has(fact));
    if (facts.length) change({ node: link.from, fact: facts[0], other: -1 });
    else change({ node: link.from, fact: -1, other: -1 });
  }

  #dismissed({ event, pointer }) {
    event.preventDefault();
    const id = this.network.getNodeAt(pointer.DOM);
    if (id !== undefined) this.hide(id);
  }

  hide(id) {
    this.choice.hide(id);
  }

  // A node that was dragged stays where it was put.
  #put(id) {
    const { x, y } = this.network.getPositions([id])[id];
    this.choice.put(id, { x: Math.round(x), y: Math.round(y) });
  }

  #hover(id) {
    this.hovered = id;
    this.network.redraw();
  }

  expand(id) {
    return this.choice.expand(id, this.shown);
  }

  collapse(id) {
    this.choice.collapse(id);
  }

  reveal(ids) {
    this.choice.reveal(ids);
  }

  // Brings the data sets to what is chosen; only what differs is touched.
  draw() {
    this.shown = this.choice.select();
    this.badges = this.#figures();
    this.way = this.way ?? new Set();
    const near = (this.near = this.#near());
    const nodes = this.shown.nodes.map((node) => this.#nodeStyle(node));
    const edges = this.shown.links.map((link) => this.#edgeStyle(link, near));
    sync(this.nodes, nodes, this.styles);
    sync(this.edges, edges, this.styles);
    this.network.setOptions({ interaction: { hideEdgesOnDrag: edges.length > MANY_LINKS, hideEdgesOnZoom: edges.length > MANY_LINKS } });
    this.network.redraw();
    if (!this.fitted && nodes.length && this.box.clientWidth) this.#first();
    return this.shown;
  }

  // The figures that are folded into their subject: how many, and whether some are flagged or withheld.
  #figures() {
    const found = new Map();
    for (const id of this.shown.facts) {
      const fact = this.source.facts[id];
      if (!["Outcome", "Withheld"].includes(fact.kind) || !this.shown.ids.has(fact.subject) || this.shown.ids.has(fact.object)) continue;
      const { count: many = 0, marks = "" } = found.get(fact.subject) ?? {};
      const mark = (fact.flags.length ? "!" : "") + (fact.kind === "Withheld" ? "×" : "");
      found.set(fact.subject, { count: many + 1, marks: marks + [...mark].filter((one) => !marks.includes(one)).join("") });
    }
    return found;
  }

  #near() {
    if (this.way.size) return new Set(this.shown.links.filter((link) => this.way.has(link.id)).flatMap((link) => [link.from, link.to]));
    if (state.node < 0 || !this.shown.ids.has(state.node)) return null;
    return new Set([state.node, ...this.shown.links.filter((link) => link.from === state.node || link.to === state.node).flatMap((link) => [link.from, link.to])]);
  }

  #nodeStyle(node, enlarge = 1) {
    return { id: node.id, x: node.x, y: node.y, shape: "custom", ctxRenderer: ({ ctx, x, y }) => this.#symbol(ctx, node, x, y, enlarge) };
  }

  // A node's symbol; however far the picture is zoomed out it keeps a size that the eye finds.
  #symbol(context, node, x, y, enlarge) {
    const scale = context.getTransform().a / this.network.canvas.pixelRatio;
    const size = sizeOf(node, scale, enlarge) / scale;
    const chosen = node.id === state.node || node.id === state.other || node.id === this.hovered;
    const drawNode = () => {
      context.save();
      context.globalAlpha = this.near && !this.near.has(node.id) && !chosen ? 0.15 : 1;
      context.translate(x, y);
      context.scale(size / 10, size / 10);
      const color = this.colors[node.type] ?? this.colors.Other;
      context.fillStyle = node.silent ? this.colors.halo : color;
      context.strokeStyle = chosen ? this.colors.text : node.silent ? color : this.colors.halo;
      context.lineWidth = ((chosen ? 3 : node.silent ? 2 : 1.2) * enlarge * 10) / (size * scale);
      if (node.silent === "mentioned") context.setLineDash([3, 3]);
      context.lineJoin = "round";
      context.fill(OUTLINES[node.type] ?? OUTLINES.Other);
      context.stroke(OUTLINES[node.type] ?? OUTLINES.Other);
      context.restore();
    };
    return { drawNode, nodeDimensions: { width: size * 2, height: size * 2 } };
  }

  #edgeStyle(link, near) {
    const active = near && (this.way.size ? this.way.has(link.id) : link.from === state.node || link.to === state.node);
    const facts = link.facts.length;
    const color = lineColor(link, this.colors);
    return {
      id: link.id, from: link.from, to: link.to, dashes: DASHES[link.status] ?? false, width: (facts ? 1.3 + Math.min(3, Math.log2(facts)) : 0.8) + (active ? 0.8 : 0),
      color: { color, hover: color, opacity: near ? (active ? 1 : 0.08) : facts ? 0.55 : 0.4 },
      arrows: facts && (active || link.predicate !== "adopts") ? { to: { enabled: true, scaleFactor: 0.45 } } : "",
      smooth: link.bend ? { enabled: true, type: link.bend > 0 ? "curvedCW" : "curvedCCW", roundness: Math.abs(link.bend) } : false,
    };
  }

  #overlay(context, network, enlarge) {
    if (!this.shown) return [];
    const scale = network.getScale();
    const places = network.getPositions();
    const at = (id) => shrink(network.canvasToDOM(places[id]), enlarge);
    const { near } = this;
    const items = this.shown.nodes.filter((node) => places[node.id]).map((node) => this.#item(node, at, scale, enlarge)).toSorted((a, b) => b.weight - a.weight || b.degree - a.degree || a.id - b.id);
    const visible = this.shown.links.filter((link) => places[link.from] && places[link.to]);
    return drawLabels(context, {
      items, marks: this.#marks(visible, at, near, scale / enlarge > 0.55), words: this.#words(visible, at), width: this.box.clientWidth,
      height: this.box.clientHeight, zoom: this.fitted ? scale / enlarge / this.fitted : 1, colors: this.colors,
      ratio: network.canvas.pixelRatio * enlarge,
    });
  }

  #item(node, at, scale, enlarge) {
    const { x, y } = at(node.id);
    const chosen = node.id === state.node || node.id === state.other || node.id === this.hovered;
    const { near } = this;
    const close = near?.has(node.id) ?? false;
    return {
      id: node.id, x, y, size: sizeOf(node, scale, enlarge) / enlarge, text: this.source.label(node.id), first: chosen, faint: near && !close && !chosen, badge: node.counted ? badgeText({ count: node.figures, marks: "" }) : badgeText(this.badges.get(node.id)),
      weight: chosen ? 2 : close ? 1 : 0, degree: node.degree,
    };
  }

  #marks(links, at, near, close) {
    const marked = links.filter((link) => signOf(link) && (!near || (near.has(link.from) && near.has(link.to))));
    return close || near || marked.length <= FEW_MARKS ? marked.map((link) => ({ ...middle(link, at), sign: signOf(link) })) : [];
  }

  #words(links, at) {
    const chosen = links.filter((link) => (this.way.size ? this.way.has(link.id) : state.node >= 0 && (link.from === state.node || link.to === state.node)));
    const worth = chosen.filter((link) => chosen.length <= 12 || !["adopts", "measured", "withheld"].includes(link.predicate));
    return worth.map((link) => {
      const { x, y } = middle(link, at);
      return { x, y: link.inferred || link.flagged ? y + 16 : y, text: predicateOf(link), color: lineColor(link, this.colors) }; // below its mark
    });
  }

  // ---- view

  #first() {
    this.fit();
    this.fitted = this.network.getScale();
    if (state.view) this.restore(state.view);
    else if (state.node >= 0) this.centre(state.node);
  }

  // All nodes in sight, above what covers the bottom of the box.
  fit(covered = 0) {
    const places = Object.values(this.network.getPositions());
    if (!places.length) return;
    const [xs, ys] = [places.map((one) => one.x), places.map((one) => one.y)];
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const width = Math.max(this.box.clientWidth - 110, 50);
    const height = Math.max(this.box.clientHeight - covered - 90, 50);
    const scale = Math.min(width / Math.max(right - left, 1), height / Math.max(bottom - top, 1), 1.5);
    this.network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom + covered / scale) / 2 }, scale, animation: false });
  }

  centre(id) {
    if (!this.shown?.ids.has(id) || !this.box.clientWidth) return;
    const scale = Math.max(this.network.getScale(), 0.85);
    this.network.moveTo({ position: this.network.getPositions([id])[id], scale, animation: false });
    this.#moved();
  }

  zoomBy(factor) {
    this.network.moveTo({ scale: Math.min(8, Math.max(0.03, this.network.getScale() * factor)), animation: false });
    this.#moved();
  }

  restore(view) {
    const [x, y, scale] = view.split("_").map(Number);
    if ([x, y, scale].every(Number.isFinite) && scale > 0) this.network.moveTo({ position: { x, y }, scale, animation: false });
  }

  #moved() {
    const { x, y } = this.network.getViewPosition();
    change({ view: [x.toFixed(0), y.toFixed(0), this.network.getScale().toFixed(3)].join("_") });
  }

  #resized() {
    if (!this.box.clientWidth || !this.box.clientHeight) return;
    this.network.setSize("100%", "100%");
    this.network.redraw();
    if (!this.fitted && this.shown) this.#first();
  }

  recolor() {
    this.colors = themeColors();
    this.styles.clear();
    this.draw();
  }

  // ---- keyboard

  #key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const acts = { "+": () => this.zoomBy(1.3), "=": () => this.zoomBy(1.3), "-": () => this.zoomBy(1 / 1.3), 0: () => (this.fit(), this.#moved()), Enter: () => document.getElementById("panel").focus() };
    if (moves[event.key]) this.#step(moves[event.key]);
    else if (acts[event.key] && !event.ctrlKey && !event.metaKey) acts[event.key]();
    else return;
    event.preventDefault();
  }

  #step([across, down]) {
    const places = this.network.getPositions();
    const here = places[state.node] ?? this.network.getViewPosition();
    let best = -1;
    let least = Infinity;
    for (const [id, place] of Object.entries(places)) {
      const [dx, dy] = [place.x - here.x, place.y - here.y];
      const along = dx * across + dy * down;
      const aside = Math.abs(dx * down) + Math.abs(dy * across);
      if (Number(id) !== state.node && along > 1 && along + aside * 2 < least) [best, least] = [Number(id), along + aside * 2];
    }
    if (best < 0) return;
    change({ node: best, fact: -1, other: -1 });
    this.#reveal(best);
  }

  #reveal(id) {
    const { x, y } = this.network.canvasToDOM(this.network.getPositions([id])[id]);
    if (x < 40 || y < 40 || x > this.box.clientWidth - 40 || y > this.box.clientHeight - 40) this.network.moveTo({ position: this.network.getPositions([id])[id], animation: false });
  }

  // ---- picture file: twice the size, white, with legend and source

  async png(caption) {
    const theme = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = "light";
    const colors = this.colors;
    this.colors = themeColors();
    this.styles.clear();
    const sheet = await this.#sheet(caption);
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    this.colors = colors;
    this.recolor();
    sheet.toBlob((blob) => save("graph.png", blob), "image/png");
  }

  async #sheet(caption) {
    const [width, height] = [this.box.clientWidth * 2, this.box.clientHeight * 2];
    const box = el("div", { class: "offscreen" });
    box.style.width = `${width}px`;
    box.style.height = `${height}px`;
    document.body.append(box);
    const { near } = this;
    const nodes = new vis.DataSet(this.shown.nodes.map((node) => ({ ...this.#nodeStyle(node, 2), ...this.network.getPositions([node.id])[node.id] })));
    const network = this.#network(box, nodes, new vis.DataSet(this.shown.links.map((link) => this.#edgeStyle(link, near))));
    network.moveTo({ position: this.network.getViewPosition(), scale: this.network.getScale() * 2, animation: false });
    const sheet = await new Promise((resolve) => {
      network.once("afterDrawing", (context) => {
        this.#overlay(context, network, 2);
        resolve(this.#compose(network.canvas.frame.canvas, width, height, caption));
      });
      network.redraw();
    });
    network.destroy();
    box.remove();
    return sheet;
  }

  // The legend of the picture file, in as many rows as it needs; without a context it only counts them.
  #legend(context, width, top = 0) {
    const pen = context ?? el("canvas", {}).getContext("2d");
    pen.font = `24px ${FONT}`;
    let [x, row] = [24, 0];
    for (const { text, draw } of this.#keys()) {
      const wide = pen.measureText(text).width + 44;
      if (x + wide > width - 24 && x > 24) [x, row] = [24, row + 1];
      if (context) {
        context.save();
        context.translate(x + 16, top + 30 + row * 40);
        draw(context);
        context.restore();
        context.fillStyle = "#1d2733";
        context.fillText(text, x + 40, top + 38 + row * 40);
      }
      x += wide + 30;
    }
    return row + 1;
  }

  #keys() {
    const shape = (type) => (pen) => {
      pen.fillStyle = this.colors[type] ?? this.colors.Other;
      pen.fill(OUTLINES[type] ?? OUTLINES.Other);
    };
    const line = (color, dash) => (pen) => {
      Object.assign(pen, { strokeStyle: color, lineWidth: 3 });
      pen.setLineDash(dash);
      pen.stroke(new Path2D("M-16 0H18"));
    };
    const sign = (mark, color) => (pen) => {
      Object.assign(pen, { fillStyle: color, strokeStyle: color, lineWidth: 2, textAlign: "center", textBaseline: "middle", font: `700 18px ${FONT}` });
      pen.stroke(new Path2D("M0-12A12 12 0 1 1 0 12A12 12 0 1 1 0-12Z"));
      pen.fillText(mark, 0, 1);
    };
    const { colors } = this;
    const types = [...new Set(this.shown.nodes.map((node) => node.type))].sort().map((type) => ({ text: term("type", type), draw: shape(type) }));
    const lines = [["solid", colors.line, []], ["dashed", colors.line, [9, 6]], ["dotted", colors.problem, [3, 5]]].map(([name, color, dash]) => ({ text: t(name), draw: line(color, dash) }));
    return [...types, ...lines, { text: t("inferred"), draw: sign("?", colors.infer) }, { text: t("flagged"), draw: sign("!", colors.flag) }, { text: t("withheld"), draw: sign("×", colors.masked) }];
  }

  #compose(picture, width, height, caption) {
    const sheet = el("canvas", {});
    sheet.width = width;
    sheet.height = height + 60 + 40 * this.#legend(null, width);
    const context = sheet.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, sheet.width, sheet.height);
    context.drawImage(picture, 0, 0, width, height);
    this.#legend(context, width, height);
    context.fillStyle = "#1d2733";
    context.font = `20px ${FONT}`;
    context.fillText(caption, 24, sheet.height - 20, width - 48);
    return sheet;
  }
}

// What a line says of its facts beside its colour: flagged, inferred, or withheld in the source.
function signOf(link) {
  return link.flagged ? "!" : link.inferred ? "?" : link.predicate === "withheld" ? "×" : "";
}

function badgeText(figures) {
  return figures?.count ? count(figures.count) + figures.marks : "";
}

function shrink({ x, y }, enlarge) {
  return { x: x / enlarge, y: y / enlarge };
}

// Half the width of a symbol on the screen.
function sizeOf(node, scale, enlarge) {
  const size = 7 + Math.min(21, 2.6 * Math.sqrt(node.facts));
  return Math.max(size * scale, (2.6 + size * 0.14) * enlarge);
}

function sync(set, items, styles) {
  const kept = new Set(items.map((item) => item.id));
  const gone = set.getIds().filter((id) => !kept.has(id));
  const changed = items.filter((item) => {
    const style = JSON.stringify(item);
    const differs = styles.get(item.id) !== style || !set.get(item.id);
    styles.set(item.id, style);
    return differs;
  });
  set.remove(gone);
  set.update(changed);
}

// The middle of a line, on its bend: vis puts the control point at the roundness times the length aside.
function middle(link, at) {
  const [a, b] = [at(link.from), at(link.to)];
  const bend = link.bend ? link.bend * 0.5 : 0;
  return { x: (a.x + b.x) / 2 + bend * (b.y - a.y), y: (a.y + b.y) / 2 - bend * (b.x - a.x) };
}

export function predicateOf({ predicate, status }) {
  const key = `${predicate} ${status}`;
  const exact = term("predicate", key);
  if (exact !== key) return exact;
  const plain = term("predicate", predicate);
  return ["Planned", "UnderWay", "Ended"].includes(status) ? `${plain}(${term("status", status)})` : plain;
}

function lineColor(link, colors) {
  if (!link.facts.length) return colors.structure;
  if (link.status === "Problem" || link.predicate === "lacks") return colors.problem;
  if (["adopts", "measured", "withheld", "concerns"].includes(link.predicate)) return colors.line;
  return colors.relation;
}

export function themeColors() {
  const style = getComputedStyle(document.documentElement);
  const get = (name) => style.getPropertyValue(`--${name}`).trim();
  const types = Object.fromEntries(Object.keys(SYMBOLS).map((type) => [type, get(`type-${type}`)]));
  const rest = ["text", "halo", "line", "structure", "problem", "relation", "flag", "infer", "badge"];
  const masked = get("muted");
  return { masked, ...types, ...Object.fromEntries(rest.map((name) => [name, get(name)])) };
}

// ---- legend and buttons

export function drawLegend(box, types, silent = []) {
  const line = (kind) => el("span", { class: `line ${kind}`, "aria-hidden": "true" });
  const entries = [
    ...types.map((type) => el("span", {}, symbol(type), term("type", type))),
    ...["solid", "dashed", "dotted", "structure"].map((kind) => el("span", {}, line(kind), t(kind))),
    el("span", {}, el("b", { class: "mark infer" }, "?"), t("inferred")),
    el("span", {}, el("b", { class: "mark flag" }, "!"), t("flagged")),
    el("span", {}, el("b", { class: "mark masked" }, "×"), t("withheld")),
    el("span", {}, el("b", { class: "mark badge" }, "12"), t("badge")),
    ...silent.map((kind) => el("span", {}, el("i", { class: `hollow ${kind}`, "aria-hidden": "true" }), t(`${kind}Short`))),
    el("span", { class: "muted" }, t("size")),
  ];
  const open = !SMALL.matches;
  replace(box, el("details", { open }, el("summary", {}, t("legend")), el("div", { class: "entries" }, ...entries)));
}

export function drawZoom(box, picture) {
  replace(
    box,
    button("+", () => picture.zoomBy(1.3), { "aria-label": t("zoomIn"), title: t("zoomIn") }),
    button("−", () => picture.zoomBy(1 / 1.3), { "aria-label": t("zoomOut"), title: t("zoomOut") }),
    button("⤢", () => picture.fit(), { "aria-label": t("fit"), title: t("fit") }),
  );
}

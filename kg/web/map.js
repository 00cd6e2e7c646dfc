// The page of the whole graph: every thing where the server put it, names for what is in sight, and a panel that leads on.

import { button, el, named, replace, SMALL, symbol } from "./dom.js";
import { drawZoom, themeColors } from "./graph.js";
import { count, inEnglish, setLanguage, t, term } from "./i18n.js";
import { drawLabels } from "./labels.js";
import { Lens } from "./lens.js";
import { BIGGEST, contextFor, Flat, radius, sheetOf, stamp, WebGl } from "./painters.js";
import { fetchPlaces } from "./places.js";

const SETTLED = 200; // milliseconds without a move until the address is written
const NAMED = [128, 44]; // pixels of screen of which the best known thing may have a label
const BEST = 50; // things listed beside the picture
const CLOSE = 0.8; // pixels to a step of the picture where one thing is shown
const byId = (id) => document.getElementById(id);

class Page {
  constructor() {
    setLanguage(document.documentElement.lang.startsWith("en") ? "en" : "zh");
    Object.assign(this, { box: byId("canvas"), chosen: -1, hovered: -1, near: [], places: null, painter: null, reading: true });
    this.lens = new Lens(this.box, this);
    drawZoom(byId("zoom"), { zoomBy: (factor) => this.lens.zoomBy(factor), fit: () => this.fit() });
    this.listen();
  }

  listen() {
    this.watch = new ResizeObserver(() => this.places && (this.lens.own ? this.redraw() : this.fit()));
    this.watch.observe(this.box);
    addEventListener("recolor", () => this.dress());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.dress());
    addEventListener("popstate", () => this.places && this.read());
    addEventListener("chosen", (event) => this.found(event));
    addEventListener("keydown", (event) => event.key === "Escape" && !/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && this.choose(-1));
  }

  // ---- what the server computed

  async load() {
    byId("skeleton").hidden = false;
    try {
      const places = await fetchPlaces((message) => replace(byId("skeleton"), message || t("mapComputing")));
      await places.lot(0);
      this.places = places;
    } catch (error) {
      byId("skeleton").hidden = true;
      return this.fail(error, () => this.load());
    }
    byId("skeleton").hidden = byId("banner").hidden = true;
    this.open(new URLSearchParams(location.search).get("draw") === "webgl");
    this.fit();
    await this.read();
    document.documentElement.dataset.ready = "true";
  }

  // Takes a painter for what this browser can do, and says what that leaves out.
  open(anyway, lost = "") {
    const canvas = el("canvas", { class: "picture" });
    const { gl, why, renderer } = lost ? { why: lost } : contextFor(canvas, anyway);
    const paper = gl ? canvas : el("canvas", { class: "picture" });
    this.labels = el("canvas", { class: "labels" });
    replace(this.box, paper, this.labels);
    this.painter = gl ? new WebGl(gl, canvas, this.places, Boolean(renderer)) : new Flat(paper, this.places);
    if (gl) canvas.addEventListener("webglcontextlost", () => this.open(false, "mapLost"));
    this.explain(why, renderer);
    this.around();
    this.dress();
  }

  explain(why, renderer) {
    const { painter: { shown }, places: { count: total } } = this;
    byId("notice").hidden = !why;
    if (!why) return;
    const said = t(shown < total ? "mapPart" : "mapAll", { why: t(why, { renderer }), shown: count(shown), total: count(total) });
    const anyway = new URLSearchParams(location.search);
    anyway.set("draw", "webgl");
    replace(byId("notice"), el("span", {}, said), why === "mapSoftware" && shown < total ? el("a", { href: `?${anyway}${location.hash}` }, t("mapAnyway")) : null);
  }

  around() {
    const { painter, places } = this;
    const all = places.links.length / 2;
    replace(byId("status"), t(painter.links < all ? "mapShownPart" : "mapShown", { shown: count(painter.shown), total: count(places.count), links: count(painter.links), all: count(all) }));
    const best = Array.from({ length: Math.min(BEST, places.count) }, (_, place) => place);
    const entries = [...places.types.map((type) => el("span", {}, symbol(type), term("type", type))), el("span", { class: "muted" }, t("size"))];
    replace(byId("legend"), el("details", { open: !SMALL.matches }, el("summary", {}, t("legend")), el("div", { class: "entries" }, ...entries)),
      el("details", { id: "best" }, el("summary", {}, t("mapBest", { count: best.length })), el("ol", { class: "best" }, ...best.map((place) =>
        el("li", {}, button([symbol(places.type(place)), named(this.label(place), 20)], () => this.show(place), { class: "link" }))))));
  }

  // ---- the address

  async read() {
    this.reading = true;
    const address = new URLSearchParams(location.hash.slice(1));
    const restored = this.lens.restore(address.get("at") ?? "");
    const key = address.get("n") ?? "";
    await this.trying(async () => {
      const place = key ? await this.places.placeOf(key) : -1;
      this.choose(place, { quiet: true });
      if (place >= 0 && !restored) this.centre(place);
    });
    this.reading = false;
    this.write(false);
    this.redraw();
  }

  write(push) {
    if (this.reading) return;
    const kept = new URLSearchParams();
    const key = this.places?.name(this.chosen)?.[0];
    if (key) kept.set("n", key);
    if (String(this.lens)) kept.set("at", String(this.lens));
    const hash = kept.size ? `#${kept}` : "";
    if (hash !== location.hash) history[push ? "pushState" : "replaceState"](null, "", location.pathname + location.search + hash);
    if (byId("lang")) byId("lang").hash = hash;
  }

  // ---- what the lens tells

  moved() {
    clearTimeout(this.settling);
    this.lens.moving = true;
    this.settling = setTimeout(() => this.settled(), SETTLED);
    this.redraw();
  }

  settled() {
    this.lens.moving = false;
    this.write(false);
    if (this.painter?.slow) this.redraw();
  }

  over(x, y, slack) {
    const place = this.at(x, y, slack);
    if (place === this.hovered) return;
    this.hovered = place;
    this.box.classList.toggle("over", place >= 0);
    this.redraw(false);
  }

  clicked(x, y, slack) {
    this.choose(this.at(x, y, slack));
  }

  fit() {
    this.lens.fit(this.places.bounds(this.painter.shown), this.covered());
  }

  // The thing drawn at a point of the screen, -1 where there is none.
  at(x, y, slack) {
    const { places: { points, facts } = {}, lens: { scale } } = this;
    const [across, down] = this.lens.point(x, y);
    let best = -1;
    let least = slack;
    for (let place = 0; place < (this.painter?.shown ?? 0); place += 1) {
      const [dx, dy] = [Math.abs(points[place * 2] - across) * scale, Math.abs(points[place * 2 + 1] - down) * scale];
      if (dx > least + BIGGEST || dy > least + BIGGEST) continue;
      const gap = Math.hypot(dx, dy) - radius(facts[place], scale);
      if (gap < least) [best, least] = [place, gap];
    }
    return best;
  }

  // How much of the picture the panel lies on.
  covered() {
    return SMALL.matches && !byId("panel").hidden ? Math.max(0, this.box.getBoundingClientRect().bottom - byId("panel").getBoundingClientRect().top) : 0;
  }

  // ---- one thing

  label(place) {
    const [, label, english] = this.places.name(place) ?? ["", ""];
    return (inEnglish() && english) || label || t("unnamed");
  }

  async choose(place, { quiet = false } = {}) {
    if (!this.places || place === this.chosen) return;
    this.chosen = place;
    this.near = place >= 0 ? this.places.near(place) : [];
    byId("panel").hidden = place < 0;
    document.body.classList.toggle("with-panel", place >= 0);
    if (place >= 0) {
      replace(byId("panel"), ...this.about(place));
      const [x, y] = this.lens.screen(this.places, place);
      if (!this.lens.holds(x, y + this.covered()) && !quiet) this.centre(place);
      await this.trying(() => this.places.lot(place));
      if (place !== this.chosen) return;
      replace(byId("panel"), ...this.about(place));
    }
    if (!quiet) this.write(true);
    this.redraw(false);
  }

  about(place) {
    const key = this.places.name(place)?.[0];
    const notes = `${term("type", this.places.type(place))} · ${t("factCount", { count: count(this.places.facts[place]) })}`;
    return [
      button("×", () => this.choose(-1), { class: "close", "aria-label": t("close") }),
      el("header", { class: "head" }, el("h2", {}, symbol(this.places.type(place), 16), named(key ? this.label(place) : t("loading"), 80)), el("p", { class: "muted" }, notes)),
      key && el("div", { class: "row" }, el("a", { class: "small", href: `/id/${key}` }, t("ownPage")), el("a", { class: "small", href: `/graph?${new URLSearchParams({ n: key })}` }, t("openGraph"))),
    ];
  }

  show(place) {
    this.choose(place);
    this.centre(place);
  }

  centre(place) {
    this.lens.scale = Math.max(this.lens.scale, CLOSE);
    this.lens.own = true;
    this.lens.centre(this.places.points[place * 2], this.places.points[place * 2 + 1], this.covered());
  }

  // A thing found by the search box is shown here.
  found(event) {
    const key = event.detail;
    if (!key || !this.places) return;
    event.preventDefault();
    this.trying(async () => this.show(await this.places.placeOf(key)));
  }

  // ---- failures; of a newer build its own map is taken

  fail(error, again) {
    if (!error.told) throw error;
    if (error.newer) return this.load();
    replace(byId("banner"), el("span", {}, error.status === 404 ? t("notFound") : error.message),
      again && button(t("retry"), () => {
        byId("banner").hidden = true;
        again();
      }, { class: "small" }), button("×", () => (byId("banner").hidden = true), { class: "link", "aria-label": t("close") }));
    byId("banner").hidden = false;
    return null;
  }

  async trying(run) {
    try {
      await run();
    } catch (error) {
      this.fail(error, error.status === 404 ? null : () => this.trying(run));
    }
  }

  // ---- drawing

  dress() {
    if (!this.painter) return;
    this.colors = themeColors();
    this.sheet = sheetOf(this.places.types, this.colors);
    this.painter.dress(this.colors);
    this.redraw();
  }

  // With the next frame; names and what is chosen may be drawn anew alone.
  redraw(whole = true) {
    this.whole = this.whole || whole;
    if (this.drawing) return;
    this.drawing = requestAnimationFrame(() => {
      this.drawing = 0;
      this.draw(this.whole);
      this.whole = false;
    });
  }

  draw(whole = true) {
    if (!this.painter || !this.lens.width) return;
    let resized = false;
    for (const canvas of [this.painter.canvas, this.labels]) {
      const [width, height] = [this.lens.width, this.lens.height].map((side) => Math.round(side * this.lens.ratio));
      if (canvas.width === width && canvas.height === height) continue;
      Object.assign(canvas, { width, height });
      resized = true;
    }
    if (whole || resized) this.painter.draw(this.lens);
    this.overlay(this.labels.getContext("2d"));
  }

  // Names, and what is chosen with its lines, over the picture.
  overlay(context) {
    const { lens, places, colors } = this;
    context.setTransform(lens.ratio, 0, 0, lens.ratio, 0, 0);
    context.clearRect(0, 0, lens.width, lens.height);
    if (this.chosen >= 0) this.mark(context);
    const first = [this.hovered, this.chosen].filter((place, n, both) => place >= 0 && both.indexOf(place) === n);
    const others = this.inSight().filter((place) => !first.includes(place));
    const wanted = [...first, ...others];
    places.want(wanted, () => this.redraw(false), (error) => this.fail(error));
    const items = wanted.filter((place) => places.name(place)).map((place) => {
      const [x, y] = lens.screen(places, place);
      return { id: place, x, y, size: radius(places.facts[place], lens.scale), text: this.label(place), first: first.includes(place) };
    });
    this.named = drawLabels(context, { items, marks: [], words: [], width: lens.width, height: lens.height, zoom: lens.scale / lens.fitted, colors, ratio: lens.ratio });
  }

  mark(context) {
    const { lens, places } = this;
    const [x, y] = lens.screen(places, this.chosen);
    Object.assign(context, { strokeStyle: this.colors.text, lineWidth: 1.2, globalAlpha: 0.6 });
    context.beginPath();
    for (const place of this.near) {
      context.moveTo(x, y);
      context.lineTo(...lens.screen(places, place));
    }
    context.stroke();
    context.globalAlpha = 1;
    for (const place of [...this.near.slice(0, 300), this.chosen]) stamp(context, this.sheet, places.kinds[place], ...lens.screen(places, place), radius(places.facts[place], lens.scale));
    context.lineWidth = 2.5;
    context.beginPath();
    context.arc(x, y, radius(places.facts[this.chosen], lens.scale) + 4, 0, 2 * Math.PI);
    context.stroke();
  }

  // The best known thing of each part of the screen; of those a line joins to the chosen one, all.
  inSight() {
    const { points } = this.places;
    const { scale, width, height } = this.lens;
    const [left, top] = this.lens.point(0, 0);
    const [columns, rows] = [Math.ceil(width / NAMED[0]), Math.ceil(height / NAMED[1])];
    const taken = new Uint8Array(columns * rows);
    const found = [];
    for (let place = 0; place < this.painter.shown; place += 1) {
      const column = Math.floor(((points[place * 2] - left) * scale) / NAMED[0]);
      const row = Math.floor(((points[place * 2 + 1] - top) * scale) / NAMED[1]);
      if (column < 0 || row < 0 || column >= columns || row >= rows || taken[row * columns + column]) continue;
      taken[row * columns + column] = 1;
      found.push(place);
    }
    const near = this.near.slice(0, BEST);
    return [...near, ...found.filter((place) => !near.includes(place))];
  }
}

const page = (window.edukg = new Page());
await page.load();

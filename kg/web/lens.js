// What shows a part of a large picture: where it stands and how near, and what the hand does with it: mouse, fingers, wheel and keys.

const NEAREST = 6; // pixels to a step of the picture
const STILL = 5; // pixels that a pointer may move and still have clicked
const STEP = 80; // pixels an arrow moves
const MARGIN = 46; // pixels left free around all of it

export class Lens {
  // `told` hears of moves, and of places on the screen that are pointed at and clicked: moved(), over(x, y, slack), clicked(x, y, slack).
  constructor(box, told) {
    Object.assign(this, { box, told, x: 0, y: 0, scale: 1, fitted: 1, own: false, moving: false, pointers: new Map(), gone: 0 });
    box.addEventListener("pointerdown", (event) => this.#down(event));
    box.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) box.addEventListener(name, (event) => this.#up(event));
    box.addEventListener("pointerleave", () => this.told.over(-1, -1, 0));
    box.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    box.addEventListener("keydown", (event) => this.#key(event));
  }

  get width() {
    return this.box.clientWidth;
  }

  get height() {
    return this.box.clientHeight;
  }

  get ratio() {
    return devicePixelRatio || 1;
  }

  screen(places, place) {
    return [(places.points[place * 2] - this.x) * this.scale + this.width / 2, (places.points[place * 2 + 1] - this.y) * this.scale + this.height / 2];
  }

  // What of the picture lies at a point of the screen.
  point(x, y) {
    return [this.x + (x - this.width / 2) / this.scale, this.y + (y - this.height / 2) / this.scale];
  }

  holds(x, y, spare = 0) {
    return x >= -spare && y >= -spare && x <= this.width + spare && y <= this.height + spare;
  }

  // All within bounds in sight, above what covers the bottom.
  fit([left, top, right, bottom], covered = 0) {
    const [width, height] = [Math.max(50, this.width - MARGIN * 2), Math.max(50, this.height - covered - MARGIN * 2)];
    this.fitted = this.scale = Math.min(width / Math.max(1, right - left), height / Math.max(1, bottom - top), 1.5);
    this.own = false;
    this.centre((left + right) / 2, (top + bottom) / 2, covered);
  }

  centre(x, y, covered = 0) {
    Object.assign(this, { x, y: y + covered / 2 / this.scale });
    this.told.moved();
  }

  // A view that an address holds; whether it holds one.
  restore(text) {
    const [x, y, scale] = text.split("_").map(Number);
    if (!text || ![x, y, scale].every(Number.isFinite) || scale <= 0) return false;
    Object.assign(this, { x, y, scale: this.#within(scale), own: true });
    return true;
  }

  toString() {
    return this.own ? [this.x.toFixed(1), this.y.toFixed(1), this.scale.toPrecision(4)].join("_") : "";
  }

  #within(scale) {
    return Math.min(NEAREST, Math.max(this.fitted / 4, scale));
  }

  // What lies under a point of the screen stays under it.
  zoomBy(factor, x = this.width / 2, y = this.height / 2) {
    const scale = this.#within(this.scale * factor);
    const [across, down] = [x - this.width / 2, y - this.height / 2];
    this.#shift(across / this.scale - across / scale, down / this.scale - down / scale, scale);
  }

  #shift(x, y, scale = this.scale) {
    Object.assign(this, { x: this.x + x, y: this.y + y, scale, own: true });
    this.told.moved();
  }

  #at(event) {
    const { left, top } = this.box.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  #down(event) {
    if (event.button) return;
    this.box.setPointerCapture(event.pointerId);
    if (!this.pointers.size) this.gone = 0;
    this.pointers.set(event.pointerId, this.#at(event));
  }

  #move(event) {
    const now = this.#at(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) return this.told.over(...now, slack(event));
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, now);
    this.gone += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (other) {
      this.gone = Infinity;
      this.zoomBy(Math.hypot(now[0] - other[0], now[1] - other[1]) / Math.max(1, Math.hypot(before[0] - other[0], before[1] - other[1])), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
    }
    if (this.gone > STILL) this.#shift(-(now[0] - before[0]) / this.scale / (other ? 2 : 1), -(now[1] - before[1]) / this.scale / (other ? 2 : 1));
  }

  #up(event) {
    if (this.pointers.delete(event.pointerId) && event.type === "pointerup" && this.gone <= STILL) this.told.clicked(...this.#at(event), slack(event));
  }

  #wheel(event) {
    event.preventDefault();
    this.zoomBy(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), ...this.#at(event));
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = {
      ArrowLeft: () => this.#shift(-STEP / this.scale, 0), ArrowRight: () => this.#shift(STEP / this.scale, 0), ArrowUp: () => this.#shift(0, -STEP / this.scale),
      ArrowDown: () => this.#shift(0, STEP / this.scale), "+": () => this.zoomBy(1.3), "=": () => this.zoomBy(1.3), "-": () => this.zoomBy(1 / 1.3), 0: () => this.told.fit(),
      Enter: () => this.told.clicked(this.width / 2, this.height / 2, Infinity),
    };
    if (!acts[event.key]) return;
    acts[event.key]();
    event.preventDefault();
  }
}

// How far beside a symbol a pointer may be: a finger is broad.
function slack(event) {
  return event.pointerType === "touch" ? 14 : 4;
}

// Labels, marks and badges over the picture, thinned so that none lies on another.

import { shorten } from "./dom.js";

const LETTER = 13;
const BUDGET = 60;
const CELL = 64;
const CROWD = 220; // with more symbols in sight, labels may lie on the small ones
const SURE = 25; // the most important labels may lie on symbols, though never on each other
const HUBS = 40; // symbols that no label may cover
const BIDI = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const WIDE = /[\u2e80-\uffef]/; // letters twice as wide as Latin ones
const PLACES = [[0, 1], [0, -1], [1, 0], [-1, 0]];

export const FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",system-ui,sans-serif';

// Boxes already taken, found by the cells they touch.
class Taken {
  constructor() {
    this.cells = new Map();
  }

  #keys([left, top, right, bottom]) {
    const keys = [];
    for (let x = Math.floor(left / CELL); x <= Math.floor(right / CELL); x += 1) {
      for (let y = Math.floor(top / CELL); y <= Math.floor(bottom / CELL); y += 1) keys.push(`${x},${y}`);
    }
    return keys;
  }

  free(box) {
    return this.#keys(box).every((key) => (this.cells.get(key) ?? []).every((other) => box[2] <= other[0] || box[0] >= other[2] || box[3] <= other[1] || box[1] >= other[3]));
  }

  take(box) {
    for (const key of this.#keys(box)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push(box);
    }
  }
}

// items: {x, y, size, text, first, faint, badge} in CSS pixels, the most important first; marks: {x, y, sign}.
export function drawLabels(context, { items, marks, words, width, height, zoom, colors, ratio }) {
  const taken = new Taken();
  const symbols = new Taken();
  const inside = ([left, top, right, bottom]) => left >= 0 && top >= 0 && right <= width && bottom <= height;
  let budget = BUDGET * Math.max(1, zoom * zoom);
  context.save();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const mark of marks) {
    drawMark(context, mark, colors);
    taken.take([mark.x - 8, mark.y - 8, mark.x + 8, mark.y + 8]);
  }
  const near = items.filter((item) => inside([item.x, item.y, item.x, item.y]));
  const kept = near.length <= CROWD ? near : near.filter((item) => item.first || item.size > 9);
  for (const item of kept) symbols.take([item.x - item.size, item.y - item.size, item.x + item.size, item.y + item.size]);
  for (const { x, y, size } of items.filter((item, place) => item.first || (place < HUBS && item.size > 8))) taken.take([x - size, y - size, x + size, y + size]);
  const drawn = [];
  for (const item of items) {
    if (budget <= 0 && !item.first) break;
    if (item.faint && drawn.length >= SURE) break;
    const fits = (box) => inside(box) && taken.free(box);
    const important = item.first || drawn.length < SURE;
    const box = place(context, item, (one) => fits(one) && symbols.free(one)) ?? (important ? place(context, item, fits) : null) ?? (item.first && inside([item.x, item.y, item.x, item.y]) ? pressed(place(context, item, () => true), width, height) : null);
    if (!box) continue;
    taken.take(box);
    drawn.push([item, box]);
    budget -= 1;
  }
  for (const word of words) drawWord(context, word, taken, colors);
  for (const [item, box] of drawn) drawText(context, item, box, colors);
  for (const item of items) if (item.badge && item.size > 8 && !item.faint) drawBadge(context, item, colors);
  context.restore();
  return drawn.map(([item, box]) => ({ id: item.id, box }));
}

function place(context, item, fits) {
  item.shown = shorten(item.text.replace(BIDI, ""), (item.first ? 24 : 10) * (WIDE.test(item.text) ? 1 : 2));
  context.font = `${item.first ? "600 " : ""}${LETTER}px ${FONT}`;
  const half = context.measureText(item.shown).width / 2 + 2;
  for (const [across, down] of PLACES) {
    const x = item.x + across * (item.size + half + 3);
    const y = item.y + down * (item.size + LETTER / 2 + 4);
    const box = [x - half, y - LETTER / 2 - 2, x + half, y + LETTER / 2 + 2];
    if (fits(box)) return box;
  }
  return null;
}

// A box moved inside the picture: the chosen thing is named even at the rim.
function pressed([left, top, right, bottom], width, height) {
  const x = Math.max(0, Math.min(left, width - (right - left)));
  const y = Math.max(0, Math.min(top, height - (bottom - top)));
  return [x, y, x + right - left, y + bottom - top];
}

function drawText(context, item, box, colors) {
  const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  context.font = `${item.first ? "600 " : ""}${LETTER}px ${FONT}`;
  context.globalAlpha = item.faint ? 0.35 : 1;
  context.lineWidth = 4;
  context.strokeStyle = colors.halo;
  context.strokeText(item.shown, x, y);
  context.fillStyle = colors.text;
  context.fillText(item.shown, x, y);
  context.globalAlpha = 1;
}

function drawWord(context, word, taken, colors) {
  context.font = `12px ${FONT}`;
  const half = context.measureText(word.text).width / 2 + 3;
  const box = [word.x - half, word.y - 9, word.x + half, word.y + 9];
  if (!taken.free(box)) return;
  taken.take(box);
  context.lineWidth = 4;
  context.strokeStyle = colors.halo;
  context.strokeText(word.text, word.x, word.y);
  context.fillStyle = word.color;
  context.fillText(word.text, word.x, word.y);
}

function drawMark(context, { x, y, sign }, colors) {
  context.beginPath();
  context.arc(x, y, 7, 0, 2 * Math.PI);
  context.fillStyle = colors.halo;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = { "!": colors.flag, "?": colors.infer, "×": colors.masked }[sign];
  context.stroke();
  context.fillStyle = context.strokeStyle;
  context.font = `700 10px ${FONT}`;
  context.fillText(sign, x, y + 0.5);
}

function drawBadge(context, { x, y, size, badge }, colors) {
  const text = String(badge);
  context.font = `600 10px ${FONT}`;
  const half = context.measureText(text).width / 2 + 4;
  const [left, top] = [x + size * 0.75 - half, y - size * 0.95 - 6];
  context.beginPath();
  context.roundRect(left, top, half * 2, 13, 6.5);
  context.fillStyle = colors.badge;
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = colors.halo;
  context.stroke();
  context.fillStyle = "#fff";
  context.fillText(text, left + half, top + 7);
}

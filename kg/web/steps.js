// The steps by which a picture came about, as the address holds them, and what they leave drawn, and where.

import { SEEN } from "./remote.js";

const NAMES = ["n", "more", "add", "hide", "fold", "put"];
const [NEAR, APART, WIDER] = [190, 78, 1.35]; // first ring, least distance of two nodes, and how much wider than high rings are

export function readSteps(address) {
  return [...address].filter(([name, value]) => NAMES.includes(name) && value);
}

// The key, the kind of line and the number of neighbours that a step asks for.
export function wanted([name, value]) {
  const [key, by = "", limit = ""] = name === "more" ? value.split("|") : [value];
  return { key, by, limit: Math.max(1, Math.min(200, Number.parseInt(limit, 10) || SEEN)) };
}

// What is drawn after all steps: the nodes with their places, each with the node from which it came; and what the last opening left out.
export function replay(steps, source) {
  const [drawn, places, opened] = [new Map(), new Map(), new Set()];
  let hidden = 0;
  let last = null;
  const put = (id, by) => {
    if (!drawn.has(id)) drawn.set(id, by);
    if (!places.get(id)) places.set(id, by === id ? apart(places) : null);
  };
  for (const step of steps) {
    const { key, by, limit } = wanted(step);
    const ids = step[1].split(" ").map((one) => source.byKey.get(one)?.id).filter((id) => id !== undefined);
    if (step[0] === "n" || step[0] === "more") {
      const ego = source.egos.get(`${key} ${by} ${limit}`);
      if (!ego) continue;
      put(ego.centre, ego.centre);
      opened.add(ego.centre);
      for (const id of ego.added) put(id, ego.centre);
      around(ego.centre, ego.added.filter((id) => !places.get(id)), places, source);
      last = { ...ego, by };
    } else if (step[0] === "add") spread(ids, drawn, places, source);
    else if (step[0] === "put") move(step[1], places, source);
    else if (step[0] === "hide") for (const id of ids) hidden += drawn.delete(id) ? 1 : 0;
    else for (const [id, from] of drawn) if (ids.includes(from) && id !== from && !opened.has(id)) drawn.delete(id);
  }
  for (const [id, place] of places) [source.nodes[id].x, source.nodes[id].y] = place;
  return { drawn, hidden, last };
}

// A node that was dragged: its key and where it was put.
function move(value, places, source) {
  const [key, ...place] = value.split("|");
  const id = source.byKey.get(key)?.id;
  const at = place.map(Number);
  if (places.get(id) && at.length === 2 && at.every(Number.isFinite)) places.set(id, at);
}

// Nodes added together: the best linked among them first, each with those that it is linked to around it.
function spread(ids, drawn, places, source) {
  const near = (id) => [...new Set(source.nodes[id].links.flatMap((link) => [link.from, link.to]))].filter((other) => other !== id && ids.includes(other));
  for (const id of ids.toSorted((a, b) => near(b).length - near(a).length || a - b)) {
    between(id, drawn, places, source);
    around(id, near(id).filter((other) => !places.get(other)), places, source);
  }
}

// A node that was added by itself stands as near as it can to the middle of those that it is linked to.
function between(id, drawn, places, source) {
  drawn.set(id, id);
  if (places.get(id)) return;
  const linked = source.nodes[id].links.flatMap((link) => [link.from, link.to]).filter((other) => other !== id && places.get(other)).map((other) => places.get(other));
  if (!linked.length) return places.set(id, apart(places));
  const [x, y] = [mean(linked.map((one) => one[0])), mean(linked.map((one) => one[1]))];
  for (let ring = 0; ; ring += 1) {
    const room = ring ? ring * 6 : 1;
    for (let n = 0; n < room; n += 1) {
      const [turn, radius] = [(n / room) * 2 * Math.PI + ring, ring * APART];
      const at = [round(x + Math.cos(turn) * radius * WIDER), round(y + Math.sin(turn) * radius)];
      if (free(at, [...places.values()])) return places.set(id, at);
    }
  }
}

function free(at, taken) {
  return taken.every((one) => !one || Math.hypot((one[0] - at[0]) / WIDER, one[1] - at[1]) >= APART);
}

// A place to the right of all others.
function apart(places) {
  const found = [...places.values()].filter(Boolean);
  if (!found.length) return [0, 0];
  return [Math.max(...found.map(([x]) => x)) + 420, 0];
}

// New nodes stand around the opened one, those of a type side by side, on the side that is turned away from all others.
function around(centre, ids, places, source) {
  const [x, y] = places.get(centre);
  const taken = [...places.values()].filter(Boolean);
  const others = taken.filter((place) => place[0] !== x || place[1] !== y);
  const [mx, my] = others.length ? [mean(others.map((one) => one[0])), mean(others.map((one) => one[1]))] : [x, y + 1];
  const outward = Math.atan2(y - my, x - mx);
  const ordered = ids.toSorted((a, b) => order(source.nodes[a]).localeCompare(order(source.nodes[b])) || a - b);
  const slots = [];
  for (let ring = 0; slots.length < ordered.length; ring += 1) {
    const radius = NEAR + ring * 105;
    const most = Math.floor((2 * Math.PI * radius) / (APART + 12));
    const room = others.length ? most : Math.min(most, ordered.length - slots.length); // alone, they stand all around
    const turns = Array.from({ length: room }, (_, n) => (Math.ceil(n / 2) * (n % 2 ? 1 : -1) * 2 * Math.PI) / room);
    for (const turn of turns) {
      if (slots.length === ordered.length) break;
      const at = [round(x + Math.cos(outward + turn) * radius * WIDER), round(y + Math.sin(outward + turn) * radius)];
      if (free(at, [...taken, ...slots.map((slot) => slot.at)])) slots.push({ at, turn, ring });
    }
  }
  slots.sort((a, b) => a.turn - b.turn || a.ring - b.ring);
  ordered.forEach((id, place) => places.set(id, slots[place].at));
}

const order = (node) => `${node.type} ${node.key}`;
const mean = (numbers) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
const round = (number) => Math.round(number * 10) / 10;

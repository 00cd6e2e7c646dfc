// The whole map as the server packs it, a column of each kind of number, and names in small lots for what is looked at.

import { t } from "./i18n.js";
import { ask, Failure } from "./remote.js";

const HEADER = 16; // bytes
const LOT = 200; // names asked for at once
const ASKED = 4; // lots asked for at the same time
const PATIENCE = 60_000; // milliseconds until the bytes are given up
const SOON = 1; // seconds until a server that does not say when is asked again

const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

// The map, asked for until it is computed; `waiting` hears that it is not.
export async function fetchPlaces(waiting) {
  for (;;) {
    const response = await fetch("/api/map", { signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
    if (!response) throw new Failure(t("serverGone"));
    if (response.ok) {
      const bytes = await response.arrayBuffer().catch(() => null);
      if (!bytes) throw new Failure(t("serverGone"));
      return new Places(bytes, response.headers.get("etag"));
    }
    const said = await response.json().catch(() => ({}));
    if (response.status !== 503) throw new Failure(said.error || t("failed"), response.status);
    waiting(said.error);
    await pause(Number(response.headers.get("retry-after")) || SOON);
  }
}

export class Places {
  constructor(bytes, build) {
    const [, , count, links] = new Uint32Array(bytes, 0, HEADER / 4);
    let at = HEADER;
    const column = (Kind, length) => {
      const found = new Kind(bytes, at, length);
      at += found.byteLength;
      return found;
    };
    Object.assign(this, { build, count, types: [], names: new Map(), open: new Set() });
    this.ids = column(Uint32Array, count);
    this.points = column(Float32Array, count * 2);
    this.facts = column(Uint32Array, count);
    this.links = column(Uint32Array, links * 2);
    this.kinds = column(Uint8Array, count);
  }

  type(place) {
    return this.types[this.kinds[place]];
  }

  // Key, label and English label, undefined until they have come.
  name(place) {
    return this.names.get(place);
  }

  // The names of the lot of a place.
  async lot(place) {
    if (this.names.has(place)) return;
    await this.#take({ from: place - (place % LOT), count: LOT });
  }

  // The place of a key; a failure with status 404 where it has none.
  async placeOf(key) {
    return this.#take({ key });
  }

  async #take(asked) {
    const said = await ask(`/api/map/names?${new URLSearchParams(asked)}`);
    if (said.build !== this.build) throw Object.assign(new Failure(t("failed")), { newer: true });
    this.types = said.types;
    said.things.forEach((name, n) => this.names.set(said.from + n, name));
    return said.from;
  }

  // Asks for the names that are missing, the first ones first; `came` hears of each lot, `failed` of a failure.
  want(places, came, failed) {
    for (const place of places) {
      const lot = place - (place % LOT);
      if (this.names.has(place) || this.open.has(lot)) continue;
      if (this.open.size >= ASKED) return;
      this.open.add(lot);
      this.lot(place).then(came, failed).finally(() => this.open.delete(lot));
    }
  }

  // The places that a line joins to one.
  near(place) {
    const found = new Set();
    for (let n = 0; n < this.links.length; n += 2) {
      if (this.links[n] === place) found.add(this.links[n + 1]);
      else if (this.links[n + 1] === place) found.add(this.links[n]);
    }
    return [...found].sort((a, b) => a - b);
  }

  // Left, top, right and bottom of the first places.
  bounds(count) {
    const found = [Infinity, Infinity, -Infinity, -Infinity];
    for (let n = 0; n < count * 2; n += 2) {
      const [x, y] = [this.points[n], this.points[n + 1]];
      if (x < found[0]) found[0] = x;
      if (y < found[1]) found[1] = y;
      if (x > found[2]) found[2] = x;
      if (y > found[3]) found[3] = y;
    }
    return count ? found : [0, 0, 0, 0];
  }
}

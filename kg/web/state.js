// What the page shows, kept in the address so that a link restores it.

const SETS = ["types", "kinds", "states"];
const listeners = [];

export const state = {
  tab: "", node: -1, fact: -1, other: -1, doc: -1, q: "", types: new Set(), kinds: new Set(), states: new Set(), region: "", measure: -1, document: -1, year: "",
  loose: false, extra: new Set(), hidden: new Set(), columns: {}, sort: "", page: 1, view: "", lang: "zh",
};

export function onChange(listener) {
  listeners.push(listener);
}

export function change(patch) {
  const changed = Object.keys(patch).filter((name) => state[name] !== patch[name]);
  if (!changed.length) return;
  Object.assign(state, patch);
  const big = ["tab", "node", "doc"].some((name) => changed.includes(name));
  keep(big);
  for (const listener of listeners) listener(new Set(changed));
}

// The address of the present state; nodes by key, so that it also holds for a later build.
export function addressOf(source) {
  const keys = new URLSearchParams();
  const put = (name, value) => value && keys.set(name, value);
  const keyOf = (id) => (id >= 0 ? source.nodes[id].key : "");
  const docKey = (id) => (id >= 0 ? keyOf(source.documents[id].node) : "");
  put("tab", state.tab);
  put("n", keyOf(state.node));
  put("f", state.fact >= 0 ? source.facts[state.fact].key || String(state.fact) : "");
  put("to", keyOf(state.other));
  put("doc", docKey(state.doc));
  put("q", state.q);
  for (const name of SETS) put(name, name === "types" ? typesOf(state.types) : [...state[name]].sort().join(","));
  put("region", state.region);
  put("measure", keyOf(state.measure));
  put("document", docKey(state.document));
  put("year", state.year);
  put("loose", state.loose ? "1" : "");
  put("open", [...state.extra].map(keyOf).join(" "));
  put("hide", [...state.hidden].map(keyOf).join(" "));
  put("sort", state.sort);
  put("page", state.page > 1 ? String(state.page) : "");
  put("view", state.view);
  put("lang", state.lang === "en" ? "en" : "");
  for (const [name, value] of Object.entries(state.columns)) put(`c.${name}`, value);
  return "#" + keys.toString();
}

let current = null;
let keep = () => {};
let defaults = new Set();

function typesOf(types) {
  const same = types.size === defaults.size && [...types].every((type) => defaults.has(type));
  return same ? "" : [...types].sort().join(",") || "-";
}

// Has the address written by another function, which hears whether the change is worth a step back.
export function keepAddress(write) {
  keep = write;
}

export function bindHash(source, folded) {
  current = source;
  defaults = new Set(folded);
  keep = writeHash;
  readHash();
  addEventListener("hashchange", () => {
    if (location.hash === addressOf(current)) return;
    const before = { ...state };
    readHash();
    const changed = new Set(Object.keys(state).filter((name) => state[name] !== before[name]));
    for (const listener of listeners) listener(changed);
  });
}

function writeHash(push) {
  const address = addressOf(current);
  if (address === location.hash) return;
  history[push ? "pushState" : "replaceState"](null, "", address);
}

function readHash() {
  const keys = new URLSearchParams(location.hash.slice(1));
  const get = (name) => keys.get(name) ?? "";
  const idOf = (key) => current.byKey.get(key)?.id ?? -1;
  const docOf = (key) => current.byKey.get(key)?.document ?? -1;
  const setOf = (name) => new Set(get(name).split(",").filter((part) => part && part !== "-"));
  const idsOf = (name) => new Set(get(name).split(" ").map(idOf).filter((id) => id >= 0));
  Object.assign(state, {
    tab: get("tab") || state.tab, node: idOf(get("n")), other: idOf(get("to")), doc: docOf(get("doc")), q: get("q"), fact: factOf(get("f")),
    types: keys.has("types") ? setOf("types") : new Set(defaults), kinds: setOf("kinds"), states: setOf("states"), region: get("region"),
    measure: idOf(get("measure")), document: docOf(get("document")), year: get("year"), loose: get("loose") === "1", extra: idsOf("open"), hidden: idsOf("hide"),
    sort: get("sort"), page: Math.max(1, Number.parseInt(get("page"), 10) || 1), view: get("view"),
    lang: get("lang") === "en" || new URLSearchParams(location.search).get("lang") === "en" ? "en" : "zh",
    columns: Object.fromEntries([...keys].filter(([name]) => name.startsWith("c.")).map(([name, value]) => [name.slice(2), value])),
  });
}

function factOf(key) {
  if (!key) return -1;
  const found = current.facts.findIndex((fact) => fact.key === key);
  return found >= 0 ? found : current.facts[Number(key)]?.id ?? -1;
}

// The page for SPARQL: runs the query without leaving the page, can stop it, and shows where it is misspelled.

import { el, replace } from "./dom.js";
import { t } from "./i18n.js";
import { Failure } from "./remote.js";

const SVG = "http://www.w3.org/2000/svg";
const PATIENCE = 150; // milliseconds before a placeholder is shown
const byId = (id) => document.getElementById(id);
const [form, editor, answer, question] = [byId("asking"), byId("sparql"), byId("answer"), byId("question")];
let abort = null;

async function ask(fields, signal) {
  let response;
  try {
    response = await fetch("/query", { method: "POST", signal, headers: { Accept: "application/json" }, body: new URLSearchParams(fields) });
    return await response.json();
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Failure(t(response ? "failed" : "serverGone"));
  }
}

// Asks with the fields of a form: a query that is written, or a question that ships with its values.
async function run(fields) {
  abort?.abort();
  const now = (abort = new AbortController());
  const waiting = setTimeout(() => replace(answer, el("p", { class: "hint", role: "status" }, t("queryRunning"))), PATIENCE);
  byId("stop").hidden = false;
  try {
    const found = await ask(fields, now.signal);
    if (now.signal.aborted) return;
    if (found.query) editor.value = found.query;
    show(found);
  } catch (error) {
    if (now.signal.aborted) return;
    replace(answer, el("p", { class: "hint error", role: "alert" }, error.message, " ", el("button", { type: "button", class: "small", onclick: () => run(fields) }, t("retry"))));
  } finally {
    clearTimeout(waiting);
    if (abort === now) byId("stop").hidden = true;
  }
}

function show(found) {
  if (found.error) {
    if (found.line) point(found.line, found.column);
    return replace(answer, el("p", { class: "hint error", role: "alert" }, found.place ? el("strong", {}, found.place, " · ") : "", found.error));
  }
  if (found.turtle !== undefined) return replace(answer, el("pre", { class: "turtle" }, found.turtle));
  const picture = found.picture ? el("a", { href: found.picture }, t("queryPicture")) : null;
  replace(answer, el("p", { class: "summary", role: "status" }, found.note, picture ? " · " : "", picture), found.rows.length ? null : el("p", { class: "hint" }, t("queryNone")), bars(found.bars),
    found.rows.length > found.shown ? el("p", { class: "hint" }, t("queryShown", { count: found.shown })) : null, found.rows.length ? table(found) : null);
}

// Puts the cursor where the query is misspelled.
function point(line, column) {
  const lines = editor.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + Math.max(0, column - 1);
  editor.focus();
  editor.setSelectionRange(start, Math.min(start + 1, editor.value.length));
}

function table(found) {
  const cell = (one) => el("td", {}, !one ? "" : one.href ? el("a", { href: one.href, title: one.value }, el("bdi", {}, one.text)) : one.value);
  return el("div", { class: "wide" }, el("table", { class: "facts" }, el("thead", {}, el("tr", {}, ...found.names.map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, ...found.rows.slice(0, found.shown).map((row) => el("tr", {}, ...row.map(cell))))));
}

function bars(list) {
  if (!list.length) return null;
  const svg = shape("svg", { class: "bars", viewBox: `0 0 480 ${list.length * 26 + 6}`, role: "img", "aria-label": t("queryBars") });
  list.forEach(({ label, value, share }, place) => {
    const top = place * 26;
    const letters = Array.from(label);
    const name = shape("text", { class: "name", x: 202, y: top + 20 }, letters.length > 14 ? `${letters.slice(0, 14).join("")}…` : label);
    name.append(shape("title", {}, label));
    svg.append(name, shape("rect", { x: 210, y: top + 6, width: (share * 200).toFixed(1), height: 18 }), shape("text", { x: (216 + share * 200).toFixed(1), y: top + 20 }, value));
  });
  return svg;
}

function shape(name, attributes, text = "") {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.textContent = text;
  return node;
}

function submitted(event) {
  if (event.submitter?.value === "csv") return;
  event.preventDefault();
  run(event.currentTarget === form ? { query: editor.value } : new FormData(question));
}

form.addEventListener("submit", submitted);
question?.addEventListener("submit", submitted);
editor.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && form.requestSubmit(byId("run")));
byId("stop").addEventListener("click", () => {
  abort?.abort();
  replace(answer);
});
if (!answer.children.length) {
  if (question) run(new FormData(question));
  else if (new URLSearchParams(location.search).get("query")) run({ query: editor.value });
}
document.documentElement.dataset.ready = "true";

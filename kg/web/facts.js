// A fact in words: subject, predicate, object or value, what qualifies it, and its quote.

import { button, el, named, symbol } from "./dom.js";
import { locate } from "./fold.js";
import { count, inEnglish, t, term } from "./i18n.js";
import { predicateOf } from "./graph.js";
import { change } from "./state.js";

const SIGNS = { ge: "≥ ", gt: "> ", le: "≤ ", lt: "< ", approx: "≈ " };

export function valueOf(fact) {
  if (fact.kind === "Withheld") return t("withheld");
  if (!fact.value) return "";
  const range = fact.value_max ? `${number(fact.value, fact.unit)}–${number(fact.value_max, fact.unit)}` : number(fact.value, fact.unit);
  return `${SIGNS[fact.comparator] ?? ""}${range}${unitOf(fact)}`;
}

function unitOf(fact) {
  const unit = fact.unit === "CNY" ? (inEnglish() ? " yuan" : "元") : fact.unit === "1" ? "" : fact.unit === "%" || !inEnglish() ? fact.unit : ` ${fact.unit}`;
  return fact.per ? `${unit}/${fact.per}` : unit;
}

// 389000000 元 reads 3.89亿元; other figures keep every digit and get separators.
function number(text, unit) {
  const value = Number(text);
  if (unit === "CNY" && !inEnglish()) {
    for (const [size, word] of [[1e8, "亿"], [1e4, "万"]]) if (Math.abs(value) >= size) return `${trim(value / size)}${word}`;
  }
  const [whole, part] = text.split(".");
  return part ? `${count(whole)}.${part}` : count(whole);
}

function trim(value) {
  return String(Math.round(value * 1e6) / 1e6);
}

export function periodOf(fact) {
  const text = fact.period;
  if (!text) return "";
  if (text === "asof") return t("asof");
  if (/^\d{4}\/$/.test(text)) return t("since", { year: text.slice(0, 4) });
  return text.replace("/", "–");
}

export function objectOf(source, fact) {
  return fact.object >= 0 ? source.label(fact.object) : "";
}

export function predicateName(fact) {
  return predicateOf({ predicate: fact.predicate, status: fact.status });
}

// The words beside a fact; each with the class that colours it.
export function chipsOf(fact, source) {
  const chips = [];
  const add = (text, kind = "") => text && chips.push([text, kind]);
  if (fact.kind === "Withheld") add(t("withheld"), "withheld");
  add(term("status", fact.status), fact.status.toLowerCase());
  add(periodOf(fact));
  add(fact.due && t("due", { due: fact.due }));
  add(fact.quantity_kind && term("quantity", fact.quantity_kind));
  for (const name of ["direction", "extent", "detail"]) add(fact[name] && term(name, fact[name]));
  add(fact.issue_kind);
  if (fact.voice && fact.voice !== "own") add(term("voice", fact.voice));
  for (const label of fact.restricted_to) add(label);
  add(fact.from_value && t("from", { value: number(fact.from_value, fact.unit) }));
  for (const name of fact.meets) add(t("meets", { name }), "actual");
  for (const name of fact.fails) add(t("fails", { name }), "problem");
  if (fact.part_of >= 0) add(t("partOf"));
  if (fact.change_of >= 0) add(t("changeOf"));
  if (fact.restates >= 0) add(t("restates"));
  if (fact.addressed_by >= 0) add(t("addressed"));
  if (source.nodes[fact.subject]?.type === "Institution") add(t("schoolLevel"));
  return [...chips, ...marksOf(fact)];
}

export function marksOf(fact) {
  const marks = [];
  if (fact.basis === "inferred") marks.push([`? ${t("inferred")}`, "infer"]);
  for (const flag of fact.flags) marks.push([`! ${t("flagged")}:${term("flag", flag)}`, "flag"]);
  return marks;
}

export function chips(list) {
  return el("span", { class: "chips" }, ...list.map(([text, kind]) => el("span", { class: `chip ${kind}` }, named(text, 40))));
}

export function thing(source, id) {
  if (id < 0) return el("span", { class: "muted" }, t("unnamed"));
  const node = source.nodes[id];
  return button(symbol(node.type, 11), () => change({ node: id, fact: -1, other: -1 }), { class: "thing", title: node.path || null }).appendChild(named(source.label(id), 40)).parentNode;
}

// Subject – predicate – object with links to both ends.
export function sentence(source, fact) {
  const value = valueOf(fact);
  const figure = ["Outcome", "Withheld"].includes(fact.kind);
  const parts = [thing(source, fact.subject), el("span", { class: "predicate" }, figure && fact.status !== "Target" ? "—" : predicateName(fact))];
  if (fact.object >= 0) parts.push(thing(source, fact.object));
  if (value) parts.push(el("strong", { class: fact.kind === "Withheld" ? "value withheld" : "value", title: fact.value_text ? t("asWritten", { text: fact.value_text }) : null }, value));
  for (const id of fact.concerns) parts.push(el("span", { class: "predicate" }, t("concernsThings")), thing(source, id));
  return el("p", { class: "sentence" }, ...parts);
}

// A text with one part of it marked.
export function marked(text, span, tag = "mark") {
  if (!span) return [text];
  return [text.slice(0, span[0]), el(tag, {}, text.slice(span[0], span[1])), text.slice(span[1])];
}

export function figureIn(text, fact) {
  const place = fact.value_text ? text.indexOf(fact.value_text) : -1;
  return place < 0 ? null : [place, place + fact.value_text.length];
}

export function quoteBlock(source, fact, needle = "") {
  return fact.quotes.map((quote) => {
    const span = needle ? locate(quote.exact, needle) : figureIn(quote.exact, fact);
    return el("blockquote", { class: "quote" }, el("span", { class: "words" }, ...marked(quote.exact, span, needle ? "mark" : "b")), reference(source, fact, quote));
  });
}

export function reference(source, fact, quote) {
  const item = source.documents[quote.document];
  if (!item) return null;
  const place = [quote.heading, quote.page ? t("pageNumber", { n: quote.page }) : quote.paragraph ? t("paragraph", { n: quote.paragraph }) : ""].filter(Boolean).join(" · ");
  const open = () => change({ tab: "text", doc: quote.document, ...(fact ? { fact: fact.id } : { fact: -1 }) });
  const address = source.addressOf?.(item, fact);
  const link = address ? el("a", { class: "link", href: address, title: t("openText") }, named(item.title, 30)) : button(named(item.title, 30), open, { class: "link", title: t("openText") });
  return el("span", { class: "reference" }, link, ` ${dateOf(item)}`, place ? el("span", { class: "muted" }, ` · ${place}`) : null);
}

export function dateOf(item) {
  const date = item.issued || [item.earliest, item.latest].filter(Boolean).join("–");
  return date ? date + (item.date_basis === "inferred" ? t("inferredDate") : item.date_basis === "manifest" ? t("manifest") : "") : t("undated");
}

export function factCard(source, fact, { chosen = false, needle = "" } = {}) {
  return el("article", { class: `fact kind-${fact.kind} status-${fact.status || "none"}${chosen ? " chosen" : ""}`, id: chosen ? "chosen-fact" : null },
    sentence(source, fact), chips(chipsOf(fact, source)), ...quoteBlock(source, fact, needle),
    source.pageOf ? el("a", { class: "link permanent", href: source.pageOf(fact) }, t("permanent")) : null);
}

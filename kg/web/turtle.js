// Facts as Turtle: the same statements about the same IRIs as in the graph they were taken from.

const ENDS = {
  Adoption: ["edu:agent", "edu:measure"], Outcome: ["edu:agent", "edu:indicator"], Withheld: ["edu:agent", "edu:indicator"], Shortcoming: ["edu:agent", "edu:about"],
  Relation: ["rdf:subject", "rdf:object"],
};
const THINGS = [["measure", "edu:measure"], ["responsible", "edu:responsible"]];
const FACTS = [["restates", "edu:restates"], ["part_of", "edu:partOfOutcome"], ["change_of", "edu:changeOf"], ["addressed_by", "edu:addressedBy"]];
const TERMS_OF = [["status", "edu:status"], ["quantity_kind", "edu:quantityKind"]];
const NUMBERS = [["value", "edu:value"], ["value_max", "edu:valueMax"], ["from_value", "edu:fromValue"]];
const WORDS_OF = [
  ["value_text", "edu:valueText"], ["period", "edu:period"], ["due", "edu:due"], ["comparator", "edu:comparator"], ["per", "edu:per"], ["direction", "edu:direction"],
  ["extent", "edu:extent"], ["voice", "edu:voice"], ["detail", "edu:statusDetail"], ["basis", "edu:agentBasis"], ["rule", "edu:foundBy"], ["key", "edu:key"],
];

const LABELLED = [["restricted_to", "edu:restrictedTo"], ["meets", "edu:meets"], ["fails", "edu:fails"]]; // things that facts name by their labels

export function turtle(source, facts) {
  const writer = new Writer(source);
  const prefixes = Object.entries(source.prefixes).map(([name, space]) => `@prefix ${name}: <${space}> .`);
  return [...prefixes, "", ...facts.flatMap((fact) => writer.fact(fact)), ...writer.things(), ""].join("\n");
}

class Writer {
  constructor(source) {
    Object.assign(this, { source, named: new Set(), quoted: new Set() });
  }

  #iri(key) {
    return `<${(this.source.base + key).replace(/[<>"{}|^`\\\s]/g, encodeURIComponent)}>`;
  }

  #thing(id) {
    this.named.add(id);
    return this.#iri(this.source.nodes[id].key);
  }

  #document(fact) {
    return this.source.nodes[this.source.documents[fact.document]?.node]?.key ?? "";
  }

  #factIri(fact) {
    return this.#iri(`${this.#document(fact)}/f/${fact.key || fact.id}`);
  }

  fact(fact) {
    const { source } = this;
    const [from, to] = ENDS[fact.kind];
    const said = [["rdf:type", `edu:${fact.kind}`]];
    if (fact.subject >= 0) said.push([from, this.#thing(fact.subject)]);
    if (fact.object >= 0) said.push([to, this.#thing(fact.object)]);
    if (fact.kind === "Relation") said.push(["rdf:predicate", `edu:${fact.predicate}`]);
    for (const [name, property] of THINGS) if (fact[name] >= 0) said.push([property, this.#thing(fact[name])]);
    for (const [name, property] of FACTS) if (fact[name] >= 0) said.push([property, this.#factIri(source.facts[fact[name]])]);
    for (const [name, property] of TERMS_OF) if (fact[name]) said.push([property, `edu:${fact[name]}`]);
    for (const [name, property] of NUMBERS) if (fact[name]) said.push([property, `"${fact[name]}"^^xsd:decimal`]);
    for (const [name, property] of WORDS_OF) if (fact[name]) said.push([property, literal(fact[name])]);
    for (const [name, property] of LABELLED) for (const label of fact[name]) said.push([property, this.#iri(source.terms[label])]);
    for (const flag of fact.flags) said.push(["edu:flag", literal(flag)]);
    for (const id of fact.concerns) said.push(["edu:concerns", this.#thing(id)]);
    if (fact.unit) said.push(["edu:unit", this.#iri(`unit/${fact.unit.replaceAll("%", "%25")}`)]);
    const evidence = fact.quotes.map((quote) => this.#evidence(quote));
    for (const [iri] of evidence) said.push(["edu:evidence", iri]);
    return [statement(this.#factIri(fact), said), ...evidence.flatMap(([, text]) => text)];
  }

  #evidence(quote) {
    const { source } = this;
    const document = source.documents[quote.document]?.node ?? -1;
    if (document < 0) return ["[]", []];
    const iri = this.#iri(`${source.nodes[document].key}/e/${quote.start}-${quote.end}`);
    if (this.quoted.has(iri)) return [iri, []];
    this.quoted.add(iri);
    const said = [["rdf:type", "edu:Evidence"], ["oa:hasSource", this.#thing(document)], ["oa:start", quote.start], ["oa:end", quote.end], ["oa:exact", literal(quote.exact)]];
    return [iri, [statement(iri, said)]];
  }

  things() {
    return [...this.named].sort((a, b) => a - b).map((id) => {
      const { key, label, type } = this.source.nodes[id];
      const name = type === "Document" ? ["dcterms:title", literal(label)] : ["skos:prefLabel", `${literal(label)}@zh`];
      return label ? statement(this.#iri(key), [name]) : "";
    });
  }
}

function statement(iri, said) {
  return `${iri} ${said.map(([property, value]) => `${property} ${value}`).join(" ;\n\t")} .`;
}

function literal(text) {
  return JSON.stringify(String(text)).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

"""The graph as one HTML page that works offline: pyvis with a template, style and scripts of our own."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from kg.iri import PREFIXES
from kg.later import Later, files_of
from kg.repair import converter
from kg.view import DOCUMENT_LINKS, Edge, Mention, Node, Quote, Row, Source, View

if TYPE_CHECKING:
    import jinja2
    import pyvis.network

    from kg import layout
else:
    jinja2, pyvis, layout = Later("jinja2"), Later("pyvis"), Later("kg.layout")

WEB = Path(__file__).resolve().parent.parent / "web"
VIS = files_of("pyvis") / "lib" / "vis-9.1.2"
MODULES = (
    "i18n", "dom", "fold", "data", "state", "choice", "labels", "graph", "facts", "panel", "filters", "combobox", "search", "table", "reader", "turtle", "main"
)  # fmt: skip
DRAWN = 1500  # nodes drawn at once: above this, panning fell under 10 frames a second without a GPU
PLAIN = 1_500_000  # data up to this many bytes stay readable, larger data are compressed
LIMIT = 20_000_000  # a page above this size leaves the texts of the documents out
FIRST_FACTS = 200  # listed where scripts do not run
UNDRAWN = ("Document", "Indicator", "Criterion")  # folded away until asked for
SAVED = ("dcterms", "edu", "oa", "rdf", "skos", "xsd")  # the namespaces of the Turtle that the page saves

_ICON = re.compile(r"[^{};]*url\(\s*[\"']?data:[^;{}]*(?:;[^{}]*?)?\)[^;{}]*;?")
_IMPORT = re.compile(r"^import .*?;\n", re.MULTILINE | re.DOTALL)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class) )", re.MULTILINE)


def write_html(view: View, dest: Path) -> None:
    """Write the page of a view to a file, UTF-8 with \\n line ends."""
    dest.write_bytes(render(view))


def render(view: View) -> bytes:
    """The page of a view: the same bytes for the same view."""
    page = _page(view, texts=True)
    return page if len(page) <= LIMIT else _page(view, texts=False)


def bundle(folder: Path = WEB) -> str:
    """The modules of the front end as one script, in the order in which they need each other."""
    modules = (words_module(folder), *((folder / f"{name}.js").read_text("utf-8") for name in MODULES))
    return '"use strict";\n' + "\n".join(_EXPORT.sub("", _IMPORT.sub("", module)) for module in modules)


def words_module(folder: Path = WEB) -> str:
    """The words of the page as a module: names come in Chinese and in English, terms by kind."""
    said = json.loads((folder / "words.json").read_text("utf-8"))
    return f"export const WORDS = {_json(said['words'])};\nexport const TERMS = {_json(said['terms'])};\n"


def stylesheet(folder: Path = WEB) -> str:
    """The style of vis-network without its embedded icons, and ours."""
    vis = _ICON.sub("", (VIS / "vis-network.css").read_text("utf-8"))
    return vis + (folder / "style.css").read_text("utf-8")


def _page(view: View, *, texts: bool) -> bytes:
    network = _network(view)
    environment = jinja2.Environment(autoescape=True, loader=jinja2.FileSystemLoader(WEB), trim_blocks=True, lstrip_blocks=True)
    environment.filters["packed"] = packed
    environment.globals.update(_globals(view, texts=texts))
    network.set_template_dir(str(WEB), "page.html")
    network.templateEnv = environment
    html: str = network.generate_html()
    return html.encode("utf-8")


def _globals(view: View, *, texts: bool) -> dict[str, Any]:
    index = {node.iri: number for number, node in enumerate(view.nodes)}
    data = _data(view, index, texts=texts)
    digest = hashlib.sha256(_json(data).encode("utf-8")).hexdigest()
    vis, script, style = (VIS / "vis-network.min.js").read_text("utf-8").rstrip(), bundle(), stylesheet()
    return {
        "data": data | {"digest": digest},
        "fold": folding([*_texts(view)]),
        "vis": Markup(vis),  # noqa: S704
        "script": Markup(script),  # noqa: S704
        "style": Markup(style),  # noqa: S704
        "script_hashes": [_hash(vis), _hash(script)],
        "style_hash": _hash(style),
        "first_facts": [_plain(row, view, index) for row in view.rows[:FIRST_FACTS]],
        "counts": {"nodes": len(view.nodes), "facts": len(view.rows), "documents": len(view.documents)},
    }


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def packed(value: Any) -> Markup:
    """JSON that a script element can hold: plain, or deflated and in base64 where it is large."""
    text = _json(value)
    if len(text) > PLAIN:
        text = base64.b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii")
    return Markup(text)  # noqa: S704


def folding(texts: Iterable[str]) -> list[str]:
    """Traditional characters and, under each, the simplified one: those whose simplified form occurs in the texts."""
    wanted = set().union(*map(set, texts))
    every = [chr(code) for code in range(0x3400, 0xA000)]
    simple = converter().convert("\n".join(every)).split("\n")
    pairs = [(old, new) for old, new in zip(every, simple, strict=True) if old != new and len(new) == 1 and (new in wanted or old in wanted)]
    return ["".join(old for old, _ in pairs), "".join(new for _, new in pairs)]


def _texts(view: View) -> Iterable[str]:
    for node in view.nodes:
        yield from (node.label, node.path, *node.aliases)
    for source in view.documents:
        yield source.text
    for row in view.rows:
        yield from (quote.exact for quote in row.quotes)


def _network(view: View) -> pyvis.network.Network:
    index = {node.iri: number for number, node in enumerate(view.nodes)}
    numbers = {row.iri: number for number, row in enumerate(view.rows)}
    drawn_edges = [edge for edge in view.edges if edge.subject in index and edge.object in index]
    network = pyvis.network.Network(directed=True, cdn_resources="in_line")
    network.edges = _links(drawn_edges, index, numbers)
    network.nodes = _drawings(view.nodes, network.edges)
    network.options = {"physics": {"enabled": False}}
    return network


def _drawings(nodes: Sequence[Node], links: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    degree = [0] * len(nodes)
    for link in links:
        if link["predicate"] not in DOCUMENT_LINKS:
            degree[link["from"]] += 1
            degree[link["to"]] += 1
    places = _places(nodes, links)
    ranks = _ranks(nodes, degree)
    return [
        {"id": number, "key": key_of(node.iri), "type": node.type, "label": node.label, "x": x, "y": y, "rank": ranks[number], "degree": degree[number]}
        | _more(node)
        for number, (node, (x, y)) in enumerate(zip(nodes, places, strict=True))
    ]


def _more(node: Node) -> dict[str, Any]:
    """What only some nodes have, left out of the others to keep the page small."""
    found = {"en": node.label_en, "alias": list(node.aliases), "path": node.path, "facts": node.facts, "code": node.code, "detail": node.detail}
    return {name: value for name, value in (found | {"definition": node.definition}).items() if value}


def _places(nodes: Sequence[Node], links: Sequence[dict[str, Any]]) -> list[tuple[float, float]]:
    return layout.picture([(node.iri, node.code, node.type in UNDRAWN) for node in nodes], [(link["from"], link["to"]) for link in links])


def _ranks(nodes: Sequence[Node], degree: Sequence[int]) -> list[int]:
    """An order in which the best connected of every type come first and each type keeps its share."""
    kinds: dict[str, list[int]] = {}
    for number, node in enumerate(nodes):
        kinds.setdefault(node.type, []).append(number)
    share: dict[int, float] = {}
    for members in kinds.values():
        members.sort(key=lambda number: (-degree[number], number))
        share |= {number: (place + 0.5) / len(members) for place, number in enumerate(members)}
    ranks = [0] * len(nodes)
    for rank, number in enumerate(sorted(share, key=lambda number: (share[number], number))):
        ranks[number] = rank
    return ranks


def _links(edges: Sequence[Edge], index: dict[str, int], numbers: dict[str, int]) -> list[dict[str, Any]]:
    """One line for all facts that say the same of the same two nodes; lines between the same two nodes are bent apart."""
    groups: dict[tuple[Any, ...], dict[str, Any]] = {}
    for edge in edges:
        key = (index[edge.subject], index[edge.object], edge.predicate, edge.status)
        link = groups.setdefault(key, {"from": key[0], "to": key[1], "predicate": edge.predicate, "status": edge.status, "facts": []})
        link["facts"] += [numbers[edge.fact]] if edge.fact else []
        if edge.fact:
            link["inferred"] = link.get("inferred", True) and edge.inferred
            link["flagged"] = link.get("flagged", True) and edge.flagged
    links = [_lean(link) for _, link in sorted(groups.items())]
    _bend(links)
    return [link | {"id": f"e{number}"} for number, link in enumerate(links)]


def _lean(link: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in link.items() if value is not False and value not in ("", [])}


def _bend(links: Sequence[dict[str, Any]]) -> None:
    pairs: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for link in links:
        pairs.setdefault((min(link["from"], link["to"]), max(link["from"], link["to"])), []).append(link)
    for siblings in pairs.values():
        for place, link in enumerate(siblings if len(siblings) > 1 else []):
            bend = round((place - (len(siblings) - 1) / 2) * 0.3, 2)
            link["bend"] = bend if link["from"] < link["to"] else -bend


def key_of(iri: str) -> str:
    """The part of an IRI after its base, by which links to the page name a thing."""
    return iri.split("/id/", 1)[-1]


def _base(view: View) -> str:
    first = view.nodes[0].iri if view.nodes else ""
    return first[: len(first) - len(key_of(first))]


def _data(view: View, index: dict[str, int], *, texts: bool) -> dict[str, Any]:
    documents = {source.iri: number for number, source in enumerate(view.documents)}
    numbers = {row.iri: number for number, row in enumerate(view.rows)}
    return {
        "base": _base(view),
        "prefixes": {name: PREFIXES[name] for name in SAVED},
        "terms": {label: key_of(iri) for label, iri in view.terms.items()},
        "limit": DRAWN,
        "texts": texts,
        "documents": [_source(source, index, texts=texts) for source in view.documents],
        "facts": [_fact(row, index, documents, numbers, view, texts=texts) for row in view.rows],
        "mentions": [_mention(mention, index, documents) for mention in view.mentions if mention.thing in index],
    }


def _source(source: Source, index: dict[str, int], *, texts: bool) -> dict[str, Any]:
    kept = {field.name: getattr(source, field.name) for field in fields(source) if field.name not in ("iri", "region", "text")}
    found = kept | {"text": source.text if texts else "", "node": index.get(source.iri, -1), "region": index.get(source.region, -1)}
    return {name: value for name, value in found.items() if value not in ("", ())}


def _mention(mention: Mention, index: dict[str, int], documents: dict[str, int]) -> list[Any]:
    return [index[mention.thing], documents.get(mention.quote.document, -1), mention.quote.start, mention.quote.end]


def _fact(row: Row, index: dict[str, int], documents: dict[str, int], numbers: dict[str, int], view: View, *, texts: bool) -> dict[str, Any]:
    skipped = ("iri", "quotes", "concerns")
    found = {field.name: getattr(row, field.name) for field in fields(row) if field.name not in skipped}
    found |= {name: index.get(getattr(row, name), -1) for name in ("subject", "object", "place", "measure", "responsible")}
    found |= {name: numbers.get(getattr(row, name), -1) for name in ("restates", "part_of", "change_of", "addressed_by")}
    found |= {"concerns": [index[iri] for iri in row.concerns if iri in index]}
    found |= {"quotes": [_marked(quote, documents, view, texts=texts) for quote in row.quotes]}
    return {name: value for name, value in found.items() if value not in ("", (), -1, []) or name in ("subject", "object")}


def _marked(quote: Quote, documents: dict[str, int], view: View, *, texts: bool) -> list[Any]:
    """Document, span, heading, paragraph, page, and the words themselves only where the text is not there to take them from."""
    number = documents.get(quote.document, -1)
    there = texts and number >= 0 and view.documents[number].text[quote.start : quote.end] == quote.exact
    return [number, quote.start, quote.end, quote.heading, quote.paragraph, quote.page, *([] if there or not texts else [quote.exact])]


def _plain(row: Row, view: View, index: dict[str, int]) -> dict[str, str]:
    def name(iri: str) -> str:
        return view.nodes[index[iri]].label if iri in index else ""

    titles = {source.iri: source.title for source in view.documents}
    return {
        "subject": name(row.subject),
        "predicate": row.predicate,
        "object": name(row.object),
        "value": row.value_text,
        "kind": row.kind,
        "status": row.status,
        "quote": row.quotes[0].exact if row.quotes else "",
        "document": titles.get(row.document, ""),
    }

"""The property graph as GraphML and GEXF, which programs that draw and measure graphs read."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from kg.formats.property_graph import PropertyGraph, Value
from kg.later import Later
from kg.store import Store

if TYPE_CHECKING:
    import networkx
else:
    networkx = Later("networkx")

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TODAY = re.compile(rb' lastmodifieddate="[^"]*"')


def graphml(store: Store) -> bytes:
    """GraphML: nodes by IRI with their label as `nodeType`, edges with their type as `edgeType`."""
    stream = io.BytesIO()
    networkx.write_graphml(_graph(store), stream, named_key_ids=True)
    return stream.getvalue()


def gexf(store: Store) -> bytes:
    """GEXF 1.2, the same with labels that Gephi shows."""
    stream = io.BytesIO()
    graph = _graph(store)
    for name, said in graph.nodes(data=True):
        said["label"] = said.get("name", name)
    for *_, said in graph.edges(data=True):
        said["label"] = said["edgeType"]
    networkx.write_gexf(graph, stream)
    return _TODAY.sub(b"", stream.getvalue(), count=1)


def _graph(store: Store) -> networkx.MultiDiGraph:
    graph = networkx.MultiDiGraph()
    for number, (table, values) in enumerate(PropertyGraph(store).rows()):
        own = values[2:] if table.ends else values[1:]
        columns = table.columns[2:] if table.ends else table.columns[1:]
        said = {column.name: _clean(value) for column, value in zip(columns, own, strict=True) if value is not None}
        if table.ends:
            graph.add_edge(_clean(values[0]), _clean(values[1]), key=number, edgeType=table.name, **said)
        else:
            graph.add_node(_clean(values[0]), nodeType=table.name, **said)
    return graph


def _clean(value: Value) -> Value:
    """A value without the characters that no XML may hold."""
    return _NO_XML.sub("", value) if isinstance(value, str) else value

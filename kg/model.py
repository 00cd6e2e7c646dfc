"""The nouns that the pipeline passes around: records that nobody changes, without logic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, cast, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(kind: type[T]) -> type[T]:
    """A dataclass that nobody changes: the type checker sees to it, and making one takes a quarter of the time of a frozen one."""
    return dataclass(slots=True, unsafe_hash=True)(kind)


@record
class Term:
    """One entry of a vocabulary under `ontology/vocabularies`, published as a SKOS concept."""

    id: str  # slug, unique in its kind
    kind: str  # measure indicator institution unit restriction honour
    label: str
    label_en: str = ""
    alt: tuple[str, ...] = ()
    broader: str = ""  # slug of the broader term of the same kind
    scheme: str = ""  # measure indicator institution unit honour, or stage place sponsor group level phase
    definition: str = ""
    source: str = ""
    attrs: Mapping[str, Any] = field(default_factory=dict)  # all other keys of the entry, as written
    file: str = ""
    line: int = 0


@record
class Region:
    """One version of an administrative division or functional zone (GB/T 2260)."""

    code: str  # six digits; of a zone: its host's code, "/" and its name
    name: str
    level: str  # province prefecture county zone
    parent: str  # code, "" for a province
    short: str
    first_year: int
    last_year: int | None  # None: still in use
    successors: tuple[str, ...] = ()
    alt: tuple[str, ...] = ()


@record
class Document:
    """One source document as read: decoded text with \\n line ends and no BOM, nothing else changed."""

    path: str  # corpus folder and path, archive member included: the identity
    file_name: str
    sha256: str  # of the bytes
    text: str
    title: str = ""  # from the reader's metadata, else ""
    issued: str = ""  # ISO date from the reader's metadata, else ""
    pages: tuple[int, ...] = ()  # offset at which each page starts, for readers that know pages
    known: Mapping[str, str] = field(default_factory=dict)  # the manifest's row


@record
class Evidence:
    """A quote: offsets in code points into Document.text, and text[start:end]."""

    start: int
    end: int
    exact: str
    paragraph: int = 0  # ordinal of the paragraph, from 1
    heading: str = ""  # "二、主要做法 > (一)"
    page: int = 0  # from 1, 0: unknown


@record
class Thing:
    """Whatever a fact can speak of; equal (kind, key) is the same resource."""

    kind: str  # region zone institution measure policy honour indicator unit concept criterion
    key: str  # region: code; vocabulary term: slug; else see kg/iri.py
    label: str
    alt: tuple[str, ...] = ()
    type: str = ""  # institution: slug of its type; concept: its scheme
    region: str = ""  # institution: code of where it is; home region without name: the document's path
    broader: str = ""  # slug of the vocabulary term a minted measure, indicator or honour stands under
    sponsor: str = ""  # 公办 or 民办 as the text says
    issuers: tuple[tuple[str, str], ...] = ()  # policy: (kind, key) of who issued it
    identifier: str = ""  # policy: document number (文号)

    @property
    def root(self) -> str:
        """The slug of the vocabulary that it is or stands under; a key of its own where it stands under none."""
        return self.broader or self.key


@record
class Period:
    """A time as EDTF text, with its first and last day where they can be said."""

    edtf: str  # "2022", "2019/", "2019/2022", "2022-09/2023-07", "asof"
    start: str = ""  # ISO date
    end: str = ""


@record
class Quantity:
    """A figure of the text in base units; value is None where the source withholds it."""

    value: Decimal | None
    unit: str  # "CNY", "%", "百分点", "1" or the measure word
    text: str  # as written in the document
    comparator: str = "eq"  # eq ge gt le lt approx
    value_max: Decimal | None = None
    from_value: Decimal | None = None
    per: str = ""  # 生·年, 百名学生


@record
class Fact:
    """One assertion of one document; `ref` fields are positions in DocumentFacts.facts."""

    kind: str  # Adoption Outcome Withheld Shortcoming Relation
    agent: Thing
    agent_basis: str  # named home inferred
    status: str  # Done Planned Problem | Actual Target | Done UnderWay Planned Ended
    evidence: tuple[Evidence, ...]
    found_by: str
    measure: Thing | None = None
    indicator: Thing | None = None
    quantity: Quantity | None = None
    quantity_kind: str = ""  # Level Flow Cumulative Change GrowthRate Share Norm
    direction: str = ""  # up down
    predicate: str = ""  # pairedWith memberOf leads mergedInto campusOf cooperatesWith issued evaluatedAs
    object: Thing | None = None
    about: Thing | None = None  # Shortcoming: measure, indicator, institution or criterion
    issue_kind: str = ""  # 缺口 不达标 不均衡 未启动 停滞 违规 质量
    period: Period | None = None
    due: str = ""  # EDTF
    asserted_in: int = 0  # year, 0: unknown
    extent: str = ""  # pilot partial full
    concerns: tuple[Thing, ...] = ()
    restricted_to: tuple[Thing, ...] = ()
    voice: str = "own"  # own superior inspector other
    status_detail: str = ""  # under way, recommended, required, stalled
    responsible: Thing | None = None
    flags: tuple[str, ...] = ()
    part_of: int | None = None
    change_of: int | None = None
    restates: int | None = None
    addressed_by: int | None = None
    meets: tuple[str, ...] = ()  # criterion ids
    fails: tuple[str, ...] = ()


@record
class Finding:
    """What is known of a document as a whole, each with why."""

    home: Thing | None  # region
    home_basis: str  # stated manifest inferred none
    home_why: str
    title: str
    genre: str = ""
    publisher: str = ""
    issued: str = ""  # ISO date
    date_basis: str = ""  # stated manifest inferred, "" unknown
    earliest: str = ""
    latest: str = ""
    date_why: str = ""
    identifiers: tuple[str, ...] = ()
    source: str = ""  # address given in the document or manifest
    flags: tuple[str, ...] = ()  # masked template spam
    mentions: tuple[tuple[Thing, Evidence], ...] = ()  # first mention of each thing
    cites: tuple[tuple[Thing, Evidence], ...] = ()  # policy documents


@record
class Criterion:
    """One threshold of a standard."""

    id: str
    standard: str  # id of the Standard
    label: str
    indicator: str  # slug
    comparator: str  # ge or le
    value: Decimal
    unit: str
    restrictions: tuple[str, ...] = ()  # "stage:primary"
    per: str = ""
    valid_in: str = ""  # region code, "": everywhere


@record
class Standard:
    """A standard or measure of assessment as issued."""

    id: str
    label: str
    title: str
    identifier: str  # 文号
    issuer: str
    criteria: tuple[Criterion, ...] = ()


@record
class DocumentFacts:
    """All that one document gives to the graph."""

    document: Document
    finding: Finding
    facts: tuple[Fact, ...]


def replaced(one: T, **changes: Any) -> T:
    """A record with other values in some fields: what dataclasses.replace gives, in a third of the time (2026-11), for records without hooks."""
    kind: Any = type(one)
    names, values = _shape(kind)
    made = dict(zip(names, values(one), strict=True))
    made.update(changes)
    return cast(T, kind(**made))


@cache
def _shape(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(f.name for f in fields(kind))
    return names, attrgetter(*names)

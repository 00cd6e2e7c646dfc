"""Which places a text names, settled against the register in time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from kg.model import Region, Thing, record
from kg.rules import Ontology
from kg.values import either
from kg.words import edges, frequency, marked, words

LONG_GONE = 2009  # names given up before then stand in reports of today only behind 原
LABEL = re.compile(r"(?:^|\n)[▲●■◆·★]?\s*$")  # before a short name that heads its line
ZONE = "/"  # what parts a zone's name from the code of its host
RARE = 1500  # times that jieba's corpus has a character as a word of its own: 眉 1,168, 成 44,880
LONGEST_LINE = 70  # characters; a title or signature is shorter, a paragraph names others too
LISTED = 2  # a longer list of short names of places in one's own region is one
WINDOW = 4  # characters behind a short name, or before a name of two, that say whether a word goes on
NAMES = ("ns", "nr", "nz", "nt")  # how jieba marks names


@record
class Place:
    """A place name in a clean text and the region it stands for (code "" where it stays open)."""

    start: int
    end: int
    name: str
    code: str
    full: bool  # a full name, not a short form
    candidates: tuple[str, ...] = ()


class Register:
    """The divisions of GB/T 2260 and functional zones, by code, name and year."""

    def __init__(self, ontology: Ontology) -> None:
        self.words = ontology.words["places"]
        self.versions: dict[str, list[Region]] = {}
        self.full: dict[str, list[Region]] = {}
        self.short: dict[str, list[Region]] = {}
        for r in (*ontology.regions, *ontology.zones):
            self.versions.setdefault(r.code, []).append(r)
            for name in (r.name, *(a for a in r.alt if len(a) > 2)):
                self.full.setdefault(name, []).append(r)
            for name in {r.short, *(a for a in r.alt if len(a) == 2)} - {"", r.name}:
                self.short.setdefault(name, []).append(r)
        self.children = self._children()  # codes in use under each code
        self.towns = ontology.towns
        self.other_side = re.compile(self.words["other_side"])
        self.closing = re.compile(self.words["closing"])
        self.venue_said = re.compile(self.words["venue_said"])
        self.office_behind = re.compile(self.words["office_behind"])
        self.served, self.addressed = re.compile(self.words["served"]), re.compile(self.words["addressed"])
        self.periodical, self.passes_on = re.compile(self.words["periodical"]), re.compile(self.words["passes_on"])
        self.visitors = re.compile(self.words["visitors"])
        self.zone = re.compile(self.words["zone"])
        self.former = re.compile(f"(?:{either(self.words['former'])})(?:[^、,。;\n]{{1,6}}[县市区旗][、和与及])*$")

    def region(self, code: str) -> Region:
        """The latest version of a code; what is known of a zone that no table has."""
        return self.versions[code][-1] if code in self.versions else zone(code)

    def name(self, code: str) -> str:
        """The latest name of a code."""
        return self.region(code).name

    def called(self, code: str, words: tuple[str, ...]) -> bool:
        """Whether one of the words is how a region is called for short: 县 of 我县."""
        return bool(code) and any(name.endswith(words) for name in (self.name(code), *self.region(code).alt))

    def thing(self, code: str) -> Thing:
        """The region or functional zone that a code stands for."""
        return Thing("zone" if ZONE in code else "region", code, self.name(code))

    def known(self, code: str) -> bool:
        """Whether the table has the code."""
        return code in self.versions

    def ancestors(self, code: str) -> list[str]:
        """The code and those above it, lowest first."""
        out = []
        while code and (code in self.versions or ZONE in code) and code not in out:
            out.append(code)
            code = self.region(code).parent
        return out

    def path(self, code: str) -> str:
        """Province/prefecture/county names."""
        return "/".join(self.name(c) for c in reversed(self.ancestors(code)))

    def _children(self) -> Mapping[str, tuple[str, ...]]:
        out: dict[str, list[str]] = {}
        for code, versions in self.versions.items():
            if versions[-1].last_year is None and versions[-1].level != "zone":
                out.setdefault(versions[-1].parent, []).append(code)
        return {k: tuple(v) for k, v in out.items()}

    def valid(self, regions: Iterable[Region], year: int) -> list[Region]:
        """Those of the regions in use in a year (0: today), else all of them, latest first."""
        rows = list(regions)
        now = [r for r in rows if (r.last_year is None if not year else r.first_year <= year and (r.last_year is None or year <= r.last_year))]
        return now or sorted(rows, key=lambda r: -(r.last_year or 9999))

    def at_level(self, home: str, word: str) -> str:
        """The region that a level word (市, 县, 省 …) means in a text about `home`; "" where there is none."""
        chain = self.ancestors(home)
        if not chain:
            return ""
        if word in self.words["autonomous"] and self.region(home).level == "province" and self.name(home).endswith(word):
            return home
        if word in self.words["county"] and self.region(home).level == "county" and self.name(home).endswith(word):
            return home
        want = "province" if word in self.words["province"] else "prefecture" if word in self.words["prefecture"] else "county"
        for code in chain:
            level = self.region(code).level
            if level == want or (level == "province" and want == "prefecture" and self.name(code).endswith(word)):
                return code
        if want == "county" and self.region(home).level == "county":
            return home
        return chain[-1] if want == "prefecture" and self.name(chain[-1]).endswith(word) else ""


def zone(code: str) -> Region:
    """A functional zone by its code, which is its host's and its name."""
    host, _, name = code.partition(ZONE)
    return Region(code, name, "zone", host, "", 0, None, (), ())


class Settler:
    """Place names of one document, settled one after another in the light of what is known already."""

    def __init__(self, register: Register, text: str, hits: Sequence[tuple[int, int, str]], year: int) -> None:
        """`hits`: spans of all register names, longest first at each place."""
        self.register, self.text, self.year = register, text, year
        self.home = ""
        self.begins = {a for a, _, _ in hits}
        self.hits = self._choose(hits)
        self.names = {self.text[a:b] for a, b, _ in self.hits if self.text[a:b] in register.full}
        self.stems = {r.short for n in self.names for r in register.full[n]}
        self.closed = self._closed()
        self.begun = {a: [r.code for r in register.full[name]] for a, _, name in self.hits if name in register.full}

    def _choose(self, hits: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
        """Longest hits first come first, none overlapping; full names before short ones."""
        out: list[tuple[int, int, str]] = []
        end = 0
        for a, b, name in sorted(hits, key=lambda h: (h[0], -h[1])):
            if a >= end and self._plausible(a, b, name):
                out.append((a, b, name))
                end = b
        return out

    def _chains(self) -> Iterator[list[tuple[int, int, str]]]:
        """The hits, those of a list together: 洛南、丹凤."""
        chain: list[tuple[int, int, str]] = []
        for hit in self.hits:
            if chain and self.text[chain[-1][1] : hit[0]] not in self.register.words["joints"]:
                yield chain
                chain = []
            chain.append(hit)
        yield chain

    def _closed(self) -> dict[int, str]:
        """Where short names stand in a list that a number of places closes, or 等地, with the levels of these: 洛南、丹凤两县."""
        words = self.register.words
        out = dict[int, str]()
        for chain in self._chains():
            if len(chain) > 1 and (m := self.register.closing.match(self.text, chain[-1][1])):
                out.update(dict.fromkeys((a for a, _, _ in chain), m[1] if len(m[1]) == 1 else words["any_level"]))
            elif len(chain) > LISTED and self.text.startswith(tuple(words["and_others"]), chain[-1][1]) and all(len(name) > 1 for _, _, name in chain):
                out.update(dict.fromkeys((a for a, _, _ in chain), words["any_level"]))
        return out

    def _lists(self) -> set[int]:
        """Where the members of lists of three places or more stand, all of them by names that something in the document's own region has."""
        out: set[int] = set()
        for chain in self._chains():
            for inside, members in groupby(chain, lambda hit: self._named_in_home(hit[2])):
                starts = [a for a, _, _ in members]
                out.update(starts if inside and len(starts) > LISTED else ())
        return out

    def _named_in_home(self, name: str) -> bool:
        return any(self._lies_in_home(r.code) for r in self.register.full.get(name) or self.register.short.get(name, []))

    def _lies_in_home(self, code: str) -> bool:
        return bool(self.home) and self.home in self.register.ancestors(code)[1:]

    def _plausible(self, a: int, b: int, name: str) -> bool:
        """Whether a two-character full name such as 成县 stands by itself."""
        rows = self.register.full.get(name, ())
        if rows and all(r.last_year is not None and r.last_year < LONG_GONE for r in rows):
            return self._former(a)
        if name in self.register.words["verbs"]:
            return (
                not self.text[a - 1 : a].isalnum()
                or self.text[a - 1] in self.register.words["before_verbs"]
                or any(self.text.endswith(r.name, 0, a) for x in rows for c in self.register.ancestors(x.code) for r in self.register.versions.get(c, ()))
            )
        if name.endswith(tuple(self.register.words["common_ends"])) and self.text[a - 1 : a].isalpha() and not self._begins_word(a, b):
            return False
        if len(name) > 2 or not rows or self._former(a):
            return True
        before, after = self.text[a - 1 : a], self.text[b : b + 1]
        if before.isalpha() and before not in "在由对与和及向为从市赴到省州对、" and not self._parted(a):
            return False
        return after not in self.register.words["not_before"] or self.register.office_behind.match(self.text, b) is not None

    def _begins_word(self, a: int, b: int) -> bool:
        """Whether a word begins where a name does that ends as common words do: 望城区, not 以上|城区."""
        return a in edges(self.text, a - WINDOW, b + 1)

    def _parted(self, a: int) -> bool:
        """Whether a word ends where a name begins whose first character is seldom a word of its own: 关于|眉县, not 建成|县."""
        return frequency(self.text[a]) < RARE and words(self.text[max(0, a - WINDOW) : a + 1])[-1] == self.text[a]

    def _former(self, a: int) -> bool:
        """Whether a name is said to be one of the past: 原城区、郊区."""
        said = self.register.former.search(self.text, max(0, a - LONGEST_LINE), a)
        return said is not None and said.start() not in self.begins  # 原州区、西吉县: no former county

    def settle(self, home: str) -> list[Place]:
        """All places of the text, with `home` as the document's own region."""
        self.home = home
        self.listed = self._lists()
        places: list[Place] = []
        known: Counter[str] = Counter(self.register.ancestors(home))
        for a, b, name in self.hits:
            previous = places[-1] if places else None
            place = self._one(a, b, name, previous, known)
            if place:
                places.append(place)
                known.update(c for c in [place.code] if c)
        return sorted([*places, *self._zones(places)], key=lambda p: p.start)

    def _zones(self, places: Sequence[Place]) -> Iterator[Place]:
        """Functional zones that no table has, called after their host (赣州高新区) or by a name of their own (蓉江新区) behind it or in a text about it."""
        words, ends = self.register.words, {p.end: p for p in places}
        inside = {i for p in places for i in range(p.start, p.end)}
        for m in self.register.zone.finditer(self.text):
            host = ends.get(m.start("kind"))
            start = host.start if host else m.start()
            if host is None and m["stem"] and m["stem"] not in words["no_zone"] and not inside & set(range(m.start(), m.end())):
                before = ends.get(m.start())
                host = before or Place(start, start, "", self.home, True)
                if before is None and self.text[start - 1 : start].isalpha() and self.text[start - 1] not in words["before_zone"]:
                    continue
            elif host is None or m["kind"] in words["own_zone"] or m.end() - 1 in inside:
                continue
            if host.code and ZONE not in host.code and self.register.region(host.code).level != "province":
                name = self.text[start : m.end()]
                yield Place(start if start in inside else m.start(), m.end(), name, f"{host.code}{ZONE}{name}", True)

    def _one(self, a: int, b: int, name: str, previous: Place | None, known: Counter[str]) -> Place | None:
        full = name in self.register.full
        rows = self.register.full.get(name) or self.register.short.get(name, [])
        levels = self.closed.get(a, "") if not full else ""
        rows = [r for level in levels for r in self.register.full.get(name + level, ())] or rows
        above = previous.code if previous and previous.code and self._adjacent(previous.end, a) else ""
        under = self._under(rows, above)
        if not full and not under and not (levels and rows[0].name[-1] in levels) and not self._short_counts(a, b, name, rows):
            return None
        if full and name in self.register.words["generic"] and not under and not self._generic_counts(a, rows, previous):
            return None
        codes = sorted({r.code for r in rows})
        return Place(a, b, name, self._pick(rows, under, previous, known, a), full, tuple(codes))

    def _adjacent(self, end: int, start: int) -> bool:
        return start == end

    def _under(self, rows: Sequence[Region], above: str) -> list[Region]:
        """Rows that lie under the place named right before."""
        if not above:
            return []
        return [r for r in rows if above in [r.parent, *self.register.ancestors(r.parent)] or self.register.region(above).name in r.alt]

    def _short_counts(self, a: int, b: int, name: str, rows: Sequence[Region]) -> bool:
        """A short form counts before an office word or a place in it, in a text about what it lies in, or where its full name stands too."""
        if any(r.name in self.names or set(r.alt) & self.names for r in rows):
            return True
        if any(r.code in self.register.ancestors(self.home) for r in rows) and len(name) > 1:
            return True
        if len(name) > 2 and all(r.level in ("province", "prefecture") for r in rows):
            return True
        if any(r.code in self.register.ancestors(code) for r in rows for code in self.begun.get(b, ())):
            return True
        if a in self.listed and any(self._lies_in_home(r.code) for r in rows):
            return True
        before = self.text[a - 1 : a]
        if all(self._lies_in_home(r.code) for r in rows) and (not before.isalnum() or before in self.register.words["before_short"]):
            if is_name(self.text, a, b) or LABEL.search(self.text, max(0, a - 4), a) and self.text[b : b + 1] in ("\t", " ", ":"):
                return True
        office = self.text.startswith(tuple(self.register.words["offices"]), b) and not self.text.startswith(tuple(self.register.words["no_office"]), b)
        return office and len(name) > 1 and self._word_starts(a)

    def _word_starts(self, a: int) -> bool:
        return not self.text[a - 1 : a].isalpha() or any(self.text.endswith(n, 0, a) for n in self.names)

    def _generic_counts(self, a: int, rows: Sequence[Region], previous: Place | None) -> bool:
        if self._former(a):
            return True
        joined = previous and self.text[previous.end : a] == "、" and previous.name in self.register.words["generic"]
        return bool(joined) or self.home in {r.code for r in rows} and not self.text[a - 1 : a].isalpha()

    def _pick(self, rows: Sequence[Region], under: Sequence[Region], previous: Place | None, known: Counter[str], a: int) -> str:
        """The code: under the place before, of the document's own surroundings, known already, or unique."""
        former = self._former(a)
        pool = list(under) or [r for r in rows if r.name in self.names] or list(rows)
        if former:
            pool = [r for r in pool if r.last_year is not None] or pool
        else:
            pool = self.register.valid(pool, self.year)
        codes = sorted({r.code for r in pool})
        if len(codes) == 1:
            return codes[0]
        for test in (self._near_previous(previous, former), lambda c: c == self.home, self._in_home, lambda c: known[c] > 0, self._beside_known(known)):
            left = [c for c in codes if test(c)]
            if len(left) == 1:
                return left[0]
            codes = left or codes
        return next((c for c in codes if all(c in self.register.ancestors(x) for x in codes)), "")  # 长沙: the city rather than the county in it

    def _near_previous(self, previous: Place | None, former: bool):  # type: ignore[no-untyped-def]
        chain = set(self.register.ancestors(previous.code)) - {previous.code} if former and previous and previous.code else set()
        return lambda c: bool(chain & set(self.register.ancestors(c)[1:2]))

    def _in_home(self, code: str) -> bool:
        mine, its = self.register.ancestors(self.home), self.register.ancestors(code)
        return bool(mine) and (code in mine or self.home in its or mine[1:2] == its[1:2] != [])

    def _beside_known(self, known: Counter[str]):  # type: ignore[no-untyped-def]
        return lambda c: any(known[x] for x in self.register.ancestors(c)[1:])


def is_name(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] is a word that names something."""
    first = next(iter(marked(text[start : end + WINDOW])), ("", ""))
    return first[0] == text[start:end] and first[1].startswith(NAMES)

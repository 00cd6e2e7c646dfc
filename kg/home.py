"""The region that a document is of: what 我市 and 全县 mean in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.places import LONGEST_LINE, Register, Settler

LONGEST_BESIDE = 8  # characters before a place that say that it is another than the text's own
LEVELS = {"province": 0, "prefecture": 1, "county": 2, "zone": 3}


@dataclass(frozen=True, slots=True)
class Home:
    """The document's own region, on what basis, and why."""

    code: str
    basis: str  # manifest stated inferred none
    why: str


def settle_home(
    register: Register,
    settler: Settler,
    head: Sequence[tuple[int, int]],
    tail: Sequence[tuple[int, int]],
    known: Mapping[str, str],
    furniture: Sequence[tuple[int, int]] = (),
    bylines: Sequence[tuple[int, int]] = (),
) -> Home:
    """The region that 我市, 全县 mean: from manifest, head, publisher, credit code, signature, page, body, reporters' paper or townships, in that order."""
    if code := manifest_region(register, known.get("region", "")):
        return Home(code, "manifest", "manifest")
    if code := addressee(register, settler, head):
        return Home(code, "stated", "addressee")
    if code := forwarded(register, settler, head):
        return Home(code, "stated", "forwarded paper")
    return (
        stated(register, settler, head, tail, without(settler.text, furniture))
        or site(register, settler, furniture)
        or told(register, settler, bylines, furniture)
    )


def stated(register: Register, settler: Settler, head: Sequence[tuple[int, int]], tail: Sequence[tuple[int, int]], bare: str) -> Home | None:
    """The region that the head, headline, publisher, signature or credit code of a text says; `bare` is the text without the furniture of its page."""
    text = settler.text
    coded = re.search(register.words["credit_code"], text)
    by_code = coded[1] if coded and register.known(coded[1]) else ""
    for why, spans in (("head", head), ("publisher", publisher_lines(register, text)), ("signature", tail)):
        for a, b in spans:
            if b - a <= LONGEST_LINE and not re.search(register.words["venue"], text[a:b]) and (code := best(register, settler, a, b, by_code)):
                if why == "head" and register.periodical.search(text, a, b) and (inner := inside(register, settler, bare, code)):
                    return Home(inner, "inferred", "places named")
                return Home(lifted(register, settler, bare, code), "stated", why)
        if why == "head" and (code := headed(register, settler, text, head)):
            return Home(code, "stated", "headline")
    return Home(by_code, "stated", "credit code") if by_code else None


def inside(register: Register, settler: Settler, text: str, code: str) -> str:
    """The place that a part of a book on a larger one names far more often than others, where it does not speak of the whole (全市)."""
    whole = any(f"{register.words['home_heads'][1][0]}{w}" in text for w in register.words["prefecture"])
    named = (r.code for _, _, name in settler.hits for r in register.valid(register.full.get(name, ()), settler.year))
    ranked = Counter(c for c in named if code in register.ancestors(c)[1:]).most_common(2)
    return ranked[0][0] if ranked and not whole and (len(ranked) == 1 or ranked[0][1] >= 2 * ranked[1][1]) else ""


def told(register: Register, settler: Settler, bylines: Sequence[tuple[int, int]], furniture: Sequence[tuple[int, int]]) -> Home:
    """The region that a text speaks of most, that of the paper whose reporters sign, or that of the townships it names."""
    text = without(settler.text, furniture)
    paper = next(filter(None, (best(register, settler, a, b, "") for a, b in bylines)), "")
    code = common(register, settler, text)
    several = {c for _, _, name in settler.hits for r in register.full.get(name, ()) for c in [r.code] if paper in register.ancestors(c)[1:]}
    if paper and (not code or paper in register.ancestors(code)[1:] and len(several) > 1):  # a paper of a city on several of its counties
        return Home(paper, "inferred", "byline")
    if code:
        return Home(lifted(register, settler, text, code), "inferred", "places named")
    votes = town_votes(register, text)
    return Home(votes[0], "inferred", f"township names: {votes[1]}") if votes else Home("", "none", "no clue")


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """A text of the same length with blanks where spans are, which come in order."""
    kept = zip([0, *(b for _, b in spans)], [*(a for a, _ in spans), len(text)], strict=True)
    return "".join(piece for (a, b), (c, d) in zip(kept, [*spans, (0, 0)], strict=True) for piece in (text[a:b], " " * (d - c)))


def headed(register: Register, settler: Settler, text: str, head: Sequence[tuple[int, int]]) -> str:
    """The one place that a headline calls by its short name and the text in full: 某县 under the headline 某某又过国检."""
    title = register.venue_said.sub("", text[slice(*head[0])]) if head else ""
    named = {r.code for _, _, name in settler.hits for r in register.valid(register.full.get(name, ()), settler.year) if len(r.short) > 1 and r.short in title}
    return next(iter(named)) if len(named) == 1 else ""


def addressee(register: Register, settler: Settler, head: Sequence[tuple[int, int]]) -> str:
    """The place below that a paper is addressed to: the one its title is about (关于某县…), where the paper says 你县, or that a form goes to (送达:某县…)."""
    served = [m.end() for a, b in head for m in register.served.finditer(settler.text, a, b)]
    spoken_to = re.search(register.words["addressee"], settler.text)
    about = [m.end() for a, b in head for m in register.addressed.finditer(settler.text, a, b)] if spoken_to else []
    named = {hit[0]: hit for hit in settler.hits if hit[2] in register.full}
    return next((code for at in (*about, *served) if at in named and (code := best(register, settler, at, named[at][1], ""))), "")


def forwarded(register: Register, settler: Settler, head: Sequence[tuple[int, int]]) -> str:
    """The place whose paper a circular passes on, where that paper follows and says 我县: 关于转发《某县…报告》的通知."""
    passed = [m.end() for a, b in head for m in register.passes_on.finditer(settler.text, a, b)]
    for at in passed:
        code = best(register, settler, at, min(len(settler.text), at + LONGEST_LINE), "")
        own = {h + w for h in register.words["own_heads"] for w in register.words[register.region(code).level]} if code else set()
        if settler.text.startswith(tuple(name for a, _, name in settler.hits if a == at), at) and any(w in settler.text for w in own):
            return code
    return ""


def site(register: Register, settler: Settler, furniture: Sequence[tuple[int, int]]) -> Home | None:
    """The region of the site that shows a text: by the code of its registration or by who runs it; lines that name other pages tell nothing."""
    coded = re.search(register.words["site_code"], settler.text)
    if coded and register.known(coded[1]):
        return Home(coded[1], "inferred", "site code")
    for a, b in furniture:
        if not re.search(register.words["other_pages"], settler.text[a:b]) and (code := best(register, settler, a, b, "")):
            return Home(code, "inferred", "site")
    return None


def filed_under(register: Register, path: Settler, home: Home) -> Home:
    """The home of a document that states none: the region its file and folders name, save where the text speaks of a place inside it."""
    code = best(register, path, 0, len(path.text), "")
    return home if not code or code in register.ancestors(home.code) else Home(code, "inferred", "file or folder name")


def lifted(register: Register, settler: Settler, text: str, code: str) -> str:
    """The region that 我市 or 全省 mean where the text says so more often than it names a lower one, and today's code of one renamed."""
    words = register.words
    counts = Counter(w for h in words["own_heads"] for w in (*words["province"], *words["prefecture"], *words["county"]) for _ in range(text.count(h + w)))
    level, times = max(counts.items(), key=lambda kv: (kv[1], kv[0]), default=("", 0))
    above = register.at_level(code, level) if times else ""
    if above and above != code and above in register.ancestors(code):
        code = above
    ended = register.region(code)
    later = [c for c in ended.successors if register.known(c) and c != code]
    return later[0] if ended.last_year is not None and (not settler.year or settler.year > ended.last_year) and len(later) == 1 else code


def manifest_region(register: Register, given: str) -> str:
    """The code for a manifest's region, given as a code, name or path of names."""
    if not given or register.known(given):
        return given
    last = [r for r in register.full.get(re.split("[/ ]", given)[-1], [])]
    fitting = sorted({r.code for r in register.valid(last, 0) if all(part in register.path(r.code) for part in re.split("[/ ]", given))})
    return fitting[0] if len(fitting) == 1 else ""


def publisher_lines(register: Register, text: str) -> list[tuple[int, int]]:
    """The spans that follow words such as 来源 and 供稿."""
    return [(m.end(), min(m.end() + 24, len(text))) for m in re.finditer(register.words["publisher"], text)]


def best(register: Register, settler: Settler, start: int, end: int, coded: str) -> str:
    """The region that a line is about: the lowest of its first chain of names, ambiguous names settled by the rest of the text."""
    settler.home = coded
    line = [h for h in settler.hits if start <= h[0] and h[1] <= end]
    for i, (a, b, name) in enumerate(line):
        full = name in register.full and name not in register.words["generic"]
        if register.other_side.search(settler.text, max(0, a - LONGEST_BESIDE), a) or register.closing.match(settler.text, b):
            continue  # 关于某市等四县市…: not of it
        if any(m.start() < a < m.end() for m in register.venue_said.finditer(settler.text, start, end)):
            continue
        chain = [(a, b, name)]
        for x in line[i + 1 :]:
            if x[0] != chain[-1][1]:
                break
            chain.append(x)
        headline = a == start and settler.text.startswith(":", chain[-1][1])  # 某某:办好村校的路, 广西某某:…
        if not full and not headline and not any(settler.text.startswith(w, b) for w in register.words["offices"]):
            continue
        if register.visitors.match(settler.text, b, end) and any(x[0] > b and x[2] in register.full for x in line[i + 1 :]):
            continue  # 某省督导组反馈某县…: of the county
        return decide(register, settler, chain, coded)
    return ""


def decide(register: Register, settler: Settler, chain: Sequence[tuple[int, int, str]], coded: str) -> str:
    """The code of the lowest name of a chain of adjacent names."""
    code, above = "", ""
    for _, _, name in chain:
        rows = register.valid(register.full.get(name) or register.short.get(name, []), settler.year)
        under = [r for r in rows if above and above in register.ancestors(r.code)[1:]]
        codes = sorted({r.code for r in under or rows})
        if above and not under:
            break
        if coded in codes:
            codes = [coded]
        code = codes[0] if len(codes) == 1 else likeliest(register, settler, codes, name)
        above = code or above
    return code or above


def likeliest(register: Register, settler: Settler, codes: Sequence[str], name: str) -> str:
    """Of places with one name the one whose surroundings the text names most, not counting a parent right before the name."""
    votes = {}
    for code in codes:
        around = set(register.ancestors(code)[1:]) | set(register.children.get(register.region(code).parent, ()))
        around.discard(code)
        votes[code] = sum(
            1
            for a, b, n in settler.hits
            if n != name and not settler.text.startswith(name, b) and any(r.code in around for r in register.full.get(n) or register.short.get(n, []))
        )
    ranked = sorted(votes, key=lambda c: (-votes[c], c))
    return ranked[0] if ranked and votes[ranked[0]] and (len(ranked) == 1 or votes[ranked[0]] > votes[ranked[1]]) else ""


def common(register: Register, settler: Settler, text: str) -> str:
    """The parent that most of the places named share, or the one place named again and again; one that 我市, 全县 can mean, where the text says so."""
    counts: Counter[str] = Counter()
    for start, end, name in settler.hits:
        if not text.startswith(name, start) or text.startswith(tuple(register.words["children"]), end):  # 在潍坊市各县市区中居首: told from inside
            continue
        codes = {r.code for r in register.valid(register.full.get(name, []), settler.year)} if name not in register.words["generic"] else set()
        if len(codes) == 1:
            counts.update(codes)
    if not counts:
        return ""
    parents: Counter[str] = Counter(register.region(c).parent for c in counts if register.region(c).level == "county")
    own = any(f"{h}{w}" in text for h in register.words["own_heads"] for w in register.words["prefecture"])
    ranked = parents.most_common(2)
    if own and ranked and ranked[0][1] >= 2 and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]):
        return ranked[0][0]
    said = tuple(w for w in register.words["levels"] if any(h + w in text for heads in register.words["home_heads"] for h in heads))
    if said:
        fitting = Counter({code: n for code, n in counts.items() if register.called(code, said)})
        counts = fitting or Counter({code: n for code, n in counts.items() if register.region(code).level != "province"})
    first, times = max(counts.items(), key=lambda kv: (kv[1], LEVELS[register.region(kv[0]).level], kv[0]), default=("", 0))
    return first if times >= 2 or len(counts) == 1 else ""


def town_votes(register: Register, text: str) -> tuple[str, str] | None:
    """The county that most township names before school words speak for, with the names."""
    endings = register.words["town_endings"]
    names = {m[1] for m in re.finditer(rf"([\u4e00-\u9fff]{{2,4}}?)(?={'|'.join(register.words['town_before'])})", text)}
    for m in re.finditer(rf"(?=([\u4e00-\u9fff]{{2,3}})(?:{'|'.join(register.words['town_before'])}))", text):
        names.add(m[1])
    votes: dict[str, set[str]] = {}
    for name in sorted({n for stem in names for n in (stem, stem[-2:], stem[-3:])}):
        for code in sorted({c for e in endings for c in register.towns.get(name + e, ())}):
            votes.setdefault(code, set()).add(name)
    ranked = sorted(votes, key=lambda c: (-len(votes[c]), c))
    if not ranked or len(votes[ranked[0]]) < register.words["votes_needed"] or (len(ranked) > 1 and len(votes[ranked[0]]) - len(votes[ranked[1]]) < 2):
        return None
    return ranked[0], "、".join(sorted(votes[ranked[0]]))

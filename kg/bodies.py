"""What institution each name of a text stands for: one for all its spellings, and where it lies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

from kg.model import Thing, replaced
from kg.names import OWN, SHORT, Name, Namer, Places
from kg.places import Place
from kg.spans import between
from kg.text import LONGEST_PASSAGE
from kg.values import either

SEPARATOR = re.compile("[|\t]")
LONGEST_HEADING = 24  # characters of a line that is but the heading of those below it


class Bodies:
    """Names made institutions."""

    def __init__(self, namer: Namer) -> None:
        self.namer, self.words, self.register = namer, namer.words, namer.register
        universities, roads, affiliated = (either(self.words[k]) for k in ("universities", "roads", "affiliated"))
        self.affiliated = re.compile(f"(?:{universities})(?:{affiliated})")
        self.faculty = re.compile(f"(.*(?:{universities}))[^{self.words['not_after_school']}]+(?:{either(self.words['faculties'])})")
        self.counting = re.compile(self.words["counting"])
        self.university = re.compile(f"(?:{universities})(?!{roads})")
        schools = either(e for e, t in namer.kinds.items() if t.attrs.get("type") == "school" and t.id != "campus")
        of_another = f"(?:(?:{affiliated})(?:{schools}))?"
        bureaus = (e for e, t in namer.kinds.items() if t.id in self.words["education_bureaus"])
        self.bureau, self.session = re.compile(f"(?:{either(bureaus)})"), re.compile(self.words["session"])
        self.campus_of = re.compile(f"({namer.short_form.pattern}|.+?(?:{schools}){of_another})(?![{self.words['not_after_school']}]).+")

    def things(self, clean: str, names: Sequence[Name], places: Sequence[Place], home: str) -> list[tuple[Name, Thing]]:
        """The names of a text about `home`, each with the institution it stands for; short forms stand for what a longer one names elsewhere."""
        where = Places(places)
        placed: dict[str, list[Name]] = {}
        for n in names:
            if n.code:
                placed.setdefault(n.stem, []).append(n)
        schools = [n for n in names if n.type == "school" and n.kind.id != "campus" and not n.level]
        owners = {n.stem.removeprefix(s): s for n in names if n.kind.id == "campus" for s in [self.school(n.stem)] if s}
        own_or_levelled = [n for n in names if n.type == "school" and n.kind.id != "campus" or n.type == "education_group" and self.school(n.stem)]
        towned, shortened = self._without_town(schools), self._short_towns(schools)
        led = [self.school(n.stem) for n in names if n.type == "education_group" and self.school(n.stem)]
        most = max(Counter([*(n.stem for n in schools), *led]).items(), key=lambda x: x[1], default=("", 0))[0]
        full = self._full_forms(names)
        out: list[tuple[Name, Thing]] = []
        for name in (replaced(n, stem=full[n.stem]) if n.stem in full else n for n in names):
            if name.kind.id == "campus" and not self.school(name.stem):
                owner = owners.get(name.stem) or self._owner(clean, name, own_or_levelled) or next(iter(owners.values()), "") or most
                owners[name.stem] = owner
                name = replaced(name, stem=f"{owner}{name.stem}")
            if not name.code and name.level:
                name = replaced(name, code=self.register.at_level(home, name.level) or self._near(clean, name, places))
                if home and not name.code:
                    continue
            elif not name.code:
                longer = self._same(name, placed) or self._initial(name.stem, placed) or self._part_of(name.stem, schools) or self._in_town(name, towned)
                longer = longer or self._in_short_town(name, shortened)
                name = replaced(name, stem=longer.stem, code=longer.code, place=longer.place) if longer else self._placed(clean, name, home, where)
            out.append((name, self.thing(name, home)))
        return out

    def _full_forms(self, names: Sequence[Name]) -> dict[str, str]:
        """Short stems with the full ones that the text has too: 教体局 of 教育和体育局, 铝城一中 of 铝城第一中学."""
        bureaus, schools = ({n.stem for n in names if n.type == kind} for kind in ("government", "school"))
        alike: dict[str, list[str]] = {}  # by their first and last characters, which a short form keeps
        for b in bureaus:
            alike.setdefault(b[0] + b[-1], []).append(b)
        found = {a: [b for b in alike[a[0] + a[-1]] if self._abbreviates(a, b)] for a in bureaus}
        full = {a: longer[0] for a, longer in found.items() if len(longer) == 1}
        for stem in schools:
            forms = (f"{stem[:i]}{self.canonical(stem[i:], True)}" for i in range(1, len(stem) - 1))
            full.update((stem, form) for form in forms if form != stem and form in schools)
        return full

    def _abbreviates(self, short: str, full: str) -> bool:
        """Whether one name of a bureau is another less characters that such names drop."""
        if not SHORT < len(short) < len(full):
            return False
        rest = iter(full)
        dropped = "".join(c for kept in short for c in takewhile(kept.__ne__, rest))
        return set(dropped) <= set(self.words["dropped"]) and len(dropped) + len(short) == len(full)

    def _part_of(self, stem: str, schools: Sequence[Name]) -> Name | None:
        """The school named elsewhere whose part a name is: 秀山小学部 of 秀山九年一贯制学校."""
        head = next((stem.removesuffix(p) for p in self.words["parts"] if stem.endswith(p)), "")
        return next((n for n in schools if n.stem.startswith(head) and n.stem != stem), None) if len(head) > 1 else None

    def _without_town(self, schools: Iterable[Name]) -> dict[str, dict[str, Name]]:
        """The schools that are written with their town, each once, by what stands behind the town."""
        out: dict[str, dict[str, Name]] = {}
        for n in schools:
            for i in range(1, len(n.stem)):
                if n.stem[:i].endswith(tuple(self.namer.words["towns"])):
                    out.setdefault(n.stem[i:], {})[n.stem] = n
        return out

    def _short_towns(self, schools: Iterable[Name]) -> dict[tuple[str, str], Name]:
        """The schools that are written with their town, by its name without its last character and what stands behind it."""
        out: dict[tuple[str, str], Name] = {}
        for n in schools:
            town = self.namer.town(n.stem, 0, len(n.stem) - len(n.ending))
            if town and town[0] == 0 and town[1] >= OWN:
                ending = next(e for e in sorted(self.words["towns"], key=len, reverse=True) if n.stem[: town[1]].endswith(e))
                out.setdefault((n.stem[: town[1] - len(ending)], self.canonical(n.stem[town[1] :], True)), n)
        return out

    def _in_short_town(self, name: Name, shortened: Mapping[tuple[str, str], Name]) -> Name | None:
        """The school whose town is written without its last character: 那楼二小 of 那楼镇第二小学."""
        found = (n for (town, rest), n in shortened.items() if name.stem.startswith(town) and self.canonical(name.stem[len(town) :], True) == rest)
        return next(found, None) if name.type == "school" else None

    def _in_town(self, name: Name, towned: Mapping[str, Mapping[str, Name]]) -> Name | None:
        """The one school that is also written with its town: 那良小学 of 那楼镇那良小学."""
        found = towned.get(name.stem, {})
        return next(iter(found.values())) if len(found) == 1 and name.type == "school" and not self.namer.told(name.stem, name.ending) else None

    def _same(self, name: Name, placed: Mapping[str, Sequence[Name]]) -> Name | None:
        """The one name with its region that has the same stem, where the stem is no common one (第一中学), or of its group or school."""
        school = self.school(name.stem) if name.kind.id == "campus" else name.stem
        same = {name.stem, school, *(f"{school}{e}" for e in self.namer.groups)}
        found = {n.code: replaced(n, stem=name.stem) for stem in same for n in placed.get(stem, ())}
        return next(iter(found.values())) if len(found) == 1 and not self.namer.told(name.stem, name.ending) else None

    def _initial(self, stem: str, placed: Mapping[str, Sequence[Name]]) -> Name | None:
        """The school of which only the first character of its region is said: 彭实小 of 彭水县实验小学."""
        long = self.words["long"].get(stem[1:], "")
        return next((n for n in placed.get(long, ()) if self.register.name(n.code).startswith(stem[:1])), None)

    def _placed(self, clean: str, name: Name, home: str, where: Places) -> Name:
        """The name with the region that stands before it (莱芜区的莲河学校), or that its town lies in."""
        if name.code or name.level or name.type == "government":
            return name
        before = where.by_end.get(name.start - len(self.words["parting"]))
        if before and before.code and clean[before.end : name.start] == self.words["parting"]:
            return replaced(name, code=before.code)
        first = where.by_start.get(clean.rfind("\n", 0, name.start) + 1)
        if first and first.code and first.end < name.start and SEPARATOR.match(clean, first.end):
            return replaced(name, code=first.code)  # 郧西县 | 城关镇中心小学
        town = self.namer.town(name.stem, 0, len(name.stem) - len(name.ending))
        codes = [c for c in self.register.towns[name.stem[town[0] : town[1]]] if home and home in self.register.ancestors(c)] if town and not town[0] else []
        return replaced(name, code=codes[0]) if len(codes) == 1 else name

    def _near(self, clean: str, name: Name, places: Sequence[Place]) -> str:
        """The place of a name's level last named in its line, or in the short line above that heads it: 县教育局 in a passage about one county."""
        line = clean.rfind("\n", 0, name.start)
        for p in reversed(between(places, name.start - LONGEST_PASSAGE, name.start)):
            heads = clean.rfind("\n", 0, p.start), clean.find("\n", p.start)
            if (p.start > line or heads[1] - heads[0] <= LONGEST_HEADING) and p.code and self.register.name(p.code).endswith(name.level):
                return p.code
        return ""

    def _owner(self, clean: str, campus: Name, schools: Sequence[Name]) -> str:
        """The school named before a campus in its sentence."""
        low = max(0, campus.start - LONGEST_PASSAGE)
        first = max(low, *(clean.rfind(c, low, campus.start) for c in "。\n"))
        return next((self.school(n.stem) or n.stem for n in reversed(between(schools, first, campus.start))), "")

    def school(self, stem: str) -> str:
        """The school of a campus: 济水一中 of 济水一中玉泉校区; "" where the stem names none."""
        m = self.campus_of.fullmatch(stem)
        return m[1] if m else ""

    def school_of(self, campus: Name, home: str) -> Thing | None:
        """The school that a campus belongs to, by its own name."""
        school = self.school(campus.stem)
        ending = max((e for e in self.namer.kinds if school.endswith(e)), key=len, default="")
        return self.thing(replaced(campus, stem=school, kind=self.namer.kinds[ending], ending=ending), home) if ending else None

    def thing(self, name: Name, home: str) -> Thing:
        """The institution a name stands for, in a text about `home`."""
        stem = next((name.stem.removesuffix(p) for p in self.words["parts"] if name.stem.endswith(p) and len(name.stem) >= len(p) + SHORT), name.stem)
        code = name.code or (self.register.at_level(home, name.level) if name.level else "")
        known = self.register.name(code) if code else ""
        if part := self.faculty.fullmatch(stem):
            stem = part[1]
        if name.kind.id in self.words["sections"] and (bureau := self.bureau.match(stem)):  # 教育局|人事科
            return self.thing(replaced(name, stem=bureau[0], kind=self.namer.kinds[bureau[0]], ending=bureau[0]), home)
        if name.kind.id in self.words["sessions"]:  # 第十八届|人大
            stem = self.session.sub("", stem)
        own = self.affiliated.search(stem) or name.place and self.university.search(stem)
        if own or part or name.ending in self.namer.whole or name.kind.id in self.words["by_written_name"]:
            written = f"{known}{stem}" if name.level or not name.place else f"{name.place}{stem}"
            full = self.words["same"].get(written, written) if name.ending in self.namer.whole else written
            other = (stem,) if name.level and known else (written,) if full != written else ()
            return Thing("institution", f"-/{full}", full, other, name.kind.id, code)
        code = code or home
        canonical = self.canonical(stem, bool(name.code or name.level or stem.startswith(self.words["ordinal"])))
        if name.place and stem.startswith(tuple(self.words["with_short"])):
            canonical = f"{name.place}{stem}"
        region = self.register.region(code) if code else None
        short = [region.short, *(a for a in region.alt if a[:-1] == region.short)] if region else []  # 围场, 围场县 of 围场满族蒙古族自治县
        label = f"{self.register.name(code) if code else ''}{canonical}"
        alt = {stem, canonical, *(f"{place}{stem}" for place in (name.level, name.place, known, *short))} - {label}
        return Thing("institution", f"{code or '-'}/{canonical}", label, tuple(sorted(alt)), name.kind.id, code)

    def canonical(self, stem: str, placed: bool) -> str:
        """One spelling for the several of one body: 人民政府 for 政府, behind a place 第二中学 for 二中."""
        same: Mapping[str, str] = self.words["same"]
        form = self.namer.short_form.fullmatch(stem) if placed else None
        number = form[1].removeprefix(self.words["ordinal"]) if form else ""
        if form and self.counting.fullmatch(number):
            return f"{self.words['ordinal']}{number}{self.words['long'].get(form[2], form[2])}"
        return same.get(stem, stem)


def by_name(named: tuple[Name, Thing]) -> int:
    """Where a name stands, by which names are found."""
    return named[0].start

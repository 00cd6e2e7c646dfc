"""Names that other names show: members of lists, short forms, schools named again, and names that are one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.names import OWN, TOWN, Ends, Name, Namer, Places
from kg.places import Place
from kg.spans import Spans
from kg.text import CJK, Text
from kg.values import either
from kg.words import words

GROUP = "教育集团"
JOINED = frozenset(("university", "other"))  # types of bodies that schools and colleges of another place are called after


class Lists:
    """Finds the names of a text by their endings, and then those that these show."""

    def __init__(self, namer: Namer) -> None:
        self.namer, self.words = namer, namer.words
        item = f"[{CJK}]{{2,6}}"
        count, ending = either(self.words["item_counts"]), either(self.words["shared_endings"])
        after = f"(?![{self.words['not_after_school']}生])"
        self.shared = re.compile(f"((?:{item}、){{1,8}}{item})({count}|\\d)[所个家](?:农村|乡镇|山区|村级)?([镇乡]?)({ending}){after}")

    def find(self, text: Text, hits: Sequence[tuple[int, int, str]], places: Sequence[Place], taken: Sequence[tuple[int, int]]) -> list[Name]:
        """All names of the text in order, none inside another; `taken` spans (junk) hold none."""
        found, ends, where = self.namer.find(text, hits, places, taken)
        names = self._whole(text.clean, found)
        names.extend(self._counted(text.clean, names))
        names.extend(self._listed(text.clean, ends, names))
        names.extend(self._again(text.clean, names))
        return self._coordinated(text.clean, sorted(names, key=lambda n: n.start), where)

    def _counted(self, clean: str, names: Sequence[Name]) -> Iterator[Name]:
        """The members of a list with one ending and their number: 木桥、板江两所中心小学, 木桥、板江两所镇中心小学."""
        inside = Spans((n.start, n.end) for n in names)
        for m in self.shared.finditer(clean):
            items, at = m[1].split("、"), m.start()
            behind = max((n.end - at for n in names if at < n.end < at + len(items[0])), default=0)  # 某教联体|下辖木桥、板江
            if len(items) != self.words["item_counts"].get(m[2], int(m[2]) if m[2].isdigit() else 0) or inside.touch(at + behind, m.end()):
                continue
            cut = behind + self._lead(items[0][behind:])
            spans = []
            for item in items:
                spans.append((at, at + len(item)))
                at += len(item) + 1
            spans[0] = (spans[0][0] + cut, spans[0][1])
            stems = [clean[a:b] for a, b in spans]
            if all(len(stem) > 1 and not self.namer.generic.fullmatch(stem) and not set(stem) & self.namer.hard for stem in stems):
                for (a, b), stem in zip(spans, stems, strict=True):
                    yield Name(a, b, f"{stem}{m[3]}{m[4]}", "", "", self.namer.kinds[m[4]], m[4])

    def _lead(self, item: str) -> int:
        """How many characters of a list's first member are words before it: 带|木桥."""
        at = 0
        for word in words(item):
            if word not in self.namer.stops or len(item) - at - len(word) < OWN - 1:
                break
            at += len(word)
        return at

    def _whole(self, clean: str, names: Sequence[Name]) -> list[Name]:
        """The names, those that are one made one: a school called after an academy of elsewhere, a school that is a group (河湾中学|(集团))."""
        out: list[Name] = []
        for n in names:
            before = out[-1] if out and out[-1].end == n.start and out[-1].type in JOINED else None
            if before and n.type != "government" and (n.code or n.ending in self.words["faculties"]):
                n = replace(before, end=n.end, stem=f"{before.stem}{clean[n.start : n.end]}", kind=n.kind, ending=n.ending)
                out.pop()
            elif n.type == "school" and clean.startswith(self.words["also_group"], n.end):
                suffix = self.words["also_group"]
                n = replace(n, end=n.end + len(suffix), stem=n.stem + suffix, kind=self.namer.kinds[GROUP], ending=suffix)
            out.append(n)
        return out

    def _listed(self, clean: str, ends: Ends, names: Sequence[Name]) -> list[Name]:
        """实验小学、北港小学: a bare name at the head of a list of names is one."""
        starts = {n.start for n in names}
        inside = Spans((n.start, n.end) for n in names)
        out = []
        for end, (begin, word) in ends.items():
            heads = word in self.namer.bare and end + 1 in starts and clean[end] in self.words["list_marks"]
            alone = not clean[begin - 1 : begin].isalpha() or clean[begin - 1] in self.namer.hard
            if heads and alone and not inside.hold(begin, begin + 1):
                out.append(Name(begin, end, word, "", "", self.namer.kinds[word], word))
        return out

    def _again(self, clean: str, names: Sequence[Name]) -> list[Name]:
        """Schools and groups named with a place or in a list that stand elsewhere by themselves, where nothing else shows that they are names."""
        taken = Spans((n.start, n.end) for n in names)
        out: dict[int, Name] = {}
        for stem, n in {n.stem: n for n in names if n.type in ("school", "education_group") and not self.namer.told(n.stem, n.ending)}.items():
            town = self.namer.town(stem, 0, len(stem) - len(n.ending))
            for known in {stem, stem[town[1] :] if town and town[0] == 0 else stem}:
                head = known[: len(known) - len(n.ending)]
                if len(head) < OWN - 1 or not known.endswith(n.ending) or self.namer.generic.fullmatch(head):
                    continue
                for m in re.finditer(re.escape(known), clean):
                    if m.start() not in out and not taken.touch(*m.span()):
                        out[m.start()] = replace(n, start=m.start(), end=m.end(), stem=known, code="", level="", place="")
        return [n for n in out.values() if not self.namer.goes_on(clean, n.end, n.ending)]

    def _coordinated(self, clean: str, names: list[Name], where: Places) -> list[Name]:
        """第二、第三小学, 某镇第一、第二小学 and 一中、二中: each short form is a name of its own, with the town before the first."""
        out: list[Name] = []
        for name in names:
            form = self.namer.short_form.fullmatch(name.stem)
            earlier = self.namer.before_short.search(clean, max(0, name.end - len(name.stem) - 30), name.end - len(name.stem)) if form else None
            if form and earlier:
                at = earlier.start(1)
                town = self.namer.town(clean, max(0, at - TOWN), at)
                place = where.by_end.get(town[0]) if town and town[1] == at else None
                if town and town[1] == at:
                    name = replace(name, stem=f"{clean[slice(*town)]}{name.stem}", code=place.code if place else name.code)
                elif not self.namer.before_list.search(clean, max(0, at - 1), at):
                    earlier = None
                head = name.stem.removesuffix(form[0])
                for part in re.finditer(f"[^{self.words['list_marks']}]+", earlier[1] if earlier else ""):
                    first = (place.start if place else at - len(head)) if not part.start() else at + part.start()
                    out.append(replace(name, start=first, end=at + part.end(), stem=f"{head}{part[0]}{form[2]}"))
            out.append(name)
        return out

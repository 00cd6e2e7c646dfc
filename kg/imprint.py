"""What a page says of the document itself: title, kind, who published it, when, its numbers and address."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.model import Document, Period, Thing
from kg.names import Name
from kg.outline import Passage
from kg.status import Status, inside_title
from kg.text import Text
from kg.times import Timeline, numbered, onward, period, school_year, span, spelt, stamp
from kg.titles import LEAST, Titles
from kg.values import either

ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'*+,;=%]+")
STATED, MANIFEST, INFERRED = "stated", "manifest", "inferred"


@dataclass(frozen=True, slots=True)
class Imprint:
    """What is known of a document before its body is read."""

    title: str
    genre: str
    issued: str  # ISO date, month or year, "" where none is stated
    date_basis: str
    date_why: str
    identifiers: tuple[str, ...]
    source: str
    flags: tuple[str, ...]
    year: int  # what 今年 means, 0: unknown
    period: Period | None  # the time that a bulletin or yearly report is about


class Imprints:
    """Reads imprints by the words of imprint.toml."""

    def __init__(self, words: Mapping[str, Any], genres: Sequence[tuple[str, str]]) -> None:
        """`genres`: word of a title -> what the document is."""
        self.words = words
        labels = {word: kind for kind, all_ in words["labels"].items() for word in all_}
        self.kinds = labels
        spaced = "|".join(r"\s*".join(map(re.escape, w)) for w in sorted(labels, key=lambda w: (-len(w), w)))
        self.label = re.compile(rf"(?:(?<=[|\t \n(。:\d])|^)({spaced})\s*(?::|(?=[|\t]))[|\t :]*", re.MULTILINE)
        self.number = re.compile(words["number"]["pattern"])
        self.own_number = re.compile(rf"\s*[(]?({words['number']['pattern']})[)]?{words['number']['beside']}$", re.MULTILINE)
        date = words["date"]
        self.value, self.month, self.any, self.signed, self.boxed, self.unsigned = (
            re.compile(date[k]) for k in ("value", "month", "any", "signed", "boxed", "unsigned")
        )
        self.titles = Titles(words, genres, self.label, self.any)
        self.contributed, self.beside, self.title_after = (re.compile(words["publisher"][k]) for k in ("contributed", "beside", "title_after"))
        self.report, self.template, self.spam = (re.compile(either(w)) for w in (words["genre"]["report"], words["flags"]["template"], words["flags"]["spam"]))

    def read(self, document: Document, text: Text, passages: Sequence[Passage]) -> Imprint:
        """The imprint of a document; the manifest's row wins over the page."""
        lines = self.lines(text.clean)
        fields = self.fields(text.clean, lines)
        title = self.title(document, text, passages, fields)
        issued, basis, why = self.date(document, title, fields, lines)
        genre = document.known.get("genre", "") or self.genre(title, lines)
        told = self.yearbook(title, genre)
        year = told or (int(issued[:4]) if issued else 0)
        about = self.given_period(document.known.get("period", "")) or self.period_of(title, genre) or self.stated_period(text.clean)
        about = about or (period(str(told)) if told else None)
        numbers = (*self.numbers(fields, lines), *fields.get("index", ()))
        flags = self.flags(text.clean, passages, lines)
        return Imprint(title, genre, issued, basis, why, tuple(dict.fromkeys(numbers)), self.source(document, lines), flags, year, about)

    def lines(self, clean: str) -> tuple[list[str], list[str]]:
        """The lines of head and foot that are no empty ones."""
        lines = [numbered(line.strip()) for line in clean.split("\n") if line.strip()]
        head = lines[: self.words["head_lines"]]
        return head, (lines[2:] or lines[-1:])[-self.words["foot_lines"] :]

    def fields(self, clean: str, lines: tuple[list[str], list[str]]) -> dict[str, list[str]]:
        """What stands after the labels of head and foot, by kind of label."""
        found: dict[str, list[str]] = {}
        for line in (*lines[0], *lines[1]):
            marks = list(self.label.finditer(line))
            for m, following in zip(marks, [*(x.start() for x in marks[1:]), len(line)], strict=False):
                value = re.split(r"[|\t。;]|\s{2,}", line[m.end() : following].strip())[0].strip(" ()")
                if value:
                    found.setdefault(self.kinds[re.sub(r"\s", "", m[1])], []).append(value)
        return found

    def title(self, document: Document, text: Text, passages: Sequence[Passage], fields: Mapping[str, Sequence[str]]) -> str:
        """The title: the reader's, the one labelled so, else the line of the head that looks most like one, else the file's name."""
        labelled = (value for value in fields.get("title", ()) if len(value) >= LEAST)  # less is the head of a table's column
        return document.title or next(labelled, "") or self.titles.find(text, passages) or document.file_name

    def genre(self, title: str, lines: tuple[list[str], list[str]]) -> str:
        """The kind by the title, else a report where reporters sign."""
        if genre := self.titles.genre(title):
            return genre
        signs = [*(line[:60] for line in lines[0][:6]), *(line for line in lines[1][-3:] if len(line) <= self.words["longest_line"])]
        return self.words["genre"]["name"] if any(self.report.search(line) for line in signs) else ""

    # --- when ---

    def date(self, document: Document, title: str, fields: Mapping[str, Sequence[str]], lines: tuple[list[str], list[str]]) -> tuple[str, str, str]:
        """The date, on what basis and why: the manifest's, the one of writing, the one of publication, else the first in the head."""
        if given := document.known.get("date", ""):
            return given, MANIFEST, MANIFEST
        published = next(filter(None, (self._iso(self.value.search(v)) for v in fields.get("published", ()))), "") or document.issued
        labelled = (self._iso(self.value.search(v)) for v in fields.get("written", ()))
        written = next(filter(None, labelled), "") or self._signature(lines) or next(filter(None, (self._iso(self.boxed.fullmatch(x)) for x in lines[0])), "")
        if written:
            return written, STATED, f"written; published {published}" if published and published != written else "written"
        if published:
            return published, STATED, "published"
        short = [line for line in lines[0] if len(line) <= self.words["longest_line"] and "。" not in line and not self.unsigned.search(line)]
        yearbook = self.yearbook(title, self.titles.genre(title))
        short = [] if yearbook else short
        for pattern in (self.any, self.month):
            for line in short:
                if found := self._iso(pattern.search(line)):
                    return found, STATED, "head"
        edition = re.search(self.words["date"]["year"], title) if yearbook else None
        return (edition[0], STATED, "title") if edition else ("", "", "no date")

    def _signature(self, lines: tuple[list[str], list[str]]) -> str:
        """The date of the last line that holds a signature or its date only, or of what follows its last sentence."""
        ends = (line if len(line) <= self.words["longest_line"] else line.rpartition("。")[2] for line in reversed(lines[1]))
        return next(filter(None, (self._iso(self.signed.match(end)) for end in ends)), "")

    @staticmethod
    def _iso(m: re.Match[str] | None) -> str:
        if m is None or not 1 <= int(m[2]) <= 12 or (m[3] and not 1 <= int(m[3]) <= calendar.monthrange(int(m[1]), int(m[2]))[1]):
            return ""
        return stamp(m[1], m[2], m[3])

    def yearbook(self, title: str, genre: str) -> int:
        """The year a yearbook tells of: the one before it is dated; 0 for other kinds."""
        m = re.search(self.words["date"]["year"], title)
        return int(m[0]) - 1 if m and genre == self.words["date"]["yearbook"] else 0

    def period_of(self, title: str, genre: str) -> Period | None:
        """The year, or school year, that a bulletin or yearly report is about; an order for a year tells of what was before it too."""
        if genre in self.words["genre"]["orders"]:
            return None
        title = spelt(title)
        if m := re.search(self.words["date"]["school_year"], title):
            return span(f"{m[1]}-09", f"{m[2]}-07")
        if m := re.search(self.words["date"]["months"], title):
            return span(stamp(m["year"], m["first"]), stamp(m["year"], m["last"]))
        m = re.search(self.words["date"]["year"], title)
        return period(m[0]) if m and any(w in title for w in self.words["date"]["periodic"]) else None

    def stated_period(self, clean: str) -> Period | None:
        """The year that the text says all its figures are of, or from which on it reports."""
        if m := re.search(self.words["date"]["stated"], clean):
            return period(m["year"])
        if m := re.search(self.words["date"]["taken_from"], clean):
            return school_year(int(m["year"])) if m["school"] else period(m["year"])
        m = re.search(self.words["date"]["reported"], clean)
        return onward(m["year"]) if m else None

    @staticmethod
    def given_period(text: str) -> Period | None:
        """The period of a manifest: 2022, 2019/2022, 2019/."""
        first, slash, last = text.partition("/")
        if not text or not first:
            return None
        if last:
            return span(first, last)
        return Period(text, period(first).start) if slash else period(first)

    # --- numbers, address, flags ---

    def numbers(self, fields: Mapping[str, Sequence[str]], lines: tuple[list[str], list[str]]) -> list[str]:
        """The document's own numbers: labelled so, or on a line of their own in the head."""
        found = [m[0] for value in fields.get("number", ()) if (m := self.number.search(value))]
        return found + [m[1] for line in lines[0] if (m := self.own_number.match(line))]

    def cited_number(self, clean: str, end: int) -> str:
        """The number in brackets that follows a title at clean[:end], "" where there is none."""
        m = re.compile(rf"[(]({self.words['number']['pattern']})").match(clean, end)
        return m[1] if m else ""

    def source(self, document: Document, lines: tuple[list[str], list[str]]) -> str:
        """The address of the page: the manifest's, else one that stands in the head or foot by itself."""
        own = (m[0] for line in (*lines[0], *lines[1]) if len(line) <= self.words["longest_line"] and (m := ADDRESS.search(line)))
        return document.known.get("url", "") or next(own, "")

    def flags(self, clean: str, passages: Sequence[Passage], lines: tuple[list[str], list[str]]) -> tuple[str, ...]:
        """template for a page that offers a sample, spam for one that carries advertising."""
        junk = [clean[p.start : p.end] for p in passages if p.junk]
        sample = any(self.template.search(line) for line in junk)
        advertising = any(len(set(self.spam.findall(line))) > 1 for line in junk)
        return tuple(flag for flag, there in (("spam", advertising), ("template", sample)) if there)

    # --- who ---

    def publisher(self, document: Document, text: Text, passages: Sequence[Passage], title: str, names: Sequence[tuple[Name, Thing]]) -> str:
        """Who published the document: by the manifest, a labelled line, a signature or heading line, else the body that opens the title."""
        if given := document.known.get("publisher", ""):
            return given
        lines = self.lines(text.clean)
        fields = [v for v in self.fields(text.clean, lines).get("publisher", ()) if not any(w in v for w in self.words["publisher"]["never"])]
        contributed = [m[1] for line in lines[1] if (m := self.contributed.search(line))]
        stated = next(iter([*contributed, *fields]), "") or self._alone(text.clean, passages, names) or self._opens(title, names)
        full = (t.label for _, t in names if stated in t.alt and t.label.endswith(stated) and not t.label.startswith(stated[:2]))
        return next(full, stated) if stated else ""

    def _alone(self, clean: str, passages: Sequence[Passage], names: Sequence[tuple[Name, Thing]]) -> str:
        """The body whose name fills a line of the foot or of the head, a date beside it or not."""
        lines = [p for p in passages if not p.junk]
        for p in (*reversed(lines[-self.words["foot_lines"] :]), *lines[:4]):
            inside = [(n, t) for n, t in names if p.start <= n.start and n.end <= p.end]
            if inside and self.beside.fullmatch(clean[p.start : inside[0][0].start]) and self.beside.fullmatch(clean[inside[-1][0].end : p.end]):
                return clean[inside[0][0].start : inside[0][0].end]
        return ""

    def _opens(self, title: str, names: Sequence[tuple[Name, Thing]]) -> str:
        """The government body whose name opens the title."""
        bodies = sorted({a for n, t in names if n.type == "government" for a in (t.label, *t.alt)}, key=lambda a: (-len(a), a))
        return next((a for a in bodies if title.startswith(a) and self.title_after.match(title, len(a))), "")


def bounds(timeline: Timeline, status: Status) -> tuple[str, str]:
    """The earliest and latest year an undated text can be of: not before what it says was done, not after what is still due; "" where it gives no clue."""
    done, due = [timeline.default.start[:4]] if timeline.default else [], []
    title = next((p.paragraph for p in status.outline.passages if not p.junk), 0)
    for when in timeline.whens:
        passage = status.outline.passage(when.start)
        if not when.period.start or passage.junk or passage.heading or passage.paragraph == title or inside_title(status.clean, when.start):
            continue
        if status.of(when.start, when.end) != "planned":
            done.append(when.period.start[:4])
        elif when.period.end:
            due.append(when.period.end[:4])
    earliest = max(done, default="")
    return earliest, min((year for year in due if year >= earliest), default="")

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
from kg.times import Timeline, period, span, spelt, stamp
from kg.values import either

ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'*+,;=%]+")
HEAD = 20  # passages among which a title is looked for
LEAST = 10  # characters of most titles
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
        self.words, self.genres = words, genres
        labels = {word: kind for kind, all_ in words["labels"].items() for word in all_}
        self.kinds = labels
        spaced = "|".join(r"\s*".join(map(re.escape, w)) for w in sorted(labels, key=lambda w: (-len(w), w)))
        self.column, self.byline = re.compile(words["column"]), re.compile(words["byline"])
        self.furniture = re.compile(words["furniture"])
        self.joined, self.no_kind = re.compile(words["genre"]["joined"]), re.compile(words["genre"]["no_kind"])
        self.label = re.compile(rf"(?:(?<=[|\t \n(。:\d])|^)({spaced})\s*(?::|(?=[|\t]))[|\t :]*", re.MULTILINE)
        self.number = re.compile(words["number"]["pattern"])
        self.own_number = re.compile(rf"\s*[(]?({words['number']['pattern']})[)]?{words['number']['beside']}$", re.MULTILINE)
        self.subject, self.issues = re.compile(words["subject"]), re.compile(words["genre"]["issues"])
        self.told, self.decided = re.compile(words["genre"]["told"]), re.compile(words["genre"]["decided"])
        date = words["date"]
        self.value, self.month, self.any, self.signed, self.boxed = (re.compile(date[k]) for k in ("value", "month", "any", "signed", "boxed"))
        self.body, self.meets, self.met = (re.compile(words[k]) for k in ("body", "meets", "met"))
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
        lines = [line.strip() for line in clean.split("\n") if line.strip()]
        head = lines[: self.words["head_lines"]]
        return head, lines[2:][-self.words["foot_lines"] :]

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

    # --- title and kind ---

    def title(self, document: Document, text: Text, passages: Sequence[Passage], fields: Mapping[str, Sequence[str]]) -> str:
        """The title: the reader's, the one labelled so, else the line of the head that looks most like one, with those it goes on in."""
        if document.title:
            return document.title
        if fields.get("title"):
            return fields["title"][0]
        head = self._head(text, passages)
        lines = [p for p in head if not p.junk]
        fit = [i for i, p in enumerate(lines) if self._can_be_title(with_quotes(text, p.start, p.end))]
        if not fit:
            return document.file_name
        first = max(fit, key=lambda i: (self._likeness(text, lines[i:], head), -i))
        while first - 1 in fit and text.clean[lines[first - 1].end : lines[first].start] == "\n":
            above, line = (with_quotes(text, p.start, p.end) for p in lines[first - 1 : first + 1])
            if not (unclosed(above) or line.startswith(tuple(self.words["date"]["goes_on"]))) or self.ends_as_genre(above):
                break
            first -= 1  # the body that issues a paper, or a title's first line, stands above
        return self._goes_on(text, lines[first:])

    def title_start(self, text: Text, passages: Sequence[Passage], title: str) -> int:
        """Where the title stands in the head, 0 where it does not."""
        lines = (p for p in self._head(text, passages) if not p.junk)
        return next((p.start for p in lines if title.startswith(with_quotes(text, p.start, p.end))), 0)

    def _head(self, text: Text, passages: Sequence[Passage]) -> Sequence[Passage]:
        """The passages before the first that holds a sentence, which begins the body."""
        size = next((i for i, p in enumerate(passages[:HEAD]) if not p.junk and "。" in text.clean[p.start : p.end + 1]), HEAD)
        return passages[: max(1, size)]

    def _can_be_title(self, line: str) -> bool:
        return (
            5 <= len(line) <= 60
            and not line.endswith(("。", ";"))
            and not any(p.search(line) for p in (self.byline, self.furniture, self.number))
            and not any(p.match(line) for p in (self.label, self.column))
        )

    def _likeness(self, text: Text, lines: Sequence[Passage], head: Sequence[Passage]) -> int:
        """How much a line of the head looks like a title, with those it goes on in: by its form, by what stands below it, by being the first."""
        p, title = lines[0], self._goes_on(text, lines)
        at = head.index(p)
        size = 1 + sum(with_quotes(text, q.start, q.end) in title for q in head[at + 1 : at + 3])
        below = (text.clean[q.start : q.end] for q in head[at + size : at + size + 2])
        dated = any(len(q) <= self.words["longest_line"] and (self.any.search(q) or self.label.search(q)) for q in below)
        first = all(q.junk for q in head[:at])
        kind = 0 if p.heading and not first or title.startswith(tuple(self.words["date"]["goes_on"])) else 3 * self.ends_as_genre(title)
        alone = self.body.search(title) is not None
        return 4 * self.announces(title) + kind + 3 * dated + 2 * first + (len(title) >= LEAST) - 5 * alone

    def _goes_on(self, text: Text, lines: Sequence[Passage]) -> str:
        """A title's first line with those below it that belong to it: until its 《 is closed, or the second names what the document is."""
        title = with_quotes(text, lines[0].start, lines[0].end)
        for last, p in zip(lines, lines[1:3], strict=False):
            line = with_quotes(text, p.start, p.end)
            if text.clean[last.end : p.start] != "\n" or len(line) > 60 or line.endswith(("。", ";", ":")):
                break
            named = not self.genre_of(title) and (self.ends_as_genre(line) or bool(self.meets.search(title) and self.met.search(line)))
            if not (unclosed(title) or named or line.startswith(tuple(self.words["date"]["goes_on"]))):
                break
            title += line
        return title

    def announces(self, line: str) -> bool:
        """Whether a line is a title by its form: 关于…的通知."""
        return len(line) <= 60 and self.subject.match(line) is not None and self.ends_as_genre(line)

    def genre_of(self, title: str) -> str:
        """The kind of document that the last such word of a title names, of two titles the first."""
        title = self.joined.split(self.no_kind.sub("", title))[0]
        if self.decided.search(title):
            return str(self.words["genre"]["decided_kind"])
        if self.told.search(title):
            return str(self.words["genre"]["name"])
        if (issued := self.issues.search(title)) and (kind := self.genre_of(issued["paper"])):
            return kind  # a circular says what the paper says that it issues
        found = [(title.rfind(word) + len(word), len(word), genre) for word, genre in self.genres if word in title]
        return max(found)[-1] if found else ""

    def ends_as_genre(self, line: str) -> bool:
        """Whether a line ends in the name of a kind of document."""
        return any(re.sub(r"(?:\(.*?\)|\[\d\]|[①-⑨])$", "", line).endswith(word) for word, _ in self.genres)

    def genre(self, title: str, lines: tuple[list[str], list[str]]) -> str:
        """The kind by the title, else a report where reporters sign."""
        if genre := self.genre_of(title):
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
        short = [line for line in lines[0] if len(line) <= self.words["longest_line"] and not self.yearbook(title, self.genre_of(title))]
        for pattern in (self.any, self.month):
            for line in short:
                if found := self._iso(pattern.search(line)):
                    return found, STATED, "head"
        edition = re.search(self.words["date"]["year"], title) if self.yearbook(title, self.genre_of(title)) else None
        return (edition[0], STATED, "title") if edition else ("", "", "no date")

    def _signature(self, lines: tuple[list[str], list[str]]) -> str:
        """The date of the last line that holds a signature or its date only."""
        return next(filter(None, (self._iso(self.signed.match(line)) for line in reversed(lines[1]))), "")

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
        m = re.search(self.words["date"]["year"], title)
        return period(m[0]) if m and any(w in title for w in self.words["date"]["periodic"]) else None

    def stated_period(self, clean: str) -> Period | None:
        """The year that the text says all its figures are of."""
        m = re.search(self.words["date"]["stated"], clean)
        return period(m["year"]) if m else None

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


def unclosed(title: str) -> bool:
    """Whether the name of a paper begins in a title's line and ends in a later one."""
    return title.rfind("《") > title.rfind("》")


def with_quotes(text: Text, start: int, end: int) -> str:
    """clean[start:end] with its quotation marks, which matching does without."""
    marks = sorted([(a, "“") for a, _ in text.quoted if start <= a < end] + [(b, "”") for _, b in text.quoted if start < b <= end], key=lambda m: (-m[0], m[1]))
    line = text.clean[start:end]
    for at, mark in marks:
        line = line[: at - start] + mark + line[at - start :]
    return line.strip()


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

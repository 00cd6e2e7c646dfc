"""The title of a document among the lines of a page's head, and what kind of document it names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from kg.outline import Passage
from kg.text import Text

HEAD = 20  # passages among which a title is looked for
SHORTEST, LONGEST = 5, 60  # characters of a line that can be a title
LEAST = 8  # characters of most titles
FEWEST = 4  # Chinese characters of a title
RUNNING = 3  # times that a page's running head stands in a text
HAN = re.compile("[一-鿿]")


class Titles:
    """Finds titles by the words of imprint.toml."""

    def __init__(self, words: Mapping[str, Any], genres: Sequence[tuple[str, str]], label: re.Pattern[str], dated: re.Pattern[str]) -> None:
        """`genres`: word of a title -> what the document is; `label` begins a line of metadata, `dated` is a full date."""
        self.words, self.genres, self.label, self.dated = words, genres, label, dated
        title = words["title"]
        self.column, self.byline, self.furniture = (re.compile(p) for p in (words["column"], "|".join(words["byline"]), "|".join(words["furniture"])))
        self.field, self.bracketed, self.kind, self.issue, self.place = (re.compile(title[k]) for k in ("field", "bracketed", "kind", "issue", "place"))
        self.number = re.compile(words["number"]["pattern"])
        self.subject, self.body, self.meets, self.met = (re.compile(words[k]) for k in ("subject", "body", "meets", "met"))
        self.goes_on = tuple(title["goes_on"])
        self.ends = (*(word for word, _ in genres), *title["ends"])
        genre = words["genre"]
        self.joined, self.no_kind, self.issues, self.told, self.decided = (re.compile(genre[k]) for k in ("joined", "no_kind", "issues", "told", "decided"))

    def find(self, text: Text, passages: Sequence[Passage]) -> str:
        """The line of the head that looks most like a title, with those it goes on in; "" where none does."""
        head = self._head(text, passages)
        lines = [p for p in head if not p.junk]
        fit = self._fit(text, lines)
        if not fit:
            return ""
        first = max(fit, key=lambda i: (self._likeness(text, lines[i:], head), -i))
        while first - 1 in fit and text.clean[lines[first - 1].end : lines[first].start] == "\n":
            above, line = (with_quotes(text, p.start, p.end) for p in lines[first - 1 : first + 1])
            if not (unclosed(above) or line.startswith(self.goes_on) or self.bracketed.fullmatch(line)) or self.ends_as_genre(above):
                break
            first -= 1  # the body that issues a paper, or a title's first line, stands above
        places = (text.clean[p.start : p.end] for p in lines[max(0, first - 1) : first] if text.clean[p.end : lines[first].start] == "\n")
        place = next(filter(self.place.fullmatch, places), "")
        return place + self._whole(text, lines[first:])

    def start(self, text: Text, passages: Sequence[Passage], title: str) -> int:
        """Where the title stands in the head, 0 where it does not."""
        lines = (p for p in self._head(text, passages) if not p.junk)
        return next((p.start for p in lines if title.startswith(with_quotes(text, p.start, p.end))), 0)

    def genre(self, title: str) -> str:
        """The kind of document that the last such word of a title names, of two titles the first."""
        title = self.joined.split(self.no_kind.sub("", title))[0]
        if self.decided.search(title):
            return str(self.words["genre"]["decided_kind"])
        if self.told.search(title):
            return str(self.words["genre"]["name"])
        if (issued := self.issues.search(title)) and (kind := self.genre(issued["paper"])):
            return kind  # a circular says what the paper says that it issues
        found = [(title.rfind(word) + len(word), len(word), genre) for word, genre in self.genres if word in title]
        return max(found)[-1] if found else ""

    def ends_as_genre(self, line: str) -> bool:
        """Whether a line ends in the name of a kind of document."""
        return re.sub(r"(?:\(.*?\)|\[\d\]|[①-⑨])$", "", line).endswith(self.ends)

    def announces(self, line: str) -> bool:
        """Whether a line is a title by its form: 关于…的通知."""
        return len(line) <= LONGEST and self.subject.match(line) is not None and self.ends_as_genre(line)

    def _head(self, text: Text, passages: Sequence[Passage]) -> Sequence[Passage]:
        """The passages before the first that holds a sentence, which begins the body."""
        size = next((i for i, p in enumerate(passages[:HEAD]) if not p.junk and "。" in text.clean[p.start : p.end + 1]), HEAD)
        return passages[: max(1, size)]

    def _fit(self, text: Text, lines: Sequence[Passage]) -> list[int]:
        """Which lines can be a title; the fields of a form, label beside label, can not."""
        said = [with_quotes(text, p.start, p.end) for p in lines]
        labels = [self.label.match(line) is not None for line in said]
        beside = [any(labels[max(0, i - 1) : i + 2]) and self.field.match(line) is not None for i, line in enumerate(said)]
        return [i for i, line in enumerate(said) if not beside[i] and self._can_be_title(line)]

    def _can_be_title(self, line: str) -> bool:
        return (
            SHORTEST <= len(line) <= LONGEST
            and len(HAN.findall(line)) >= FEWEST
            and not line.endswith(("。", ";"))
            and not any(p.search(line) for p in (self.byline, self.furniture, self.number))
            and not any(p.match(line) for p in (self.label, self.column))
        )

    def _likeness(self, text: Text, lines: Sequence[Passage], head: Sequence[Passage]) -> int:
        """How much a line of the head looks like a title, with those it goes on in: by its form, by what stands below it, by being the first."""
        p, title = lines[0], self._whole(text, lines)
        at = head.index(p)
        size = 1 + sum(with_quotes(text, q.start, q.end) in title for q in head[at + 1 : at + 3])
        below = (text.clean[q.start : q.end] for q in head[at + size : at + size + 2])
        dated = any(len(q) <= self.words["longest_line"] and (self.dated.search(q) or self.label.search(q)) for q in below)
        first = all(q.junk for q in head[:at])
        second = title.startswith(self.goes_on) and not first and text.clean[head[at - 1].end : p.start] == "\n"
        kind = 0 if p.heading and not first or second else 3 * self.ends_as_genre(title)
        alone = (
            self.body.search(title) is not None
            or self.issue.match(text.clean, p.end) is not None
            or text.clean.count(f"\n{text.clean[p.start : p.end]}\n") >= RUNNING
        )
        return 4 * self.announces(title) + kind + 3 * dated + 2 * first + (len(title) >= LEAST) - 5 * alone

    def _whole(self, text: Text, lines: Sequence[Passage]) -> str:
        """A title's first line with those below it that belong to it: until its 《 is closed, or the second names what the document is."""
        title = with_quotes(text, lines[0].start, lines[0].end)
        for i, (last, p) in enumerate(zip(lines, lines[1:3], strict=False), start=2):
            line, close = with_quotes(text, p.start, p.end), text.clean[last.end : p.start] == "\n"
            if len(line) > LONGEST or line.endswith(("。", ";", ":")) or not (close or self.kind.fullmatch(line)):
                break
            named = not self.genre(title) and (self.ends_as_genre(line) or bool(self.meets.search(title) and self.met.search(line)))
            closed = any(self.bracketed.fullmatch(text.clean, q.start, q.end) and not text.clean[p.end : q.start].strip("\n") for q in lines[i - 1 : i + 1])
            if not (unclosed(title) or named or line.startswith(self.goes_on) or closed):
                break
            title += line
        return title


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

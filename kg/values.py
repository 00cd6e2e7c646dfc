"""Figures of a clean text: 3.89亿元, 二千三百余名, 六成三, 由120家压减为12家, xx万元."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kg.model import record, replaced
from kg.spans import Spans

ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
PERCENT, POINTS, CNY = "%", "百分点", "CNY"
PEOPLE, RATES = frozenset(("名", "人", "位")), (PERCENT, POINTS, "1")  # notations of units
CLOSE, JOINT = re.compile("[、和与及]|以及"), re.compile("[、和与及,]|以及")  # between the members of a list, without a comma and with one
LONG_RUN = re.compile(r"[\dA-Za-z＊*]{41,}|[〇零一二两俩三四五六七八九十百千万亿几数]{41,}")  # digits or numerals in such numbers are no figure
HUNDRED, LARGE = Decimal(100), 10_000  # from 万 on a scale may be counted with 个: 十九个亿


@record
class Figure:
    """One figure: its span with unit and bounds, its value in base units (None where masked)."""

    start: int
    end: int
    number: tuple[int, int]  # span of the number with its unit, without bounds before it
    value: Decimal | None
    unit: str  # notation, "" where none is written
    comparator: str = "eq"
    value_max: Decimal | None = None
    shape: str = "arabic"  # arabic words tenths fraction ratio masked
    scale: Decimal = Decimal(1)  # 万人 -> 10000


def same_unit(one: str, other: str) -> bool:
    """Whether two notations measure the same: 名 and 人, % and 百分点."""
    return one == other or {one, other} <= PEOPLE or {one, other} <= {PERCENT, POINTS}


class Numbers:
    """The grammar of figures, made from ontology/lexicon/numbers.toml and the units of the vocabulary."""

    def __init__(self, words: Mapping[str, Any], units: Mapping[str, str]) -> None:
        """`units`: written unit -> notation."""
        self.words, self.units = words, units
        self.digit = {c: i for i, c in enumerate(words["digits"])} | dict.fromkeys(words["zero"], 0) | dict.fromkeys(words["two"], 2)
        self.scales: dict[str, int] = dict(words["scales"])
        self.blocks = [(b["id"], re.compile(b["pattern"])) for b in words["block"]]
        self.figure = re.compile(self._pattern())
        self.several = tuple(words["between"]["of_several"])
        self.bounds_before = {w: kind for kind in ("ge", "le", "approx") for w in words["before"][kind]}
        self.longest_first = sorted(self.bounds_before, key=len, reverse=True)
        self.bounds_after = {w: kind for kind in ("ge", "le", "approx") for w in words["after"][kind]}
        self.bound, self.softener = re.compile(either(self.bounds_after)), re.compile(either(["个", *(w for w in self.bounds_after if len(w) == 1)]))
        self.unit = re.compile(either(units))
        self.before = re.compile(f"(?:{either(self.bounds_before)})(?:{either(words['between']['skip'])})?$")
        spelt = "".join(map(re.escape, [*self.digit, *self.scales]))
        own = r"(?![的档]|[^,。;:、\d]{0,8}(?:的|只)有)"  # 不足百人的教学点13个, 配备不足的有9所 are no bounds
        self.apart = re.compile(rf"({either(words['before']['apart'])})(?![{spelt}]){own}[^,。;:、\d]{{1,16}}$")
        self.spoken = tuple(words["before"]["spoken"])
        closing = words["after"]["closing"]
        free = [w for w in self.bounds_after if w not in closing]
        self.after = re.compile(f"(?:{either(free)})|(?:{either(closing)})(?=[,;。、)]|$)")
        self.neighbours = re.compile(f"([{''.join(self.scales)}]?)([{''.join(self.digit)}])([{''.join(self.digit)}])([{''.join(self.scales)}]*)")
        self.value_words = re.compile(f"[{''.join(map(re.escape, [*self.digit, *self.scales]))}]+")

    def _pattern(self) -> str:
        w = self.words
        chinese = f"[{''.join(self.digit)}{''.join(self.scales)}]"
        soft = either([x for x in (*w["after"]["ge"], *w["after"]["approx"]) if len(x) == 1])
        scale = f"(?:{soft})?[{''.join(self.scales)}]+(?:{soft})?"
        large = "".join(c for c, n in self.scales.items() if n >= LARGE)
        counted = f"(?:{ARABIC}|{chinese}+)个[{large}]"  # 3.2个亿
        number = f"{counted}|(?:{ARABIC})(?:{scale}(?:\\d+[{''.join(self.scales)}]+)*)?|{chinese}+(?:{soft})?{chinese}*"
        unit = either(self.units)
        mask = f"[{w['masks']}]+"
        first = "".join(dict.fromkeys([*self.digit, *self.scales, *w["masks"], *w["some"], *(half[0] for half in w["half"])]))
        return (
            f"(?=[\\d{re.escape(first)}])(?:"  # looks at one character where no figure can begin, not at each kind of figure
            f"(?P<masked>(?<![A-Za-z]){mask}(?:\\.{mask})?)(?P<mscale>[{''.join(self.scales)}]*)(?P<munit>{unit})"
            f"|(?P<fraction>(?P<whole>{chinese}+|\\d+){w['parts_of']}(?P<part>{ARABIC}|{chinese}+(?:点{chinese}+)?))"
            f"|(?P<tenths>(?P<tens>{ARABIC}|[{''.join(self.digit)}{w['some']}]){w['tenths']}(?P<more>[{''.join(self.digit)}])?(?![{w['tenths']}为立长]))"
            f"|(?P<half>{either(w['half'])})"
            f"|(?P<times>(?P<fold>{chinese}+|\\d+(?:\\.\\d+)?)(?:{either(w['times_two'])}))"
            f"|(?P<ratio>(?P<left>\\d+(?:\\.\\d+)?):(?P<right>\\d+(?:\\.\\d+)?))"
            f"|(?P<low>{number})(?P<lowunit>{unit})?(?P<to>[至到~—\\-](?=[\\d{''.join(self.digit)}十百千]))(?P<high>{number})(?P<hsoft>{soft})?(?P<hunit>{unit}|(?<=0\\.\\d\\d)(?!\\d)|(?<=0\\.\\d\\d\\d)(?!\\d))"
            f"|(?P<number>{number})(?P<soft>{soft})?(?P<unit>{unit})?)"
        )

    def find(self, text: str, quoted: Sequence[tuple[int, int]] = ()) -> list[Figure]:
        """All figures of a clean text, in order; `quoted` spans hold names, where words for numbers count nothing."""
        text = LONG_RUN.sub(lambda m: "\0" * len(m[0]), text)
        taken = self.blocked(text)
        named = Spans(quoted)
        out = []
        for m in self.figure.finditer(text):
            if taken.find(1, m.start(), m.end()) < 0 and (figure := self._read(text, m)) and not self._names(figure, named):
                out.append(figure)
        return out

    def blocked(self, text: str) -> bytearray:
        """One byte a character: whether it belongs to a date, an ordinal, a name or the like."""
        taken = bytearray(len(text))
        for _, pattern in self.blocks:
            for m in pattern.finditer(text):
                taken[m.start() : m.end()] = b"\1" * (m.end() - m.start())
        return taken

    @staticmethod
    def _names(figure: Figure, named: Spans) -> bool:
        """Whether a figure belongs to a quoted name: it is one (“三名”), or begins inside and takes its unit from outside (“430”课后服务)."""
        first, last = figure.number
        if named.hold(figure.start, figure.end):
            return figure.shape == "words" or not figure.unit
        return named.hold(first, first + 1) and not named.hold(first, last)

    def _read(self, text: str, m: re.Match[str]) -> Figure | None:
        reader = self._plain if m["number"] else self._range if m["low"] else self._masked if m["masked"] else self._share
        figure = reader(m)
        return figure and self._bounded(text, figure, m)

    def _masked(self, m: re.Match[str]) -> Figure:
        return Figure(m.start(), m.end(), m.span(), None, self.units[m["munit"]], shape="masked")

    def _share(self, m: re.Match[str]) -> Figure | None:
        if m["ratio"]:
            left, right = Decimal(m["left"]), Decimal(m["right"])
            return Figure(m.start(), m.end(), m.span(), right if left == 1 else left, "1", shape="ratio")
        if m["half"]:
            return Figure(m.start(), m.end(), m.span(), Decimal(50), "%", "ge" if m[0] in self.words["over_half"] else "eq", shape="tenths")
        if m["tenths"]:
            tens, more = self.value(m["tens"]), self.value(m["more"]) if m["more"] else Decimal(0)
            return None if tens is None else Figure(m.start(), m.end(), m.span(), tens * 10 + (more or 0), "%", shape="tenths")
        if m["times"]:
            fold = self.value(m["fold"])
            return Figure(m.start(), m.end(), m.span(), fold, self.words["times_two"][0], shape="fraction") if fold else None
        whole, part = self.value(m["whole"]), self.value(m["part"])
        if not whole or part is None:
            return None
        value = (part * HUNDRED / whole).quantize(Decimal("0.01")).normalize()
        return Figure(m.start(), m.end(), m.span(), Decimal(f"{value:f}"), "%", shape="fraction")

    def _range(self, m: re.Match[str]) -> Figure | None:
        unit = m["hunit"]
        low, high = self.scaled(m["low"]), self.scaled(m["high"])
        if low is None or high is None or (m["lowunit"] and m["lowunit"] != unit):
            return None
        if low[1] == 1 and high[1] > 1 and low[0] < high[0] / high[1] * 10:
            low = (low[0] * high[1], high[1])
        return low[0] < high[0] and Figure(m.start(), m.end(), m.span(), low[0], self.units.get(unit, ""), value_max=high[0], scale=high[1]) or None

    def _plain(self, m: re.Match[str]) -> Figure | None:
        if about := self._about(m["number"]):
            return Figure(m.start(), m.end(), m.span(), about[0], self.units[m["unit"]] if m["unit"] else "", value_max=about[1], shape="words")
        got = self.scaled(m["number"])
        if got is None:
            return None
        hedges = "" if m["number"].isdecimal() else re.sub(r"[\d.,]", "", m["number"])
        soft = (m["soft"] or "") + "".join(self.bound.findall(hedges))
        bound = next((self.bounds_after[c] for c in soft if c in self.bounds_after), "eq")
        shape = "arabic" if m["number"][0].isdigit() else "words"
        unit = self.units[m["unit"]] if m["unit"] else ""
        return Figure(m.start(), m.end(), m.span(), got[0], unit, bound, shape=shape, scale=got[1])

    def _about(self, text: str) -> tuple[Decimal, Decimal] | None:
        """The two numbers that two digits in a row name, as 五六, 十五六 and 六七百 do."""
        m = self.neighbours.fullmatch(text)
        if not m or self.digit[m[3]] != self.digit[m[2]] + 1:
            return None
        low, high = (self.value(m[1] + digit + m[4]) for digit in (m[2], m[3]))
        return (low, high) if low and high else None

    def _bounded(self, text: str, f: Figure, m: re.Match[str]) -> Figure:
        end, start, comparator = f.end, f.start, f.comparator
        if (after := self.after.match(text, f.end)) and not (f.unit and after[0] in self.words["after"]["before_unit"]):
            comparator, end = self.bounds_after[after[0]] if comparator == "eq" else comparator, after.end()
            if not f.unit and (unit := self.unit.match(text, end)) and f.shape in ("arabic", "words"):
                f, end = replaced(f, unit=self.units[unit[0]], number=(f.number[0], unit.end())), unit.end()
                if after := self.after.match(text, end):
                    end = after.end()
        if f.shape == "words" and text.endswith(self.spoken, 0, f.start) and comparator == "eq":
            start, comparator = f.start - 1, "approx"
        before = self.before.search(text, max(0, f.start - 10), f.start)
        word = next(w for w in self.longest_first if before[0].startswith(w)) if before else ""
        of_several = before and (before[0] != word or text.endswith(self.several, 0, before.start()))  # 最高为0.46, 小学最高0.46 are what they are
        exact = of_several and word in self.words["between"]["extremes"]
        if before and not exact:
            comparator = self.bounds_before[word] if comparator == "eq" or "approx" not in (comparator, self.bounds_before[word]) else comparator
            start = before.start()
        elif not before and comparator == "eq" and (m_apart := self.apart.search(text, max(0, f.start - 24), f.start)):
            comparator = self.bounds_before[m_apart[1]]
        same = (f.start, f.end, f.comparator) == (start, end, comparator)
        return f if same else replaced(f, start=start, end=end, comparator=comparator)

    def scaled(self, text: str) -> tuple[Decimal, Decimal] | None:
        """The value of a written number, and the scale it is counted in."""
        if text.isdecimal():
            return Decimal(text), Decimal(1)
        plain = self.softener.sub("", text)
        if not plain:
            return None
        if plain[0].isdigit():
            return self._arabic(plain)
        value = self.value(plain)
        return None if value is None else (value, Decimal(1))

    def _arabic(self, text: str) -> tuple[Decimal, Decimal]:
        total, last = Decimal(0), Decimal(1)
        for number, scales in re.findall(rf"({ARABIC})([^\d]*)", text):
            scale = Decimal(1)
            for c in scales:
                scale *= self.scales.get(c, 1)
            total, last = total + Decimal(number.replace(",", "")) * scale, scale
        return total, last

    def value(self, text: str) -> Decimal | None:
        """The value of digits or of Chinese numerals; None where they make no number."""
        if re.fullmatch(ARABIC, text):
            return Decimal(text.replace(",", ""))
        if "点" in text:
            whole, _, rest = text.partition("点")
            return self.value(whole + "".join(())) if not rest else Decimal(f"{self.value(whole) or 0}.{''.join(str(self.digit.get(c, 0)) for c in rest)}")
        return self._chinese(text)

    def _chinese(self, text: str) -> Decimal | None:
        if all(c in self.digit for c in text):
            return None if len(text) in (2, 3) else Decimal("".join(str(self.digit[c]) for c in text))
        total = section = digit = 0
        seen = False
        for c in text:
            if c in self.digit:
                digit, seen = self.digit[c], True
            elif self.scales[c] >= LARGE:
                section = (section + digit) or 1
                if not seen and c == text[0]:
                    return None
                total, section, digit = (total + section) * self.scales[c] if total and self.scales[c] > total else total + section * self.scales[c], 0, 0
            else:
                section, digit, seen = section + (digit or (1 if section == 0 or not digit else digit)) * self.scales[c], 0, True
        if digit and len(text) > 1 and self.scales.get(text[-2], 1) >= HUNDRED:  # 一百五 is 150, 四亿八 480 million
            digit *= self.scales[text[-2]] // 10
        return Decimal(total + section + digit)


def either(words: Any) -> str:
    """A pattern for any of the words, longest first and each once: a word that could match in two ways doubles the work of every pattern that repeats it."""
    return "|".join(re.escape(w) for w in sorted(set(words), key=lambda w: (-len(w), w)))


def guarded(words: Sequence[str], never: Sequence[str]) -> re.Pattern[str]:
    """A pattern for any of the words whose group 1 is empty inside one of the longer words that mean something else."""
    first = "".join(sorted({re.escape(w[0]) for w in (*words, *never)}))  # looked at alone it makes the search ten times faster (2026-11)
    return re.compile(f"(?=[{first}])(?:(?:{either(never)})|({either(words)}))")


def spans(figures: Sequence[Figure]) -> Iterator[tuple[int, int]]:
    """The spans of figures."""
    for f in figures:
        yield f.start, f.end
